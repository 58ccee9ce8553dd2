"""What was found before and accepted."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from labelaudit.findings import Finding


class Decision(StrEnum):
    """Why a finding was accepted: somebody looked and it is fine, or it was put off."""

    CORRECT = "correct"
    DEFERRED = "deferred"


class Entry(NamedTuple):
    """One accepted finding, known by rule, content and given label.

    Attributes
    ----------
    code
        Of the rule.
    subject
        What it is about: an image or a group by a digest, or a class by its name.
    label
        The given label, printable; empty where the subject holds all labels (``Finding.key``).
    path
        Where it was when it was accepted; for people, and never compared.
    decision
        Why it was accepted.
    reason
        The same, in somebody's words.
    """

    code: str
    subject: str
    label: str
    path: str
    decision: Decision
    reason: str

    @property
    def key(self) -> tuple[str, str, str]:
        """What the entry is known by."""
        return (self.code, self.subject, self.label)


@dataclass(frozen=True, slots=True)
class Baseline:
    """All that was accepted, sorted; no two entries have the same key."""

    entries: tuple[Entry, ...] = ()

    def by_key(self) -> dict[tuple[str, str, str], Entry]:
        """Return the entries under their keys."""
        return {entry.key: entry for entry in self.entries}


class Accepted(NamedTuple):
    """A finding, and the entry that accepts it."""

    finding: Finding
    entry: Entry
