"""Soft labels for training."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from labelaudit.records.columns import brief, freeze
from labelaudit.records.dataset import Dataset
from labelaudit.records.rounding import to_parts
from labelaudit.records.votes import Annotator

MILLION = 1_000_000
"""Sum of a row of soft labels in millionths: they are printed with six decimals, and these sum to exactly 1."""

BINARY = 2**24
"""Denominator of binary soft labels: float32 represents each of them and each of their sums exactly."""

CELLS = 2**18
"""Probabilities in a block: a few megabytes, also as text, so that the whole matrix need not fit in memory."""


@dataclass(frozen=True, eq=False, slots=True)
class SoftLabels:
    """Soft labels for training; the whole matrix is only created on request.

    Attributes
    ----------
    dataset
        The N images that the file has a row for.
    labels
        int64 (N,): the hard label of each row: the given label, or the corrected one.
    candidates
        int64 (N, M): the classes with a share of their own, each once.
    shares
        float64 (N, M): probabilities of the candidates, rows summing to 1.
    eps
        Share of each row that is then spread over all K classes, in [0, 1).
    weights
        float64 (N,): probability that the hard label is right, 0 to 1; empty unless requested.
    certain
        bool (N,): rows that are 1 for the hard label and 0 for the others, whatever the shares and ``eps`` say: a
        person confirmed the label.
    mode
        Name of the method.
    notes
        What the method left as it was, and why; safe to print.
    annotators
        Quality of the annotators, the best first, in the mode votes.
    """

    dataset: Dataset
    labels: NDArray[np.int64]
    candidates: NDArray[np.int64]
    shares: NDArray[np.float64]
    eps: float
    weights: NDArray[np.float64]
    certain: NDArray[np.bool_]
    mode: str
    notes: tuple[str, ...] = ()
    annotators: tuple[Annotator, ...] = ()

    __repr__ = brief

    def __post_init__(self) -> None:
        freeze(self)

    def take(self, rows: NDArray[np.int64]) -> Self:
        """Return the soft labels restricted to *rows*."""
        return replace(
            self,
            dataset=self.dataset.take(rows),
            labels=self.labels[rows],
            candidates=self.candidates[rows],
            shares=self.shares[rows],
            weights=self.weights[rows] if len(self.weights) else self.weights,
            certain=self.certain[rows],
        )

    def blocks(self, parts: int) -> Iterator[tuple[slice, NDArray[np.int32]]]:
        """Yield the soft labels in whole parts of which *parts* make one, a block of rows, (n, K), at a time."""
        step = max(1, CELLS // len(self.dataset.classes))
        table = self._by_label(parts) if self.candidates.shape[1] == 1 else None
        for start in range(0, len(self.dataset), step):
            rows = slice(start, start + step)
            block = self._rounded(rows, parts) if table is None else table[self.candidates[rows, 0]]
            sure = np.flatnonzero(self.certain[rows])
            block[sure] = 0
            block[sure, self.labels[rows][sure]] = parts
            yield rows, block

    @property
    def millionths(self) -> NDArray[np.int32]:
        """The soft labels in millionths, int32 (N, K): each row sums to exactly 1,000,000."""
        return self._whole(MILLION)

    @property
    def probabilities(self) -> NDArray[np.float32]:
        """The soft labels as multiples of 2**-24, float32 (N, K): each row sums to exactly 1 in any order."""
        return (self._whole(BINARY) / np.float32(BINARY)).astype(np.float32)

    def _whole(self, parts: int) -> NDArray[np.int32]:
        whole = np.empty((len(self.dataset), len(self.dataset.classes)), np.int32)
        for rows, block in self.blocks(parts):
            whole[rows] = block
        return whole

    def _by_label(self, parts: int) -> NDArray[np.int32]:
        classes = len(self.dataset.classes)
        return to_parts(np.eye(classes) * (1 - self.eps) + self.eps / classes, parts)

    def _rounded(self, rows: slice, parts: int) -> NDArray[np.int32]:
        order = np.argsort(self.candidates[rows], axis=1)  # among equals, the first class gets the rest
        candidates = np.take_along_axis(self.candidates[rows], order, axis=1)
        shares = np.take_along_axis(self.shares[rows], order, axis=1)
        classes = len(self.dataset.classes)
        if self.eps:
            soft = np.zeros((len(shares), classes))
            np.put_along_axis(soft, candidates, shares * (1 - self.eps), axis=1)
            return to_parts(soft + self.eps / classes, parts)
        whole = np.zeros((len(shares), classes), np.int32)
        np.put_along_axis(whole, candidates, to_parts(shares, parts), axis=1)
        return whole
