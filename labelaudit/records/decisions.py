"""What people decided about labels."""

from collections import defaultdict
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from labelaudit.records.baseline import Baseline
from labelaudit.records.samples import Sampled

Key = tuple[str, str]
"""Digest of an image, and its label as it was when somebody looked."""


class Ruling(StrEnum):
    """What a person said about the label of an image.

    ``KEEP``: it is right. ``RELABEL``: another class is right. ``UNSURE``: the person cannot tell. ``BAD_IMAGE``: the
    image is not usable, so that its label is neither right nor wrong. ``FOLLOWED``: nobody said anything; the label was
    changed because a scan suggested it, which is no evidence that the new one is right.
    """

    KEEP = "keep"
    RELABEL = "relabel"
    UNSURE = "unsure"
    BAD_IMAGE = "bad-image"
    FOLLOWED = "followed"


class Decision(NamedTuple):
    """What a person said about one image with one label.

    Attributes
    ----------
    digest
        SHA-256 of the bytes of the image, hexadecimal.
    label
        The label as it was when the person looked, printable.
    ruling
        What the person said.
    decided
        The class that the label is to be changed to, or was changed to, printable; empty if it is not changed.
    path
        The path at that time, printable; for information only, never compared or opened.
    shown_by
        The stratum of the sample that drew the image, as ``Sampled.stratum_name``; empty if no sample did.
    probability
        The probability with which the sample drew it, above 0, at most 1; 0 if no sample did.
    """

    digest: str
    label: str
    ruling: Ruling
    decided: str = ""
    path: str = ""
    shown_by: str = ""
    probability: float = 0.0

    @property
    def key(self) -> Key:
        """The identity of what was decided about."""
        return (self.digest, self.label)

    @property
    def answer(self) -> tuple[Ruling, str]:
        """What was said, whoever said it."""
        return (self.ruling, self.decided)

    @property
    def says(self) -> str:
        """What was said, in words and safe to print."""
        return f"{self.ruling.replace('-', ' ')} as '{self.decided}'" if self.decided else self.ruling.replace("-", " ")

    @property
    def by_person(self) -> bool:
        """Whether a person looked at the image."""
        return self.ruling is not Ruling.FOLLOWED


@dataclass(frozen=True, slots=True)
class Decisions:
    """What people decided.

    Attributes
    ----------
    made
        Decisions about labels, sorted and distinct.
    accepted
        Findings that were accepted: the baseline.
    samples
        From what samples were drawn, sorted by name.
    """

    made: tuple[Decision, ...] = ()
    accepted: Baseline = field(default_factory=Baseline)
    samples: tuple[Sampled, ...] = ()

    def settled(self) -> dict[Key, Decision]:
        """Return the decisions that nothing contradicts, by what they are about.

        Of two that say the same, the one that a sample asked for is returned.
        """
        return {
            key: max(several, key=lambda each: each.shown_by)
            for key, several in self._by_key().items()
            if not _contradictory(several)
        }

    @property
    def conflicts(self) -> tuple[tuple[Decision, ...], ...]:
        """Decisions about the same image and label that contradict each other, sorted."""
        return tuple(tuple(several) for several in self._by_key().values() if _contradictory(several))

    def _by_key(self) -> dict[Key, list[Decision]]:
        """Return the decisions by what they are about; where a person decided, without what was merely followed."""
        by_key: dict[Key, list[Decision]] = defaultdict(list)
        for each in self.made:
            by_key[each.key].append(each)
        return {key: [each for each in several if each.by_person] or several for key, several in by_key.items()}


def _contradictory(several: list[Decision]) -> bool:
    return len({each.answer for each in several}) > 1
