"""Find letterboxed images, and the image between the bars."""

import numpy as np
from numpy.typing import NDArray

from labelaudit.copies.pictures import Pictures

Floats = NDArray[np.float32]

FLAT = 4.0
"""Gray levels by which a bar may deviate from one level: what JPEG compression does to a plain area."""

FILLED = 0.5
"""Minimum share of the line beside a bar that differs from it: true for the edge of an image, not for that of an
object."""

AT_SIDES = 0.25
"""The same share at each of the other two sides, where an image may be partly plain."""

THICKEST = 0.35
"""Maximum share of the image for each bar: 16:9 in 9:16 has .34."""

SHAPE = 0.06
"""Maximum relative difference of the aspect ratios of the image between the bars and the original."""

GREY = np.array([0.299, 0.587, 0.114], np.float32)
"""Weights of red, green and blue in the gray images (ITU-R BT.601)."""

AT_ONCE = 1024
"""Number of images that are processed at once."""


def contents(pictures: Pictures) -> tuple[Pictures, NDArray[np.int64]]:
    """Return the images between the bars of letterboxed images, and the rows of these.

    There are two bars on opposite sides, of one level and the same width, and none on the other two sides.

    Parameters
    ----------
    pictures
        U different images.
    """
    edge = pictures.greys.shape[1]
    width = _bars(pictures.greys)
    rows = np.flatnonzero((width > 0).sum(axis=1) == 1)
    inner = 1 - 2 * width[rows] / edge  # (C, 2): shares down and across that are left
    greys = _inside(pictures.greys[rows], inner, edge)
    coarse = pictures.colours.shape[1]
    colours = np.stack([_inside(pictures.colours[rows, :, :, channel], inner, coarse) for channel in range(3)], axis=3)
    # The gray image has a higher resolution: its brightness replaces that of the color image.
    colours += (_inside(pictures.greys[rows], inner, coarse) - colours @ GREY)[..., None]
    sizes = np.rint(pictures.sizes[rows] * inner[:, ::-1]).astype(np.int64)
    known = np.minimum(np.rint(edge * inner.min(axis=1)).astype(np.int64), sizes.min(axis=1))
    found = Pictures(
        pictures.first[rows],
        np.rint(greys).astype(np.uint8),
        np.rint(np.clip(colours, 0, 255)).astype(np.uint8),
        sizes,
        np.minimum(pictures.detail[rows], known),
    )
    return found, rows


def same_shape(one: NDArray[np.int64], other: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Tell which sizes (P, 2) have the same aspect ratio, (P,)."""
    ratio = np.log(one[:, 0] * other[:, 1]) - np.log(one[:, 1] * other[:, 0])
    same: NDArray[np.bool_] = np.abs(ratio) <= SHAPE
    return same


def _bars(greys: NDArray[np.uint8]) -> Floats:
    """Return the width of the bars of images (U, E, E) at top and bottom, and at the sides, in pixels, (U, 2)."""
    found = np.zeros((len(greys), 2), np.float32)
    for axis, turned in enumerate((greys, greys.swapaxes(1, 2))):
        outermost = turned[:, (0, -1)]
        rows = np.flatnonzero(np.ptp(outermost, axis=(1, 2)) <= 4 * FLAT)  # few, so that only these are examined
        for start in range(0, len(rows), AT_ONCE):
            some = rows[start : start + AT_ONCE]
            found[some, axis] = _width(turned[some])
    return found


def _width(greys: NDArray[np.uint8]) -> Floats:
    """Return the width of the bars at top and bottom, (P,); 0 if there are none."""
    edge = greys.shape[1]
    level = np.median(greys[:, 0], axis=1).astype(np.float32)
    away = np.abs(greys - level[:, None, None])  # (P, E, E)
    plain = (away.max(axis=2) <= 2 * FLAT) & (away.mean(axis=2) <= FLAT)
    one, other = _bar(away, plain), _bar(away[:, ::-1], plain[:, ::-1])
    found = (np.minimum(one, other) >= 1) & (np.abs(one - other) <= 1.5) & (np.maximum(one, other) <= THICKEST * edge)
    found &= _reaches_the_sides(away, one, other)
    width: Floats = np.where(found, (one + other) / 2, 0).astype(np.float32)
    return width


def _bar(away: Floats, plain: NDArray[np.bool_]) -> Floats:
    """Return the width of the bar at the top, in pixels with a fractional part, (P,); 0 if there is none."""
    rows = np.arange(len(away))
    whole = np.where(plain.all(axis=1), 0, plain.argmin(axis=1))
    mixed, inside = away[rows, whole], away[rows, np.minimum(whole + 1, away.shape[1] - 1)]
    filled = (inside > 2 * FLAT).mean(axis=1) >= FILLED
    part = 1 - np.clip(mixed.sum(axis=1) / np.maximum(inside.sum(axis=1), 1), 0, 1)
    bar: Floats = np.where((whole > 0) & filled, whole + part, 0).astype(np.float32)
    return bar


def _reaches_the_sides(away: Floats, top: Floats, bottom: Floats) -> NDArray[np.bool_]:
    """Tell between which bars the image reaches both sides, (P,), which an object on a plain background does not."""
    rows = np.arange(away.shape[1])
    between = (rows >= top[:, None] + 1) & (rows < away.shape[1] - bottom[:, None] - 1)  # (P, E)
    sides = (away[:, :, (0, -1)] > 2 * FLAT) & between[..., None]
    reaches: NDArray[np.bool_] = sides.sum(axis=1).min(axis=1) >= AT_SIDES * between.sum(axis=1)
    return reaches


def _inside(pictures: NDArray[np.uint8], inner: Floats, edge: int) -> Floats:
    """Return the inner part of images (C, E, E) as (C, edge, edge); each pixel is the mean of the area that it covers.

    Parameters
    ----------
    pictures
        uint8 (C, E, E).
    inner
        float32 (C, 2): the share of the inner part, down and across.
    edge
        Pixels along the edge of the result.
    """
    down, across = (_weights(pictures.shape[1], inner[:, axis], edge) for axis in (0, 1))
    shown: Floats = down @ pictures.astype(np.float32) @ across.transpose(0, 2, 1)
    return shown


def _weights(edge: int, inner: Floats, pixels: int) -> Floats:
    """Return the share of each of *edge* pixels in each pixel of the inner part, (C, pixels, edge)."""
    step = inner[:, None] * edge / pixels
    start = (1 - inner[:, None]) / 2 * edge + step * np.arange(pixels, dtype=np.float32)  # (C, pixels)
    place = np.arange(edge, dtype=np.float32)
    covered = np.minimum(start[..., None] + step[..., None], place + 1) - np.maximum(start[..., None], place)
    weights: Floats = (np.maximum(covered, 0) / step[..., None]).astype(np.float32)
    return weights
