"""Find copies that show a part of the image: slightly cropped, mirrored or not."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from labelaudit.copies.alignment import align, softened, warp
from labelaudit.copies.candidates import Pairs
from labelaudit.copies.comparison import same_colours, shared_contrast, worst_tile
from labelaudit.copies.orientation import oriented
from labelaudit.copies.pictures import Pictures
from labelaudit.parallel import in_order

Floats = NDArray[np.float32]
Flags = NDArray[np.bool_]
Bytes = NDArray[np.uint8]


class Level(NamedTuple):
    """One resolution at which pairs are laid upon each other, and what is needed to go on to the next.

    Attributes
    ----------
    halvings
        How often the pictures are shrunk by half.
    steps
        Gauss-Newton steps.
    alike
        The least share of their contrast that is the same, 0 to 1.
    outside
        How far the smaller picture may seem to reach out of the larger one, in halves of the edge.
    """

    halvings: int
    steps: int
    alike: float
    outside: float


LEVELS = (Level(2, 4, 0.85, 0.08), Level(1, 3, 0.93, 0.05), Level(0, 3, 0.93, 0.02))

MOVED = 0.015
"""The least shift or scale of a crop, in halves of the edge."""

DIFFERENT = 0.25
"""Share of the contrast around it by which no tile may differ."""

ANCHORED = 3.0
"""Grey levels that the border has to vary by: on a flat ground, the same thing at another place looks like a crop."""

BORDER = 2
"""Width of the border, in pixels."""

AT_ONCE = 2**17
"""Pixels of the pictures that are laid upon each other at once."""


def cropped(pictures: Pictures, pairs: Pairs, *, jobs: int = 1) -> Flags:
    """Return which pairs are an image and a crop of it, bool (P,)."""
    anchored = _anchored(pictures.greys)
    rows = np.flatnonzero(anchored[pairs.left] & anchored[pairs.right])
    motion = np.zeros((len(rows), 4), np.float32)
    for level in LEVELS:
        greys = _halved(pictures.greys, level.halvings)
        motion, good = _laid_upon(greys, pairs.take(rows), motion, level, jobs)
        rows, motion = rows[good], motion[good]
    moved = np.abs(motion).max(axis=1) > MOVED
    rows, motion = rows[moved], motion[moved]

    worst = _differences(pictures, pairs.take(rows), motion, jobs)
    found = np.zeros(len(pairs.left), dtype=np.bool_)
    found[rows[worst <= standing_out(worst)]] = True
    return found


def standing_out(differences: Floats) -> float:
    """Return the difference up to which pairs are copies, at most DIFFERENT.

    Copies differ little and other pictures much, with few pairs between them. Where ever more pairs differ by ever so
    little more, as among drawings of a few strokes, the closest are no copies either.
    """
    for limit in np.arange(DIFFERENT, 0.015, -0.01):
        if np.count_nonzero(differences <= 2 * limit) <= 2 * np.count_nonzero(differences <= limit):
            return float(limit)
    return 0.0


def _laid_upon(greys: Bytes, pairs: Pairs, motion: Floats, level: Level, jobs: int) -> tuple[Floats, Flags]:
    """Return the motion of each pair, (P, 4), and whether it still looks like a picture and a part of it, (P,)."""
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
    """Return by how much pairs differ in their worst tile, (P,); infinity where their colours do."""
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
    """Return how far the smaller picture reaches out of the larger one, (P,), in halves of the edge."""
    shift, scale = np.abs(motion[:, ::2]), motion[:, 1::2]
    reach: Floats = np.minimum((shift + scale).max(axis=1), (shift - scale).max(axis=1))
    return reach


def _anchored(greys: Bytes) -> Flags:
    """Tell which pictures have something at their border, both at the left or right and at the top or bottom."""
    strips = (greys[:, :, :BORDER], greys[:, :, -BORDER:], greys[:, :BORDER], greys[:, -BORDER:])
    left, right, top, bottom = (strip.reshape(len(greys), -1).std(axis=1) for strip in strips)
    anchored: Flags = np.minimum(np.maximum(left, right), np.maximum(top, bottom)) >= ANCHORED
    return anchored


def _halved(greys: Bytes, times: int) -> Bytes:
    """Return pictures (U, E, E) shrunk by half, some times."""
    for _ in range(times):
        even, odd = greys[:, ::2].astype(np.uint16), greys[:, 1::2]
        total = even[:, :, ::2] + even[:, :, 1::2] + odd[:, :, ::2] + odd[:, :, 1::2]
        greys = ((total + 2) // 4).astype(np.uint8)
    return greys
