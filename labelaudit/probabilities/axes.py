"""Principal components of the features, in which all later closed forms are sums over a diagonal."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import reduce

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import eigh, qr

from labelaudit.parallel import in_order

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]

CHUNK = 1024
"""Images that are worked on at once: always as many, so that sums are added up in the same order."""

FARTHEST = 3.0
"""Deviations from the mean beyond which a feature is cut off: one odd value should not decide."""

KEPT, SHARE = 1280, 1 / 4
"""Axes that are kept: so many, or this share of the images if that is more. Of few images the last axes say little."""


@dataclass(frozen=True, eq=False, slots=True)
class Axes:
    """N images on their principal axes.

    Attributes
    ----------
    z
        float32 (N, A), A at most N and at most D; its columns have mean 0, and ``z' z = diag(spread)``.
    spread
        float64 (A,), falling.
    """

    z: Floats
    spread: Doubles


def principal_axes(features: Floats, blocks: tuple[int, ...], *, jobs: int = 1) -> Axes:
    """Standardize features and project them onto their principal axes. Labels are not used, so that they cannot leak.

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
    kept = max(KEPT, int(SHARE * len(x)))
    if len(x) <= min(kept, x.shape[1]):
        wide = x.astype(np.float64)
        spread, axes = eigh(wide @ wide.T, overwrite_a=True, check_finite=False)
        spread = np.maximum(spread[::-1], 0)
        return Axes((axes[:, ::-1] * np.sqrt(spread)).astype(np.float32), spread)

    if 2 * kept < x.shape[1]:
        return leading_axes(x, kept, jobs=jobs)
    gram = summed(lambda rows: x[rows].T @ x[rows], len(x), jobs)
    return turned(x, *eigh(gram, overwrite_a=True, check_finite=False, driver="evd"), jobs=jobs)


def leading_axes(x: Floats, count: int, *, jobs: int = 1) -> Axes:
    """Return nearly the leading principal axes of centred rows, much sooner than all of them.

    Features are added up to *count* columns with random signs, these are drawn towards the leading axes by ``x' x``,
    and the problem is solved within their span: Halko, Martinsson and Tropp (2011), "Finding Structure with
    Randomness", algorithm 4.3 with one step. What the classifiers ask of axes, that ``z' z`` is diagonal and the
    vectors orthonormal, holds exactly.
    """
    signs = np.random.default_rng(0).choice(np.array([-1, 1], np.float32), x.shape[1])

    def added_up(rows: slice) -> Floats:
        total: Floats = x[rows, :count] * signs[:count]
        for start in range(count, x.shape[1], count):
            part = slice(start, min(start + count, x.shape[1]))
            total[:, : part.stop - start] += x[rows, part] * signs[part]
        return total

    drawn = summed(lambda rows: x[rows].T @ added_up(rows), len(x), jobs)
    span = qr(drawn, mode="economic", overwrite_a=True, check_finite=False)[0]
    within = np.concatenate(list(in_order(lambda rows: x[rows] @ span, chunks(len(x)), jobs)))
    gram = summed(lambda rows: within[rows].T @ within[rows], len(x), jobs)
    return turned(within, *eigh(gram, overwrite_a=True, check_finite=False, driver="evd"), jobs=jobs)


def turned(x: Floats, spread: Floats, vectors: Floats, *, jobs: int = 1) -> Axes:
    """Return rows on their axes, in the place of *x*; *spread* and *vectors* of the axes are given rising."""
    falling = np.ascontiguousarray(vectors[:, ::-1])

    def turn(rows: slice) -> None:
        x[rows] = x[rows] @ falling

    for _ in in_order(turn, chunks(len(x)), jobs):
        pass
    return Axes(x, np.maximum(spread[::-1].astype(np.float64), 0))


def summed(part: Callable[[slice], Floats], total: int, jobs: int) -> Floats:
    """Return the sum of a matrix over chunks of *total* rows, added in their order."""
    parts = in_order(part, chunks(total), jobs, ahead=1)
    result = next(parts)
    for each in parts:
        result += each
    return result


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
    """Yield slices of CHUNK rows that cover *total* rows."""
    return (slice(start, min(start + CHUNK, total)) for start in range(0, total, CHUNK))
