"""The different pictures of a data set, small, in an order that does not depend on their names."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from labelaudit.images import EDGE
from labelaudit.records import Observations


class Pictures(NamedTuple):
    """What is known of U different pictures.

    Attributes
    ----------
    first
        int64 (U,): of the images with just these pixels the one with most pixels in its file.
    greys
        uint8 (U, 48, 48).
    colours
        uint8 (U, 16, 16, 3).
    sizes
        int64 (U, 2): width and height of the upright image in full resolution, in pixels.
    """

    first: NDArray[np.int64]
    greys: NDArray[np.uint8]
    colours: NDArray[np.uint8]
    sizes: NDArray[np.int64]


def different_pictures(observed: Observations) -> tuple[Pictures, NDArray[np.int64]]:
    """Return the different pictures, and which of them each image shows, (N,)."""
    shown = np.unique(np.array(observed.pictures), return_inverse=True)[1].astype(np.int64)
    sizes = observed.sizes.astype(np.int64)
    order = np.lexsort((np.array(observed.digests), -sizes.prod(axis=1), shown))
    first = order[np.unique(shown[order], return_index=True)[1]].astype(np.int64)
    colours = observed.thumbnails[first].reshape(-1, EDGE, EDGE, 3)
    return Pictures(first, observed.greys[first], colours, sizes[first]), shown


def mirrored(pictures: NDArray[np.uint8], which: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """Return pictures (P, E, E, ...), some of them mirrored."""
    turned = pictures.copy()
    turned[which] = pictures[which][:, :, ::-1]
    return turned
