"""What several modes make of the same labels, side by side."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from labelaudit.records.columns import brief, freeze
from labelaudit.records.illustration import Illustration, Size


@dataclass(frozen=True, eq=False, slots=True)
class ModeFigures:
    """How far the soft labels of one mode are from the given labels.

    Attributes
    ----------
    mode
        Name of the mode, with its smoothing: ``uniform, eps 0.1``.
    entropy
        Mean entropy of a row, in nats.
    changed
        Number of images whose most probable class is not the given one.
    moved
        float64 (K,): probability that was moved away from each given class, summed over its images.
    """

    mode: str
    entropy: float
    changed: int
    moved: NDArray[np.float64]

    __repr__ = brief

    def __post_init__(self) -> None:
        freeze(self)


class ClassShare(NamedTuple):
    """A class, and how much of something it has: a probability, or a sum of them."""

    name: str
    share: float


class MovedImage(NamedTuple):
    """An image from whose given label much probability was moved.

    Attributes
    ----------
    path, label
        The image and its given label.
    shares
        For each mode the most probable classes, in descending order.
    """

    path: str
    label: str
    shares: tuple[tuple[ClassShare, ...], ...]


@dataclass(frozen=True, eq=False, slots=True)
class Comparison:
    """What several modes make of the same labels.

    Attributes
    ----------
    classes
        Names of the K classes.
    counts
        int64 (K,): images of each given class.
    modes
        The modes; images and classes are ranked by the last one.
    mostly
        For each class the one to which the last mode moves the most probability, and how much.
    images
        The images whose label the last mode changes most, in descending order.
    notes
        What the last mode left as it was, and why; safe to print.
    illustrations
        Thumbnails of these images, by path and size.
    """

    classes: tuple[str, ...]
    counts: NDArray[np.int64]
    modes: tuple[ModeFigures, ...]
    mostly: tuple[ClassShare, ...]
    images: tuple[MovedImage, ...]
    notes: tuple[str, ...] = ()
    illustrations: Mapping[tuple[str, Size], Illustration] = field(default_factory=dict)

    __repr__ = brief

    def __post_init__(self) -> None:
        freeze(self)

    def by_moved(self) -> list[int]:
        """Return the classes from which the last mode moves any probability, the most first."""
        moved = self.modes[-1].moved
        return [k for k in np.argsort(-moved, kind="stable").tolist() if moved[k] > 0]
