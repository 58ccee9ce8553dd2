"""TIFF files that Pillow misreads, refuses without a specific reason, or prints messages about."""

import io
import logging
from typing import Any

import numpy as np
import pytest
import tifffile
from PIL import Image

from labelaudit.errors import UnreadableImage
from labelaudit.images import decode

from .photos import pieces


def tiff(pixels: np.ndarray[Any, Any], **options: Any) -> bytes:
    out = io.BytesIO()
    tifffile.imwrite(out, pixels, **options)
    return out.getvalue()


def planes(depth: type = np.uint16) -> np.ndarray[Any, Any]:
    """Three ramps in three directions, (3, 64, 64), over the whole range of the type."""
    y, x = np.mgrid[:64, :64]
    return (np.stack([x, y, 63 - x]) * (np.iinfo(depth).max // 63)).astype(depth)


@pytest.mark.parametrize("depth", [np.uint8, np.uint16])
@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("compression", [None, "zlib"])
@pytest.mark.parametrize("tile", [None, (32, 32)])
@pytest.mark.parametrize("planar", ["separate", "contig"])
def test_planes_are_read_as_pixels(depth: type, order: Any, compression: Any, tile: Any, planar: str) -> None:
    pixels = planes(depth)
    stored = pixels if planar == "separate" else np.moveaxis(pixels, 0, -1)
    data = tiff(stored, photometric="rgb", planarconfig=planar, byteorder=order, compression=compression, tile=tile)
    shown = np.moveaxis(pixels, 0, -1) / np.iinfo(depth).max * 255

    assert np.abs(decode(data, 64).pixels - shown).max() <= 1


@pytest.mark.parametrize("compression", [None, "zlib"])
@pytest.mark.parametrize("depth", [np.uint8, np.uint16])
def test_white_may_be_zero(depth: type, compression: Any) -> None:
    data = tiff(planes(depth)[0], photometric="miniswhite", compression=compression)
    shown = 255 - planes(depth)[0] / np.iinfo(depth).max * 255

    assert np.abs(decode(data, 64).pixels[..., 0] - shown).max() <= 1


@pytest.mark.parametrize(
    ("pixels", "options", "reason"),
    [
        (np.zeros((9, 9, 3), np.float32), {"photometric": "rgb"}, "3 bands of 32-bit floating-point numbers"),
        (
            np.zeros((9, 9, 4), np.uint16),
            {"photometric": "minisblack", "planarconfig": "contig"},
            "4 bands of 16-bit integers",
        ),
        (np.zeros((13, 9, 9), np.uint16), {"photometric": "minisblack", "planarconfig": "separate"}, "13 bands"),
        (np.zeros((9, 9), np.complex64), {"photometric": "minisblack"}, "1 band of 64-bit complex numbers"),
        (np.zeros((9, 9), np.float64), {"photometric": "minisblack"}, "1 band of 64-bit floating-point numbers"),
        (np.zeros((9, 9), np.uint16), {"photometric": "miniswhite", "byteorder": ">"}, "white is zero"),
        (np.zeros((9, 9), np.uint8), {"bigtiff": True, "byteorder": ">"}, " in big-endian byte order"),
    ],
)
def test_what_can_not_be_read_is_described(pixels: np.ndarray[Any, Any], options: Any, reason: str) -> None:
    with pytest.raises(UnreadableImage, match=f"TIFF.*{reason}"):
        decode(tiff(pixels, **options), 16)


def test_the_preview_of_a_raw_file_is_not_taken_for_the_picture() -> None:
    out = io.BytesIO()
    with tifffile.TiffWriter(out) as file:
        file.write(np.zeros((16, 16, 3), np.uint8), photometric="rgb", subifds=1, subfiletype=1)
        file.write(np.zeros((64, 64), np.uint16), photometric=32803, subfiletype=0)  # a colour filter array

    with pytest.raises(UnreadableImage, match="a camera raw file; develop it"):
        decode(out.getvalue(), 16)


def test_the_first_of_several_resolutions_is_read() -> None:
    out = io.BytesIO()
    with tifffile.TiffWriter(out) as file:
        file.write(np.moveaxis(planes(np.uint8), 0, -1), photometric="rgb", subifds=1)
        file.write(np.zeros((32, 32, 3), np.uint8), photometric="rgb", subfiletype=1)

    assert decode(out.getvalue(), 64).pixels.std() > 50


def damaged(compression: str, seed: int) -> bytes:
    random = np.random.default_rng(seed)
    page = Image.fromarray((random.random((200, 200)) > 0.9).astype(np.uint8) * 255)
    out = io.BytesIO()
    page.convert("1" if "group" in compression else "RGB").save(out, "TIFF", compression=compression)
    data = bytearray(out.getvalue())
    for place in random.integers(300, len(data) - 300, 12):
        data[place] ^= 0xFF
    return bytes(data)


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("compression", ["tiff_lzw", "group4", "tiff_deflate", "packbits", "jpeg", "group3"])
def test_libtiff_is_silent_over_damage(compression: str, capfd: pytest.CaptureFixture[str]) -> None:
    for seed in range(10):
        try:
            decode(damaged(compression, seed), 32)
        except UnreadableImage as reason:
            assert str(reason).startswith(("broken image data", "truncated", "a TIFF", "not an image", "too large"))

    assert capfd.readouterr() == ("", "")


def test_nothing_is_logged_past_us(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Pillow logs an error for such a file, which is printed on stderr unless logging is configured."""
    monkeypatch.setattr(logging.getLogger(), "handlers", [])
    with pytest.raises(UnreadableImage, match="99 bands"):
        decode(tiff(np.zeros((4, 4, 99), np.uint8), photometric="minisblack", planarconfig="contig"), 16)

    assert capfd.readouterr() == ("", "")


def test_what_libtiff_could_not_decode_is_no_picture() -> None:
    with pytest.raises(UnreadableImage, match="reported by libtiff"):
        decode(damaged("group4", 0), 32)


def test_libtiff_speaks_again_when_nothing_is_decoded(capfd: pytest.CaptureFixture[str]) -> None:
    """Its handler is shared by the whole process and restored after decoding."""
    pieces(1)[0].save(out := io.BytesIO(), "TIFF")
    decode(out.getvalue(), 32)
    with Image.open(io.BytesIO(damaged("group4", 0))) as image:
        image.load()

    assert "Fax4Decode" in capfd.readouterr().err
