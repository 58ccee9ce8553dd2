"""The contents of a report."""

from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any, NamedTuple

from labelaudit.findings import WHOLE, Finding
from labelaudit.records.count import Count
from labelaudit.records.dataset import PassedOver
from labelaudit.records.doubt import Doubt
from labelaudit.records.illustration import Illustration, Size
from labelaudit.records.tally import Tally
from labelaudit.records.verdict import Verdict


class Rule(NamedTuple):
    """A rule that was run, with its description."""

    code: str
    name: str
    severity: str
    summary: str
    page: str

    @property
    def markdown(self) -> str:
        """The page in Markdown, with its parts as headings."""
        lines = []
        for line in self.page.splitlines():
            heading = line and not line.startswith(" ") and line != self.summary
            lines += [f"## {line}", ""] if heading else [line.strip()]
        return "\n".join(lines)


class ClassSize(NamedTuple):
    """A class and its number of readable images."""

    name: str
    images: int


class ClassNoise(NamedTuple):
    """Expected number of wrong labels of a class, and the most frequent true class of these images.

    If images may have several labels, ``mostly`` is empty, and ``missing`` is the expected number of images from which
    the label is missing.
    """

    label: str
    images: int
    wrong: float
    mostly: str
    missing: float = 0.0


class PairNoise(NamedTuple):
    """Expected number of labels of one class that truly belong to another, and cleanlab's estimate if requested.

    If images may have several labels, one of the two is empty: a label that is missing, or one that was given by
    mistake.
    """

    label: str
    true: str
    wrong: float
    cleanlab: float | None


class Explanation(NamedTuple):
    """Why an image was judged as it was.

    Attributes
    ----------
    voters
        Predicted probabilities of the given and of the suggested label, by the name of each classifier.
    like_label, like_suggested
        The nearest images of both classes, in ascending distance, without copies; only those among the nearest
        neighbors.
    not_judged
        Why the label was not judged; empty if it was.
    """

    path: str
    label: str
    suggested: str
    p_error: float
    voters: dict[str, tuple[float, float]]
    like_label: tuple[str, ...]
    like_suggested: tuple[str, ...]
    not_judged: str = ""


class Listed(NamedTuple):
    """A readable image: its path, its label or the name of its label set, and the SHA-256 of its bytes."""

    path: str
    label: str
    digest: str


@dataclass(frozen=True, slots=True)
class Report:
    """The contents of a report as plain values. Every format is written from it, and the JSON format can be read back.

    Attributes
    ----------
    version
        Version of labelaudit.
    location
        Path of the data set relative to the root of the repository or to the working folder, POSIX; empty if it is
        outside.
    settings
        Settings that affect results, by name.
    rules
        Rules that were run, sorted by code.
    classes
        K classes with their sizes, sorted by name.
    splits
        Splits with their sizes, sorted by name; empty if the data set has none.
    images
        The readable images, sorted by path.
    unreadable
        Number of files that should be images and could not be read.
    others
        Names of files that were ignored.
    passed_over
        Folders that were passed over, with the number of files in them and why.
    judged
        Number of labels that were judged.
    accuracy
        Out-of-sample accuracy: share of judged labels that are the most probable class, 0 to 1.
    believable
        Whether the out-of-sample accuracy is high enough for label issues to be meaningful.
    wrong
        How many of the labels that were judged are wrong; the interval holds all of them if nothing is known.
    caught
        Share of the expected wrong labels that were flagged, accepted or not, 0 to 1.
    class_noise, pair_noise
        Where the wrong labels are, in descending number.
    findings
        Findings that are not accepted: first those that count at the gate, each sorted by severity.
    explanations
        Why labels were flagged, by the path of the image and by the label that the finding is about.
    verdict
        The decision of the gate.
    doubt
        Why the labels of the data set could not be judged; none if they could.
    worth_a_look
        The most suspicious images that were not flagged, the highest ``p_error`` first; they never count at the gate.
    written
        Where the labels of images with findings are written, if not in the paths of the images: the file relative to
        the data set, ``.`` for the data set itself, and the line from 1 on.
    tally
        How many decisions of people apply; None if there are none.
    families
        How many families the images belong to, an image without relatives being one of its own; 0 if that is unknown.
    not_run
        Codes of the selected rules that were not run, since they need images and there are only features.
    illustrations
        Thumbnails for the HTML page, by path and size; empty unless requested, and never part of the JSON report.
    several
        Whether images may have several labels; the label of an image is then the name of its label set.
    """

    version: str
    location: str
    settings: dict[str, Any]
    rules: tuple[Rule, ...]
    classes: tuple[ClassSize, ...]
    splits: tuple[ClassSize, ...]
    images: tuple[Listed, ...]
    unreadable: int
    others: tuple[str, ...]
    passed_over: tuple[PassedOver, ...]
    judged: int
    accuracy: float
    believable: bool
    wrong: Count
    caught: float
    class_noise: tuple[ClassNoise, ...]
    pair_noise: tuple[PairNoise, ...]
    findings: tuple[Finding, ...]
    explanations: dict[tuple[str, str], Explanation]
    verdict: Verdict
    doubt: Doubt | None = None
    worth_a_look: tuple[Explanation, ...] = ()
    tally: Tally | None = None
    families: int = 0
    not_run: tuple[str, ...] = ()
    written: dict[str, tuple[str, int]] = field(default_factory=dict)
    illustrations: dict[tuple[str, Size], Illustration] = field(default_factory=dict)
    several: bool = False

    def place(self, path: str) -> str:
        """Return the path of an image in the repository, for tools that link to files."""
        if path == WHOLE:
            return self.location or WHOLE
        if path in self.written and self.written[path][0] == WHOLE:
            return path  # the data set is a table or an archive, and no folder
        return f"{self.location}/{path}" if self.location else path

    def written_at(self, path: str) -> tuple[str, int]:
        """Return the file in the repository where the label of an image is written, and the line in it from 1 on."""
        if path not in self.written:
            return self.place(path), 1
        file, line = self.written[path]
        return self.place(file), max(line, 1)

    def label_line(self, path: str) -> str:
        """Return the line of a table that holds the label of an image, as ``labels.csv:17``; empty if there is none."""
        file, line = self.written.get(path, ("", 0))
        if not line:
            return ""
        name = PurePosixPath(self.location).name if file == WHOLE else file
        return f"{name}:{line}" if name else f"line {line}"

    def by_rule(self) -> dict[str, list[Finding]]:
        """Return the findings by code, sorted by code."""
        rules: dict[str, list[Finding]] = {}
        for finding in sorted(self.findings, key=lambda finding: finding.code):
            rules.setdefault(finding.code, []).append(finding)
        return rules
