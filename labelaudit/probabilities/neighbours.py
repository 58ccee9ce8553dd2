"""Votes of the nearest neighbors, which detect other errors than linear classifiers do."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from labelaudit.engine import in_order
from labelaudit.inverted_lists import Neighbourhood, neighbourhoods
from labelaudit.probabilities.axes import Axes, Doubles, Floats
from labelaudit.probabilities.chunks import chunks

NEIGHBOURS = 70
"""Number of neighbors that vote, minus those of the image's own family."""

LEADING = 128
"""Number of principal axes for finding the nearest neighbors; later axes contain mostly noise."""

WEIGHED_ON = 256
"""Number of principal axes for the similarity of the neighbors; there are few neighbors, so that more axes are
affordable."""

STEEPNESS = 6
"""Exponent of the similarity in the vote of the very nearest neighbors. This vote is better on most data, but wrong
where the nearest share more than their class; therefore there is a vote of all neighbors as well."""

UNLIKE = 0.1
"""Smaller similarities are raised to this: without near neighbors, the nearest is no more reliable than the others."""

WHITENED = 0.75
"""Exponent of the whitening of these axes. One half is as good for the vote, but hides outliers on late axes; with 1,
dense groups of unusual images become outliers as well."""

BLOCK = 256
"""Number of images whose similarities to all others are in memory at once."""

SLABS = 16
"""Number of parts that a row of similarities is folded into to find the largest faster."""


class Neighbours(NamedTuple):
    """The k nearest neighbors of each image, in ascending distance.

    Attributes
    ----------
    rows
        int32 (N, k).
    similarity
        float32 (N, k), cosine on the leading axes, -1 to 1.
    """

    rows: NDArray[np.int32]
    similarity: Floats


def nearest(axes: Axes, *, jobs: int = 1) -> Neighbours:
    """Find the nearest neighbors of every image, without an (N, N) array.

    They are found exactly up to a number of images, and nearly all of them above it; see
    :mod:`labelaudit.inverted_lists`.
    """
    total = len(axes.z)
    count = min(NEIGHBOURS, total - 1)
    unit, numbers = _padded(_unit(axes, LEADING)), np.arange(total)
    rows, similarity = np.empty((total, count), dtype=np.int32), np.empty((total, count), dtype=np.float32)

    def look(part: Neighbourhood) -> None:
        block, others = unit[part.rows], numbers[part.others]
        alike = block @ (unit if len(others) == total else _padded(unit[others])).T  # (B, SLABS * width)
        alike[:, len(others) :] = -2
        alike[np.arange(len(block)), np.searchsorted(others, numbers[part.rows])] = -2
        places, similarity[part.rows] = _best(alike, count)
        rows[part.rows] = others[places]

    for _ in in_order(look, neighbourhoods(unit[:total], block=BLOCK, jobs=jobs), jobs):
        pass
    return Neighbours(rows, similarity)


def _padded(unit: Floats) -> Floats:
    """Return vectors followed by as many zeros as a whole number of slabs needs."""
    more = -len(unit) % SLABS
    return np.concatenate([unit, np.zeros((more, unit.shape[1]), np.float32)]) if more else unit


def _best(similarity: Floats, count: int) -> Neighbours:
    """Return the *count* largest values of each row in descending order.

    The columns are folded into slabs: the largest values are in those columns whose maxima over the slabs are among the
    *count* largest, so that far fewer have to be sorted, with the same result.
    """
    width = similarity.shape[1] // SLABS
    if width > count:
        folded = similarity.reshape(len(similarity), SLABS, width).max(axis=1)
        folds = np.argpartition(-folded, count - 1, axis=1)[:, :count]
        columns = (folds[:, None, :] + width * np.arange(SLABS)[None, :, None]).reshape(len(similarity), -1)
        similarity = np.take_along_axis(similarity, columns, axis=1)
    else:
        columns = np.broadcast_to(np.arange(similarity.shape[1]), similarity.shape)
    picked = np.argpartition(-similarity, count - 1, axis=1)[:, :count]
    falling = np.argsort(-np.take_along_axis(similarity, picked, axis=1), axis=1, kind="stable")
    order = np.take_along_axis(picked, falling, axis=1)
    return Neighbours(
        np.take_along_axis(columns, order, axis=1).astype(np.int32), np.take_along_axis(similarity, order, axis=1)
    )


def likeness(axes: Axes, neighbours: Neighbours, *, jobs: int = 1) -> Floats:
    """Return the cosine similarity of each image and its nearest neighbors on more axes, (N, k), -1 to 1."""
    unit = _unit(axes, WEIGHED_ON)

    def look(start: int) -> Floats:
        rows = slice(start, start + BLOCK)
        alike: Floats = np.einsum("rkd,rd->rk", unit[neighbours.rows[rows]], unit[rows])
        return alike

    return np.concatenate(list(in_order(look, range(0, len(unit), BLOCK), jobs)))


def vote(
    likeness: Floats,
    neighbours: Neighbours,
    families: NDArray[np.int64],
    labels: NDArray[np.int64],
    candidates: NDArray[np.int64],
    shown: Doubles,
    classes: int,
    *,
    jobs: int = 1,
) -> Doubles:
    """Return the log-probabilities by the votes of all neighbors and of the very nearest, without relatives.

    In the first vote a neighbor votes for its label; in the second, where single wrong labels would have much weight,
    for the classes that other voters predict for it. The class frequencies count as one more vote, so that no class has
    a probability of 0.

    Parameters
    ----------
    likeness
        float32 (N, k): similarity of each image and its neighbors, -1 to 1.
    neighbours
        The neighbors of the N images.
    families
        int64 (N,); images of one family have no vote on each other.
    labels
        int64 (N,): the labels that the neighbours vote for.
    candidates
        int64 (N, M): the classes that are asked about.
    shown
        (N, M): probabilities of the candidates by other voters.
    classes
        K.
    jobs
        Threads.

    Returns
    -------
    float64 (2, N, M)
    """
    total = len(candidates)
    opinions = (
        (1, _sparse(np.ones((total, 1)), labels[:, None], classes)),
        (STEEPNESS, _sparse(shown, candidates, classes)),
    )
    prior = (np.bincount(labels, minlength=classes) + 0.5) / (total + 0.5 * classes)

    def look(start: int) -> Doubles:
        rows = slice(start, min(start + BLOCK, total))
        near = neighbours.rows[rows]
        foreign = families[near] != families[rows, None]
        alike = np.maximum(likeness[rows].astype(np.float64), UNLIKE)
        votes = foreign.sum(axis=1, keepdims=True)
        shares = []
        for power, believed in opinions:
            weights = foreign * alike**power
            weights *= votes / np.maximum(weights.sum(axis=1, keepdims=True), UNLIKE**power)
            counted = (_sparse(weights, near, total) @ believed).toarray() + prior  # (B, K)
            shares.append(np.take_along_axis(counted, candidates[rows], axis=1) / (votes + 1))
        logarithm: Doubles = np.log(shares)
        return logarithm

    return np.concatenate(list(in_order(look, range(0, total, BLOCK), jobs)), axis=1)


def _unit(axes: Axes, leading: int) -> Floats:
    """Return images on their *leading* axes, whitened and scaled to length 1."""
    spread = np.maximum(axes.spread[:leading], 1e-6 * axes.spread[0] + 1e-12) ** (WHITENED / 2)
    unit = np.empty((len(axes.z), min(leading, axes.z.shape[1])), dtype=np.float32)
    for rows in chunks(len(unit)):  # the axes may be a file, and the quotient has twice the precision
        unit[rows] = axes.z[rows, :leading] / spread
        unit[rows] /= np.maximum(np.linalg.norm(unit[rows], axis=1, keepdims=True), 1e-9)
    return unit


def _sparse(values: Doubles, columns: NDArray[np.integer], width: int) -> csr_array:
    """Return a sparse matrix of *width* columns with *values* at *columns* of each row."""
    ends = np.arange(len(values) + 1) * values.shape[1]
    return csr_array((values.ravel(), columns.ravel(), ends), shape=(len(values), width))
