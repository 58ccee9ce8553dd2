"""Principal components of the features, in which all later closed forms are sums over a diagonal."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import eigh, qr

from labelaudit.cache import IN_MEMORY, Store, release
from labelaudit.engine import in_order
from labelaudit.probabilities.chunks import chunks, summed
from labelaudit.probabilities.standardised import Standardised

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]

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


def principal_axes(features: Floats, blocks: tuple[int, ...], store: Store = IN_MEMORY, *, jobs: int = 1) -> Axes:
    """Standardize features and project them onto their principal axes. Labels are not used, so that they cannot leak.

    Parameters
    ----------
    features
        float32 (N, D).
    blocks
        Widths of the parts that the features come in, as for :class:`Standardised`.
    store
        Where the projected images are kept.
    jobs
        Threads.
    """
    x = Standardised(features, blocks, jobs=jobs)
    total, width = x.shape
    kept = max(KEPT, int(SHARE * total))
    if total <= min(kept, width):
        wide = x[:total].astype(np.float64)
        spread, axes = eigh(wide @ wide.T, overwrite_a=True, check_finite=False)
        spread = np.maximum(spread[::-1], 0)
        return Axes((axes[:, ::-1] * np.sqrt(spread)).astype(np.float32), spread)

    if 2 * kept < width:
        return leading_axes(x, kept, store, jobs=jobs)
    return turned(x, store.empty(x.shape, np.float32), jobs=jobs)


def leading_axes(x: Standardised, count: int, store: Store = IN_MEMORY, *, jobs: int = 1) -> Axes:
    """Return approximate leading principal axes of centered rows, much faster than all axes.

    Features are summed to *count* columns with random signs, which are moved towards the leading axes by ``x' x``, and
    the problem is solved within their span: Halko, Martinsson and Tropp (2011), "Finding Structure with
    Randomness", algorithm 4.3 with one step. The properties that the classifiers require, that ``z' z`` is diagonal
    and that the vectors are orthonormal, hold exactly.
    """
    signs = np.random.default_rng(0).choice(np.array([-1, 1], np.float32), x.shape[1])

    def moved(rows: slice) -> Floats:
        here = x[rows]
        total: Floats = here[:, :count] * signs[:count]
        for start in range(count, x.shape[1], count):
            part = slice(start, min(start + count, x.shape[1]))
            total[:, : part.stop - start] += here[:, part] * signs[part]
        product: Floats = here.T @ total
        return product

    span = qr(summed(moved, len(x), jobs), mode="economic", overwrite_a=True, check_finite=False)[0]
    within = store.empty((len(x), span.shape[1]), np.float32)
    _filled(within, lambda rows: x[rows] @ span, jobs)
    return turned(within, within, jobs=jobs)


def turned(x: Standardised | Floats, z: Floats, *, jobs: int = 1) -> Axes:
    """Project rows onto their principal axes, chunk by chunk, into *z*, which may be *x*."""

    def product(rows: slice) -> Floats:
        part = x[rows]
        gram: Floats = part.T @ part
        return gram

    gram = summed(product, len(x), jobs)
    spread, vectors = eigh(gram, overwrite_a=True, check_finite=False, driver="evd")
    falling = np.ascontiguousarray(vectors[:, ::-1])
    _filled(z, lambda rows: x[rows] @ falling, jobs)
    return Axes(z, np.maximum(spread[::-1].astype(np.float64), 0))


def _filled(z: Floats, part: Callable[[slice], Floats], jobs: int) -> None:
    """Fill *z* chunk by chunk."""

    def fill(rows: slice) -> None:
        z[rows] = part(rows)
        release(z)

    for _ in in_order(fill, chunks(len(z)), jobs):
        pass
