"""Find families: images that are not independent, because they come from one original, video or burst."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from labelaudit.copies.registration import agree
from labelaudit.records.copies import first_rows

Rows = NDArray[np.int64]
Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]

NONE = np.zeros(0, np.int64)

REFERENCE, FEWEST = 12, 10
"""A pair is compared with the distance within which a twelfth of the data set lies, but at least ten images."""

NEARER = 0.3
"""Share of that distance below which the features alone make two images relatives."""

NEAR = 0.75
"""Share of that distance below which two images are relatives if their small pictures agree, too.

Without this limit, handwritten digits of one class agree with each other, and the class becomes one family."""

CLOSEST = 5
"""Images that are compared with each image by their small pictures: the nearest, and each must be near to the other."""


class Pairs(NamedTuple):
    """Pairs of images: int64 (P,) rows, the lower row first, and their distance as a share of what is usual, (P,)."""

    left: Rows
    right: Rows
    distance: Doubles


def find_families(
    greys: NDArray[np.uint8],
    groups: Rows,
    neighbours: NDArray[np.int32],
    likeness: Floats,
    named: Rows | None = None,
    like_named: tuple[Rows, Rows] = (NONE, NONE),
    *,
    jobs: int = 1,
) -> Rows:
    """Find the images that are not independent: augmented copies of one original, frames of a video, tiles of one scan.

    Two images are relatives if they are nearer to each other than their surroundings explain: by their features alone
    where they are very near, and otherwise if their small pictures agree as well. A family is everything that is
    connected by relatives and copies.

    Parameters
    ----------
    greys
        uint8 (N, E, E), small pictures.
    groups
        int64 (N,), groups of copies.
    neighbours
        int32 (N, k), rows of the images that are nearest to each image.
    likeness
        float32 (N, k), the cosine to each of them, -1 to 1.
    named
        int64 (N,), groups that the user names; the images of one group are relatives, whatever they show.
    like_named
        int64 (P,) and (P,): rows of pairs that are relatives if their small pictures agree, however far they are.
    jobs
        Threads; they change nothing of the result.

    Returns
    -------
    int64 (N,)
        For each image the first row of its family, its own row if it has no relatives.
    """
    pairs = near_pairs(groups, neighbours, likeness)
    linked = pairs.distance < NEARER
    family = joined(groups, pairs.left[linked], pairs.right[linked])
    if named is not None:
        family = joined(family, np.arange(len(named)), named)
    left = np.concatenate([pairs.left[~linked], like_named[0]])
    right = np.concatenate([pairs.right[~linked], like_named[1]])
    asked = family[left] != family[right]
    left, right = left[asked], right[asked]
    agreed = agree(greys, left, right, jobs=jobs)
    return joined(family, left[agreed], right[agreed])


def near_pairs(groups: Rows, neighbours: NDArray[np.int32], likeness: Floats) -> Pairs:
    """Return the pairs of images that are nearer to each other than their surroundings explain; copies are left out."""
    total, looked_up = neighbours.shape
    distance = np.maximum(1 - likeness.astype(np.float64), 0)
    distance[groups[neighbours] == groups[:, None]] = np.inf
    reach = min(looked_up, max(FEWEST, total // REFERENCE)) - 1
    usual = np.partition(distance, reach, axis=1)[:, reach]
    usual[~np.isfinite(usual)] = 1.0  # as far as unrelated images are
    share = distance / np.sqrt(usual[:, None] * usual[neighbours])
    last = min(CLOSEST, looked_up) - 1
    closest = distance <= np.partition(distance, last, axis=1)[:, last:][:, :1]
    row, place = np.nonzero((share < NEARER) | (closest & (share < NEAR)))
    other = neighbours[row, place].astype(np.int64)
    pair, first, times = np.unique(
        np.minimum(row, other) * total + np.maximum(row, other), return_index=True, return_counts=True
    )
    kept = (times == 2) | (share[row, place][first] < NEARER)
    return Pairs(pair[kept] // total, pair[kept] % total, share[row, place][first[kept]])


def joined(groups: Rows, left: Rows, right: Rows) -> Rows:
    """Return the connected components of groups and pairs, (N,): for each image the first row of its component."""
    family = first_rows(groups)
    while True:  # each round hands the lowest row on
        before = family
        lowest = np.minimum(family[left], family[right])
        family = family.copy()
        np.minimum.at(family, before[left], lowest)
        np.minimum.at(family, before[right], lowest)
        family = family[family]
        if np.array_equal(family, before):
            return family
