"""Soft labels, which reduce the effect of wrong labels on training.

``soft = onehot * (1 - eps) + eps / K``: the mixture with the uniform distribution of Szegedy et al. (2016),
"Rethinking the Inception Architecture for Computer Vision", section 7, as Keras, PyTorch and timm have it. (Some
code spreads ``eps`` over the K - 1 other classes instead; that is another convention.)
"""

import numpy as np
from numpy.typing import NDArray

from labelaudit.errors import SettingsError
from labelaudit.records import BINARY, MILLION, Dataset, SoftLabels


def check_eps(eps: float) -> float:
    """Return *eps* if it is a valid smoothing parameter.

    Raises
    ------
    SettingsError
        It is not at least 0 and below 1.
    """
    if not 0 <= eps < 1:
        raise SettingsError(f"eps is {eps:g}; it must be at least 0 and below 1, such as 0.1.")
    return eps


def smooth(dataset: Dataset, eps: float) -> SoftLabels:
    """Smooth the labels of a data set uniformly.

    Parameters
    ----------
    dataset
        The readable images and their labels.
    eps
        Share of each label that is spread over all K classes, in [0, 1).

    Raises
    ------
    SettingsError
        ``eps`` is out of its range.
    """
    classes = len(dataset.classes)
    eps = check_eps(eps)
    by_label = np.eye(classes) * (1 - eps) + eps / classes  # (K, K)
    probabilities = (to_parts(by_label, BINARY) / BINARY).astype(np.float32)
    return SoftLabels(dataset, to_parts(by_label, MILLION)[dataset.labels], probabilities[dataset.labels])


def to_parts(soft: NDArray[np.float64], parts: int) -> NDArray[np.int32]:
    """Round rows of soft labels to whole numbers of parts that sum to exactly as many as make one.

    Largest remainder (Hamilton's method): round down, then give what is missing to the entries that lost most;
    of equals, to the larger entry, then to the first. The largest entry stays the largest.

    Parameters
    ----------
    soft
        float64 (N, K), not negative, rows summing to 1.
    parts
        Of which one consists.

    Returns
    -------
    int32 (N, K)
    """
    scaled = soft * parts
    whole = np.floor(scaled).astype(np.int32)
    remainder = scaled - whole
    places = np.broadcast_to(np.arange(soft.shape[1]), soft.shape)
    order = np.lexsort((places, -soft, -remainder.round(6)), axis=1)
    missing = parts - whole.sum(axis=1, keepdims=True)  # (N, 1), from 0 to K - 1
    extra = (places < missing).astype(np.int32)
    np.put_along_axis(whole, order, np.take_along_axis(whole, order, axis=1) + extra, axis=1)
    return whole
