"""Find copies that show a part of the image: slightly cropped, mirrored or not."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from labelaudit.copies.alignment import align, halved, softened, warp
from labelaudit.copies.candidates import Pairs
from labelaudit.copies.comparison import same_colours, shared_contrast, worst_tile
from labelaudit.copies.orientation import oriented
from labelaudit.copies.pictures import Pictures
from labelaudit.engine import in_order

Floats = NDArray[np.float32]
Flags = NDArray[np.bool_]
Bytes = NDArray[np.uint8]


class Level(NamedTuple):
    """One resolution at which pairs are aligned, and the criteria for the next resolution.

    Attributes
    ----------
    halvings
        How often the images are reduced by half.
    steps
        Gauss-Newton steps.
    alike
        Minimum share of the contrast that they have in common, 0 to 1.
    outside
        How far the crop may extend beyond the original, in half edges.
    """

    halvings: int
    steps: int
    alike: float
    outside: float


LEVELS = (Level(2, 4, 0.85, 0.08), Level(1, 3, 0.93, 0.05), Level(0, 3, 0.93, 0.02))

MOVED = 0.015
"""Minimum shift or scale of a crop, in half edges."""

DIFFERENT = 0.25
"""Maximum difference of any tile, relative to the contrast around it."""

ANCHORED = 3.0
"""Minimum contrast of the border in gray levels: on a plain background, the same object elsewhere looks like a crop."""

BORDER = 2
"""Width of the border, in pixels."""

AT_ONCE = 2**17
"""Number of pixels that are aligned at once."""


def cropped(pictures: Pictures, pairs: Pairs, *, jobs: int = 1) -> Flags:
    """Return which pairs are an image and a crop of it, bool (P,)."""
    anchored = _anchored(pictures.greys)
    rows = np.flatnonzero(anchored[pairs.left] & anchored[pairs.right])
    motion = np.zeros((len(rows), 4), np.float32)
    for level in LEVELS:
        greys = halved(pictures.greys, level.halvings)
        motion, good = _aligned(greys, pairs.take(rows), motion, level, jobs)
        rows, motion = rows[good], motion[good]
    moved = np.abs(motion).max(axis=1) > MOVED
    rows, motion = rows[moved], motion[moved]

    worst = _differences(pictures, pairs.take(rows), motion, jobs)
    found = np.zeros(len(pairs.left), dtype=np.bool_)
    found[rows[worst <= standing_out(worst)]] = True
    return found


def standing_out(differences: Floats) -> float:
    """Return the difference up to which pairs are copies, at most DIFFERENT.

    Copies differ little and other images a lot, with few pairs in between. If there is no such gap, as among drawings
    of a few strokes, the most similar pairs are not copies either.
    """
    for limit in np.arange(DIFFERENT, 0.015, -0.01):
        if np.count_nonzero(differences <= 2 * limit) <= 2 * np.count_nonzero(differences <= limit):
            return float(limit)
    return 0.0


def _aligned(greys: Bytes, pairs: Pairs, motion: Floats, level: Level, jobs: int) -> tuple[Floats, Flags]:
    """Return the motion of each pair, (P, 4), and whether it may still be an image and its crop, (P,)."""
    size = AT_ONCE // greys[0].size

    def improve(start: int) -> tuple[Floats, Flags]:
        some = pairs.take(slice(start, start + size))
        left, right = softened(greys[some.left]), softened(oriented(greys[some.right], some.orientation))
        better = align(left, right, motion[start : start + size], level.steps)
        shown, inside = warp(right, better)
        return better, (shared_contrast(left, shown, inside) >= level.alike) & (_outside(better) <= level.outside)

    if not len(motion):
        return motion, np.zeros(0, dtype=np.bool_)
    better, good = zip(*in_order(improve, range(0, len(motion), size), jobs), strict=True)
    return np.concatenate(better), np.concatenate(good)


def _differences(pictures: Pictures, pairs: Pairs, motion: Floats, jobs: int) -> Floats:
    """Return the difference of pairs in their worst tile, (P,); infinity if their colors differ."""
    size = AT_ONCE // pictures.greys[0].size

    def compare(start: int) -> Floats:
        piece = slice(start, start + size)
        some = pairs.take(piece)
        shown, inside = warp(softened(oriented(pictures.greys[some.right], some.orientation)), motion[piece])
        worst = worst_tile(softened(pictures.greys[some.left]), shown, inside, tiles=8)
        colours = oriented(pictures.colours[some.right], some.orientation).astype(np.float32)
        channels = [warp(colours[..., channel], motion[piece]) for channel in range(3)]
        shown, inside = np.stack([channel for channel, _ in channels], axis=3), channels[0][1]
        worst[~same_colours(pictures.colours[some.left], shown, inside)] = np.inf
        return worst

    found = list(in_order(compare, range(0, len(motion), size), jobs))
    return np.concatenate(found) if found else np.zeros(0, np.float32)


def _outside(motion: Floats) -> Floats:
    """Return how far the crop extends beyond the original, (P,), in half edges."""
    shift, scale = np.abs(motion[:, ::2]), motion[:, 1::2]
    reach: Floats = np.minimum((shift + scale).max(axis=1), (shift - scale).max(axis=1))
    return reach


def _anchored(greys: Bytes) -> Flags:
    """Tell which images have contrast at their left or right border and at their top or bottom border."""
    strips = (greys[:, :, :BORDER], greys[:, :, -BORDER:], greys[:, :BORDER], greys[:, -BORDER:])
    left, right, top, bottom = (strip.reshape(len(greys), -1).std(axis=1) for strip in strips)
    anchored: Flags = np.minimum(np.maximum(left, right), np.maximum(top, bottom)) >= ANCHORED
    return anchored
