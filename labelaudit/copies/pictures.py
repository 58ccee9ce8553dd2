"""The distinct small images of a data set, in an order that does not depend on their names."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from labelaudit.cache import release
from labelaudit.images import EDGE
from labelaudit.records import Observations

AT_ONCE = 1024
"""Number of pictures that are taken at once."""


class Pictures(NamedTuple):
    """The U different images of a data set.

    Attributes
    ----------
    first
        int64 (U,): among the images with the same pixels, the one with the largest file resolution.
    greys
        uint8 (U, 48, 48).
    colours
        uint8 (U, 16, 16, 3).
    sizes
        int64 (U, 2): width and height of the upright image in full resolution, in pixels.
    detail
        int64 (U,): the shorter edge of the image in its file, in pixels; if it is less than that of the gray image, the
        image is less sharp than others.
    """

    first: NDArray[np.int64]
    greys: NDArray[np.uint8]
    colours: NDArray[np.uint8]
    sizes: NDArray[np.int64]
    detail: NDArray[np.int64]

    def with_more(self, more: "Pictures") -> "Pictures":
        """Return these images, followed by *more*."""
        if not len(more.first):
            return self
        return Pictures(
            np.concatenate([self.first, more.first]),
            np.concatenate([self.greys, more.greys]),
            np.concatenate([self.colours, more.colours]),
            np.concatenate([self.sizes, more.sizes]),
            np.concatenate([self.detail, more.detail]),
        )


def different_pictures(observed: Observations) -> tuple[Pictures, NDArray[np.int64]]:
    """Return the different images, and which of them each image of the data set is, (N,)."""
    shown = np.unique(np.array(observed.pictures, np.bytes_), return_inverse=True)[1].astype(np.int64)
    sizes = observed.sizes.astype(np.int64)
    order = np.lexsort((np.array(observed.digests, np.bytes_), -sizes.prod(axis=1), shown))
    first = order[np.unique(shown[order], return_index=True)[1]].astype(np.int64)
    greys, colours = (_taken(each, first) for each in (observed.greys, observed.thumbnails))
    colours = colours.reshape(-1, EDGE, EDGE, 3)
    return Pictures(first, greys, colours, sizes[first], sizes[first].min(axis=1)), shown


def _taken(pictures: NDArray[np.uint8], rows: NDArray[np.int64]) -> NDArray[np.uint8]:
    """Return some pictures of an array that may be a file, of which little is in memory at once."""
    taken = np.empty((len(rows), *pictures.shape[1:]), np.uint8)
    for start in range(0, len(rows), AT_ONCE):
        taken[start : start + AT_ONCE] = pictures[rows[start : start + AT_ONCE]]
        release(pictures)
    return taken


def relative_brightness(pictures: NDArray[Any]) -> NDArray[np.float32]:
    """Return the mean of each image (P, ...) divided by the mean of all, (P,), between a quarter and four."""
    means = pictures.reshape(len(pictures), -1).mean(axis=1, dtype=np.float64)
    relative: NDArray[np.float32] = np.clip(means / max(means.mean(), 1), 0.25, 4).astype(np.float32)
    return relative
