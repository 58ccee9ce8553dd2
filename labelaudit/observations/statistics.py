"""Simple statistics of an image: brightness, sharpness, noise, color, and frame.

All sums are of integers, so that they are the same on every machine.

Source: sharpness compares the variogram (Matheron 1963, "Principles of Geostatistics") at two distances; noise is
after Immerkaer (1996), "Fast Noise Variance Estimation", in one direction, in the calm blocks of red minus green.
"""

import math

import numpy as np
from numpy.typing import NDArray

from labelaudit.records import NO_FRAME

LEVELS = np.arange(256)
"""All brightness values."""

NEAR, FAR = 1, 4
"""Distances in pixels that sharpness compares."""

LINES = 48
"""Approximate number of rows and of columns that sharpness is measured on."""

BLOCK = 8
"""Edge of the blocks that noise is measured in, in pixels."""

CALMEST = 25
"""Percentile of the noise of all blocks that is the noise of the image; blocks above it may contain texture."""

SIDES = 96
"""The width of the frame that is examined, as a fraction of the image: two pixels of 192."""

ONE_BRIGHTNESS = 4.0
"""Largest standard deviation of a side of one brightness: that of a plain frame after JPEG compression."""


def statistics(pixels: NDArray[np.uint8], bright: NDArray[np.uint8], width: int, height: int) -> NDArray[np.float32]:
    """Measure one image.

    Parameters
    ----------
    pixels
        uint8 (size, size, 3), upright RGB.
    bright
        uint8 (size, size), its brightness.
    width, height
        Size of the upright image in full resolution, in pixels.

    Returns
    -------
    float32 (7,), in the order of :class:`labelaudit.records.Statistics`.
    """
    counts = np.bincount(bright[::2, ::2].ravel(), minlength=256)
    total = int(counts.sum())
    mean = int(counts @ LEVELS) / total
    variance = int(counts @ LEVELS**2) / total - mean**2
    light = int(np.searchsorted(counts.cumsum(), 0.99 * total))

    # An enlarged image is measured in steps of its original pixels, since those in between are interpolated.
    step = max(1, round(len(bright) / min(width, height)))
    return np.array(
        [
            mean,
            light,
            math.sqrt(max(variance, 0.0)),
            _sharpness(bright[::step, ::step].astype(np.float32)),
            _noise(pixels[::step, ::step]),
            _colour(pixels[::8, ::8]),
            _frame(bright),
        ],
        np.float32,
    )


def _sharpness(bright: NDArray[np.float32]) -> float:
    """Return the sharpness: 0 for a ramp, 1 for hard edges.

    It is the mean square of the difference between adjacent pixels, divided by that over four pixels, rescaled. The
    quotient is 1/16 for a ramp and 1/4 for a hard edge, whatever the contrast; plain areas do not contribute.
    """
    if len(bright) <= FAR:
        return 1.0
    near, far = _change(bright, NEAR), _change(bright, FAR)
    if not far:
        return 1.0
    ratio = (FAR / NEAR) ** 2 * near / far
    return max(0.0, (ratio - 1) / (FAR / NEAR - 1))


def _change(bright: NDArray[np.float32], distance: int) -> float:
    """Return the mean square of the change over a distance, across some rows and down some columns."""
    step = max(1, len(bright) // LINES)
    across = bright[::step, distance:] - bright[::step, :-distance]
    down = bright[distance:, ::step] - bright[:-distance, ::step]
    return (_square_sum(across) + _square_sum(down)) / (across.size + down.size)


def _square_sum(values: NDArray[np.float32]) -> float:
    """Return the sum of the squares, which is exact: for a line of up to 258 pixels it is below 2^24."""
    return float(np.einsum("ij,ij->i", values, values).sum(dtype=np.float64))


def _noise(pixels: NDArray[np.uint8]) -> float:
    """Return the standard deviation of the noise in single color channels.

    Texture such as cloth or grass changes all channels together, noise each channel independently; the difference of
    red and green contains little texture. Gradients are removed by the second difference, along every second row.
    """
    down, across = len(pixels) // BLOCK, (len(pixels) - 2) // BLOCK
    if across < 1:
        return 0.0
    lines = pixels[: down * BLOCK : 2, : across * BLOCK + 2]
    lines = np.subtract(lines[..., 0], lines[..., 1], dtype=np.int16)
    bent = np.abs(lines[:, :-2] - 2 * lines[:, 1:-1] + lines[:, 2:])
    sums = bent.reshape(down, BLOCK // 2, across, BLOCK).sum(axis=1, dtype=np.int32).sum(axis=2)
    calmest = sums.size * CALMEST // 100
    calm = int(np.partition(sums.ravel(), calmest)[calmest]) / (BLOCK * BLOCK // 2)
    return calm * math.sqrt(math.pi / 2) / math.sqrt(6) / math.sqrt(2)


def _colour(pixels: NDArray[np.uint8]) -> float:
    """Return the mean distance of the colors from gray."""
    red, green, blue = (pixels[..., channel] for channel in range(3))
    strongest, weakest = np.maximum(np.maximum(red, green), blue), np.minimum(np.minimum(red, green), blue)
    return float((strongest - weakest).mean())


def _frame(bright: NDArray[np.uint8]) -> float:
    """Return the mean brightness of the sides that are of one brightness each, if two or more are; else -1."""
    wide = max(1, len(bright) // SIDES)
    sides = np.stack([side.ravel() for side in (bright[:wide], bright[-wide:], bright[:, :wide], bright[:, -wide:])])
    plain = sides[sides.std(axis=1) <= ONE_BRIGHTNESS]
    return float(plain.mean()) if len(plain) >= 2 else NO_FRAME
