"""Which images show the same picture."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from labelaudit.records.columns import freeze


class Likeness(StrEnum):
    """How an image is a copy of another; each value says it in words, before the word copy."""

    IDENTICAL = "exact"
    SAME_PIXELS = "same pixels, another file"
    RESIZED = "resized"
    REENCODED = "encoded anew"
    CROPPED = "cropped"
    MIRRORED = "mirrored"


@dataclass(frozen=True, eq=False, slots=True)
class Copies:
    """Which images show the same picture.

    Every image of a group is a copy of the one image in its middle, so that a chain of pictures, each a little
    different from the next, is not taken for one.

    Attributes
    ----------
    groups
        int64 (N,): for each image the row of the image in the middle of its group; its own if it has no copy.
    likeness
        N: how each image is a copy of the one in the middle.
    """

    groups: NDArray[np.int64]
    likeness: tuple[Likeness, ...]

    def __post_init__(self) -> None:
        freeze(self)

    def rows(self) -> list[NDArray[np.int64]]:
        """Return the rows of every group that has more than one image, rising."""
        order = np.argsort(self.groups, kind="stable")
        ends = np.flatnonzero(np.diff(self.groups[order])) + 1
        return [rows for rows in np.split(order, ends) if len(rows) > 1]
