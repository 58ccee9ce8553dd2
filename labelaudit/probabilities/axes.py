"""The features on their principal axes, where every closed form that follows is a sum over a diagonal."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import reduce

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import eigh

from labelaudit.parallel import in_order

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]

CHUNK = 1024
"""Images that are worked on at once: always as many, so that sums are added up in the same order."""

FARTHEST = 3.0
"""Deviations from the mean beyond which a feature is cut off: one odd value should not decide."""


@dataclass(frozen=True, eq=False, slots=True)
class Axes:
    """N images on their principal axes.

    Attributes
    ----------
    z
        float32 (N, A), A the smaller of N and D; its columns have mean 0, and ``z' z = diag(spread)``.
    spread
        float64 (A,), falling.
    """

    z: Floats
    spread: Doubles


def principal_axes(features: Floats, blocks: tuple[int, ...], *, jobs: int = 1) -> Axes:
    """Standardise features and turn them to their principal axes. No label is looked at, so nothing leaks by it.

    Parameters
    ----------
    features
        float32 (N, D).
    blocks
        Widths of the parts that the features come in, summing to D. A part of d features weighs ``d ** -0.25`` each,
        so that a wide one does not drown the narrow ones.
    jobs
        Threads.
    """
    x = standardised(features, blocks, jobs=jobs)
    if len(x) <= x.shape[1]:
        wide = x.astype(np.float64)
        spread, axes = eigh(wide @ wide.T, overwrite_a=True, check_finite=False)
        spread = np.maximum(spread[::-1], 0)
        return Axes((axes[:, ::-1] * np.sqrt(spread)).astype(np.float32), spread)

    def product(rows: slice) -> Floats:
        return x[rows].T @ x[rows]

    def turn(rows: slice) -> None:
        x[rows] = x[rows] @ turned

    gram = np.zeros((x.shape[1], x.shape[1]), dtype=np.float32)
    for part in in_order(product, chunks(len(x)), jobs, ahead=1):
        gram += part
    spread, axes = eigh(gram, overwrite_a=True, check_finite=False, driver="evd")
    turned = np.ascontiguousarray(axes[:, ::-1], dtype=np.float32)
    for _ in in_order(turn, chunks(len(x)), jobs):
        pass
    return Axes(x, np.maximum(spread[::-1].astype(np.float64), 0))


def standardised(features: Floats, blocks: tuple[int, ...], *, jobs: int = 1) -> Floats:
    """Return features with mean 0 and deviation about 1, weighted by block; one that never changes becomes 0."""
    x = np.empty(features.shape, dtype=np.float32)

    def mean(part: Callable[[slice], NDArray[np.floating]]) -> Doubles:
        sums = in_order(lambda rows: part(rows).sum(axis=0, dtype=np.float64), chunks(len(x)), jobs)
        average: Doubles = reduce(np.add, sums) / len(x)
        return average

    def fill(rows: slice) -> Floats:
        x[rows] = np.clip((features[rows] - centre) * scale, -FARTHEST, FARTHEST) * weight
        return x[rows]

    def shift(rows: slice) -> None:
        x[rows] -= rest

    centre = mean(lambda rows: features[rows]).astype(np.float32)
    deviation = np.sqrt(mean(lambda rows: np.square(features[rows] - centre)))
    scale = np.where(deviation > 1e-6, 1 / np.maximum(deviation, 1e-6), 0).astype(np.float32)
    shares = [(features.shape[1] / len(blocks) / width) ** 0.25 for width in blocks]
    weight = np.repeat(shares, blocks).astype(np.float32)
    rest = mean(fill).astype(np.float32)  # cutting off the farthest moves the mean
    for _ in in_order(shift, chunks(len(x)), jobs):
        pass
    return x


def chunks(total: int) -> Iterator[slice]:
    """Yield slices of CHUNK rows that cover *total*."""
    return (slice(start, min(start + CHUNK, total)) for start in range(0, total, CHUNK))
