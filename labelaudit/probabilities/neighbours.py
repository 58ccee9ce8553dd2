"""The nearest other images, which see other errors than a linear model does."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from labelaudit.parallel import in_order
from labelaudit.probabilities.axes import Axes, Doubles, Floats

VOTERS = 50
"""Images that vote."""

SPARE = 20
"""Further ones that are looked up, because copies of the image do not vote."""

LEADING = 128
"""Principal axes that likeness is measured on: the later ones hold more noise than likeness."""

WHITENED = 0.75
"""How far these are scaled to one spread. Half is as good for the vote, but hides strays whose only axis is a late one;
wholly, the pictures of one odd corner are strays too."""

BLOCK = 256
"""Images whose similarities to all others are held at once."""

SLABS = 16
"""Parts that a row of similarities is folded into before its best are picked."""


class Neighbours(NamedTuple):
    """For each image its k nearest others, the nearest first.

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
    """Find the nearest others of every image, exactly, without ever holding (N, N) similarities."""
    total = len(axes.z)
    count = min(VOTERS + SPARE, total - 1)
    width = -(-total // SLABS)
    unit = np.zeros((SLABS * width, min(LEADING, axes.z.shape[1])), dtype=np.float32)
    unit[:total] = axes.z[:, :LEADING] / np.maximum(axes.spread[:LEADING], 1e-6 * axes.spread[0] + 1e-12) ** (
        WHITENED / 2
    )
    unit /= np.maximum(np.linalg.norm(unit, axis=1, keepdims=True), 1e-9)

    def look(start: int) -> Neighbours:
        block = unit[start : min(start + BLOCK, total)]
        similarity = block @ unit.T  # (B, SLABS * width)
        similarity[:, total:] = -2
        similarity[np.arange(len(block)), np.arange(start, start + len(block))] = -2
        return _best(similarity, count)

    found = list(in_order(look, range(0, total, BLOCK), jobs))
    return Neighbours(np.concatenate([part.rows for part in found]), np.concatenate([part[1] for part in found]))


def _best(similarity: Floats, count: int) -> Neighbours:
    """Return the *count* highest of each row, falling.

    The columns are folded into slabs: the best lie in those folds whose maxima are among the *count* best, which
    leaves far fewer to pick from, and the same ones.
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


def vote(
    neighbours: Neighbours, labels: NDArray[np.int64], groups: NDArray[np.int64], candidates: NDArray[np.int64]
) -> Doubles:
    """Return the logarithm of how the neighbours vote, weighted by similarity; copies of an image have no vote.

    The shares of the classes in the whole data set count as one vote more, so that none is impossible.

    Parameters
    ----------
    neighbours
        Of N images.
    labels, groups
        int64 (N,); images of one group are copies.
    candidates
        int64 (N, M): the classes that are asked about.

    Returns
    -------
    float64 (N, M)
    """
    foreign = groups[neighbours.rows] != groups[:, None]
    voting = foreign & (np.cumsum(foreign, axis=1) <= VOTERS)
    weights = np.where(voting, np.maximum(neighbours.similarity, 0) + 1e-6, 0)  # (N, k)
    votes = voting.sum(axis=1, keepdims=True)
    prior = np.bincount(labels, minlength=candidates.max() + 1) / len(labels)
    given = labels[neighbours.rows]
    shares = np.stack([(weights * (given == column[:, None])).sum(axis=1) for column in candidates.T], axis=1)
    shares *= votes / np.maximum(weights.sum(axis=1, keepdims=True), 1e-9)
    logarithm: Doubles = np.log((shares + prior[candidates]) / (votes + 1))
    return logarithm
