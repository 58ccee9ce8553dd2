"""The nouns: what flows from stage to stage.

All of them are frozen. Arrays are columns: row i of each belongs to image i. N counts images, K classes and D
features. Scores have one direction everywhere: ``p_error`` high means probably wrong.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from labelaudit.errors import ExitCode
from labelaudit.settings import Settings

Floats = NDArray[np.floating]
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


class Severity(StrEnum):
    """How much a finding weighs at the gate."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"

    @property
    def rank(self) -> int:
        """Position from the gravest, 0, downwards."""
        return list(Severity).index(self)


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
    skipped
        Files that promised an image and could not be read.
    others
        Files among the images that are none and never said so.
    """

    rows: NDArray[np.int64]
    digests: tuple[str, ...]
    pictures: tuple[str, ...]
    features: NDArray[np.float32]
    skipped: tuple[Skipped, ...]
    others: tuple[str, ...]

    def __post_init__(self) -> None:
        frozen(self.rows)
        frozen(self.features)


@dataclass(frozen=True, slots=True)
class Share:
    """An estimated share of wrong labels, 0 to 1, with the ends of its 90 % interval."""

    estimate: float
    low: float
    high: float


@dataclass(frozen=True, eq=False, slots=True)
class Beliefs:
    """What a model that never saw an image thinks of its label.

    Attributes
    ----------
    probabilities
        float64 (N, K), out of sample; rows sum to 1.
    p_error
        float64 (N,), calibrated probability that the given label is wrong, 0 to 1; 0 where it was not judged.
    suggested
        int64 (N,), the class that fits best if the given one is wrong; the given one where none fits better.
    judged
        bool (N,), false for images of classes too small to be judged.
    noise
        Estimated share of wrong labels among the judged.
    accuracy
        Share of the judged whose most probable class is the given one, 0 to 1.
    """

    probabilities: NDArray[np.float64]
    p_error: NDArray[np.float64]
    suggested: NDArray[np.int64]
    judged: NDArray[np.bool_]
    noise: Share
    accuracy: float

    def __post_init__(self) -> None:
        for column in (self.probabilities, self.p_error, self.suggested, self.judged):
            frozen(column)


@dataclass(frozen=True, eq=False, slots=True)
class Evidence:
    """The one argument of every check: the readable images and all that is known about them."""

    dataset: Dataset
    observed: Observations
    beliefs: Beliefs
    settings: Settings


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong with the data.

    Attributes
    ----------
    code
        Of the rule, such as ``LA101``.
    name
        Of the rule, in words.
    severity
        What it weighs at the gate.
    path
        The image, relative to the data set, POSIX; or a class, where the finding is about one.
    message
        The finding in a few words, safe to print; without the path.
    label
        The given label.
    suggested
        The label that fits better; empty if there is none.
    p_error
        Probability that the label is wrong; none for rules that do not speak of it.
    digest
        Of the image's bytes; empty if there is no image.
    """

    code: str
    name: str
    severity: Severity
    path: str
    message: str
    label: str = ""
    suggested: str = ""
    p_error: float | None = None
    digest: str = ""


@dataclass(frozen=True, eq=False, slots=True)
class Audit:
    """The result: the readable images, what was observed and believed of them, and what was found."""

    dataset: Dataset
    observed: Observations
    beliefs: Beliefs
    findings: tuple[Finding, ...]
    settings: Settings

    def by_rule(self) -> dict[str, list[Finding]]:
        """Return the findings under their codes, in the order of the codes."""
        rules: dict[str, list[Finding]] = {}
        for finding in sorted(self.findings, key=lambda finding: finding.code):
            rules.setdefault(finding.code, []).append(finding)
        return rules


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the gate says of an audit.

    Attributes
    ----------
    counted
        The findings that count at the gate.
    rate
        Images with a counted finding, as a share of all that were meant to be images, 0 to 1.
    reason
        Why it fails, in words; empty if it passes.
    """

    counted: tuple[Finding, ...]
    rate: float
    reason: str

    @property
    def passed(self) -> bool:
        """Whether nothing is beyond what the gate allows."""
        return not self.reason

    @property
    def exit_code(self) -> ExitCode:
        """0 or 1; that an audit could not be made is never a verdict."""
        return ExitCode.PASSED if self.passed else ExitCode.FINDINGS


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
