"""The checks, one per file: each is a function from the evidence to findings.

The docstring of a check is its page in the documentation and the output of ``labelaudit explain``. Its sections are
What it finds, Why it matters, How it decides, What to do, Limits, Source.
"""

import difflib
import inspect
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from labelaudit.errors import SettingsError
from labelaudit.findings import Finding, Severity
from labelaudit.names import printable
from labelaudit.records import Dataset, Evidence, Observations, Rule
from labelaudit.registry import Registry
from labelaudit.settings import Settings
from labelaudit.timing import timed

Find = Callable[[Evidence], Iterable[Finding]]

ONE, SEVERAL, ANY = "one", "several", "any"
"""How many labels the images of a data set may have."""


@dataclass(frozen=True, slots=True)
class Check:
    """A rule: its stable code, its name, the severity of its findings, the function that finds them, and former names.

    A former name is accepted wherever the name is. A rule that needs images is not run if there are only features.
    ``labels`` says which data sets it is for: those with ``one`` label per image, those with ``several``, or ``any``.
    """

    code: str
    name: str
    severity: Severity
    find: Find
    former_names: tuple[str, ...] = ()
    needs_images: bool = False
    labels: str = ANY

    @property
    def page(self) -> str:
        """The page of the rule: the docstring of its function."""
        return inspect.cleandoc(self.find.__doc__ or "")

    @property
    def summary(self) -> str:
        """The first line of the page."""
        return self.page.partition("\n")[0]

    @property
    def described(self) -> Rule:
        """The rule as it is listed in a report."""
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


def rule(
    code: str,
    name: str,
    severity: Severity,
    *,
    former_names: tuple[str, ...] = (),
    needs_images: bool = False,
    labels: str = ANY,
) -> Callable[[Find], Check]:
    """Return a decorator that makes a function a registered check."""

    def decorate(find: Find) -> Check:
        return CHECKS.register(code)(Check(code, name, severity, find, former_names, needs_images, labels))

    return decorate


from labelaudit.checks import (  # noqa: E402  imported to register them
    ambiguous,  # noqa: F401
    conflicting_duplicates,  # noqa: F401
    duplicate,  # noqa: F401
    extra_label,  # noqa: F401
    imbalance,  # noqa: F401
    leakage,  # noqa: F401
    mislabeled,  # noqa: F401
    missing_label,  # noqa: F401
    not_judged,  # noqa: F401
    outlier,  # noqa: F401
    overlapping_classes,  # noqa: F401
    poor_image,  # noqa: F401
    related_across_splits,  # noqa: F401
    shortcut,  # noqa: F401
    similar_class_names,  # noqa: F401
    too_few,  # noqa: F401
    unreadable,  # noqa: F401
)


def find_rule(word: str) -> Check:
    """Return the rule with this code or name, in upper or lower case.

    Raises
    ------
    SettingsError
        There is no such rule; the message suggests the closest.
    """
    code = _codes_by_name().get(_normalised(word), word.upper())
    if code not in CHECKS:
        raise SettingsError(_unknown(word))
    return CHECKS[code]


def codes_of(words: Iterable[str], *, besides: Iterable[str] = ()) -> tuple[str, ...]:
    """Return the codes of the rules that a user names; all commands look up rules here.

    Parameters
    ----------
    words
        Each the code of a rule, a prefix of codes (``LA2``), or the name of a rule, in upper or lower case.
    besides
        Other words that the user may have meant; they are only suggested.

    Returns
    -------
    Codes, and prefixes of codes as they were given.

    Raises
    ------
    SettingsError
        A word is none of these; the message suggests the closest.
    """
    by_name = _codes_by_name()
    found = []
    for word in words:
        code = by_name.get(_normalised(word), word.upper())
        if not code or not any(known.startswith(code) for known in CHECKS):
            raise SettingsError(_unknown(word, besides))
        found.append(code)
    return tuple(found)


def counted_codes(words: Iterable[str]) -> tuple[str, ...]:
    """Return the words with the names of rules replaced by their codes; severities stay as they are.

    Raises
    ------
    SettingsError
        A word is neither a severity nor a rule.
    """
    severities = [severity.value for severity in Severity]
    found: list[str] = []
    for word in words:
        found += [word.lower()] if word.lower() in severities else codes_of([word], besides=severities)
    return tuple(found)


def with_codes(settings: Settings) -> Settings:
    """Return the settings with every rule given by its code.

    Raises
    ------
    SettingsError
        A rule does not exist.
    """
    return replace(
        settings,
        select=codes_of(settings.select),
        ignore=codes_of(settings.ignore),
        per_class=tuple(replace(each, ignore=codes_of(each.ignore)) for each in settings.per_class),
    )


def _codes_by_name() -> dict[str, str]:
    """Return the codes of rules by name; a former name never hides a current one."""
    checks = [CHECKS[code] for code in CHECKS]
    former = {_normalised(name): check.code for check in checks for name in check.former_names}
    return former | {_normalised(check.name): check.code for check in checks}


def _normalised(name: str) -> str:
    return name.lower().replace("_", "-")


def _unknown(word: str, besides: Iterable[str] = ()) -> str:
    names = [name for code in CHECKS for name in (code, CHECKS[code].name)]
    known = {_normalised(name): name for name in (*names, *besides)}
    close = difflib.get_close_matches(_normalised(word), known, n=1)
    hint = f"; did you mean '{known[close[0]]}'?" if close else "."
    return f"no rule has the code or name '{printable(word)}'{hint} To list all rules, type: labelaudit rules"


def selected(settings: Settings, dataset: Dataset | None = None) -> list[str]:
    """Return the codes of the rules that are to be run on a data set, sorted; on any data set without one.

    Raises
    ------
    SettingsError
        The user selects only rules for other data sets.
    """
    chosen = with_codes(settings)
    wanted = [code for code in CHECKS if code.startswith(chosen.select or "") and not code.startswith(chosen.ignore)]
    if dataset is None:
        return wanted
    found = [code for code in wanted if CHECKS[code].labels in (ANY, SEVERAL if dataset.multi else ONE)]
    if wanted and not found:
        which = "several labels" if dataset.multi else "one label"
        instead = "LA104 and LA105" if dataset.multi else "LA101"
        raise SettingsError(
            f"{', '.join(wanted)} cannot be run: this data set has {which} per image. Select {instead}."
        )
    return found


def not_run(settings: Settings, dataset: Dataset, observed: Observations) -> tuple[str, ...]:
    """Return the codes of the selected rules that cannot be run, since they need images and there are only features."""
    return tuple(code for code in selected(settings, dataset) if CHECKS[code].needs_images and not observed.has_images)


def described(settings: Settings, dataset: Dataset, observed: Observations) -> tuple[Rule, ...]:
    """Return the rules that are run, with their pages."""
    left_out = not_run(settings, dataset, observed)
    return tuple(CHECKS[code].described for code in selected(settings, dataset) if code not in left_out)


@timed("running the rules")
def run_checks(evidence: Evidence) -> tuple[Finding, ...]:
    """Run the selected checks; return their findings, sorted by severity and, within a rule, by certainty."""
    ignored = with_codes(evidence.settings).ignored_by_class()
    left_out = not_run(evidence.settings, evidence.dataset, evidence.observed)
    found = [
        finding
        for code in selected(evidence.settings, evidence.dataset)
        if code not in left_out
        for finding in CHECKS[code].find(evidence)
        if not code.startswith(ignored.get(finding.about, ()))
    ]
    return tuple(sorted(found, key=_order))


def _order(finding: Finding) -> tuple[int, str, float, str]:
    certainty = 1.0 if finding.p_error is None else finding.p_error
    return (finding.severity.rank, finding.code, -certainty, finding.path)
