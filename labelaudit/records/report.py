"""All that a report says."""

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from labelaudit.findings import WHOLE, Finding
from labelaudit.records.count import Count
from labelaudit.records.doubt import Doubt
from labelaudit.records.illustration import Illustration, Size
from labelaudit.records.verdict import Verdict


class Rule(NamedTuple):
    """A rule that was run, explained."""

    code: str
    name: str
    severity: str
    summary: str
    page: str

    @property
    def markdown(self) -> str:
        """The page in Markdown, its parts as headings."""
        lines = []
        for line in self.page.splitlines():
            heading = line and not line.startswith(" ") and line != self.summary
            lines += [f"## {line}", ""] if heading else [line.strip()]
        return "\n".join(lines)


class ClassSize(NamedTuple):
    """A class and how many readable images it has."""

    name: str
    images: int


class ClassNoise(NamedTuple):
    """How many labels of a class are wrong, expected, and what most of those images truly show."""

    label: str
    images: int
    wrong: float
    mostly: str


class PairNoise(NamedTuple):
    """How many labels of one class truly belong to another, expected; cleanlab's figure where it was asked."""

    label: str
    true: str
    wrong: float
    cleanlab: float | None


class Explanation(NamedTuple):
    """The grounds of one judgement.

    Attributes
    ----------
    voters
        Each voter's probability of the given label and of the suggested one.
    like_label, like_suggested
        The nearest images of both classes, the nearest first, without its copies; no more than stand among the nearest.
    not_judged
        Why it was not judged, in words; empty if it was.
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
    """A readable image: where it is, what its label says, and the SHA-256 of its bytes."""

    path: str
    label: str
    digest: str


@dataclass(frozen=True, slots=True)
class Report:
    """All that a report says, in plain values: every format is made from it, and JSON gives it back.

    Attributes
    ----------
    version
        Of labelaudit.
    location
        The data set's place below the repository's root, or the working folder, POSIX; empty if it is not below it.
    settings
        What changes results, by name.
    rules
        That were run, sorted by code.
    classes
        K classes with their sizes, sorted by name.
    splits
        Names of the splits with their sizes, sorted; empty where the data set has none.
    images
        The readable images, sorted by path.
    unreadable
        How many files promised an image and could not be read.
    others
        Names of files that were passed over.
    judged
        How many labels were judged.
    accuracy
        Share of them whose most probable class is the given one, out of sample, 0 to 1.
    believable
        Whether the features see the classes well enough for a contradiction to mean something.
    wrong
        How many of the labels that were judged are wrong; the interval holds all of them if nothing is known.
    caught
        Share of the expected wrong labels that were flagged, accepted or not, 0 to 1.
    class_noise, pair_noise
        Where the wrong labels are, most first.
    findings
        What was found and not accepted before: first what counts at the gate, of each kind the gravest first.
    explanations
        Why labels were flagged, by path.
    verdict
        What the gate says.
    doubt
        Why the labels of the data set could not be judged; none if they could.
    worth_a_look
        The most suspicious images that were not flagged, the highest ``p_error`` first; they never count at the gate.
    illustrations
        Pictures for a page, by path and size; none until they are asked for, and never part of the JSON.
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
    judged: int
    accuracy: float
    believable: bool
    wrong: Count
    caught: float
    class_noise: tuple[ClassNoise, ...]
    pair_noise: tuple[PairNoise, ...]
    findings: tuple[Finding, ...]
    explanations: dict[str, Explanation]
    verdict: Verdict
    doubt: Doubt | None = None
    worth_a_look: tuple[Explanation, ...] = ()
    illustrations: dict[tuple[str, Size], Illustration] = field(default_factory=dict)

    def place(self, path: str) -> str:
        """Return where an image is in the repository, for tools that show files there."""
        if path == WHOLE:
            return self.location or WHOLE
        return f"{self.location}/{path}" if self.location else path

    def by_rule(self) -> dict[str, list[Finding]]:
        """Return the findings under their codes, in the order of the codes."""
        rules: dict[str, list[Finding]] = {}
        for finding in sorted(self.findings, key=lambda finding: finding.code):
            rules.setdefault(finding.code, []).append(finding)
        return rules
