"""Scale images of more than 8 bits to 8, in the same way for the whole data set.

A 16-bit file rarely uses its full range: X-ray and thermal cameras have 10 to 14 bits. Scaled by the range of the file
format, such an image is nearly black; scaled by its own range, two images are no longer comparable. Therefore the range
of values of each file is measured first, and one window for all files of a kind is derived from these.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from labelaudit.images.transparency import strips

if TYPE_CHECKING:
    from PIL import Image

SAMPLE = 2**20
"""Approximate number of pixels of an image that the range of values is measured on."""

USED_BY_PIXELS = (0.1, 99.9)
"""Percentiles of the pixels of a file that define its range, so that single hot pixels of a sensor do not count."""

USED_BY_FILES = (5, 95)
"""Percentiles of the ranges of all files that define the window, so that single differently scaled files do not
count."""

MOSTLY_USED = 4
"""If the files use less than a quarter of 0 to 2^bits - 1, the window is the range that they use: otherwise fewer than
64 of 256 levels would be left."""

STEPS = 16
"""The ends of such a window are rounded to a sixteenth of its width, so that an additional file rarely changes it."""


COLOUR = "RGB"
"""The kind of color images with 16 bits per channel."""


class Depth(NamedTuple):
    """The range of values that a file of more than 8 bits uses.

    Attributes
    ----------
    kind
        Pillow's mode of its pixels: files of one kind are scaled alike.
    low, high
        Nearly all of its pixels lie between them.
    """

    kind: str
    low: float
    high: float


class Window(NamedTuple):
    """The values that become black and white; values beyond them are clipped."""

    low: float
    high: float


Windows = Mapping[str, Window]
"""A window for each kind."""

NO_WINDOWS: Windows = {}


def is_deep(image: Image.Image) -> bool:
    """Tell whether an image is gray with more than 8 bits."""
    return image.mode.startswith(("I", "F"))


def declared(image: Image.Image) -> Window | None:
    """Return the window that the header of a file declares, if any."""
    if image.format == "PPM" and image.mode == "I":  # Pillow has scaled the values by the declared maximum
        return Window(0, 65535)
    if image.format == "TIFF" and image.mode.startswith("I;16"):
        bits = getattr(image, "tag_v2", {}).get(258, (16,))[0]
        return Window(0, 2**bits - 1) if bits < 16 else None
    return None


def depth_of(image: Image.Image) -> Depth:
    """Return the range of values that a gray image of more than 8 bits uses."""
    return Depth(image.mode[:4], *used_by(image))


def used_by(image: Image.Image) -> tuple[float, float]:
    """Return the two values between which nearly all pixels of an image are, in all channels."""
    step = math.ceil(math.sqrt(image.width * image.height / SAMPLE))
    size = (math.ceil(image.width / step), math.ceil(image.height / step))
    values = np.asarray(image if step == 1 else image.resize(size, 0)).astype(np.float64)
    finite = values[np.isfinite(values)]
    low, high = np.percentile(finite, USED_BY_PIXELS, method="nearest") if finite.size else (0.0, 0.0)
    return float(low), float(high)


def windows_of(depths: Iterable[Depth]) -> dict[str, Window]:
    """Derive one window for each kind of file from the ranges of the files.

    It is 0 to 2^bits - 1 with the smallest number of bits that covers the ranges, or 0 to 1 for floating-point numbers
    within it. If less than a quarter of that is used, it is the range that is used; except in color, where subtracting
    a constant would change the hue.
    """
    kinds: dict[str, list[Depth]] = {}
    for depth in depths:
        kinds.setdefault(depth.kind, []).append(depth)
    return {kind: _window(kind, found) for kind, found in sorted(kinds.items())}


def _window(kind: str, depths: list[Depth]) -> Window:
    low = float(np.percentile([depth.low for depth in depths], USED_BY_FILES[0], method="lower"))
    high = float(np.percentile([depth.high for depth in depths], USED_BY_FILES[1], method="higher"))
    if kind == "F" and low >= 0 and high <= 1:
        full = 1.0
    else:
        full = 2.0 ** max(1, math.ceil(math.log2(max(high, 0.0) + 1))) - 1
    if kind == COLOUR or (low >= 0 and (high - low) * MOSTLY_USED >= full):
        return Window(0, full)
    if high <= low:
        return Window(low, low + 1)
    step = 2.0 ** math.floor(math.log2(high - low)) / STEPS
    return Window(math.floor(low / step) * step, math.ceil(high / step) * step)


def eight_bits(image: Image.Image, windows: Windows) -> Image.Image:
    """Scale a gray image of more than 8 bits to 8: to gray, or to gray with alpha if one value means transparent.

    Parameters
    ----------
    image
        Decoded; see :func:`is_deep`.
    windows
        By kind; an image of any other kind is scaled by its own range.
    """
    from PIL import Image

    window = declared(image) or windows.get(image.mode[:4]) or windows_of([depth_of(image)])[image.mode[:4]]
    clear = image.info.get("transparency")
    flat = Image.new("L" if clear is None else "LA", image.size)
    for box in strips(image.size):
        values = np.asarray(image.crop(box))
        strip = Image.fromarray(scaled(values, window))
        if _white_is_zero(image):
            strip = strip.point(range(255, -1, -1))
        if clear is not None:
            strip.putalpha(Image.fromarray(np.where(values == clear, 0, 255).astype(np.uint8)))
        flat.paste(strip, box)
    return flat


def scaled(values: NDArray[np.generic], window: Window) -> NDArray[np.uint8]:
    """Scale values to 0 to 255; NaN becomes 0."""
    finite = np.nan_to_num(values.astype(np.float64), nan=window.low, posinf=window.high, neginf=window.low)
    share = ((finite - window.low) / (window.high - window.low)).clip(0, 1)
    scaled: NDArray[np.uint8] = (share * 255).round().astype(np.uint8)
    return scaled


def _white_is_zero(image: Image.Image) -> bool:
    """Tell whether 0 means white, which Pillow takes into account only for TIFF files of up to 8 bits."""
    return image.format == "TIFF" and getattr(image, "tag_v2", {}).get(262) == 0
