"""Scale pictures of more than 8 bits to 8, alike for the whole data set.

A 16-bit file rarely uses all of its range: X-ray and thermal cameras have 10 to 14 bits. Scaled by what the file could
hold, such a picture is nearly black; scaled by what is in the one picture, two pictures can no longer be compared.
So a first look measures what each file uses, and one window for all files of a kind is then derived from that.
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
"""Pixels of a picture, about, in which the values that it uses are looked up."""

USED_BY_PIXELS = (0.1, 99.9)
"""Percentiles of the pixels between which a file is used: one hot pixel of a sensor is no reason to darken all."""

USED_BY_FILES = (5, 95)
"""Percentiles of the files between which a data set is used: one file scaled another way does not darken the rest."""

MOSTLY_USED = 4
"""Where the files use less than one part in so many of 0 to 2^bits - 1, the window is what they use: scaled by bits
there would be fewer than 64 of 256 levels."""

STEPS = 16
"""The ends of such a window lie on a grid of about a sixteenth of its width, so that one more file rarely moves it."""


COLOUR = "RGB"
"""The kind of color images with 16 bits per channel."""


class Depth(NamedTuple):
    """Which values a file of more than 8 bits uses.

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
    """Tell whether a picture is grey with more than 8 bits."""
    return image.mode.startswith(("I", "F"))


def declared(image: Image.Image) -> Window | None:
    """Return the window that the header of a file declares, if it does."""
    if image.format == "PPM" and image.mode == "I":  # Pillow has scaled the values by what the header declares
        return Window(0, 65535)
    if image.format == "TIFF" and image.mode.startswith("I;16"):
        bits = getattr(image, "tag_v2", {}).get(258, (16,))[0]
        return Window(0, 2**bits - 1) if bits < 16 else None
    return None


def depth_of(image: Image.Image) -> Depth:
    """Return which values a deep picture uses."""
    return Depth(image.mode[:4], *used_by(image))


def used_by(image: Image.Image) -> tuple[float, float]:
    """Return two values between which nearly all pixels of a picture are, in all of its channels."""
    step = math.ceil(math.sqrt(image.width * image.height / SAMPLE))
    size = (math.ceil(image.width / step), math.ceil(image.height / step))
    values = np.asarray(image if step == 1 else image.resize(size, 0)).astype(np.float64)
    finite = values[np.isfinite(values)]
    low, high = np.percentile(finite, USED_BY_PIXELS, method="nearest") if finite.size else (0.0, 0.0)
    return float(low), float(high)


def windows_of(depths: Iterable[Depth]) -> dict[str, Window]:
    """Derive one window for each kind of file from what each file uses.

    It is 0 to 2^bits - 1 with the fewest bits that hold what the files use, as cameras have it; or 0 to 1 for such
    floating-point numbers. Where less than a quarter of that is used, it is what is used; except in color, where black
    has to stay black, or hues would change.
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
    """Scale a deep picture to 8 bits: to grey, or to grey with opacity where one value means transparent.

    Parameters
    ----------
    image
        Decoded, of a mode that is deep.
    windows
        By kind; a picture of any other kind is scaled by what it uses itself.
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
    """Return values as 0 to 255; what is not a number becomes 0."""
    finite = np.nan_to_num(values.astype(np.float64), nan=window.low, posinf=window.high, neginf=window.low)
    share = ((finite - window.low) / (window.high - window.low)).clip(0, 1)
    scaled: NDArray[np.uint8] = (share * 255).round().astype(np.uint8)
    return scaled


def _white_is_zero(image: Image.Image) -> bool:
    """Tell whether 0 means white: Pillow inverts such TIFF files up to 8 bits only."""
    return image.format == "TIFF" and getattr(image, "tag_v2", {}).get(262) == 0
