"""The checks: one a file, each from the evidence to findings.

A check's docstring is its page in the docs and what ``labelaudit explain`` prints; its parts are always What it
finds, Why it matters, How it decides, What to do, Limits, Source.
"""

import inspect
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import chain

from labelaudit.errors import SettingsError
from labelaudit.findings import Finding, Severity
from labelaudit.records import Evidence, Rule
from labelaudit.registry import Registry
from labelaudit.settings import Settings

Find = Callable[[Evidence], Iterable[Finding]]


@dataclass(frozen=True, slots=True)
class Check:
    """A rule: its stable code, its name, what its findings weigh, and the function that finds them."""

    code: str
    name: str
    severity: Severity
    find: Find

    @property
    def page(self) -> str:
        """The rule explained, from the docstring of its function."""
        return inspect.cleandoc(self.find.__doc__ or "")

    @property
    def summary(self) -> str:
        """The first line of the page."""
        return self.page.partition("\n")[0]

    @property
    def described(self) -> Rule:
        """The rule as a report tells of it."""
        return Rule(self.code, self.name, self.severity.value, self.summary, self.page)

    def finding(
        self,
        path: str,
        message: str,
        *,
        label: str = "",
        suggested: str = "",
        p_error: float | None = None,
        digest: str = "",
        related: tuple[str, ...] = (),
        subject: str = "",
    ) -> Finding:
        """Return a finding of this rule."""
        rule = (self.code, self.name, self.severity)
        return Finding(*rule, path, message, label, suggested, p_error, digest, related, subject)


CHECKS: Registry[Check] = Registry("rule", "labelaudit.checks")


def rule(code: str, name: str, severity: Severity) -> Callable[[Find], Check]:
    """Return a decorator that makes a function a registered check."""

    def decorate(find: Find) -> Check:
        return CHECKS.register(code)(Check(code, name, severity, find))

    return decorate


from labelaudit.checks import (  # noqa: E402  they register themselves
    ambiguous,  # noqa: F401
    conflicting_duplicates,  # noqa: F401
    duplicate,  # noqa: F401
    imbalance,  # noqa: F401
    leakage,  # noqa: F401
    mislabeled,  # noqa: F401
    off_topic,  # noqa: F401
    overlapping_classes,  # noqa: F401
    poor_image,  # noqa: F401
    shortcut,  # noqa: F401
    too_few,  # noqa: F401
    unreadable,  # noqa: F401
)


def check_codes(words: Iterable[str]) -> None:
    """Make sure that each word is the code of a rule or the beginning of one.

    Raises
    ------
    SettingsError
        One is not: a mistyped code would select nothing in silence.
    """
    codes = list(CHECKS)
    for word in words:
        if not any(code.startswith(word) for code in codes):
            raise SettingsError(f"no rule's code begins with {word!r}. There are: {', '.join(codes)}.")


def selected(settings: Settings) -> list[str]:
    """Return the codes of the rules that are to be run, sorted."""
    check_codes((*settings.select, *settings.ignore, *chain(*settings.ignored_by_class().values())))
    codes = list(CHECKS)
    return [code for code in codes if code.startswith(settings.select or "") and not code.startswith(settings.ignore)]


def described(settings: Settings) -> tuple[Rule, ...]:
    """Return the rules that are to be run, explained."""
    return tuple(CHECKS[code].described for code in selected(settings))


def run_checks(evidence: Evidence) -> tuple[Finding, ...]:
    """Run the selected checks; return their findings, the gravest rules first and the most certain of each first."""
    ignored = evidence.settings.ignored_by_class()
    found = [
        finding
        for code in selected(evidence.settings)
        for finding in CHECKS[code].find(evidence)
        if not code.startswith(ignored.get(finding.label, ()))
    ]
    return tuple(sorted(found, key=_order))


def _order(finding: Finding) -> tuple[int, str, float, str]:
    certainty = 1.0 if finding.p_error is None else finding.p_error
    return (finding.severity.rank, finding.code, -certainty, finding.path)
