"""Find copies of the whole image: resized, re-encoded, in another orientation, brighter or darker."""

import numpy as np
from numpy.typing import NDArray

from labelaudit.copies.candidates import Pairs
from labelaudit.copies.comparison import equally_bright, relative_gain, same_colours, worst_tile
from labelaudit.copies.orientation import oriented
from labelaudit.copies.pictures import Pictures, relative_brightness
from labelaudit.engine import in_order

Flags = NDArray[np.bool_]

CLOSE = 0.96
"""Minimum cosine of two copies on the whitened axes."""

DIFFERENT = 0.35
"""Maximum difference of any tile, relative to the contrast around it."""

CLOSE_SMALL, DIFFERENT_SMALL = 0.97, 0.7
"""The same for images of fewer pixels than those that are compared, which are then compared at half the size.

A file of 32 pixels that was reduced to 16 has lost half of its details."""

AT_ONCE = 256
"""Number of pairs that are compared at once."""


def whole(pictures: Pictures, pairs: Pairs, *, jobs: int = 1) -> Flags:
    """Tell which pairs show the same whole image, (P,)."""
    edge = pictures.greys.shape[1]
    small = np.minimum(pictures.detail[pairs.left], pictures.detail[pairs.right]) < edge
    rows = np.flatnonzero(pairs.closeness >= np.where(small, CLOSE_SMALL, CLOSE))
    scene = (pictures.greys.sum(axis=0, keepdims=True, dtype=np.float64) / (len(pictures.greys) + 1)).astype(np.float32)
    brightness = relative_brightness(pictures.greys)

    def compare(start: int) -> Flags:
        some = pairs.take(rows[start : start + AT_ONCE])
        greys = pictures.greys[some.left], oriented(pictures.greys[some.right], some.orientation)
        gain = relative_gain(*greys)
        left, right = equally_bright(*greys, gain)
        # What all images share, such as the view of a fixed camera, does not count as contrast.
        shared = (scene + oriented(np.repeat(scene, len(left), axis=0), some.orientation)) / 2
        shared *= np.maximum(brightness[some.left], brightness[some.right])[:, None, None]
        left, right = left - shared, right - shared
        everywhere = np.ones(left.shape, dtype=np.bool_)
        fine = worst_tile(left, right, everywhere, tiles=8) <= DIFFERENT
        left, right = (each.reshape(-1, edge // 2, 2, edge // 2, 2).mean(axis=(2, 4)) for each in (left, right))
        coarse = worst_tile(left, right, everywhere[:, ::2, ::2], tiles=6) <= DIFFERENT_SMALL
        colours = pictures.colours[some.left], oriented(pictures.colours[some.right], some.orientation)
        same = same_colours(*equally_bright(*colours, gain))
        return np.where(small[rows[start : start + AT_ONCE]], coarse, fine) & same

    found = np.zeros(len(pairs.left), dtype=np.bool_)
    if len(rows):
        found[rows] = np.concatenate(list(in_order(compare, range(0, len(rows), AT_ONCE), jobs)))
    return found
