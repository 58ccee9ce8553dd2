"""Odd files are decoded correctly: see odd_files.py."""

import io
from pathlib import Path

import numpy as np
import pytest
import skimage
import sklearn
from PIL import Image

from labelaudit.errors import UnreadableImage
from labelaudit.images import Window, decode

from .odd_bitmaps import BITMAPS
from .odd_files import EDGE, ODD, Odd, ramps, saved

ALL = [*ODD, *BITMAPS]

FULL = {"I;16": Window(0, 65535), "I": Window(0, 65535), "F": Window(0, 1)}

SHIPPED = sorted(
    path
    for package in (skimage, sklearn)
    for path in Path(package.__file__).parent.rglob("*")
    if path.suffix.lower() in (".gif", ".jpg", ".png", ".tif", ".tiff", ".webp", ".ppm", ".pgm", ".bmp")
)


def test_there_are_many() -> None:
    assert len({odd.name for odd in ALL}) == len(ALL) > 300


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("odd", ALL, ids=lambda odd: odd.name)
def test_it_shows_what_it_should(odd: Odd) -> None:
    picture = decode(odd.data, EDGE, FULL)

    assert np.abs(picture.pixels - odd.shows).mean() <= odd.within
    assert (picture.width, picture.height) == (EDGE, EDGE)


@pytest.mark.parametrize("kind", ["AVIF", "JPEG", "PNG", "TIFF", "WEBP"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_it_is_upright_and_so_is_its_shape(kind: str, orientation: int) -> None:
    """A portrait, stored in each EXIF orientation."""
    stored = {
        1: lambda image: image,
        2: lambda image: image.transpose(Image.Transpose.FLIP_LEFT_RIGHT),
        3: lambda image: image.transpose(Image.Transpose.ROTATE_180),
        4: lambda image: image.transpose(Image.Transpose.FLIP_TOP_BOTTOM),
        5: lambda image: image.transpose(Image.Transpose.TRANSPOSE),
        6: lambda image: image.transpose(Image.Transpose.ROTATE_90),
        7: lambda image: image.transpose(Image.Transpose.TRANSVERSE),
        8: lambda image: image.transpose(Image.Transpose.ROTATE_270),
    }[orientation](Image.fromarray(ramps(96, 64)))
    exif = Image.Exif()
    exif[0x0112] = orientation
    picture = decode(saved(stored, kind, exif=exif, quality=95), 64)
    upright = np.asarray(Image.fromarray(ramps(96, 64)).resize((64, 64)))

    assert (picture.width, picture.height) == (64, 96)
    assert np.abs(picture.pixels.astype(int) - upright).mean() < 6


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.name)
def test_files_that_packages_ship(path: Path) -> None:
    """They are decoded as Pillow does, or refused with a specific reason."""
    try:
        picture = decode(path.read_bytes(), 64)
    except UnreadableImage as reason:
        assert str(reason) != "not an image that can be read"
        return
    with Image.open(path) as image:
        assert (picture.width, picture.height) == image.size
        if image.mode in ("L", "RGB", "1") and "icc_profile" not in image.info:
            plain = image.convert("RGB").resize((64, 64), Image.Resampling.HAMMING)
            assert np.abs(picture.pixels.astype(int) - np.asarray(plain)).mean() < 4


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("odd", ALL[::3], ids=lambda odd: odd.name)
def test_damage_gives_a_picture_or_a_reason(odd: Odd, capfd: pytest.CaptureFixture[str]) -> None:
    """Headers and bodies with changed bytes; libraries write nothing to stderr."""
    random = np.random.default_rng(len(odd.data))
    for last in (64, len(odd.data), len(odd.data)):
        data = bytearray(odd.data)
        for place in random.integers(4, last, 6):
            data[place] = random.integers(256)
        try:
            assert decode(bytes(data), 16).pixels.shape == (16, 16, 3)
        except UnreadableImage as reason:
            assert str(reason)

    assert capfd.readouterr() == ("", "")


def test_cmyk_is_converted_by_its_profile_where_it_has_one() -> None:
    """Without a profile, the plain formula is used; an inapplicable profile is ignored."""
    image = Image.fromarray(ramps()).convert("CMYK")
    out = io.BytesIO()
    image.save(out, "TIFF", icc_profile=b"no profile")

    assert np.abs(decode(out.getvalue(), EDGE).pixels.astype(int) - ramps()).max() <= 1
