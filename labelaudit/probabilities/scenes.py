"""Images that show the same scene under the same label are judged together.

Each of three augmentations of one original is another chance to be flagged, and in the likelihood of a noise model they
would count as three images that agree. The mean of the predictions on augmentations of an image is also a better
prediction than any of them (Krizhevsky et al. (2012), "ImageNet Classification with Deep Convolutional Neural
Networks", section 4.1).
"""

import numpy as np
from numpy.typing import NDArray

from labelaudit.probabilities.axes import Doubles

Rows = NDArray[np.int64]


def labelled_scenes(scenes: Rows, labels: Rows, order: Rows) -> Rows:
    """Return for each image the row of one image of the same scene with the same label, int64 (N,).

    Images of one scene with different labels are kept apart: one of the labels may be wrong.

    Parameters
    ----------
    scenes
        int64 (N,), the same value for the images of a scene.
    labels
        int64 (N,).
    order
        int64 (N,), a permutation of the rows; the first row of each scene in this order is returned.
    """
    _, first, scene = np.unique(
        scenes[order] * (labels.max() + 1) + labels[order], return_index=True, return_inverse=True
    )
    result = np.empty_like(order)
    result[order] = order[first[scene]]
    return result


def averaged(voters: Doubles, scenes: Rows) -> Doubles:
    """Return log-probabilities (V, N, M) in which each image has the mean probabilities of its scene.

    Parameters
    ----------
    voters
        float64 (V, N, M), log-probabilities by each voter.
    scenes
        int64 (N,), the row of one image of each scene; all images of the scene have the same candidates.
    """
    rows = np.flatnonzero(np.bincount(scenes, minlength=len(scenes))[scenes] > 1)
    if not len(rows):
        return voters
    rows = rows[np.argsort(scenes[rows], kind="stable")]
    _, starts, scene, sizes = np.unique(scenes[rows], return_index=True, return_inverse=True, return_counts=True)
    total = np.logaddexp.reduceat(voters[:, rows], starts, axis=1)  # a sum of probabilities could be 0
    result = voters.copy()
    result[:, rows] = (total - np.log(sizes[:, None]))[:, scene]
    return result
