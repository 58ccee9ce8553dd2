"""Soft labels for training."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from labelaudit.records.columns import frozen
from labelaudit.records.dataset import Dataset

MILLION = 1_000_000
"""The sum of a row of soft labels: they are printed with six decimals, and add up at just that precision."""


@dataclass(frozen=True, eq=False, slots=True)
class SoftLabels:
    """Soft labels for training.

    Attributes
    ----------
    dataset
        The readable images.
    millionths
        int32 (N, K): the soft labels in millionths, so that each row sums to exactly 1,000,000.
    """

    dataset: Dataset
    millionths: NDArray[np.int32]

    def __post_init__(self) -> None:
        frozen(self.millionths)
