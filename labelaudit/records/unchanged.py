"""What is known about a data set whose files have not changed."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from labelaudit.records.columns import freeze


@dataclass(frozen=True, eq=False, slots=True)
class Readable:
    """The rows of a data set that are readable images, int64 (N,), ascending."""

    rows: NDArray[np.int64]

    def __post_init__(self) -> None:
        freeze(self)


@dataclass(frozen=True, slots=True)
class Judged:
    """The key of the cached beliefs about a data set."""

    key: tuple[str, ...]
