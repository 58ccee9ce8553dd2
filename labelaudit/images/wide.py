"""Color images with 16 bits per channel, of which Pillow decodes only the upper 8.

To get the lower 8 bits as well, the file is decoded a second time as if its samples were in the other byte order.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from labelaudit.images.deep import COLOUR, Depth, Window, scaled, used_by
from labelaudit.images.transparency import strips

if TYPE_CHECKING:
    from PIL import Image

OTHER_ORDER = {"B": "L", "L": "B", "N": "B" if sys.byteorder == "little" else "L"}
"""Big endian, little endian, and the order of this machine, in the last letter of Pillow's raw modes."""

ALL = 2**16 - 1


def is_wide(image: Image.Image) -> bool:
    """Tell whether an opened image, not yet decoded, has color with 16 bits per channel that can be read in full."""
    tiles = getattr(image, "tile", [])
    return image.mode in ("RGB", "RGBA") and bool(tiles) and all(_raw_mode(tile) in _readable() for tile in tiles)


def read_lower_bytes(image: Image.Image) -> None:
    """Make Pillow decode an opened image, for which :func:`is_wide` holds, to the lower bytes of its samples."""
    image.tile = [  # type: ignore[attr-defined]
        tile._replace(args=_with_raw_mode(tile.args, _other(_raw_mode(tile))))
        for tile in image.tile  # type: ignore[attr-defined]
    ]


def depth_of_colour(upper: Image.Image) -> Depth:
    """Return the range of values that the channels use, by their upper bytes."""
    low, high = used_by(upper.convert("RGB"))
    return Depth(COLOUR, low * 256, high * 256 + 255)


def eight_bits_of_colour(upper: Image.Image, lower: Image.Image, window: Window) -> Image.Image:
    """Scale the color of an image, given as the images of its upper and lower bytes, to 8 bits; alpha is kept."""
    from PIL import Image

    upper = upper if "transparency" not in upper.info else upper.convert("RGBA")
    flat = Image.new(upper.mode, upper.size)
    for box in strips(upper.size):
        pixels = np.array(upper.crop(box))
        pixels[..., :3] = scaled(_joined(pixels, np.asarray(lower.crop(box))), window)
        flat.paste(Image.fromarray(pixels), box)
    flat.info, flat.format = upper.info, upper.format
    return flat


def _joined(upper: NDArray[np.uint8], lower: NDArray[np.uint8]) -> NDArray[np.uint16]:
    return upper[..., :3].astype(np.uint16) * np.uint16(256) + lower[..., :3]


def _raw_mode(tile: object) -> str:
    args = getattr(tile, "args", "")
    return str(args if isinstance(args, str) else args[0])


def _with_raw_mode(args: str | tuple[object, ...], raw: str) -> str | tuple[object, ...]:
    return raw if isinstance(args, str) else (raw, *args[1:])


def _other(raw: str) -> str:
    return raw[:-1] + OTHER_ORDER[raw[-1]]


def _readable() -> frozenset[str]:
    return frozenset(f"{channels};16{order}" for channels in ("RGB", "RGBA", *"RGBA") for order in OTHER_ORDER)
