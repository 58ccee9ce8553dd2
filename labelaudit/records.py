"""The nouns: what flows from stage to stage.

All of them are frozen. Arrays are columns: row i of each belongs to image i. N counts images, K classes and D
features. Scores have one direction everywhere: ``p_error`` high means probably wrong.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from labelaudit.findings import Finding
from labelaudit.settings import Settings

Track = Callable[[int, int], None]
"""Called with (done, total) while a stage works; how a user interface learns of progress."""


MILLION = 1_000_000
"""The sum of a row of soft labels: they are printed with six decimals, and add up at just that precision."""


def silently(done: int, total: int) -> None:
    """Track nothing."""


def frozen(array: NDArray[np.generic]) -> NDArray[np.generic]:
    """Return *array* after taking away its write permission."""
    array.setflags(write=False)
    return array


@dataclass(frozen=True, eq=False, slots=True)
class Dataset:
    """The files of a data set and the labels they claim.

    Attributes
    ----------
    root
        The folder.
    classes
        K class names, sorted.
    paths
        N paths below the root, POSIX, sorted.
    labels
        int64 (N,), indices into the classes.
    splits
        N names of splits; empty strings where the data set has none.
    others
        Files that were passed over because they are no part of the layout.
    """

    root: Path
    classes: tuple[str, ...]
    paths: tuple[str, ...]
    labels: NDArray[np.int64]
    splits: tuple[str, ...]
    others: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        frozen(self.labels)

    def __len__(self) -> int:
        return len(self.paths)

    @property
    def class_counts(self) -> NDArray[np.int64]:
        """Images of each class, (K,)."""
        return np.bincount(self.labels, minlength=len(self.classes))

    def take(self, rows: NDArray[np.int64]) -> "Dataset":
        """Return the data set that holds *rows* only, with all its classes."""
        return Dataset(
            root=self.root,
            classes=self.classes,
            paths=tuple(self.paths[row] for row in rows),
            labels=self.labels[rows],
            splits=tuple(self.splits[row] for row in rows),
            others=self.others,
        )


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that could not be read, and why."""

    path: str
    label: str
    reason: str
    digest: str = ""


@dataclass(frozen=True, eq=False, slots=True)
class Observations:
    """What one pass over the bytes gathered.

    Attributes
    ----------
    rows
        int64 (N,), rows of the listed data set that hold a readable image, rising.
    digests
        N content digests: SHA-256 of the file's bytes, hexadecimal.
    pictures
        N digests of the decoded pixels: the same for the same picture in another wrapping.
    features
        float32 (N, D).
    blocks
        Widths of the parts that the features come in, summing to D.
    thumbnails
        uint8 (N, 768): the pictures at 16 x 16 in RGB.
    skipped
        Files that promised an image and could not be read.
    others
        Files among the images that are none and never said so.
    """

    rows: NDArray[np.int64]
    digests: tuple[str, ...]
    pictures: tuple[str, ...]
    features: NDArray[np.float32]
    blocks: tuple[int, ...]
    thumbnails: NDArray[np.uint8]
    skipped: tuple[Skipped, ...]
    others: tuple[str, ...]

    def __post_init__(self) -> None:
        for column in (self.rows, self.features, self.thumbnails):
            frozen(column)


@dataclass(frozen=True, slots=True)
class Count:
    """An estimated number of wrong labels, with the ends of its 90 % interval."""

    estimate: float
    low: float
    high: float


@dataclass(frozen=True, eq=False, slots=True)
class Beliefs:
    """What a model that never saw an image thinks of its label.

    Attributes
    ----------
    candidates
        int64 (N, M): the classes that each image may be of, M at most 24; the given label first, the rest as sorted.
    probabilities
        float64 (N, M) of the candidates, out of sample, before the label was looked at; rows sum to 1.
    p_error
        float64 (N,), calibrated probability that the given label is wrong, 0 to 1; 0 where it was not judged.
    suggested
        int64 (N,), the class that is most likely if the given label is wrong.
    judged
        bool (N,), false for images of classes too small to be judged.
    groups
        int64 (N,), the same number for all copies of one picture.
    voters
        By the name of each voter, its own probabilities of the candidates, float64 (N, M).
    neighbours
        int32 (N, k), the nearest other images, the nearest first; copies among them.
    noise
        float64 (K, K): how many labels of the class in the row are truly of the class in the column, expected.
    wrong
        How many of the labels that were judged are wrong.
    accuracy
        Share of the judged whose most probable class is the given one, 0 to 1.
    chance
        The accuracy of always naming the largest class, 0 to 1.
    """

    candidates: NDArray[np.int64]
    probabilities: NDArray[np.float64]
    p_error: NDArray[np.float64]
    suggested: NDArray[np.int64]
    judged: NDArray[np.bool_]
    groups: NDArray[np.int64]
    voters: dict[str, NDArray[np.float64]]
    neighbours: NDArray[np.int32]
    noise: NDArray[np.float64]
    wrong: Count
    accuracy: float
    chance: float

    def __post_init__(self) -> None:
        for column in (
            self.candidates,
            self.probabilities,
            self.p_error,
            self.suggested,
            self.judged,
            self.groups,
            self.noise,
        ):
            frozen(column)

    def probability(self, classes: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the probability of one class for each image, (N,), 0 where it is no candidate."""
        chosen: NDArray[np.float64] = (self.probabilities * (self.candidates == classes[:, None])).sum(axis=1)
        return chosen

    @property
    def believable(self) -> bool:
        """Whether the features see the classes well enough for a contradiction to mean something.

        Of what chance leaves to be known, a tenth has to be known, on 30 images at least.
        """
        return int(self.judged.sum()) >= 30 and self.accuracy - self.chance >= 0.1 * (1 - self.chance)


@dataclass(frozen=True, eq=False, slots=True)
class Evidence:
    """The one argument of every check: the readable images and all that is known about them."""

    dataset: Dataset
    observed: Observations
    beliefs: Beliefs
    settings: Settings


@dataclass(frozen=True, eq=False, slots=True)
class Audit:
    """The result: the readable images, what was observed and believed of them, and what was found.

    The second opinion is cleanlab's table of noise, (K, K) as ``Beliefs.noise``, where the settings ask for it.
    """

    dataset: Dataset
    observed: Observations
    beliefs: Beliefs
    findings: tuple[Finding, ...]
    settings: Settings
    second_opinion: NDArray[np.float64] | None = None

    def by_rule(self) -> dict[str, list[Finding]]:
        """Return the findings under their codes, in the order of the codes."""
        rules: dict[str, list[Finding]] = {}
        for finding in sorted(self.findings, key=lambda finding: finding.code):
            rules.setdefault(finding.code, []).append(finding)
        return rules


@dataclass(frozen=True, slots=True)
class Trial:
    """What became of errors that were planted on purpose.

    Attributes
    ----------
    kind
        How they were planted.
    planted, flagged, found, corrected
        Labels made wrong, labels flagged, those in both, and those of them whose true label was suggested.
    expected
        Wrong labels that were expected, the sum of ``p_error``.
    calibration_error
        Mean distance between ``p_error`` and the share truly planted, in ten bins, 0 to 1.
    """

    kind: str
    planted: int
    flagged: int
    found: int
    corrected: int
    expected: float
    calibration_error: float


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
