"""Plain figures of one picture: how bright, sharp, noisy and colourful it is, and what stands along its sides.

All sums are of whole numbers, so that they are the same on every machine.

Source: sharpness compares the variogram (Matheron 1963, "Principles of Geostatistics") at two distances; noise is
after Immerkaer (1996), "Fast Noise Variance Estimation", in one direction, in the calm blocks of red minus green.
"""

import math

import numpy as np
from numpy.typing import NDArray

from labelaudit.records import NO_FRAME

Plane = NDArray[np.int16]
"""One colour, or brightness, of a picture, (size, size); small numbers, for speed."""

NEAR, FAR = 1, 4
"""Distances in pixels that sharpness compares."""

BLOCK = 8
"""Edge of the blocks that noise is measured in, in pixels."""

CALMEST = 25
"""Share of the blocks, in percent, whose noisiest stands for the picture: the rest may be texture."""

SIDES = 96
"""A side is one part in so many of the picture's width: two pixels of 192."""

ONE_BRIGHTNESS = 4.0
"""Standard deviation up to which a side is of one brightness: what JPEG leaves of a plain frame."""


def statistics(pixels: NDArray[np.uint8], width: int, height: int) -> NDArray[np.float32]:
    """Measure one picture.

    Parameters
    ----------
    pixels
        uint8 (size, size, 3), upright RGB.
    width, height
        Size in the file, in pixels.

    Returns
    -------
    float32 (7,), in the order of :class:`labelaudit.records.Statistics`.
    """
    red, green, blue = (pixels[..., channel].astype(np.int16) for channel in range(3))
    grey = _grey(red, green, blue)
    some = grey[::2, ::2]
    counts = np.bincount(some.ravel(), minlength=256)
    levels = np.arange(256)
    brightness = int(counts @ levels) / some.size
    variance = int(counts @ levels**2) / some.size - brightness**2
    light = int(np.searchsorted(counts.cumsum(), 0.99 * some.size))

    # A picture that was enlarged is looked at in steps of its own pixels: what lies between them was made up.
    step = max(1, round(len(grey) / min(width, height)))
    own = slice(None, None, step)
    return np.array(
        [
            brightness,
            light,
            math.sqrt(max(variance, 0.0)),
            _sharpness(grey[own, own]),
            _noise((red - green)[own, own]),
            float(np.ptp(pixels[::8, ::8], axis=2).mean()),
            _frame(grey),
        ],
        np.float32,
    )


def _grey(red: Plane, green: Plane, blue: Plane) -> Plane:
    """Return the brightness, (size, size), 0 to 255, with the weights of ITU-R BT.601 in 128ths."""
    return (red * 38 + green * 75 + blue * 15) >> 7


def _sharpness(grey: Plane) -> float:
    """Return how sudden the changes are: 0 for a ramp, 1 for hard edges.

    The mean square of the change from pixel to pixel, over that of the change over four. A ramp makes it 1/16, a hard
    edge 1/4, whatever the contrast, and plain areas say nothing either way.
    """
    if len(grey) <= FAR:
        return 1.0
    near, far = _change(grey, NEAR), _change(grey, FAR)
    if not far:
        return 1.0
    ratio = (FAR / NEAR) ** 2 * near / far
    return max(0.0, (ratio - 1) / (FAR / NEAR - 1))


def _change(grey: Plane, distance: int) -> float:
    """Return the mean square of the change over a distance, across every second row and down every second column."""
    across = grey[::2, distance:] - grey[::2, :-distance]
    down = grey[distance:, ::2] - grey[:-distance, ::2]
    return (_square_sum(across) + _square_sum(down)) / (across.size + down.size)


def _square_sum(values: Plane) -> int:
    wide = values.astype(np.int32)
    return int(np.einsum("ij,ij->i", wide, wide).sum(dtype=np.int64))


def _noise(difference: Plane) -> float:
    """Return the standard deviation of the noise in each of two colours, given their difference.

    Cloth, grass and carpets change all colours at once, noise each by itself: in the difference the texture is gone.
    What drifts is taken out by the second difference, across every second row.
    """
    down, across = len(difference) // BLOCK, (len(difference) - 2) // BLOCK
    if across < 1:
        return 0.0
    lines = difference[: down * BLOCK : 2]
    bent = np.abs(lines[:, :-2] - 2 * lines[:, 1:-1] + lines[:, 2:])[:, : across * BLOCK]
    columns = bent.reshape(down, BLOCK // 2, -1).sum(axis=1, dtype=np.int32)
    sums = columns.reshape(down, across, BLOCK).sum(axis=2)
    calmest = sums.size * CALMEST // 100
    calm = int(np.partition(sums.ravel(), calmest)[calmest]) / (BLOCK * BLOCK // 2)
    return calm * math.sqrt(math.pi / 2) / math.sqrt(6) / math.sqrt(2)


def _frame(grey: Plane) -> float:
    """Return the mean brightness of the sides that are of one brightness each, if two or more are; else -1."""
    wide = max(1, len(grey) // SIDES)
    sides = np.stack([side.ravel() for side in (grey[:wide], grey[-wide:], grey[:, :wide], grey[:, -wide:])])
    plain = sides[sides.std(axis=1) <= ONE_BRIGHTNESS]
    return float(plain.mean()) if len(plain) >= 2 else NO_FRAME
