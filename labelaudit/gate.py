"""The gate: compares findings with limits and decides whether a scan passes."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from labelaudit.errors import SettingsError
from labelaudit.findings import WHOLE, Finding, Severity
from labelaudit.kinds import check_kind, tuple_of
from labelaudit.names import printable
from labelaudit.records import Accepted, Audit, Baseline, Changes, Entry, Limits, Verdict, labels_in

EXTRA, MISSING = "LA104", "LA105"
"""Rules whose findings are about one of several labels: one that the image has, and one that it has not."""

RULE = re.compile("[A-Za-z][A-Za-z0-9_-]*")
"""The code of a rule, a prefix of codes, or the name of a rule."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """Limits that the findings of an audit must not exceed.

    Parameters
    ----------
    fail_on
        Which findings count: a severity (which includes more severe ones), rules by code, prefix of codes or name, or
        both. That a rule exists is checked by :func:`labelaudit.judge`.
    max_issues
        Maximum number of findings that count; None means no limit if ``max_rate`` is set, and 0 otherwise.
    max_rate
        Maximum share of images with a finding that counts, 0 to 1.
    strict
        Whether warnings count as well, and stale entries of the baseline fail.

    Raises
    ------
    SettingsError
        A limit is out of range, or ``fail_on`` is empty or contains what can't be a rule.
    """

    fail_on: tuple[str, ...] = ("error",)
    max_issues: int | None = None
    max_rate: float | None = None
    strict: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "fail_on", tuple_of("fail_on", self.fail_on, (str,), "('error', 'LA3')"))
        if self.max_issues is not None:
            check_kind("max_issues", self.max_issues, (int,), "a whole number or None")
        if self.max_rate is not None:
            check_kind("max_rate", self.max_rate, (int, float), "a share from 0 to 1 or None")
        if self.max_issues is not None and self.max_issues < 0:
            raise SettingsError(f"--max-issues is {self.max_issues}; it must be 0 or more.")
        if self.max_rate is not None and not 0 <= self.max_rate <= 1:
            raise SettingsError(f"--max-rate is {self.max_rate}; it is a share from 0 to 1, so 2 % is 0.02.")
        if not self.fail_on:
            raise SettingsError(
                "--fail-on names nothing, and everything would pass. Expected error, warning or info, or codes of "
                "rules such as LA101,LA3; to report and pass, type: labelaudit scan DATA --exit-zero"
            )
        for word in self.fail_on:
            if word not in list(Severity) and not RULE.fullmatch(word):
                raise SettingsError(
                    f"--fail-on {word}: expected error, warning or info, or rules such as LA101, LA3 or mislabeled."
                )

    @property
    def limits(self) -> Limits:
        """The limits with their default: without any, no finding that counts is allowed."""
        most = 0 if self.max_issues is None and self.max_rate is None else self.max_issues
        return Limits(most, self.max_rate, self.strict)

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes and prefixes of codes in ``fail_on``."""
        return tuple(word for word in self.fail_on if word not in list(Severity))

    def counts(self, finding: Finding) -> bool:
        """Return whether a finding counts."""
        ranks = [Severity(word).rank for word in self.fail_on if word in list(Severity)]
        if self.strict and finding.severity is not Severity.INFO:
            return True
        return finding.code.startswith(self.codes) or any(finding.severity.rank <= rank for rank in ranks)


def compare_with_limits(
    audit: Audit, gate: Gate, baseline: Baseline = Baseline(), changes: Changes | None = None
) -> Verdict:
    """Compare the findings of an audit with a baseline and the limits of a gate.

    Parameters
    ----------
    audit
        The audit.
    gate
        The limits, with rules by code: a name here would count nothing, and pass.
    baseline
        Accepted findings; they are counted separately and never fail the gate.
    changes
        If given, only findings on one of these files count.
    """
    entries = baseline.by_key()
    accepted = tuple(Accepted(each, entries[each.key]) for each in audit.findings if each.key in entries)
    still_open = tuple(each for each in audit.findings if each.key not in entries)
    stale = stale_entries(audit, baseline)
    unchanged = tuple(each for each in still_open if changes and not _touched(each, changes))
    aside = set(map(id, unchanged))
    counted = tuple(each for each in still_open if gate.counts(each) and id(each) not in aside)
    counts = set(map(id, counted))
    # findings that fail the run come first, so that a size limit does not remove them
    in_order = tuple(sorted(still_open, key=lambda each: (id(each) not in counts, id(each) in aside)))
    rate = _rate(counted, len(audit.dataset) + len(audit.observed.skipped))
    since = printable(changes.since) if changes else ""
    reason = _reason(len(counted), rate, len(stale), gate.limits)
    return Verdict(counted, rate, reason, in_order, accepted, stale, since, unchanged, gate.limits)


def accepting(verdict: Verdict, accepted: Iterable[Accepted], images: int) -> Verdict:
    """Return the verdict on the same findings after more of them were accepted.

    Parameters
    ----------
    verdict
        The verdict before.
    accepted
        The findings that were accepted since.
    images
        Number of images of the data set, including the unreadable ones.
    """
    more = tuple(accepted)
    gone = {id(each.finding) for each in more}
    counted, still_open, unchanged = (
        tuple(each for each in found if id(each) not in gone)
        for found in (verdict.counted, verdict.open, verdict.unchanged)
    )
    rate = _rate(counted, images)
    return replace(
        verdict,
        counted=counted,
        rate=rate,
        reason=_reason(len(counted), rate, len(verdict.stale), verdict.limits),
        open=still_open,
        accepted=(*verdict.accepted, *more),
        unchanged=unchanged,
    )


def _rate(counted: tuple[Finding, ...], images: int) -> float:
    return len({finding.path for finding in counted}) / max(images, 1)


def _reason(counted: int, rate: float, stale: int, limits: Limits) -> str:
    """Return why findings are beyond the limits; empty if they are within them."""
    reasons = []
    if limits.max_issues is not None and counted > limits.max_issues:
        found = "1 finding counts" if counted == 1 else f"{counted} findings count"
        reasons.append(f"{found}, {limits.max_issues} allowed (--max-issues {limits.max_issues})")
    if limits.max_rate is not None and rate > limits.max_rate:
        found, may = _apart(rate, limits.max_rate)
        reasons.append(
            f"{found} of the images have a finding that counts, {may} allowed (--max-rate {limits.max_rate:g})"
        )
    if limits.strict and stale:
        entries = "1 stale entry" if stale == 1 else f"{stale:,} stale entries"
        reasons.append(f"the baseline has {entries} (--strict)")
    return "; ".join(reasons)


def _touched(finding: Finding, changes: Changes) -> bool:
    """Tell whether one of the files that a finding is about has changed; the whole data set is about all of them."""
    if finding.path == WHOLE:
        return bool(changes.paths)
    return not changes.paths.isdisjoint((finding.path, *finding.related))


def _apart(rate: float, limit: float) -> tuple[str, str]:
    """Return two shares in percent, with as many digits as needed to distinguish them."""
    pairs = ((f"{rate:.{digits}%}", f"{limit:.{digits}%}") for digits in range(2, 16))
    return next(((found, may) for found, may in pairs if found != may), (f"{rate:%}", f"{limit:%}"))


def stale_entries(audit: Audit, baseline: Baseline) -> tuple[Entry, ...]:
    """Return the entries whose image was deleted or relabeled.

    An entry whose image is present but not flagged is not stale: it may be flagged again later, and the decision still
    holds. The data set as a whole is always present. Entries of rules that were not run are not stale either.
    """
    dataset, settings = audit.dataset, audit.settings
    alive = {finding.key for finding in audit.findings}
    labels = [printable(name) for name in dataset.classes]
    there = {
        (WHOLE, ""),
        *((digest, labels[label]) for digest, label in zip(audit.observed.digests, dataset.labels, strict=True)),
        *((skipped.digest, printable(skipped.label)) for skipped in audit.observed.skipped),
    }
    given: dict[str, set[str]] = {}
    for digest, label in there:
        given.setdefault(digest, set()).update(labels_in(label))

    def could_be_reported(entry: Entry) -> bool:
        if entry.code == EXTRA:
            return entry.label in given.get(entry.subject, ())
        if entry.code == MISSING:
            return entry.subject in given and entry.label not in given[entry.subject]
        return (entry.subject, entry.label) in there

    return tuple(
        entry
        for entry in baseline.entries
        if entry.key not in alive
        and not could_be_reported(entry)
        and entry.code.startswith(settings.select or "")
        and not entry.code.startswith(settings.ignore)
    )
