"""Small versions of a decoded image, by which duplicates are found."""

import numpy as np
from numpy.typing import NDArray

EDGE = 16
THUMBNAIL = EDGE * EDGE * 3
"""Length of a thumbnail: 16 x 16 pixels in RGB, enough to recognize an image, but without details."""

GREY_EDGE = 48
"""Edge of the small gray images in pixels, large enough to distinguish duplicates from similar images."""


def thumbnail(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Reduce an image (size, size, 3), with *size* a multiple of 16, to 16 x 16 pixels, as one row (768,)."""
    from PIL import Image

    return np.asarray(Image.fromarray(pixels).reduce(len(pixels) // EDGE)).ravel()


def brightness(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the brightness of an image (size, size, 3) by ITU-R BT.601, uint8 (size, size)."""
    from PIL import Image

    return np.asarray(Image.fromarray(pixels).convert("L"))


def grey(bright: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Reduce the brightness of an image (size, size) to (48, 48)."""
    from PIL import Image

    small = Image.fromarray(bright).resize((GREY_EDGE, GREY_EDGE), Image.Resampling.BOX, reducing_gap=1.0)
    return np.asarray(small)
