"""What the gate says of an audit."""

from dataclasses import dataclass

from labelaudit.errors import ExitCode
from labelaudit.findings import WHOLE, Finding
from labelaudit.records.baseline import Accepted, Entry

NOT_JUDGED = ("LA405", "LA401", "LA403")
"""Rules whose findings say that labels were not judged, or not against those of another class; the gravest first."""


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
    open
        The findings that were not accepted before: first those that count, last those whose
        images have not changed, of each kind the gravest first.
    accepted
        The others.
    stale
        Entries of the baseline whose image is gone or has another label now.
    since
        The git revision since which an image has to have changed to count; empty if all images may.
    unchanged
        The open findings that do not count because their images have not changed since.
    """

    counted: tuple[Finding, ...]
    rate: float
    reason: str
    open: tuple[Finding, ...] = ()
    accepted: tuple[Accepted, ...] = ()
    stale: tuple[Entry, ...] = ()
    since: str = ""
    unchanged: tuple[Finding, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether nothing is beyond what the gate allows."""
        return not self.reason

    @property
    def not_judged(self) -> tuple[Finding, ...]:
        """The open findings that say what could not be judged: of the whole data set alone if it could not."""
        found = tuple(each for code in NOT_JUDGED for each in self.open if each.code == code)
        return tuple(each for each in found if each.path == WHOLE) or found

    @property
    def why(self) -> str:
        """Why it fails or, if it passes, what could not be judged, in words and safe to print; empty for neither."""
        return self.reason or self.not_judged_message

    @property
    def not_judged_message(self) -> str:
        """What could not be judged, in words and safe to print; empty if everything was."""
        if not self.not_judged:
            return ""
        more = len(self.not_judged) - 1
        others = f" (and {more:,} more of {', '.join(sorted(NOT_JUDGED))})" if more else ""
        return f"{self.not_judged[0].message}{others}"

    @property
    def outcome(self) -> str:
        """The verdict in one sentence, safe to print."""
        if not self.passed:
            return f"failed: {self.why}"
        return f"passed; {self.why}" if self.why else "passed"

    @property
    def beside(self) -> dict[str, int]:
        """How much stands beside the open findings: what was accepted before, and entries that are stale."""
        return {"accepted": len(self.accepted), "stale": len(self.stale)}

    @property
    def exit_code(self) -> ExitCode:
        """0 or 1; that an audit could not be made is never a verdict."""
        return ExitCode.PASSED if self.passed else ExitCode.FINDINGS
