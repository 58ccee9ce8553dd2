"""The decision of the gate."""

from dataclasses import dataclass
from typing import NamedTuple

from labelaudit.errors import ExitCode
from labelaudit.findings import WHOLE, Finding
from labelaudit.records.baseline import Accepted, Entry

NOT_JUDGED = ("LA405", "LA401", "LA403")
"""Rules whose findings say that labels were not judged, or not against another class, in order of severity."""


class Limits(NamedTuple):
    """What the gate allows.

    Attributes
    ----------
    max_issues
        Maximum number of findings that count; None for any number.
    max_rate
        Maximum share of images with a finding that counts, 0 to 1; None for any share.
    strict
        Whether stale entries of the baseline fail.
    """

    max_issues: int | None = 0
    max_rate: float | None = None
    strict: bool = False


BY_DEFAULT = Limits()
"""No finding that counts is allowed."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The decision of the gate on the findings of an audit.

    Attributes
    ----------
    counted
        Findings that count at the gate.
    rate
        Share of images with a counted finding, 0 to 1; unreadable files are included in the total.
    reason
        Why the gate fails; empty if it passes.
    open
        Findings that are not accepted: first those that count, last those on unchanged images, each sorted by severity.
    accepted
        Accepted findings.
    stale
        Entries of the baseline whose image was deleted or relabeled.
    since
        The git revision since which an image must have changed to count; empty if all images count.
    unchanged
        The open findings that do not count because their images have not changed.
    limits
        What the gate allows.
    """

    counted: tuple[Finding, ...]
    rate: float
    reason: str
    open: tuple[Finding, ...] = ()
    accepted: tuple[Accepted, ...] = ()
    stale: tuple[Entry, ...] = ()
    since: str = ""
    unchanged: tuple[Finding, ...] = ()
    limits: Limits = BY_DEFAULT

    @property
    def passed(self) -> bool:
        """Whether the findings are within the limits of the gate."""
        return not self.reason

    @property
    def not_judged(self) -> tuple[Finding, ...]:
        """The open findings that say what could not be judged; only that about the whole data set, if there is one."""
        found = tuple(each for code in NOT_JUDGED for each in self.open if each.code == code)
        return tuple(each for each in found if each.path == WHOLE) or found

    @property
    def why(self) -> str:
        """Why the gate fails, or what could not be judged if it passes, safe to print; otherwise empty."""
        return self.reason or self.not_judged_message

    @property
    def not_judged_message(self) -> str:
        """What could not be judged, safe to print; empty if everything was judged."""
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
        """Number of accepted findings and of stale entries."""
        return {"accepted": len(self.accepted), "stale": len(self.stale)}

    @property
    def exit_code(self) -> ExitCode:
        """0 or 1; an audit that failed has no verdict."""
        return ExitCode.PASSED if self.passed else ExitCode.FINDINGS
