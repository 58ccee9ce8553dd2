"""Features with mean 0 and the same scale."""

from collections.abc import Callable
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from labelaudit.cache import release
from labelaudit.engine import in_order
from labelaudit.probabilities.chunks import chunks

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]

FARTHEST = 3.0
"""Features are clipped at so many standard deviations, so that single extreme values do not dominate."""


class Standardised:
    """Features with mean 0 and standard deviation of about 1, weighted by block; constant features become 0.

    They are computed from the features whenever they are asked for, so that there is no second array (N, D).

    Parameters
    ----------
    features
        float32 (N, D).
    blocks
        Widths of the parts that the features come in, summing to D. Features of a part of width d are weighted
        by ``d ** -0.25``, so that wide parts do not dominate narrow ones.
    jobs
        Threads.

    Attributes
    ----------
    shape
        (N, D).
    """

    def __init__(self, features: Floats, blocks: tuple[int, ...], *, jobs: int = 1) -> None:
        self._features = features
        self.shape: tuple[int, int] = (len(features), features.shape[1])

        def mean(part: Callable[[slice], NDArray[np.floating]]) -> Doubles:
            def added(rows: slice) -> Doubles:
                total: Doubles = part(rows).sum(axis=0, dtype=np.float64)
                release(features)
                return total

            average: Doubles = reduce(np.add, in_order(added, chunks(len(features)), jobs)) / len(features)
            return average

        self._centre = mean(lambda rows: features[rows]).astype(np.float32)
        deviation = np.sqrt(mean(lambda rows: np.square(features[rows] - self._centre)))
        self._scale = np.where(deviation > 1e-6, 1 / np.maximum(deviation, 1e-6), 0).astype(np.float32)
        shares = [(features.shape[1] / len(blocks) / width) ** 0.25 for width in blocks]
        self._weight = np.repeat(shares, blocks).astype(np.float32)
        self._rest = mean(self._clipped).astype(np.float32)  # clipping changes the mean

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, rows: slice) -> Floats:
        """Return the standardized features of some images, (R, D), a new array."""
        part = self._clipped(rows)
        part -= self._rest
        release(self._features)
        return part

    def _clipped(self, rows: slice) -> Floats:
        part = self._features[rows] - self._centre
        part *= self._scale
        np.clip(part, -FARTHEST, FARTHEST, out=part)
        part *= self._weight
        return part
