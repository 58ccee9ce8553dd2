"""Convert pictures with an ICC profile to sRGB, in which all others are."""

from __future__ import annotations

import io
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from PIL import Image

ALIKE = 3
"""Profiles by which no colour moves by more steps of 255 are sRGB by another name, and cost nothing."""

PROFILES = 32
"""Transforms that are kept: a data set has few cameras, and building one takes longer than decoding a small photo."""

GRID = np.stack(np.meshgrid(*[np.arange(0, 256, 51, dtype=np.uint8)] * 3), axis=-1).reshape(36, 6, 3)
"""Colours by which a profile is held against sRGB."""


def profile_of(image: Image.Image) -> bytes:
    """Return the ICC profile of an opened image; empty if it has none or one that says nothing about its pixels."""
    profile = image.info.get("icc_profile")
    return profile if isinstance(profile, bytes) and image.mode in ("L", "RGB", "RGBA", "LA", "P", "CMYK") else b""


def in_srgb(image: Image.Image, profile: bytes) -> Image.Image:
    """Return a picture in grey, RGB or CMYK as RGB in sRGB.

    Parameters
    ----------
    image
        Of mode L, RGB or CMYK; small, because a conversion takes as long for each pixel as decoding.
    profile
        ICC profile of its pixels; one that is empty, broken or made for other pixels changes nothing.
    """
    transform = _transform(profile, image.mode) if profile else None
    if transform is None:
        return image.convert("RGB")
    from PIL import ImageCms

    converted: Any = ImageCms.applyTransform(image, transform)
    return converted  # type: ignore[no-any-return]


@lru_cache(PROFILES)
def _transform(profile: bytes, mode: str) -> Any:
    """Return the transform from a profile to sRGB, none if there is nothing to do or nothing that can be done."""
    from PIL import Image, ImageCms

    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        transform = ImageCms.buildTransform(source, ImageCms.createProfile("sRGB"), mode, "RGB")
    except (ImageCms.PyCMSError, OSError, TypeError, ValueError):
        return None
    colours: Any = Image.fromarray(GRID)
    if mode == "CMYK":
        return transform
    before = colours.convert(mode)
    after: Any = ImageCms.applyTransform(before, transform)
    moved = np.abs(np.asarray(before.convert("RGB")).astype(np.int16) - np.asarray(after))
    return transform if moved.max() > ALIKE else None
