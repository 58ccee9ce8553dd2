"""What became of errors that were planted on purpose."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

BINS = 10
"""Ranges of ``p_error`` of the same width, in which it is held against what was planted."""


class Bin(NamedTuple):
    """The labels whose ``p_error`` is in one range: how many, the sum of ``p_error``, and how many were planted."""

    labels: int
    expected: float
    planted: int


@dataclass(frozen=True, slots=True)
class Trial:
    """What became of errors that were planted on purpose.

    Attributes
    ----------
    kind
        How they were planted.
    believable
        Whether the features see the classes well enough for a contradiction to mean something.
    flagged, found, corrected
        Labels flagged, planted ones among them, and those of them whose true label was suggested.
    bins
        The labels that could be made wrong in ten ranges of ``p_error``, the lowest first.
    """

    kind: str
    believable: bool
    flagged: int
    found: int
    corrected: int
    bins: tuple[Bin, ...]

    @property
    def labels(self) -> int:
        """Labels that could be made wrong."""
        return sum(each.labels for each in self.bins)

    @property
    def planted(self) -> int:
        """Labels that were made wrong."""
        return sum(each.planted for each in self.bins)

    @property
    def expected(self) -> float:
        """Wrong labels that were expected, the sum of ``p_error``."""
        return sum(each.expected for each in self.bins)

    @property
    def likely(self) -> Bin:
        """The labels whose ``p_error`` is one half or more."""
        upper = self.bins[BINS // 2 :]
        return Bin(
            sum(each.labels for each in upper),
            sum(each.expected for each in upper),
            sum(each.planted for each in upper),
        )

    @property
    def calibration_error(self) -> float:
        """Mean distance between ``p_error`` and the share truly planted, in ten bins, 0 to 1; 0 without labels."""
        return sum(abs(each.expected - each.planted) for each in self.bins) / max(self.labels, 1)


def together(trials: Sequence[Trial]) -> Trial:
    """Return trials of one kind, at least one, as if they were one."""
    return Trial(
        kind=trials[0].kind,
        believable=all(trial.believable for trial in trials),
        flagged=sum(trial.flagged for trial in trials),
        found=sum(trial.found for trial in trials),
        corrected=sum(trial.corrected for trial in trials),
        bins=tuple(
            Bin(*map(sum, zip(*same, strict=True))) for same in zip(*(each.bins for each in trials), strict=True)
        ),
    )
