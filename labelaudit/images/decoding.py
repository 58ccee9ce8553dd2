"""Decode the bytes of a file to a small upright RGB image."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from labelaudit.errors import UnreadableImage
from labelaudit.images.colour import in_srgb, profile_of
from labelaudit.images.deep import (
    COLOUR,
    NO_WINDOWS,
    Depth,
    Windows,
    declared,
    depth_of,
    eight_bits,
    is_deep,
    windows_of,
)
from labelaudit.images.extras import UPRIGHT
from labelaudit.images.memory import DECODING, MOST, memory_needed
from labelaudit.images.opening import opened
from labelaudit.images.transparency import flattened, is_transparent
from labelaudit.images.wide import ALL, depth_of_colour, eight_bits_of_colour, is_wide, read_lower_bytes
from labelaudit.records import Illustration, Size

if TYPE_CHECKING:
    from PIL import Image

QUALITIES = (60, 40, 20, 5, 0)
"""WebP qualities, tried in this order until a thumbnail is small enough."""

BROKEN_EXIF = (
    ArithmeticError,
    AttributeError,
    LookupError,
    OSError,
    SyntaxError,
    TypeError,
    UserWarning,
    ValueError,
    struct.error,
)
"""Exceptions that Pillow raises for a damaged EXIF block."""


class Picture(NamedTuple):
    """One decoded image.

    Attributes
    ----------
    pixels
        uint8 (size, size, 3), upright RGB, resized to a square.
    width, height
        Size of the upright image in full resolution, in pixels.
    format
        Pillow's name for the file format.
    """

    pixels: NDArray[np.uint8]
    width: int
    height: int
    format: str


def decode(data: bytes, size: int, windows: Windows = NO_WINDOWS) -> Picture:
    """Decode the first frame of an image to *size* x *size* pixels.

    It is turned upright by its EXIF orientation, flattened onto a background that contrasts with it if it is
    transparent, and scaled to 8 bits if it has more. JPEG files are decoded at a reduced size (libjpeg's scaled
    decoding), never below *size*.

    Parameters
    ----------
    data
        The bytes of the file.
    size
        Edge of the square, in pixels.
    windows
        The values that become black and white in images of more than 8 bits, by kind; if there is none for the kind,
        the range that the file uses.

    Raises
    ------
    UnreadableImage
        With the reason.
    """
    with opened(data) as image, _upright(image, len(data), size) as (upright, full, wide):
        if wide:
            upright = _both_bytes(upright, data, windows)
        return _picture(upright, full, image.format or "", size, windows)


def first_look(data: bytes, size: int) -> Picture | Depth:
    """Decode an image; if it has more than 8 bits, only return the range of values that it uses.

    Raises
    ------
    UnreadableImage
        With the reason.
    """
    with opened(data) as image, _upright(image, len(data), size) as (upright, full, wide):
        if wide:
            return depth_of_colour(upright)
        if is_deep(image) and declared(image) is None:
            return depth_of(image)
        return _picture(upright, full, image.format or "", size, NO_WINDOWS)


def upright_pixels(data: bytes) -> NDArray[np.uint8]:
    """Decode the first frame of an image in full resolution, upright, to RGB pixels, uint8 (height, width, 3).

    Raises
    ------
    UnreadableImage
        With the reason.
    """
    with opened(data) as image, _upright(image, len(data), max(image.size)) as (upright, _, wide):
        if wide:
            upright = _both_bytes(upright, data, NO_WINDOWS)
        profile = profile_of(upright)
        return np.array(in_srgb(_flat(upright, NO_WINDOWS), profile))


def shrink(data: bytes, size: Size) -> Illustration:
    """Make a thumbnail of the first frame of an image, upright and with its aspect ratio.

    It contains no metadata, such as place, time or camera. Its quality is reduced until it fits into *size*.

    Raises
    ------
    UnreadableImage
        With the reason.
    """
    with opened(data) as image, _upright(image, len(data), size.edge) as (upright, _, wide):
        if wide:
            upright = _both_bytes(upright, data, NO_WINDOWS)
        profile = profile_of(upright)
        small = _flat(upright, NO_WINDOWS)
        small.thumbnail((size.edge, size.edge), reducing_gap=2.0)
        small = in_srgb(small, profile)
    for quality in QUALITIES:
        out = io.BytesIO()
        small.save(out, "WEBP", quality=quality)
        if out.tell() <= size.most:
            break
    return Illustration(out.getvalue(), *small.size)


@contextmanager
def _upright(image: Image.Image, length: int, size: int) -> Iterator[tuple[Image.Image, tuple[int, int], bool]]:
    """Decode an opened image from a file of *length* bytes and turn it upright, as soon as enough memory is free.

    Yields the image, at *size* or larger, its upright width and height in full resolution, and whether these are only
    the upper bytes of color with 16 bits per channel.
    """
    width, height = image.size
    image.draft("RGB", (size, size))
    needed = memory_needed(image, (width, height))
    if needed + length > MOST:
        raise UnreadableImage(
            f"too large to open safely: {width} x {height} pixels ({image.format}) need {needed / 1e9:.1f} GB"
        )
    wide = is_wide(image)
    with DECODING.hold(needed):
        image.load()
        if image.format in UPRIGHT:
            image.info.pop("exif", None)
        before = image.size
        _turn(image)
        yield image, (width, height) if image.size == before else (height, width), wide


def _turn(image: Image.Image) -> None:
    """Turn a decoded image upright by its EXIF orientation."""
    from PIL import ImageOps

    with suppress(*BROKEN_EXIF):  # the pixels are intact, only their orientation is unknown
        ImageOps.exif_transpose(image, in_place=True)


def _both_bytes(upper: Image.Image, data: bytes, windows: Windows) -> Image.Image:
    """Scale color with 16 bits per channel, of which the upper bytes were decoded, to 8 bits."""
    window = windows.get(COLOUR) or windows_of([depth_of_colour(upper)])[COLOUR]
    if window.high == ALL:
        return upper
    with opened(data) as lower:
        read_lower_bytes(lower)
        lower.load()
        _turn(lower)
        return eight_bits_of_colour(upper, lower, window)


def _picture(image: Image.Image, full: tuple[int, int], kind: str, size: int, windows: Windows) -> Picture:
    from PIL import Image

    sharp = Image.Resampling.BICUBIC if min(image.size) < size else Image.Resampling.HAMMING
    flat, profile = _flat(image, windows), profile_of(image)
    if flat.width * flat.height < size * size:
        flat, profile = in_srgb(flat, profile), b""
    small = in_srgb(flat.resize((size, size), sharp), profile)
    return Picture(np.asarray(small), *full, kind)


def _flat(image: Image.Image, windows: Windows) -> Image.Image:
    """Convert an image to gray, RGB or CMYK with 8 bits and without transparency."""
    if is_deep(image):
        image = eight_bits(image, windows)
    if is_transparent(image):
        return flattened(image)
    keeps = image.mode in ("L", "RGB") or (image.mode == "CMYK" and profile_of(image))
    return image if keeps else image.convert("RGB")
