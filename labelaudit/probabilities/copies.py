"""Copies of an image: a copy shares its twin's wrong label, and vouches for it unless the two are held out together."""

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import eigh
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from labelaudit.parallel import in_order

SAME = 0.98
"""Correlation of two thumbnails, both after the data set's mean was taken off, from which they show one picture.

Resized and encoded anew, nearly all pictures stay above it; of thousands of different photos no pair comes near. The
mean matters: all that a fixed camera sees is alike, and no copy of another for that."""

FAINTEST = 30.0
"""Length that a thumbnail's difference from the mean is taken to have at least: a blank picture is like no other."""

LEADING = 64
"""Axes on which pairs are looked for first; a projection never moves two points apart, so none is missed."""

BLOCK = 256
"""Images that are compared with all others at once."""


def groups_of_copies(pictures: NDArray[np.int64], thumbnails: NDArray[np.uint8], *, jobs: int = 1) -> NDArray[np.int64]:
    """Return int64 (N,): the same number for all copies of one picture.

    Parameters
    ----------
    pictures
        int64 (N,): the same number for the same pixels.
    thumbnails
        uint8 (N, T): small pictures.
    jobs
        Threads.
    """
    near = pairs_of_copies(thumbnails, jobs=jobs)  # (P, 2)
    first = np.unique(pictures, return_index=True)[1][pictures]
    left, right = np.concatenate([near, np.stack([np.arange(len(pictures)), first], axis=1)]).T
    links = coo_array((np.ones(len(left)), (left, right)), shape=(len(pictures), len(pictures)))
    groups: NDArray[np.int64] = connected_components(links, directed=False)[1].astype(np.int64)
    return groups


def pairs_of_copies(thumbnails: NDArray[np.uint8], *, jobs: int = 1) -> NDArray[np.int64]:
    """Return int64 (P, 2): pairs of images that show the same picture, resized or encoded anew."""
    unit = _centred(thumbnails)  # (N, T)
    axes = eigh(unit.T @ unit, overwrite_a=True, check_finite=False)[1][:, -LEADING:]
    short = unit @ axes
    half = np.square(short).sum(axis=1) / 2

    def look(start: int) -> NDArray[np.int64]:
        block = slice(start, start + BLOCK)
        closeness = short[block] @ short[start:].T
        closeness -= half[start:]
        closeness -= half[block, None]  # -distance ** 2 / 2
        left, right = np.nonzero(closeness > SAME - 1 - 1e-5)
        left, right = left[left < right] + start, right[left < right] + start
        same = np.einsum("pt,pt->p", unit[left], unit[right]) > SAME
        return np.stack([left[same], right[same]], axis=1)

    return np.concatenate(list(in_order(look, range(0, len(unit), BLOCK), jobs)))


def rows_of_copies(groups: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """Return the rows of every group that has more than one image."""
    order = np.argsort(groups, kind="stable")
    ends = np.flatnonzero(np.diff(groups[order])) + 1
    return [rows for rows in np.split(order, ends) if len(rows) > 1]


def _centred(thumbnails: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return thumbnails as unit vectors of what sets them apart from the data set and from a flat grey."""
    unit = thumbnails.astype(np.float32)
    unit -= thumbnails.mean(axis=0, dtype=np.float64).astype(np.float32)
    unit -= unit.mean(axis=1, keepdims=True)
    unit /= np.maximum(np.linalg.norm(unit, axis=1, keepdims=True), FAINTEST)
    return unit
