"""The eight orientations of a square, and coordinates by which a pair is compared in all of them at once.

Images are resized to squares, so that images that are not square can be rotated by 90 degrees as well.
"""

from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Rows = NDArray[np.int64]
Pixels = TypeVar("Pixels", NDArray[np.uint8], NDArray[np.float32], NDArray[np.float64])

MIRROR, FLIP, TRANSPOSE = 1, 2, 4
"""An orientation is a sum of these: first transposed, then flipped vertically, then mirrored."""

ORIENTATIONS = 8


def turn(pictures: Pixels, orientation: int) -> Pixels:
    """Return images (P, E, E, ...) in one orientation."""
    if orientation & TRANSPOSE:
        pictures = pictures.swapaxes(1, 2)
    if orientation & FLIP:
        pictures = pictures[:, ::-1]
    if orientation & MIRROR:
        pictures = pictures[:, :, ::-1]
    return pictures


def oriented(pictures: Pixels, orientation: Rows) -> Pixels:
    """Return images (P, E, E, ...), each in its own orientation, (P,)."""
    turned = pictures.copy()
    for each in np.unique(orientation).tolist():
        which = orientation == each
        turned[which] = turn(pictures[which], each)
    return turned


class Products(NamedTuple):
    """Inner products of the coordinates of images, in arrays of any shape, by how they change with the orientation.

    Attributes
    ----------
    same
        Of the part that is even horizontally and vertically.
    opposite
        Of the part that is odd horizontally and vertically.
    across
        Of the part that is odd only horizontally.
    down
        Of the part that is odd only vertically.
    """

    same: Floats
    opposite: Floats
    across: Floats
    down: Floats

    def closeness(self, orientation: int) -> Floats:
        """Return the cosine with the right image mirrored, flipped or both."""
        across, down = (-1 if orientation & each else 1 for each in (MIRROR, FLIP))
        cosine: Floats = self.same + across * down * self.opposite + across * self.across + down * self.down
        return cosine

    def upright(self) -> Floats:
        """Return the larger of the cosines with the right image as it is and mirrored."""
        closest = self.opposite + self.across
        np.abs(closest, out=closest)  # in place: with many images, this takes most of the time
        closest += self.same
        closest += self.down
        return closest

    def flipped(self) -> Floats:
        """Return the larger of the cosines with the right image flipped, and flipped and mirrored."""
        closest = self.opposite - self.across
        np.abs(closest, out=closest)
        closest += self.same
        closest -= self.down
        return closest

    def take(self, left: Rows, right: Rows) -> "Products":
        """Return those of some pairs, (P,)."""
        return Products(*(each[left, right] for each in self))


class Coordinates(NamedTuple):
    """Coordinates of N images on axes that an orientation keeps, reverses or exchanges.

    An image is the sum of four parts, each even or odd horizontally and vertically. Mirroring reverses the parts that
    are odd horizontally, flipping those that are odd vertically; transposing exchanges two parts and reverses axes of
    the other two. So eight products of coordinates give the cosines of all eight orientations.

    Attributes
    ----------
    even, odd
        float32 (N, A) and (N, B): the parts that are even, or odd, in both directions.
    even_sign, odd_sign
        float32 (A,) and (B,): 1 for axes that transposing keeps, -1 for those that it reverses.
    across, down
        float32 (N, C) each: the part that is odd only horizontally, and the transpose of that which is odd only
        vertically.
    """

    even: Floats
    odd: Floats
    even_sign: Floats
    odd_sign: Floats
    across: Floats
    down: Floats

    def products(self, other: "Coordinates") -> Products:
        """Return the products of these images with others, each (N, M)."""
        return Products(
            self.even @ other.even.T, self.odd @ other.odd.T, self.across @ other.across.T, self.down @ other.down.T
        )

    def take(self, rows: slice | Rows) -> "Coordinates":
        """Return the coordinates of some images."""
        return self._replace(even=self.even[rows], odd=self.odd[rows], across=self.across[rows], down=self.down[rows])

    def unit(self, which: NDArray[np.bool_]) -> "Coordinates":
        """Return the coordinates scaled to length 1 for *which* images (N,), and 0 for the others."""
        length = np.sqrt(sum(np.square(each).sum(axis=1) for each in (self.even, self.odd, self.across, self.down)))
        scale = np.where(which & (length > 0), 1 / np.maximum(length, 1e-9), 0).astype(np.float32)[:, None]
        return self._replace(
            even=self.even * scale, odd=self.odd * scale, across=self.across * scale, down=self.down * scale
        )

    def folded(self) -> Floats:
        """Return coordinates that are the same in all orientations, and near if the images are in any, (N, F).

        What an orientation reverses is replaced by its magnitude, what it exchanges is sorted; no distance grows by it.
        """
        kept = self.even_sign > 0
        across, down = np.abs(self.across), np.abs(self.down)
        return np.concatenate(
            [
                self.even[:, kept],
                np.abs(self.even[:, ~kept]),
                np.abs(self.odd),
                np.minimum(across, down),
                np.maximum(across, down),
            ],
            axis=1,
        )

    def transposed(self) -> "Coordinates":
        """Return the coordinates of the transposed images."""
        return self._replace(
            even=self.even * self.even_sign, odd=self.odd * self.odd_sign, across=self.down, down=self.across
        )


def whitened(pictures: Floats, leading: int) -> Coordinates:
    """Return coordinates on the axes along which images (N, E, E, 3) and their orientations differ most.

    Parameters
    ----------
    pictures
        The images, centered.
    leading
        Number of axes.
    """
    count = len(pictures)
    down_even, down_odd = _halves(pictures)
    even, across = (each.swapaxes(1, 2) for each in _halves(down_even.swapaxes(1, 2)))
    del down_even  # as large as half of the images
    down, odd = (each.swapaxes(1, 2) for each in _halves(down_odd.swapaxes(1, 2)))
    del down_odd
    # The symmetric and the antisymmetric half of each part; the two parts that are exchanged share their axes.
    halves = [_half(part, sign) for part in (even, odd) for sign in (1, -1)]
    del even, odd
    pair: Floats = np.stack([across, down.swapaxes(1, 2)])
    del across, down
    parts: list[Floats] = [*(each.reshape(1, count, -1) for each in halves), pair.reshape(2, count, -1)]
    axes = [np.linalg.eigh(np.einsum("kni,knj->ij", each, each, optimize=True) / (len(each) * count)) for each in parts]
    variances = [np.repeat(variance, len(each)) for (variance, _), each in zip(axes, parts, strict=True)]
    least = np.sort(np.concatenate(variances))[-leading]
    little = 0.001 + 1 / count  # with few images, the variance along an axis is uncertain
    found = [
        each @ (vectors[:, variance >= least] / np.sqrt(variance[variance >= least] + little)).astype(np.float32)
        for each, (variance, vectors) in zip(parts, axes, strict=True)
    ]
    symmetric, antisymmetric, odd_symmetric, odd_antisymmetric = (each[0] for each in found[:4])
    return Coordinates(
        np.concatenate([symmetric, antisymmetric], axis=1),
        np.concatenate([odd_symmetric, odd_antisymmetric], axis=1),
        np.repeat(np.array([1, -1], np.float32), [symmetric.shape[1], antisymmetric.shape[1]]),
        np.repeat(np.array([1, -1], np.float32), [odd_symmetric.shape[1], odd_antisymmetric.shape[1]]),
        found[4][0],
        found[4][1],
    )


def _halves(pictures: Floats) -> tuple[Floats, Floats]:
    """Return the vertically even and odd part of images (N, E, E', ...), each (N, E / 2, E', ...)."""
    middle = pictures.shape[1] // 2
    top, bottom = pictures[:, :middle], pictures[:, : middle - 1 : -1]
    root = np.float32(np.sqrt(2))
    return (top + bottom) / root, (top - bottom) / root


def _half(square: Floats, sign: int) -> Floats:
    """Return the half of square parts (N, H, H, 3) that transposing keeps, for 1, or reverses, for -1."""
    transposed = square.swapaxes(1, 2)
    half: Floats = square + transposed if sign > 0 else square - transposed
    half /= 2
    return half
