"""Which images show the same picture, and which are related."""

from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from labelaudit.records.columns import brief, freeze


class Likeness(StrEnum):
    """How an image is a copy of another. Values are shown in messages."""

    IDENTICAL = "exact"
    SAME_PIXELS = "same pixels, another file"
    RESIZED = "resized"
    REENCODED = "re-encoded"
    CROPPED = "cropped"
    BRIGHTNESS = "brightness changed"
    LETTERBOXED = "letterboxed"
    MIRRORED = "mirrored"
    FLIPPED = "flipped upside down"
    ROTATED = "rotated"


ORIENTATIONS = frozenset({Likeness.MIRRORED, Likeness.FLIPPED, Likeness.ROTATED})
"""Copies that show the picture in another orientation, which can be another class, such as left and right."""


@dataclass(frozen=True, eq=False, slots=True)
class Copies:
    """Which images show the same picture.

    Every image of a group is a copy of the image at its center. A chain of images that each differ a little from the
    next is therefore not one group.

    Attributes
    ----------
    groups
        int64 (N,): the row of the image at the center of each image's group; the image's own row if it has no copy.
    likeness
        N values: in which way each image is a copy of the one at the center.
    families
        int64 (N,): for each image the first row of its family; its own if it has no relatives. A family holds images
        that are not independent: copies, augmentations of one original, frames of one film, or what the user names. No
        group of copies is divided between families. Where nothing is known of families, the groups are the families.
    scenes
        int64 (N,): the same without what the user names. The images of a scene show the same, those of a family need
        not: a patient's images are not independent, but each has a label of its own.
    """

    groups: NDArray[np.int64]
    likeness: tuple[Likeness, ...]
    families: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    scenes: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))

    __repr__ = brief

    def __post_init__(self) -> None:
        for name in ("families", "scenes"):
            if len(getattr(self, name)) != len(self.groups):
                object.__setattr__(self, name, first_rows(self.groups))
        freeze(self)

    def rows(self) -> list[NDArray[np.int64]]:
        """Return the rows of each group of copies with more than one image, in ascending order."""
        return _rows_of(self.groups)

    def rows_of_families(self) -> list[NDArray[np.int64]]:
        """Return the rows of each family with more than one image, in ascending order."""
        return _rows_of(self.families)


def first_rows(groups: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return for each image the first row with the same value, int64 (N,)."""
    _, first, group = np.unique(groups, return_index=True, return_inverse=True)
    return first[group].astype(np.int64)


def _rows_of(groups: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """Return the rows of each value that occurs more than once, in ascending order."""
    order = np.argsort(groups, kind="stable")
    ends = np.flatnonzero(np.diff(groups[order])) + 1
    return [rows for rows in np.split(order, ends) if len(rows) > 1]
