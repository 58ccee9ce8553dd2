"""Find candidate pairs of copies: few for each image, and without an N x N matrix."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from labelaudit.copies.orientation import FLIP, ORIENTATIONS, TRANSPOSE, Coordinates, Products, turn, whitened
from labelaudit.copies.pictures import relative_brightness
from labelaudit.engine import in_order
from labelaudit.inverted_lists import Neighbourhood, neighbourhoods

Floats = NDArray[np.float32]
Rows = NDArray[np.int64]
Flags = NDArray[np.bool_]

EDGE = 8
"""Edge of the images that are compared, in pixels: so coarse that a small crop hardly matters."""

LEADING = 64
"""Number of axes that images are compared on: those along which they differ most."""

ALIKE = 0.62
"""Minimum cosine of a candidate pair. Nearly all crops of 5 % at each side reach it; most other photos of the same
subject do not."""

AT_MOST = 16
"""Maximum number of pairs of each image, the closest first."""

BLANK = 2.0
"""Standard deviation in gray levels below which an image is blank."""

FAINT = 30.0
"""Minimum difference of an image from the mean of the data set in gray levels; images below it are in no pair."""

CLOSE_TURNED = 0.9
"""The same for pairs in different orientations: crops are not searched for among these, and whole copies are closer."""

BLOCK = 128
"""Number of images that are compared with others at once."""

WIDTH = 1024
"""Number of images that a block is compared with at once: so few that their cosines fit into the processor's cache."""


class Pairs(NamedTuple):
    """Pairs of pictures.

    Attributes
    ----------
    left, right
        int64 (P,), rows of the images.
    orientation
        int64 (P,): the orientation of the right image in which it resembles the left one, 0 for none; see
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

    Images are compared on whitened axes, so that what nearly all images share, such as the view of a fixed camera, has
    little weight. The axes are chosen so that one product compares all eight orientations of a square. In a large data
    set, an image is compared with those in the lists near it, in any orientation.

    Parameters
    ----------
    thumbnails
        uint8 (N, 16, 16, 3).
    jobs
        Number of threads; the result does not depend on it.
    """
    coordinates = _coordinates(thumbnails)
    transposed, numbers = coordinates.transposed(), np.arange(len(thumbnails))

    def look(part: Neighbourhood) -> Pairs:
        rows, others = numbers[part.rows], numbers[part.upwards().others]
        block, found = coordinates.take(part.rows), []
        upright, aside = (each.take(part.upwards().others) for each in (coordinates, transposed))
        for start in range(0, len(others), WIDTH):
            some = slice(start, start + WIDTH)
            alike = _alike(block.products(upright.take(some)), block.products(aside.take(some)))
            found.append(alike._replace(left=rows[alike.left], right=others[some][alike.right]))
        pairs = _joined(found)
        pairs = pairs.take(pairs.left < pairs.right)
        pairs = pairs.take(np.lexsort((pairs.right, -pairs.closeness, pairs.left)))
        rank = np.arange(len(pairs.left)) - np.searchsorted(pairs.left, pairs.left)
        return pairs.take(rank < AT_MOST)

    parts = neighbourhoods(coordinates.folded(), block=BLOCK, jobs=jobs)
    pairs = _joined(list(in_order(look, parts, jobs)))
    return pairs.take(np.argsort(pairs.left, kind="stable"))


def _alike(straight: Products, transposed: Products) -> Pairs:
    """Return the pairs whose cosine is high in any orientation, given the products without and with transposition."""
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
    """Return the coordinates of N images on whitened axes, scaled to length 1, or to 0 for blank images."""
    count = len(thumbnails)
    small = thumbnails.reshape(count, EDGE, 2, EDGE, 2, 3).mean(axis=(2, 4), dtype=np.float32)
    blank = small.mean(axis=3).std(axis=(1, 2)) < BLANK
    small /= relative_brightness(small)[:, None, None, None]
    # One plain gray image is added: otherwise the mean of two copies would be the image itself.
    mean = small.sum(axis=0, keepdims=True, dtype=np.float64) / (count + 1)
    small -= np.mean([turn(mean, each) for each in range(ORIENTATIONS)], axis=0, dtype=np.float64).astype(np.float32)
    small -= small.mean(axis=(1, 2, 3), keepdims=True)
    length = np.sqrt(np.square(small).sum(axis=(1, 2, 3), keepdims=True))
    small /= np.maximum(length, FAINT)
    return whitened(small, LEADING).unit(~blank & (length.ravel() >= FAINT))
