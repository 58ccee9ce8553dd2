"""Outlier scores: images that belong to the data set have near neighbors and a class; outliers have neither."""

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from labelaudit.parallel import in_order
from labelaudit.probabilities.axes import Doubles, Floats, chunks
from labelaudit.probabilities.neighbours import Neighbours

Labels = NDArray[np.int64]

COMPANY = 16
"""An image is asked how far the nearest sixteenth of the data set is."""

FEWEST = 10
"""Images that are company at least: a few strays that are alike are no company to each other."""

USUAL = 0.95
"""The quantile that gives the deviation of what is usual: strays beyond it hardly move it."""

LEAST = 1e-3
"""The least deviation, as a cosine: where all pictures are one, rounding is no difference."""


def strangeness(
    features: Floats, width: int, neighbours: Neighbours, labels: Labels, classes: int, *, jobs: int = 1
) -> Doubles:
    """Return outlier scores, (N,): how much farther away than usual an image is, in deviations; high means an outlier.

    Two distances are added up that miss different things. Many strays of one kind have a principal axis of their own,
    on which they are far from the rest; a single one has none, but its features are not those of any class.

    Parameters
    ----------
    features
        float32 (N, D).
    width
        How many of the features, the last ones, say what is in the picture: those of the network's last layer.
    neighbours
        Of the N images. As many as are looked up, if they are alike, are a kind of their own and no longer strange.
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
    """Return the distance, (N,), within which an image has the company of a sixteenth of the others."""
    total, looked_up = neighbours.similarity.shape
    company = min(max(FEWEST, total // COMPANY), looked_up)
    return 1 - neighbours.similarity[:, company - 1].astype(np.float64)


def class_distance(features: Floats, labels: Labels, classes: int, *, jobs: int = 1) -> Doubles:
    """Return the cosine distance of each image to the nearest mean of a class, (N,); of its own class without itself.

    The features are not centred: a stray is told by what it lacks, too.
    """

    def unit(rows: slice | Labels) -> Floats:
        part = features[rows]
        scaled: Floats = part / np.maximum(np.linalg.norm(part, axis=1, keepdims=True), 1e-9)
        return scaled

    def look(rows: slice) -> Doubles:
        row, own = np.arange(rows.stop - rows.start), labels[rows]
        inner = (unit(rows) @ sums.T).astype(np.float64)  # (R, K)
        squared = np.tile(lengths, (len(row), 1))
        squared[row, own] += 1 - 2 * inner[row, own]
        inner[row, own] -= 1
        distance: Doubles = 1 - (inner / np.sqrt(np.maximum(squared, 1e-6))).max(axis=1)
        return distance

    sums = np.stack([unit(np.flatnonzero(labels == label)).sum(axis=0) for label in range(classes)])  # (K, W)
    lengths = np.square(sums.astype(np.float64)).sum(axis=1)  # (K,)
    return np.concatenate(list(in_order(look, chunks(len(features)), jobs)))


def deviations(distance: Doubles, labels: Labels, classes: int) -> Doubles:
    """Return how far above what is usual a distance is, (N,), in deviations.

    Usual is the median of all images, or of the image's own class where that is higher: what sets a class apart, be it
    rare or a box of odds and ends, makes none of its images strange.
    """
    median = np.median(distance)
    deviation = (np.quantile(distance, USUAL) - median) / ndtri(USUAL)
    ends = np.cumsum(np.bincount(labels, minlength=classes))
    parts = np.split(distance[np.argsort(labels, kind="stable")], ends[:-1])
    usual = np.array([max(median, np.median(part)) if len(part) else median for part in parts])  # (K,)
    above: Doubles = (distance - usual[labels]) / max(deviation, LEAST)
    return above
