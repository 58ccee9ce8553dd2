"""cleanlab's estimate of the noise matrix, for comparison with our own."""

import numpy as np
from numpy.typing import NDArray

from labelaudit.records import Beliefs, Dataset


def confident_noise(dataset: Dataset, beliefs: Beliefs) -> NDArray[np.float64]:
    """Estimate the noise matrix by confident learning.

    Northcutt, Jiang and Chuang (2021), "Confident Learning: Estimating Uncertainty in Dataset Labels", section 3.1, as
    implemented in cleanlab, on the same out-of-sample predicted probabilities.

    Returns
    -------
    float64 (K, K)
        Expected number of labels of the row's class that truly belong to the column's class; rows sum to the size of
        the class. Classes that were not judged are zero off the diagonal.
    """
    from cleanlab.count import compute_confident_joint

    counts = dataset.class_counts
    noise: NDArray[np.float64] = np.diag(counts.astype(np.float64))
    rows = np.flatnonzero(beliefs.judged)
    present, labels = np.unique(dataset.labels[rows], return_inverse=True)
    if len(present) < 2:
        return noise
    probabilities = np.zeros((len(rows), len(dataset.classes)))
    np.put_along_axis(probabilities, beliefs.candidates[rows], beliefs.probabilities[rows], axis=1)
    probabilities = probabilities[:, present]
    probabilities /= np.maximum(probabilities.sum(axis=1, keepdims=True), 1e-12)
    joint = compute_confident_joint(labels, probabilities, calibrate=False).astype(np.float64)
    noise[np.ix_(present, present)] = joint / joint.sum(axis=1, keepdims=True) * counts[present, None]
    return noise
