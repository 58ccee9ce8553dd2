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
    image is not usable, so that its label is neither right nor wrong.
    """

    KEEP = "keep"
    RELABEL = "relabel"
    UNSURE = "unsure"
    BAD_IMAGE = "bad-image"


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
        The right class, printable; empty unless the label is to be changed.
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
        return f"relabel as '{self.decided}'" if self.ruling is Ruling.RELABEL else self.ruling.replace("-", " ")


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
            if len({each.answer for each in several}) == 1
        }

    @property
    def conflicts(self) -> tuple[tuple[Decision, ...], ...]:
        """Decisions about the same image and label that contradict each other, sorted."""
        several = self._by_key().values()
        return tuple(tuple(group) for group in several if len({each.answer for each in group}) > 1)

    def _by_key(self) -> dict[Key, list[Decision]]:
        by_key: dict[Key, list[Decision]] = defaultdict(list)
        for each in self.made:
            by_key[each.key].append(each)
        return by_key
