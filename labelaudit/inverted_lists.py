"""Inverted lists: among which images the nearest of each image are searched, so that a large set takes linear time.

The images are divided by k-means, and the nearest of an image are searched exactly among those in the lists whose
centers are near it: the inverted file of Jégou, Douze and Schmid (2011), "Product Quantization for Nearest Neighbor
Search", without the quantization.
"""

from collections.abc import Iterator
from itertools import chain
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from labelaudit.engine import in_order

Floats = NDArray[np.float32]
Rows = NDArray[np.int64]

EXACT_UP_TO = 50_000
"""Number of images up to which every image is compared with every other, which finds all neighbors.

It takes 15 s of processor time here, and four times as much for twice as many."""

PER_LIST = 64
"""Mean number of images in a list: shorter lists follow the images more closely, but there are more centers to compare
with."""

LONGEST = 256
"""Number of images of a list that are compared at once. Longer lists, as of images that are all alike, are divided, so
that they take linear time as well."""

PROBED = 32
"""Number of centers near an image that count for the choice of the lists."""

LOOKED_AT = 16384
"""Number of images that each image is compared with. Of 50,000 photos of CIFAR-10 with shifted and mirrored versions,
.97 of the ten nearest and .93 of the 70 nearest are among them."""

SAMPLED, ROUNDS = 20, 6
"""Number of images for each center that k-means learns from, and the number of its rounds."""

CHUNK = 1024
"""Number of images whose distances to all centers are in memory at once."""


class Neighbourhood(NamedTuple):
    """Images, and those that they are compared with.

    Attributes
    ----------
    rows
        Rows of the former, in ascending order.
    others
        Rows of the latter, in ascending order; they include the former.
    """

    rows: Rows | slice
    others: Rows | slice

    def upwards(self) -> "Neighbourhood":
        """Return it without the others below its first row, which are not needed for pairs with the lower row first."""
        if isinstance(self.rows, slice) or isinstance(self.others, slice):
            return Neighbourhood(self.rows, slice(self.rows.start if isinstance(self.rows, slice) else 0, None))
        return Neighbourhood(self.rows, self.others[np.searchsorted(self.others, self.rows[0]) :])


def neighbourhoods(points: Floats, *, block: int, jobs: int = 1) -> Iterator[Neighbourhood]:
    """Divide images into blocks, and yield with each block the images to search for its nearest.

    Parameters
    ----------
    points
        float32 (N, D); the nearest by their Euclidean distance are found. With up to ``EXACT_UP_TO`` images, all of
        them are compared.
    block
        Number of images in a block if all are compared.
    jobs
        Number of threads; the result does not depend on it.

    Yields
    ------
    Neighbourhood
        Every image is in the rows of exactly one.
    """
    total = len(points)
    if total > EXACT_UP_TO:
        yield from _listed(_nearest_centers(points, _centers(points, jobs), jobs))
        return
    for start in range(0, total, block):
        yield Neighbourhood(slice(start, min(start + block, total)), slice(0, total))


def _centers(points: Floats, jobs: int) -> Floats:
    """Return centers by k-means on a sample, float32 (L, D)."""
    random = np.random.default_rng(0)
    count = -(-len(points) // PER_LIST)
    drawn = random.permutation(len(points))[: SAMPLED * count]
    centers, sample = points[drawn[:count]], points[np.sort(drawn)]
    for _ in range(ROUNDS):
        home = _nearest_centers(sample, centers, jobs, probed=1)[:, 0]
        order = np.argsort(home, kind="stable")
        used, first, times = np.unique(home[order], return_index=True, return_counts=True)
        centers[used] = np.add.reduceat(sample[order], first, axis=0) / times[:, None]
    return centers


def _nearest_centers(points: Floats, centers: Floats, jobs: int, *, probed: int = PROBED) -> NDArray[np.int32]:
    """Return the nearest centers of each image in ascending distance, (N, probed)."""
    half = np.square(centers).sum(axis=1) / 2
    probed = min(probed, len(centers))

    def look(start: int) -> NDArray[np.int32]:
        closeness = points[start : start + CHUNK] @ centers.T
        closeness -= half
        near = np.argpartition(-closeness, probed - 1, axis=1)[:, :probed]
        falling = np.argsort(-np.take_along_axis(closeness, near, axis=1), axis=1, kind="stable")
        nearest: NDArray[np.int64] = np.take_along_axis(near, falling, axis=1)
        return nearest.astype(np.int32)

    return np.concatenate(list(in_order(look, range(0, len(points), CHUNK), jobs)))


def _listed(near: NDArray[np.int32]) -> Iterator[Neighbourhood]:
    """Yield the pieces of lists, each with those lists that most of its images are near to.

    Parameters
    ----------
    near
        int32 (N, P): the nearest centers of each image; the first is that of its list.
    """
    order = np.argsort(near[:, 0], kind="stable")
    home = near[order, 0]
    ends = np.append(np.flatnonzero(np.diff(home)) + 1, len(home))
    pieces: list[Rows] = []
    of_center: dict[int, list[int]] = {}
    start = 0
    for end in ends.tolist():
        for first in range(start, end, LONGEST):
            of_center.setdefault(int(home[first]), []).append(len(pieces))
            pieces.append(order[first : min(first + LONGEST, end)])
        start = end
    for number, rows in enumerate(pieces):
        centers, votes = np.unique(near[rows], return_counts=True)
        popular = centers[np.argsort(-votes, kind="stable")].tolist()
        following = (each % len(pieces) for each in range(number + 1, number + len(pieces)))  # if the lists are short
        chosen, count = {number}, len(rows)
        for piece in chain(chain.from_iterable(of_center.get(center, ()) for center in popular), following):
            if count >= LOOKED_AT:
                break
            if piece not in chosen:
                chosen.add(piece)
                count += len(pieces[piece])
        yield Neighbourhood(rows, np.sort(np.concatenate([pieces[piece] for piece in sorted(chosen)])))
