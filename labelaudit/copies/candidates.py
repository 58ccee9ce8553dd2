"""Find candidate pairs of copies: few for each image, and without an N x N matrix."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from labelaudit.copies.orientation import FLIP, ORIENTATIONS, TRANSPOSE, Coordinates, Products, turn, whitened
from labelaudit.copies.pictures import relative_brightness
from labelaudit.parallel import in_order

Floats = NDArray[np.float32]
Rows = NDArray[np.int64]
Flags = NDArray[np.bool_]

EDGE = 8
"""Pixels along the edge of the pictures that are compared: so coarse that a small crop hardly matters."""

LEADING = 64
"""Axes along which pictures are compared: those along which they differ most."""

ALIKE = 0.62
"""Cosine from which a pair is compared. Most photos of one subject have no other photo that close, crops of 5 % at each
side nearly always do."""

AT_MOST = 16
"""Pairs that are looked at for each picture, the closest first."""

BLANK = 2.0
"""Standard deviation, in grey levels, below which a picture shows nothing to know it by."""

FAINT = 30.0
"""Length, in grey levels, of what sets a picture apart from the data set, below which it is like no other."""

CLOSE_TURNED = 0.9
"""The same where one picture has to be turned or flipped: only whole pictures are looked for then, and these are
closer than a picture and a part of it."""

BLOCK = 128
"""Pictures that are compared with others at once."""

WIDTH = 1024
"""Pictures that a block is compared with at once: so few that their cosines stay in the cache of the processor."""


class Pairs(NamedTuple):
    """Pairs of pictures.

    Attributes
    ----------
    left, right
        int64 (P,), rows of the pictures.
    orientation
        int64 (P,): the orientation of the right one in which it is like the left one, 0 as it is; see
        :func:`labelaudit.copies.orientation.turn`.
    closeness
        float32 (P,), their cosine in this orientation, -1 to 1.
    """

    left: Rows
    right: Rows
    orientation: Rows
    closeness: Floats

    def take(self, chosen: Flags | Rows | slice) -> "Pairs":
        """Return the pairs that are *chosen*."""
        return Pairs(self.left[chosen], self.right[chosen], self.orientation[chosen], self.closeness[chosen])


def candidates(thumbnails: NDArray[np.uint8], *, jobs: int = 1) -> Pairs:
    """Return candidate pairs of copies.

    Pictures are compared on whitened axes: what nearly all pictures of the data set share, such as the view of a fixed
    camera, counts for little, and what sets a picture apart for much. The axes are chosen so that one look compares
    all eight orientations of a square.

    Parameters
    ----------
    thumbnails
        uint8 (N, 16, 16, 3).
    jobs
        Number of threads; the result does not depend on it.
    """
    coordinates = _coordinates(thumbnails)
    transposed = coordinates.transposed()

    def look(start: int) -> Pairs:
        block, found = coordinates.take(slice(start, start + BLOCK)), []
        for first in range(start, len(thumbnails), WIDTH):
            others = slice(first, first + WIDTH)
            alike = _alike(block.products(coordinates.take(others)), block.products(transposed.take(others)))
            found.append(alike._replace(left=alike.left + start, right=alike.right + first))
        pairs = _joined(found)
        pairs = pairs.take(pairs.left < pairs.right)
        pairs = pairs.take(np.lexsort((pairs.right, -pairs.closeness, pairs.left)))
        rank = np.arange(len(pairs.left)) - np.searchsorted(pairs.left, pairs.left)
        return pairs.take(rank < AT_MOST)

    return _joined(list(in_order(look, range(0, len(thumbnails), BLOCK), jobs)))


def _alike(straight: Products, transposed: Products) -> Pairs:
    """Return the pairs whose cosine is high in any orientation, given the products as they are and transposed."""
    turned = np.maximum(transposed.upright(), transposed.flipped())
    np.maximum(turned, straight.flipped(), out=turned)
    left, right = np.nonzero((straight.upright() > ALIKE) | (turned > CLOSE_TURNED))
    some = straight.take(left, right), transposed.take(left, right)
    closeness = np.stack([some[each // TRANSPOSE].closeness(each) for each in range(ORIENTATIONS)])
    closeness[FLIP:][closeness[FLIP:] <= CLOSE_TURNED] = -1
    return Pairs(left, right, closeness.argmax(axis=0).astype(np.int64), closeness.max(axis=0))


def _joined(pairs: list[Pairs]) -> Pairs:
    return Pairs(*(np.concatenate(column) for column in zip(*pairs, strict=True)))


def _coordinates(thumbnails: NDArray[np.uint8]) -> Coordinates:
    """Return the coordinates of N pictures on whitened axes; together of length 1, or 0 if a picture is blank."""
    count = len(thumbnails)
    small = thumbnails.reshape(count, EDGE, 2, EDGE, 2, 3).mean(axis=(2, 4), dtype=np.float32)
    blank = small.mean(axis=3).std(axis=(1, 2)) < BLANK
    small /= relative_brightness(small)[:, None, None, None]
    # One more picture, a flat grey, is counted in: the mean of two copies would be the picture itself.
    mean = small.sum(axis=0, keepdims=True, dtype=np.float64) / (count + 1)
    small -= np.mean([turn(mean, each) for each in range(ORIENTATIONS)], axis=0, dtype=np.float64).astype(np.float32)
    small -= small.mean(axis=(1, 2, 3), keepdims=True)
    length = np.sqrt(np.square(small).sum(axis=(1, 2, 3), keepdims=True))
    small /= np.maximum(length, FAINT)
    return whitened(small, LEADING).unit(~blank & (length.ravel() >= FAINT))
