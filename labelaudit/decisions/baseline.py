"""The baseline: accepted findings, and a file of nothing else, with one entry per line and without dates or scores."""

import json
from collections.abc import Iterable
from typing import Any

from labelaudit.decisions.document import SCHEMA_VERSION, Document
from labelaudit.errors import BaselineError
from labelaudit.findings import Finding
from labelaudit.names import printable
from labelaudit.records import Acceptance, Baseline, Entry

ACCEPTED = "accepted"
"""Verdict of an accepted finding in a file of decisions; in a baseline it may be missing."""

NONE = "it is no baseline of labelaudit"
"""Message for a file that cannot be a baseline."""

NAME = ".labelaudit-baseline.json"
"""Default name of the file."""


def parse(text: str) -> Baseline:
    """Return the baseline in *text*.

    Raises
    ------
    BaselineError
        The text is not a baseline, or has a version that cannot be read. It is never treated as empty.
    """
    numbered = enumerate(Document(text, NONE, BaselineError).listed("entries"), start=1)
    return Baseline(combined(_entry(each, number) for number, each in numbered if _accepts(each)))


def _accepts(each: Any) -> bool:
    """Tell whether an entry is one of a baseline: a file of decisions holds others, too, with another verdict."""
    return not isinstance(each, dict) or each.get("verdict", ACCEPTED) == ACCEPTED


def _entry(each: Any, number: int) -> Entry:
    try:
        return entry_of(each)
    except BaselineError as error:
        raise BaselineError(f"{NONE}: entry {number} cannot be read: {error}.") from error


def entry_of(each: Any) -> Entry:
    """Return an accepted finding as a file holds it.

    Raises
    ------
    BaselineError
        It is none.
    """
    fields: dict[str, Any] = {name: each.get(name) for name in Entry._fields} if isinstance(each, dict) else {}
    if not fields or not all(isinstance(value, str) for value in fields.values()):
        raise BaselineError(f"it needs the texts {', '.join(Entry._fields)}")
    if fields["decision"] not in list(Acceptance):
        raise BaselineError(f"its decision is neither {' nor '.join(Acceptance)}")
    return Entry(**{**fields, "decision": Acceptance(fields["decision"])})


def dump(baseline: Baseline) -> str:
    """Return a baseline as sorted JSON with one line for each entry."""
    lines = ",\n".join(json.dumps(entry._asdict()) for entry in baseline.entries)
    return f'{{"schema_version": "{SCHEMA_VERSION}", "entries": [\n{lines}\n]}}\n'


def accept(
    baseline: Baseline, findings: Iterable[Finding], reason: str, decision: Acceptance = Acceptance.DEFERRED
) -> Baseline:
    """Return a baseline that accepts *findings* as well.

    Earlier decisions are kept with their reasons, except that a deferred entry can become correct.
    """
    entries = baseline.by_key()
    for finding in findings:
        new = Entry(*finding.key, printable(finding.path), decision, reason)
        old = entries.get(new.key)
        if old and not (old.decision is Acceptance.DEFERRED and decision is Acceptance.CORRECT):
            new = new._replace(decision=old.decision, reason=old.reason)
        entries[new.key] = new
    return Baseline(combined(entries.values()))


def prune(baseline: Baseline, stale: Iterable[Entry]) -> Baseline:
    """Return a baseline without its stale entries."""
    gone = {entry.key for entry in stale}
    return Baseline(tuple(entry for entry in baseline.entries if entry.key not in gone))


def combined(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Return the entries sorted, one for each key: a merge may have left two, and *correct* takes precedence."""
    by_key: dict[tuple[str, str, str], Entry] = {}
    for entry in sorted(entries, key=lambda entry: (entry.decision is Acceptance.CORRECT, entry)):
        by_key[entry.key] = entry
    return tuple(sorted(by_key.values(), key=lambda entry: (entry.code, entry.label, entry.path, entry.subject)))
