"""The files of a data set and their given labels."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from labelaudit.errors import DatasetError
from labelaudit.names import printable
from labelaudit.records.columns import brief, freeze
from labelaudit.records.multi_labels import MultiLabels
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
        K class names, sorted. If images may have several labels, each different set of labels is a class here.
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
    multi
        The single labels that the classes consist of, if images may have several; else None.
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
    multi: MultiLabels | None = None

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
            multi=self.multi,
        )

    def part(self, number: int, parts: int) -> "Dataset":
        """Return part *number*, from 1, of *parts*: every so many images, so that each has all classes."""
        return self.take(np.arange(number - 1, len(self), parts))

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the single labels: those of the classes, unless images may have several labels."""
        return self.multi.classes if self.multi else self.classes

    @property
    def given(self) -> NDArray[np.bool_]:
        """Which of the single labels each image has, (N, number of names)."""
        if self.multi:
            return self.multi.given(self.labels)
        return np.asarray(self.labels[:, None] == np.arange(len(self.classes)))

    def has(self, number: int, rows: NDArray[np.integer] | slice = slice(None)) -> NDArray[np.bool_]:
        """Return which images, all or those in *rows*, have a single label, given by its place among the names."""
        labels = self.labels[rows]
        return self.multi.sets[labels, number] if self.multi else np.asarray(labels == number)

    def rows_of(self, number: int) -> NDArray[np.int64]:
        """Return the images that have a single label, given by its place among the names."""
        return np.flatnonzero(self.has(number))

    @property
    def counts(self) -> NDArray[np.int64]:
        """Images with each of the single labels, (number of names,)."""
        if self.multi:
            return np.asarray(self.class_counts @ self.multi.sets)
        return self.class_counts

    def check_one_label(self, what: str, instead: str) -> None:
        """Check that each image has one label.

        Parameters
        ----------
        what
            What needs it.
        instead
            What can be done instead.

        Raises
        ------
        DatasetError
            Images may have several labels.
        """
        if self.multi:
            raise DatasetError(
                f"{printable(self.source.shown)} has several labels per image, and {what} needs one label for each "
                f"image. {instead}"
            )
