"""Outlier scores: images that belong to the data set have near neighbors and a class; outliers have neither."""

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from labelaudit.cache import release
from labelaudit.engine import in_order
from labelaudit.probabilities.axes import Doubles, Floats
from labelaudit.probabilities.chunks import chunks, summed_by_label
from labelaudit.probabilities.neighbours import Neighbours

Labels = NDArray[np.int64]

COMPANY = 16
"""The neighbor distance of an image is that to the last of the nearest sixteenth of the data set."""

FEWEST = 10
"""Minimum rank of that neighbor, so that a few outliers that resemble each other are still outliers."""

USUAL = 0.95
"""Quantile from which the deviation is estimated; outliers beyond it hardly change it."""

LEAST = 1e-3
"""Minimum deviation of a cosine distance, so that rounding does not count in sets of identical images."""


def strangeness(
    features: Floats, width: int, neighbours: Neighbours, labels: Labels, classes: int, *, jobs: int = 1
) -> Doubles:
    """Return outlier scores, (N,): how much farther away than usual an image is, in deviations; high means an outlier.

    It is the sum of two distances that find different outliers. A group of similar outliers has its own principal axis,
    on which it is far from other images. A single outlier has none, but its features are not those of any class.

    Parameters
    ----------
    features
        float32 (N, D).
    width
        Number of features, at the end, of the network's last layer, which represent objects.
    neighbours
        The k neighbors of the N images. A group of more than k similar images is not an outlier.
    labels
        int64 (N,), given.
    classes
        K.
    jobs
        Threads.
    """
    from_others = deviations(company_distance(neighbours), labels, classes)
    from_classes = deviations(class_distance(features[:, -width:], labels, classes, jobs=jobs), labels, classes)
    return deviations(from_others + from_classes, labels, classes)


def company_distance(neighbours: Neighbours) -> Doubles:
    """Return the distance of each image to the last of its nearest sixteenth of the others, (N,)."""
    total, looked_up = neighbours.similarity.shape
    company = min(max(FEWEST, total // COMPANY), looked_up)
    return 1 - neighbours.similarity[:, company - 1].astype(np.float64)


def class_distance(features: Floats, labels: Labels, classes: int, *, jobs: int = 1) -> Doubles:
    """Return the cosine distance of each image to the nearest class mean without the image, (N,).

    The features are not centered, because outliers also differ by the features that they lack.
    """

    def unit(rows: slice) -> Floats:
        part = features[rows]
        scaled: Floats = part / np.maximum(np.linalg.norm(part, axis=1, keepdims=True), 1e-9)
        release(features)
        return scaled

    def look(rows: slice) -> Doubles:
        row, own = np.arange(rows.stop - rows.start), labels[rows]
        inner = (unit(rows) @ sums.T).astype(np.float64)  # (R, K)
        squared = np.tile(lengths, (len(row), 1))
        squared[row, own] += 1 - 2 * inner[row, own]
        inner[row, own] -= 1
        distance: Doubles = 1 - (inner / np.sqrt(np.maximum(squared, 1e-6))).max(axis=1)
        return distance

    sums = summed_by_label(unit, labels, classes, np.float32, jobs)  # (K, W)
    lengths = np.square(sums.astype(np.float64)).sum(axis=1)  # (K,)
    return np.concatenate(list(in_order(look, chunks(len(features)), jobs)))


def deviations(distance: Doubles, labels: Labels, classes: int) -> Doubles:
    """Return how far a distance is above the usual one, (N,), in deviations.

    The usual distance is the median of all images, or that of the image's own class if it is higher, so that the images
    of a rare or diverse class are not outliers.
    """
    median = np.median(distance)
    deviation = (np.quantile(distance, USUAL) - median) / ndtri(USUAL)
    ends = np.cumsum(np.bincount(labels, minlength=classes))
    parts = np.split(distance[np.argsort(labels, kind="stable")], ends[:-1])
    usual = np.array([max(median, np.median(part)) if len(part) else median for part in parts])  # (K,)
    above: Doubles = (distance - usual[labels]) / max(deviation, LEAST)
    return above
