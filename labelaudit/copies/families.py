"""Find families: images that are not independent, because they come from one original, video or burst."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from labelaudit.copies.registration import COARSE, Pyramid, pyramid, unexplained
from labelaudit.copies.rotation import squares, turned
from labelaudit.records.copies import first_rows

Rows = NDArray[np.int64]
Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]

NONE = np.zeros(0, np.int64)

REFERENCE, FEWEST = 12, 10
"""A pair is compared with the neighbour within which a twelfth of the data set lies, but at least ten images."""

NEARER = 0.3
"""Share of that distance below which the features alone make two images relatives.

Of independent images, .2 % (hands) to 3 % (clothes, some of which were photographed twice) have another one as near."""

CLOSEST = 5
"""Number of nearest images whose small pictures are compared with that of an image; each must be near the other."""

FARTHEST = 0.7
"""Share of the usual distance beyond which pictures are not compared: 98 % of the relatives that the pictures identify
are nearer (augmented photos .54, digits .66), and two thirds of the pairs of CIFAR-10 are farther."""

FARTHER = 20
"""Number of images that an image with relatives is compared with: it may have more relatives than mutual neighbours."""

LEAST, DIFFERENT = 0.05, 1 / 4
"""Two pictures agree if they differ by less than a quarter of what unrelated pictures around them differ by at least.

"At least" means the 5 % quantile of the differences. Of 3,781 photos of clothing three times, 5 % of the
originals are divided between families (6.5 % with a sixth), and 1.2 % of 1,797 handwritten digits are grouped (1 %).
"""

AT_ONCE = 4096
"""Number of images or pairs whose temporary arrays are in memory at once."""


class Pairs(NamedTuple):
    """Pairs of images, the lower row first: int64 (P,) rows, and their distance as a share of what is usual, (P,)."""

    left: Rows
    right: Rows
    distance: Doubles

    def take(self, wanted: NDArray[np.bool_] | Rows) -> "Pairs":
        """Return some of the pairs."""
        return Pairs(self.left[wanted], self.right[wanted], self.distance[wanted])


def find_families(
    greys: NDArray[np.uint8],
    groups: Rows,
    neighbours: NDArray[np.int32],
    likeness: Floats,
    like_named: tuple[Rows, Rows] = (NONE, NONE),
    *,
    sizes: NDArray[np.int32] | None = None,
    jobs: int = 1,
) -> Rows:
    """Find the images that are not independent: augmented copies of one original, frames of a video, tiles of one scan.

    Two images are relatives if they are nearer to each other than their surroundings explain: by their features alone
    where they are very near, and otherwise by their small pictures. How much the pictures of unrelated images differ
    depends on the data: photos differ much and digits of one class little. It is measured around each image, between
    images and neighbours within which a twelfth of the data set lies. Images that are turned are found by their small
    pictures alone, since their features are far from each other. A family is everything that is connected by relatives
    and copies.

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
    like_named
        int64 (P,) and (P,): rows of pairs that are relatives if their small pictures agree, however far they are.
    sizes
        int32 (N, 2), width and height of the images; square if not given.
    jobs
        Number of threads; the result does not depend on it.

    Returns
    -------
    int64 (N,)
        For each image the first row of its family, its own row if it has no relatives.
    """
    if not greys.size:
        return first_rows(groups)
    distance = relative_distance(groups, neighbours, likeness)
    near = pairs(distance < NEARER, neighbours, distance)
    family = joined(groups, near.left, near.right)
    smaller = pyramid(greys)
    usual = usual_difference(smaller, family, neighbours, jobs=jobs)

    def compare(left: Rows, right: Rows) -> Rows:
        asked = family[left] != family[right]
        left, right = left[asked], right[asked]
        limit = DIFFERENT * np.sqrt(usual[left] * usual[right])
        agree = unexplained(smaller, left, right, limit, jobs=jobs) <= limit
        rest = np.flatnonzero(~agree)
        agree[rest] = (
            unexplained(smaller, left[rest], right[rest], limit[rest], mirrored=True, jobs=jobs) <= limit[rest]
        )
        return joined(family, left[agree], right[agree])

    closest = pairs(within(CLOSEST, distance) & (distance < FARTHEST), neighbours, distance, both=True)
    family = compare(np.concatenate([closest.left, like_named[0]]), np.concatenate([closest.right, like_named[1]]))
    related = np.bincount(family, minlength=len(family))[family] > 1
    farther = within(FARTHER, distance) & (related[:, None] | related[neighbours])
    once = one_of_each(pairs(farther, neighbours, distance), family)
    family = compare(once.left, once.right)
    left, right = turned_relatives(greys, sizes, family, usual, jobs=jobs)
    return joined(family, left, right)


def turned_relatives(
    greys: NDArray[np.uint8], sizes: NDArray[np.int32] | None, family: Rows, usual: Floats, *, jobs: int = 1
) -> tuple[Rows, Rows]:
    """Return pairs of images, (P,) and (P,), of which one shows the other turned by any angle, mirrored or not."""
    shape = np.ones((len(greys), 2), np.float32)
    if sizes is not None:
        shape = (sizes.min(axis=1, keepdims=True) / sizes[:, ::-1]).astype(np.float32)
    found = turned(greys, shape, family, jobs=jobs)
    limit = DIFFERENT * np.sqrt(usual[found.left] * usual[found.right])
    agree = np.zeros(len(found.left), dtype=np.bool_)
    for some in blocks(len(agree)):  # a pair takes 35 kB
        one, other = squares(greys, shape, found.take(some))
        row = np.arange(len(one))
        pictures = pyramid(np.concatenate([one, other]))
        agree[some] = unexplained(pictures, row, row + len(one), limit[some], jobs=jobs) <= limit[some]
    return found.left[agree], found.right[agree]


def relative_distance(groups: Rows, neighbours: NDArray[np.int32], likeness: Floats) -> Doubles:
    """Return the distance to each neighbour as a share of what is usual around both, (N, k); infinity for copies."""
    distance, reach = np.empty(neighbours.shape), reference(neighbours)
    usual = np.empty(len(neighbours))
    for rows in blocks(len(neighbours)):
        distance[rows] = np.maximum(1 - likeness[rows].astype(np.float64), 0)
        distance[rows][groups[neighbours[rows]] == groups[rows, None]] = np.inf
        usual[rows] = np.partition(distance[rows], reach, axis=1)[:, reach]
    usual[~np.isfinite(usual)] = 1.0  # as far as unrelated images are
    for rows in blocks(len(neighbours)):
        distance[rows] /= np.sqrt(usual[rows, None] * usual[neighbours[rows]])
    return distance


def blocks(total: int) -> Iterator[slice]:
    """Yield slices that cover *total* rows, for work whose temporary arrays are much larger than its result."""
    return (slice(start, start + AT_ONCE) for start in range(0, total, AT_ONCE))


def reference(neighbours: NDArray[np.int32]) -> int:
    """Return the index of the neighbour whose distance is the reference for the others."""
    total, looked_up = neighbours.shape
    return int(min(looked_up, max(FEWEST, total // REFERENCE))) - 1


def within(count: int, distance: Doubles) -> NDArray[np.bool_]:
    """Return which neighbours are among the *count* nearest of an image, copies aside, bool (N, k)."""
    last = min(count, distance.shape[1]) - 1
    near = np.empty(distance.shape, dtype=np.bool_)
    for rows in blocks(len(distance)):
        near[rows] = distance[rows] <= np.partition(distance[rows], last, axis=1)[:, last, None]
    near &= np.isfinite(distance)
    return near


def pairs(wanted: NDArray[np.bool_], neighbours: NDArray[np.int32], distance: Doubles, *, both: bool = False) -> Pairs:
    """Return the pairs of an image and a neighbour that are *wanted*, (N, k), or only those wanted from both sides."""
    row, place = np.nonzero(wanted)
    other = neighbours[row, place].astype(np.int64)
    pair, first, times = np.unique(
        np.minimum(row, other) * len(neighbours) + np.maximum(row, other), return_index=True, return_counts=True
    )
    found = Pairs(pair // len(neighbours), pair % len(neighbours), distance[row, place][first])
    return found.take(times == 2) if both else found


def one_of_each(found: Pairs, family: Rows) -> Pairs:
    """Return the nearest of all pairs between the same two families."""
    one, other = family[found.left], family[found.right]
    order = np.argsort(found.distance, kind="stable")
    key = np.minimum(one, other) * len(family) + np.maximum(one, other)
    return found.take(order[np.unique(key[order], return_index=True)[1]])


def usual_difference(smaller: Pyramid, family: Rows, neighbours: NDArray[np.int32], *, jobs: int = 1) -> Floats:
    """Return by how much the small pictures of unrelated images differ at least, around each image, float32 (N,).

    Each image is compared with the neighbour within which a twelfth of the data set lies, and of the differences of an
    image and of its neighbours up to there the one is taken that a twentieth is below. Images that are known to be
    relatives are left out. In a small data set, farther neighbours would be of other classes.
    """
    rows, reach = np.arange(len(neighbours)), reference(neighbours)
    far = neighbours[:, reach].astype(np.int64)
    no_limit = np.full(len(rows), np.inf, np.float32)
    differs = unexplained(smaller, rows, far, no_limit, (COARSE,), jobs=jobs)
    differs[family == family[far]] = np.inf
    usual = np.empty(len(rows), np.float32)
    for some in blocks(len(rows)):
        around = np.sort(np.column_stack([differs[some], differs[neighbours[some, : reach + 1]]]), axis=1)
        known = np.isfinite(around).sum(axis=1)
        usual[some] = around[np.arange(len(around)), np.maximum(LEAST * (known - 1), 0).round().astype(np.int64)]
        usual[some][known == 0] = np.nan
    others = usual[np.isfinite(usual)]
    usual[np.isnan(usual)] = np.median(others) if len(others) else 0
    return usual


def united(groups: Rows, others: Rows) -> Rows:
    """Return the groups that are connected by groups of another kind, (N,): the first row of each."""
    return joined(groups, np.arange(len(others)), others)


def joined(groups: Rows, left: Rows, right: Rows) -> Rows:
    """Return the connected components of groups and pairs, (N,): for each image the first row of its component."""
    family = first_rows(groups)
    while True:  # each round propagates the lowest row
        before = family
        lowest = np.minimum(family[left], family[right])
        family = family.copy()
        np.minimum.at(family, before[left], lowest)
        np.minimum.at(family, before[right], lowest)
        family = family[family]
        if np.array_equal(family, before):
            return family
