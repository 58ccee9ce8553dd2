"""Which pairs of pictures are alike enough for a closer look: few for each picture, and no N x N matrix."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from labelaudit.parallel import in_order

Floats = NDArray[np.float32]
Rows = NDArray[np.int64]
Flags = NDArray[np.bool_]

EDGE = 8
"""Pixels along the edge of the pictures that are compared: so coarse that a small crop hardly matters."""

LEADING = 64
"""Axes along which pictures are compared: those along which they differ most."""

ALIKE = 0.55
"""Cosine from which a pair is looked at. Half of all photos of one subject have no other one so close."""

AT_MOST = 16
"""Pairs that are looked at for each picture, the closest first."""

BLANK = 2.0
"""Standard deviation, in grey levels, below which a picture shows nothing to know it by."""

FAINT = 30.0
"""Length, in grey levels, of what sets a picture apart from the data set, below which it is like no other."""

BLOCK = 128
"""Pictures that are compared with all others at once."""


class Pairs(NamedTuple):
    """Pairs of pictures.

    Attributes
    ----------
    left, right
        int64 (P,), rows of the pictures.
    mirrored
        bool (P,): the right one has to be mirrored.
    closeness
        float32 (P,), their cosine, -1 to 1.
    """

    left: Rows
    right: Rows
    mirrored: Flags
    closeness: Floats

    def take(self, chosen: Flags | Rows | slice) -> "Pairs":
        """Return the pairs that are *chosen*."""
        return Pairs(self.left[chosen], self.right[chosen], self.mirrored[chosen], self.closeness[chosen])


def candidates(thumbnails: NDArray[np.uint8], *, jobs: int = 1) -> Pairs:
    """Return the pairs of pictures that may be copies.

    Pictures are compared on whitened axes: what nearly all pictures of the data set share, such as the view of a fixed
    camera, counts for little, and what sets a picture apart for much. A mirrored picture has the same coordinates on
    the axes that are symmetric, and the opposite ones on the rest, so that one look finds both.

    Parameters
    ----------
    thumbnails
        uint8 (N, 16, 16, 3).
    jobs
        Threads; they change nothing of the result.
    """
    even, odd = _whitened(thumbnails)

    def look(start: int) -> Pairs:
        block = slice(start, start + BLOCK)
        mirrored_less = odd[block] @ odd[start:].T
        closeness = even[block] @ even[start:].T
        closeness += np.abs(mirrored_less)
        left, right = np.nonzero(closeness > ALIKE)
        later = right > left
        left, right = left[later], right[later]
        order = np.lexsort((right, -closeness[left, right], left))
        left, right = left[order], right[order]
        rank = np.arange(len(left)) - np.searchsorted(left, left)
        left, right = left[rank < AT_MOST], right[rank < AT_MOST]
        return Pairs(left + start, right + start, mirrored_less[left, right] < 0, closeness[left, right])

    found = list(in_order(look, range(0, len(even), BLOCK), jobs))
    return Pairs(*(np.concatenate(column) for column in zip(*found, strict=True)))


def _whitened(thumbnails: NDArray[np.uint8]) -> tuple[Floats, Floats]:
    """Return coordinates on the symmetric axes (N, A) and on the others (N, B); together of length 1, or 0 if blank."""
    count = len(thumbnails)
    small = thumbnails.reshape(count, EDGE, 2, EDGE, 2, 3).mean(axis=(2, 4), dtype=np.float32)
    blank = small.mean(axis=3).std(axis=(1, 2)) < BLANK
    # One more picture, a flat grey, is counted in: the mean of two copies would be the picture itself.
    mean = small.sum(axis=0, dtype=np.float64) / (count + 1)
    small -= ((mean + mean[:, ::-1]) / 2).astype(np.float32)
    small -= small.mean(axis=(1, 2, 3), keepdims=True)
    length = np.sqrt(np.square(small).sum(axis=(1, 2, 3), keepdims=True))
    small /= np.maximum(length, FAINT)

    half, mirrored = small[:, :, : EDGE // 2], small[:, :, : EDGE // 2 - 1 : -1]
    parts = [((half + sign * mirrored) / np.sqrt(2)).reshape(count, -1).astype(np.float32) for sign in (1, -1)]
    axes = [np.linalg.eigh(part.T @ part / count) for part in parts]
    least = np.sort(np.concatenate([variance for variance, _ in axes]))[-LEADING]
    little = 0.001 + 1 / count  # few pictures say little about the spread along an axis
    even, odd = (
        part @ (vectors[:, variance >= least] / np.sqrt(variance[variance >= least] + little))
        for part, (variance, vectors) in zip(parts, axes, strict=True)
    )
    norm = np.sqrt(np.square(even).sum(axis=1) + np.square(odd).sum(axis=1))
    norm[blank | (length.ravel() < FAINT)] = np.inf
    return even / norm[:, None], odd / norm[:, None]
