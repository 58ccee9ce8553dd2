"""Soft labels for training."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from labelaudit.records.columns import brief, freeze
from labelaudit.records.dataset import Dataset

MILLION = 1_000_000
"""Sum of a row of soft labels in millionths: they are printed with six decimals, and these sum to exactly 1."""

BINARY = 2**24
"""Denominator of binary soft labels: float32 represents each of them and each of their sums exactly."""


@dataclass(frozen=True, eq=False, slots=True)
class SoftLabels:
    """Soft labels for training.

    Attributes
    ----------
    dataset
        The readable images.
    millionths
        int32 (N, K): the soft labels in millionths, so that each row sums to exactly 1,000,000.
    probabilities
        float32 (N, K): the soft labels as multiples of 2**-24, so that each row sums to exactly 1 in any order.
    """

    dataset: Dataset
    millionths: NDArray[np.int32]
    probabilities: NDArray[np.float32]

    __repr__ = brief

    def __post_init__(self) -> None:
        freeze(self)
