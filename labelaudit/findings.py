"""The nouns of the report: what was found, what it weighs, and what the gate says of it."""

from dataclasses import dataclass
from enum import StrEnum

from labelaudit.errors import ExitCode


class Severity(StrEnum):
    """How much a finding weighs at the gate."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"

    @property
    def rank(self) -> int:
        """Position from the gravest, 0, downwards."""
        return list(Severity).index(self)


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
    related
        Further images that the finding is about: the copies of this one, or examples.
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
    related: tuple[str, ...] = ()


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
