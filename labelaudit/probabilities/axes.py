"""Principal components of the features, in which all later closed forms are sums over a diagonal."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import reduce

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import eigh, qr

from labelaudit.engine import in_order

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]

CHUNK = 1024
"""Number of images per chunk; it is fixed, so that sums are always computed in the same order."""

FARTHEST = 3.0
"""Features are clipped at so many standard deviations, so that single extreme values do not dominate."""

KEPT, SHARE = 1280, 1 / 4
"""Number of axes: this many, or this share of the images if that is more. With few images the last axes are noise."""


@dataclass(frozen=True, eq=False, slots=True)
class Axes:
    """N images on their principal axes.

    Attributes
    ----------
    z
        float32 (N, A), A at most N and at most D; its columns have mean 0, and ``z' z = diag(spread)``.
    spread
        float64 (A,), in descending order.
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
        Widths of the parts that the features come in, summing to D. Features of a part of width d are weighted
        by ``d ** -0.25``, so that wide parts do not dominate narrow ones.
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
    """Return approximate leading principal axes of centered rows, much faster than all axes.

    Features are summed to *count* columns with random signs, which are moved towards the leading axes by ``x' x``, and
    the problem is solved within their span: Halko, Martinsson and Tropp (2011), "Finding Structure with
    Randomness", algorithm 4.3 with one step. The properties that the classifiers require, that ``z' z`` is diagonal
    and that the vectors are orthonormal, hold exactly.
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
    """Project rows onto their axes, overwriting *x*; *spread* and *vectors* are in ascending order."""
    falling = np.ascontiguousarray(vectors[:, ::-1])

    def turn(rows: slice) -> None:
        x[rows] = x[rows] @ falling

    for _ in in_order(turn, chunks(len(x)), jobs):
        pass
    return Axes(x, np.maximum(spread[::-1].astype(np.float64), 0))


def summed(part: Callable[[slice], Floats], total: int, jobs: int) -> Floats:
    """Return the sum of a matrix over chunks of *total* rows, computed in the order of the chunks."""
    parts = in_order(part, chunks(total), jobs, ahead=1)
    result = next(parts)
    for each in parts:
        result += each
    return result


def standardised(features: Floats, blocks: tuple[int, ...], *, jobs: int = 1) -> Floats:
    """Return features with mean 0 and standard deviation of about 1, weighted by block; constant features become 0."""
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
    rest = mean(fill).astype(np.float32)  # clipping changes the mean
    for _ in in_order(shift, chunks(len(x)), jobs):
        pass
    return x


def chunks(total: int) -> Iterator[slice]:
    """Yield slices of CHUNK rows that cover *total* rows."""
    return (slice(start, min(start + CHUNK, total)) for start in range(0, total, CHUNK))
