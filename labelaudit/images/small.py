"""Small versions of a decoded picture, in which copies are found."""

import numpy as np
from numpy.typing import NDArray

EDGE = 16
THUMBNAIL = EDGE * EDGE * 3
"""Length of a thumbnail: 16 x 16 pixels in RGB, enough to recognise a picture and too little to see details."""

GREY_EDGE = 48
"""Pixels along the edge of the small grey pictures, in which a copy can be told from a look-alike."""


def thumbnail(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return a picture (size, size, 3), *size* a multiple of 16, at 16 x 16 pixels, as one row (768,)."""
    from PIL import Image

    return np.asarray(Image.fromarray(pixels).reduce(len(pixels) // EDGE)).ravel()


def brightness(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the brightness of a picture (size, size, 3), by ITU-R BT.601, as uint8 (size, size)."""
    from PIL import Image

    return np.asarray(Image.fromarray(pixels).convert("L"))


def grey(bright: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the brightness (size, size) of a picture at (48, 48)."""
    from PIL import Image

    small = Image.fromarray(bright).resize((GREY_EDGE, GREY_EDGE), Image.Resampling.BOX, reducing_gap=1.0)
    return np.asarray(small)
