"""The files of a data set and their given labels."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from labelaudit.records.columns import brief, freeze
from labelaudit.records.source import Source


class PassedOver(NamedTuple):
    """A folder that was not read.

    Attributes
    ----------
    path
        Below the root, POSIX.
    files
        Number of files in it; behind a link only up to a limit.
    reason
        Why, as in the report.
    """

    path: str
    files: int
    reason: str


class Repeated(NamedTuple):
    """A further row of a table about an image that it has listed before, with another label or in another split.

    Attributes
    ----------
    path
        The image.
    label, split
        What the further row says.
    line
        Where it is, from 1 on.
    """

    path: str
    label: str
    split: str
    line: int


@dataclass(frozen=True, eq=False, slots=True)
class Dataset:
    """The files of a data set and their given labels.

    Attributes
    ----------
    source
        Opens the images by their paths.
    classes
        K class names, sorted.
    paths
        N paths by which the source opens the images and reports name them, POSIX, sorted.
    labels
        int64 (N,), indices into the classes.
    splits
        N names of splits; empty strings if the data set has none.
    groups
        N names of groups of images that are not independent, an empty string for an image of its own; or an empty
        tuple if the data set names none.
    others
        Files that were ignored because they are not part of the layout.
    passed_over
        Folders that were passed over, sorted by path.
    repeated
        Further rows of a table that contradict the one by which an image is listed.
    features
        float32 (N, D), if the data set provides them; they take the place of those that are extracted from the images.
    probabilities
        float64 (N, K), out-of-sample predicted probabilities, if the data set provides them.
    """

    source: Source
    classes: tuple[str, ...]
    paths: tuple[str, ...]
    labels: NDArray[np.int64]
    splits: tuple[str, ...]
    groups: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    passed_over: tuple[PassedOver, ...] = ()
    repeated: tuple[Repeated, ...] = ()
    features: NDArray[np.float32] | None = None
    probabilities: NDArray[np.float64] | None = None

    __repr__ = brief

    def __post_init__(self) -> None:
        freeze(self)

    def __len__(self) -> int:
        return len(self.paths)

    @property
    def class_counts(self) -> NDArray[np.int64]:
        """Images of each class, (K,)."""
        return np.bincount(self.labels, minlength=len(self.classes))

    def take(self, rows: NDArray[np.int64]) -> "Dataset":
        """Return the data set restricted to *rows*; it keeps all classes."""
        return Dataset(
            source=self.source,
            classes=self.classes,
            paths=tuple(self.paths[row] for row in rows),
            labels=self.labels[rows],
            splits=tuple(self.splits[row] for row in rows),
            groups=tuple(self.groups[row] for row in rows) if self.groups else (),
            others=self.others,
            passed_over=self.passed_over,
            repeated=self.repeated,
            features=None if self.features is None else self.features[rows],
            probabilities=None if self.probabilities is None else self.probabilities[rows],
        )
