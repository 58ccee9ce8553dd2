"""Copies of an image: a copy shares its twin's wrong label, and vouches for it unless the two are held out together."""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from labelaudit.probabilities.axes import Axes
from labelaudit.probabilities.neighbours import Neighbours

COPY = 0.96
"""Cosine of all features from which two images are one picture, resized or encoded anew: those reach .989, the most
alike of different pictures .931."""

ROUGHLY = COPY - 0.02
"""Cosine on the leading axes from which two images are compared on all."""


def groups_of_copies(axes: Axes, neighbours: Neighbours, pictures: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return int64 (N,): the same number for all copies of one picture.

    Parameters
    ----------
    axes, neighbours
        Of the N images.
    pictures
        int64 (N,): the same number for the same pixels.
    """
    near, place = np.nonzero(neighbours.similarity > ROUGHLY)
    other = neighbours.rows[near, place]
    z = axes.z
    length = np.array([np.linalg.norm(row) for row in z])
    cosine = np.array([z[i] @ z[j] for i, j in zip(near, other, strict=True)]) / np.maximum(
        length[near] * length[other], 1e-9
    )
    first = np.unique(pictures, return_index=True)[1][pictures]
    same = np.arange(len(z))
    left, right = np.concatenate([near[cosine > COPY], same]), np.concatenate([other[cosine > COPY], first])
    links = coo_array((np.ones(len(left)), (left, right)), shape=(len(z), len(z)))
    groups: NDArray[np.int64] = connected_components(links, directed=False)[1].astype(np.int64)
    return groups


def rows_of_copies(groups: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """Return the rows of every group that has more than one image."""
    order = np.argsort(groups, kind="stable")
    ends = np.flatnonzero(np.diff(groups[order])) + 1
    return [rows for rows in np.split(order, ends) if len(rows) > 1]
