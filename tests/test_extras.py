"""HEIC and JPEG XL are read if the extra is installed; otherwise the reason names it."""

import base64
import io
import sys

import numpy as np
import pylibjxl
import pytest
from PIL import Image

from labelaudit.errors import UnreadableImage
from labelaudit.images import decode

from .odd_files import ramps

HEIC = base64.b64decode(
    "AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAX1tZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAAAAAAACJpbG9jAA"
    "AAAERAAAEAAQAAAAABoQABAAAAAAAAAIMAAAAjaWluZgAAAAAAAQAAABVpbmZlAgAAAAABAABodmMxAAAAAA5waXRtAAAAAAABAAAA/WlwcnAA"
    "AADdaXBjbwAAAHZodmNDAQNwAAAAkAAAAAAAHvAA/P34+AAADwNgAAEAGEABDAH//wNwAAADAJAAAAMAAAMAHroCQGEAAQAqQgEBA3AAAAMAkA"
    "AAAwAAAwAeoCCBBZbq5Ka5uAhoMCAAAAMDIAAAAwAhYgABAAZEAcFzwIkAAAATY29scm5jbHgAAQANAAaAAAAAFGlzcGUAAAAAAAAAQAAAAEAA"
    "AAAoY2xhcAAAACAAAAABAAAAMAAAAAH////gAAAAAv////AAAAACAAAAEHBpeGkAAAAAAwgICAAAABhpcG1hAAAAAAAAAAEAAQWBAgMFhAAAAI"
    "ttZGF0AAAAfygBrwngPf7NzycIOlhjFp9gv0cI5nqIbxM8rdLeJU79LbpPl9aNVHldNccPS1t6uyFg3mKwQSiTR0/27gd0bK4xx1TcprEPgCGR"
    "kZTxZG1zO3F81Agyc7NweHsC2Dt01Gx6D89kuoH5HKHvv+jth4oNsX7nG2qrX40JzhTwx+A="
)
"""Ramps of 32 x 48 pixels, written by libheif."""

TURNED = base64.b64decode(
    "AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAchtZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAAAAAAADRpbG9jAA"
    "AAAERAAAIAAQAAAAAB7AABAAAAAAAAAGMAAgAAAAACTwABAAAAAAAAACQAAAA4aWluZgAAAAAAAgAAABVpbmZlAgAAAAABAABodmMxAAAAABVp"
    "bmZlAgAAAQACAABFeGlmAAAAAA5waXRtAAAAAAABAAABB2lwcnAAAADmaXBjbwAAAHZodmNDAQNwAAAAkAAAAAAAHvAA/P34+AAADwNgAAEAGE"
    "ABDAH//wNwAAADAJAAAAMAAAMAHroCQGEAAQAqQgEBA3AAAAMAkAAAAwAAAwAeoCCBBZbq5Ka5uAhoMCAAAAMDIAAAAwAhYgABAAZEAcFzwIkA"
    "AAATY29scm5jbHgAAQANAAaAAAAAFGlzcGUAAAAAAAAAQAAAAEAAAAAoY2xhcAAAACAAAAABAAAAMAAAAAH////gAAAAAv////AAAAACAAAAEH"
    "BpeGkAAAAAAwgICAAAAAlpcm90AwAAABlpcG1hAAAAAAAAAAEAAQaBAgMFhIYAAAAaaXJlZgAAAAAAAAAOY2RzYwACAAEAAQAAAI9tZGF0AAAA"
    "XygBrxOA9TPn681wbP7BdHfJ+QfbITqM/cb5Ptd/DoJ4biNIp3a8UD3hG7N8j5c9SMhNPvLTGm/wTmR7bp8ygN25u+W7a6+xaMgAupAJU43YPq"
    "6x6vog73coDt/ZPAX4AAAABkV4aWYAAE1NACoAAAAIAAEBEgADAAAAAQAGAAAAAAAA"
)
"""The same with EXIF orientation 6, which libheif writes as a property of the image: it shows 48 x 32 pixels."""


def jxl(pixels: np.ndarray[tuple[int, ...], np.dtype[np.uint8]], **options: object) -> bytes:
    return pylibjxl.encode(pixels, **options)


def distance(data: bytes, shows: np.ndarray[tuple[int, ...], np.dtype[np.uint8]]) -> float:
    small = np.asarray(Image.fromarray(shows).resize((32, 32), Image.Resampling.HAMMING))
    return float(np.abs(decode(data, 32).pixels.astype(int) - small).mean())


def test_heic_is_read() -> None:
    picture = decode(HEIC, 32)

    assert (picture.width, picture.height, picture.format) == (32, 48, "HEIF")
    assert distance(HEIC, ramps(48, 32)) < 12


def test_heic_is_upright() -> None:
    picture = decode(TURNED, 32)

    assert (picture.width, picture.height) == (48, 32)
    assert distance(TURNED, np.rot90(ramps(48, 32), -1)) < 12


def test_jpeg_xl_is_read() -> None:
    data = jxl(ramps(48, 64))
    picture = decode(data, 32)

    assert (picture.width, picture.height, picture.format) == (64, 48, "JXL")
    assert distance(data, ramps(48, 64)) < 4
    assert distance(jxl(ramps(48, 64)[..., 0]), np.dstack([ramps(48, 64)[..., 0]] * 3)) < 4


def test_jpeg_xl_is_turned_upright_once() -> None:
    """Both the codestream and its EXIF block contain the orientation."""
    exif = Image.Exif()
    exif[0x0112] = 6
    out = io.BytesIO()
    Image.fromarray(ramps(48, 64)).save(out, "JPEG", exif=exif, quality=95)
    data = pylibjxl.jpeg_to_jxl(out.getvalue())
    picture = decode(data, 32)

    assert (picture.width, picture.height) == (48, 64)
    assert distance(data, np.rot90(ramps(48, 64), -1)) < 6


@pytest.mark.parametrize("name", ["HEIC", "JXL"])
def test_damage_gives_a_picture_or_a_reason(name: str, capfd: pytest.CaptureFixture[str]) -> None:
    whole = HEIC if name == "HEIC" else jxl(ramps(48, 64))
    random = np.random.default_rng(0)
    for _ in range(60):
        data = bytearray(whole[: random.integers(12, len(whole))] if random.random() < 0.5 else whole)
        for place in random.integers(12, len(data), 3) if len(data) > 12 else ():
            data[place] = random.integers(256)
        try:
            assert decode(bytes(data), 16).pixels.shape == (16, 16, 3)
        except UnreadableImage as reason:
            assert str(reason)

    assert capfd.readouterr() == ("", "")


def test_without_the_extra_the_reason_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("pillow_heif", "pylibjxl", "pylibjxl.pillow_plugin"):
        monkeypatch.setitem(sys.modules, module, None)
    for data, name, extra in ((HEIC, "HEIC", "heif"), (jxl_file(), "JPEG XL", "jxl")):
        with pytest.raises(
            UnreadableImage, match=rf"^a {name} image; to read it: pip install 'labelaudit\[{extra}\]'$"
        ):
            decode(data, 16)


def jxl_file() -> bytes:
    return b"\xff\x0a" + bytes(40)


def test_pillow_learns_no_new_format() -> None:
    """Other code in the process is not affected."""
    decode(HEIC, 16)
    decode(jxl(ramps(48, 64)), 16)

    assert not {"HEIF", "JXL"} & set(Image.OPEN)
