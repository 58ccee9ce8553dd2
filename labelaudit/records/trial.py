"""Results of planting known errors."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

BINS = 10
"""Number of bins of equal width in which ``p_error`` is compared with the share of planted errors."""


class Bin(NamedTuple):
    """The labels whose ``p_error`` is in one bin: their number, the sum of ``p_error``, and the planted errors."""

    labels: int
    expected: float
    planted: int


@dataclass(frozen=True, slots=True)
class Trial:
    """Results of planting errors of one kind once.

    Attributes
    ----------
    kind
        Kind of errors.
    believable
        Whether the features distinguish the classes well enough for label issues to be meaningful.
    flagged, found, corrected
        Number of flagged labels, of planted errors among them, and of those whose true label was suggested.
    bins
        The eligible labels in ten bins of ``p_error``, in ascending order.
    """

    kind: str
    believable: bool
    flagged: int
    found: int
    corrected: int
    bins: tuple[Bin, ...]

    @property
    def labels(self) -> int:
        """Number of labels that were eligible to be made wrong."""
        return sum(each.labels for each in self.bins)

    @property
    def planted(self) -> int:
        """Number of labels that were made wrong."""
        return sum(each.planted for each in self.bins)

    @property
    def expected(self) -> float:
        """Expected number of wrong labels: the sum of ``p_error``."""
        return sum(each.expected for each in self.bins)

    @property
    def likely(self) -> Bin:
        """The labels whose ``p_error`` is 0.5 or more."""
        upper = self.bins[BINS // 2 :]
        return Bin(
            sum(each.labels for each in upper),
            sum(each.expected for each in upper),
            sum(each.planted for each in upper),
        )

    @property
    def calibration_error(self) -> float:
        """Expected calibration error of ``p_error`` in ten bins, 0 to 1; 0 without labels."""
        return sum(abs(each.expected - each.planted) for each in self.bins) / max(self.labels, 1)


def together(trials: Sequence[Trial]) -> Trial:
    """Return one or more trials of one kind merged into one."""
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
