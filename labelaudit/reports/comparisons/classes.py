"""What every format says about the classes of a comparison."""

from labelaudit.records import Comparison

LISTED = 20
"""Number of classes that are listed."""


def moved_share(comparison: Comparison, mode: int) -> float:
    """Return the share of all probability that a mode moves away from the given labels, 0 to 1."""
    return float(comparison.modes[mode].moved.sum() / comparison.counts.sum())
