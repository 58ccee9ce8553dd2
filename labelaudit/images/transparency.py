"""Flatten transparent images onto a background that their visible pixels contrast with."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from PIL import Image

WHITE, BLACK, GREY = 255, 0, 128
"""Backgrounds, in order of preference; white is what most documents show behind transparency."""

CONTRAST = 32
"""A pixel contrasts with a background if one of its channels differs by so much, of 255: one eighth."""

NEARLY_OPAQUE = 0.95
"""An image with at least this mean opacity, such as a photo with round corners, has its own background."""

SAMPLE_EDGE = 1024
"""The background is chosen by at most so many columns and rows of the image."""

STRIP = 2**20
"""Number of pixels of a large image that are processed at once."""


def is_transparent(image: Image.Image) -> bool:
    """Tell whether some pixels of an image may be transparent."""
    return image.mode in ("RGBA", "LA", "PA", "RGBa", "La") or "transparency" in image.info


def correct_key(image: Image.Image) -> None:
    """Scale the transparent color of an opened PNG file as Pillow will scale its pixels.

    Pillow leaves it at the depth of the file. For color with 16 bits per channel, it compares the upper 8.
    """
    key, tiles = image.info.get("transparency"), getattr(image, "tile", [])
    if key is None or not tiles:
        return
    raw = tiles[0].args
    if raw in ("L;2", "L;4"):
        image.info["transparency"] = key * (85 if raw == "L;2" else 17)
    elif raw == "RGB;16B":
        image.info["transparency"] = tuple(channel >> 8 for channel in key)


def flattened(image: Image.Image) -> Image.Image:
    """Return a transparent image in RGB, over a background of one color.

    The background is white if at least half of the visible pixels, weighted by their opacity, contrast with white, or
    if nearly all of the image is opaque. Otherwise it is black or gray, whichever more of them contrast with. On white,
    all white drawings on a transparent background would become the same blank image.
    """
    from PIL import Image

    ground = background(image)
    flat = Image.new("RGB", image.size)
    for box in strips(image.size):
        strip = _rgba(image.crop(box))
        below = Image.new("RGBA", strip.size, (ground, ground, ground, 255))
        below.alpha_composite(strip)
        flat.paste(below.convert("RGB"), box)
    return flat


def background(image: Image.Image) -> int:
    """Return the brightness of the background for a transparent image, 0 to 255."""
    from PIL import Image

    sample = min(image.width, SAMPLE_EDGE), min(image.height, SAMPLE_EDGE)
    pixels = np.asarray(_rgba(image.resize(sample, Image.Resampling.NEAREST)))
    opacity = pixels[..., 3].astype(np.int64)
    visible = int(opacity.sum())

    def standing_out(ground: int) -> int:
        distance = np.abs(pixels[..., :3].astype(np.int16) - ground).max(axis=-1)
        return int(opacity[distance >= CONTRAST].sum())

    if 2 * standing_out(WHITE) >= visible or visible >= NEARLY_OPAQUE * 255 * opacity.size:
        return WHITE
    return max((BLACK, GREY), key=standing_out)


def strips(size: tuple[int, int]) -> Iterator[tuple[int, int, int, int]]:
    """Divide an image into strips of rows, each a box (left, upper, right, lower) of about a million pixels."""
    width, height = size
    rows = max(1, STRIP // width)
    for top in range(0, height, rows):
        yield 0, top, width, min(top + rows, height)


def _rgba(image: Image.Image) -> Image.Image:
    if image.mode == "La":  # premultiplied gray, which Pillow converts only to LA
        image = image.convert("LA")
    return image.convert("RGBA")
