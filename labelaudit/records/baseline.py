"""Accepted findings."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from labelaudit.findings import Finding


class Acceptance(StrEnum):
    """Why a finding was accepted: a person found the label to be correct, or the decision was deferred."""

    CORRECT = "correct"
    DEFERRED = "deferred"


class Entry(NamedTuple):
    """One accepted finding, identified by rule, content and given label.

    Attributes
    ----------
    code
        Code of the rule.
    subject
        What the finding is about: the digest of an image or a group, or the name of a class.
    label
        The given label, printable; empty if the subject includes all labels (``Finding.key``).
    path
        The path when the finding was accepted; for information only, never compared.
    decision
        Why it was accepted.
    reason
        The reason that the user gave.
    """

    code: str
    subject: str
    label: str
    path: str
    decision: Acceptance
    reason: str

    @property
    def key(self) -> tuple[str, str, str]:
        """The identity of the entry."""
        return (self.code, self.subject, self.label)


@dataclass(frozen=True, slots=True)
class Baseline:
    """All accepted findings, sorted; keys are unique."""

    entries: tuple[Entry, ...] = ()

    def by_key(self) -> dict[tuple[str, str, str], Entry]:
        """Return the entries by key."""
        return {entry.key: entry for entry in self.entries}


class Accepted(NamedTuple):
    """A finding and the entry that accepts it."""

    finding: Finding
    entry: Entry
