"""What became of errors that were planted on purpose."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Trial:
    """What became of errors that were planted on purpose.

    Attributes
    ----------
    kind
        How they were planted.
    planted, flagged, found, corrected
        Labels made wrong, labels flagged, those in both, and those of them whose true label was suggested.
    expected
        Wrong labels that were expected, the sum of ``p_error``.
    calibration_error
        Mean distance between ``p_error`` and the share truly planted, in ten bins, 0 to 1.
    """

    kind: str
    planted: int
    flagged: int
    found: int
    corrected: int
    expected: float
    calibration_error: float
