"""How far an image is from all others: what belongs here has company, what strayed into the data set has none."""

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from labelaudit.probabilities.axes import Doubles
from labelaudit.probabilities.neighbours import Neighbours

COMPANY = 16
"""An image is asked how far the nearest sixteenth of the data set is."""

FEWEST = 10
"""Images that are company at least: a few strays that are alike are no company to each other."""

USUAL = 0.95
"""The quantile that gives the deviation of what is usual. Strays beyond it move it little, and a data set of many kinds
of pictures has a wide one."""


LEAST = 1e-3
"""The least deviation, as a cosine: where all pictures are one, rounding is no difference."""


def strangeness(neighbours: Neighbours, labels: NDArray[np.int64], classes: int) -> Doubles:
    """Return how much farther than usual an image's company is, (N,), in deviations; high means like nothing else here.

    Usual is the median of all images, or of the image's own class where that is higher: what sets a class apart, be it
    rare or a box of odds and ends, makes none of its images strange.

    Parameters
    ----------
    neighbours
        Of N images. As many images as are looked up and alike are a kind of their own, and no longer strange.
    labels
        int64 (N,), given.
    classes
        K.
    """
    total, looked_up = neighbours.similarity.shape
    company = min(max(FEWEST, total // COMPANY), looked_up)
    distance = 1 - neighbours.similarity[:, company - 1].astype(np.float64)
    median = np.median(distance)
    deviation = (np.quantile(distance, USUAL) - median) / ndtri(USUAL)
    order = np.argsort(labels, kind="stable")
    parts = np.split(distance[order], np.cumsum(np.bincount(labels, minlength=classes))[:-1])
    usual = np.array([max(median, np.median(part)) if len(part) else median for part in parts])  # (K,)
    excess: Doubles = (distance - usual[labels]) / max(deviation, LEAST)
    return excess
