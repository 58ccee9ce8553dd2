"""The gate: findings against what is allowed, giving a verdict that CI can act on."""

import re
from dataclasses import dataclass

from labelaudit.errors import SettingsError
from labelaudit.findings import WHOLE, Finding, Severity
from labelaudit.names import printable
from labelaudit.records import Accepted, Audit, Baseline, Changes, Entry, Verdict

CODE = re.compile("[A-Z]+[0-9]*")
"""A rule's code, or its beginning."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """What an audit may find and still pass.

    Parameters
    ----------
    fail_on
        Which findings count: a severity (it and what is graver), codes of rules or their beginnings, or both. The
        command line also takes names of rules; :func:`labelaudit.checks.codes_of` translates them.
    max_issues
        How many findings may count; none means no limit of this kind. The default, 0, gives way where only a
        rate is named.
    max_rate
        Which share of the images may have a finding that counts, 0 to 1.
    strict
        Whether warnings count too, and stale entries of the baseline fail.

    Raises
    ------
    SettingsError
        A limit is out of its range, or ``fail_on`` names nothing, or neither a severity nor a code.
    """

    fail_on: tuple[str, ...] = ("error",)
    max_issues: int | None = None
    max_rate: float | None = None
    strict: bool = False

    def __post_init__(self) -> None:
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
            if word not in list(Severity) and not CODE.fullmatch(word):
                raise SettingsError(
                    f"--fail-on {word}: expected error, warning or info, or codes of rules such as LA101,LA3."
                )

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes, and beginnings of codes, among what ``fail_on`` names."""
        return tuple(word for word in self.fail_on if word not in list(Severity))

    def counts(self, finding: Finding) -> bool:
        """Tell whether a finding counts."""
        ranks = [Severity(word).rank for word in self.fail_on if word in list(Severity)]
        if self.strict and finding.severity is not Severity.INFO:
            return True
        return finding.code.startswith(self.codes) or any(finding.severity.rank <= rank for rank in ranks)


def judge(audit: Audit, gate: Gate, baseline: Baseline = Baseline(), changes: Changes | None = None) -> Verdict:
    """Hold the findings of an audit against what was accepted before and the limits of a gate.

    Parameters
    ----------
    audit
        What was found.
    gate
        What may be found.
    baseline
        What was accepted: it is counted and never counts.
    changes
        Only findings about one of these files count; none means that all do.
    """
    entries = baseline.by_key()
    accepted = tuple(Accepted(each, entries[each.key]) for each in audit.findings if each.key in entries)
    still_open = tuple(each for each in audit.findings if each.key not in entries)
    stale = stale_entries(audit, baseline)
    unchanged = tuple(each for each in still_open if changes and not _touched(each, changes))
    aside = set(map(id, unchanged))
    counted = tuple(each for each in still_open if gate.counts(each) and id(each) not in aside)
    counts = set(map(id, counted))
    # a report that is cut loses its end, and may not lose what fails the run
    in_order = tuple(sorted(still_open, key=lambda each: (id(each) not in counts, id(each) in aside)))
    images = len(audit.dataset) + len(audit.observed.skipped)
    rate = len({finding.path for finding in counted}) / images
    most = 0 if gate.max_issues is None and gate.max_rate is None else gate.max_issues

    reasons = []
    if most is not None and len(counted) > most:
        found = "1 finding counts" if len(counted) == 1 else f"{len(counted)} findings count"
        reasons.append(f"{found} and {most or 'none'} may (--max-issues {most})")
    if gate.max_rate is not None and rate > gate.max_rate:
        found, may = _apart(rate, gate.max_rate)
        reasons.append(f"{found} of the images have one and {may} may (--max-rate {gate.max_rate:g})")
    if gate.strict and stale:
        entries_of_it = "1 stale entry" if len(stale) == 1 else f"{len(stale):,} stale entries"
        reasons.append(f"the baseline has {entries_of_it} (--strict)")
    since = printable(changes.since) if changes else ""
    return Verdict(counted, rate, "; ".join(reasons), in_order, accepted, stale, since, unchanged)


def _touched(finding: Finding, changes: Changes) -> bool:
    """Tell whether one of the files that a finding is about has changed; the whole data set is about all of them."""
    if finding.path == WHOLE:
        return bool(changes.paths)
    return not changes.paths.isdisjoint((finding.path, *finding.related))


def _apart(rate: float, limit: float) -> tuple[str, str]:
    """Return two shares in per cent, with as many digits as it takes to tell them apart."""
    pairs = ((f"{rate:.{digits}%}", f"{limit:.{digits}%}") for digits in range(2, 16))
    return next(((found, may) for found, may in pairs if found != may), (f"{rate:%}", f"{limit:%}"))


def stale_entries(audit: Audit, baseline: Baseline) -> tuple[Entry, ...]:
    """Return the entries whose image is gone or has another label now.

    An entry whose image is there and is merely not flagged today is not stale: tomorrow it may be flagged again, and
    what somebody decided still holds. The data set as a whole is always there. Nor is an entry stale whose rule was not
    run.
    """
    dataset, settings = audit.dataset, audit.settings
    alive = {finding.key for finding in audit.findings}
    labels = [printable(name) for name in dataset.classes]
    there = {
        (WHOLE, ""),
        *((digest, labels[label]) for digest, label in zip(audit.observed.digests, dataset.labels, strict=True)),
        *((skipped.digest, printable(skipped.label)) for skipped in audit.observed.skipped),
    }
    return tuple(
        entry
        for entry in baseline.entries
        if entry.key not in alive
        and (entry.subject, entry.label) not in there
        and entry.code.startswith(settings.select or "")
        and not entry.code.startswith(settings.ignore)
    )
