"""Transparent images stay visible, and are flattened onto white if they are visible on it."""

import io
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
import skimage
import tifffile
from PIL import Image, ImageDraw
from PIL.TiffImagePlugin import OPEN_INFO

from labelaudit.images import decode
from labelaudit.images.transparency import BLACK, GREY, STRIP, WHITE, background, flattened

from .photos import encoded, pieces


def drawing(ink: tuple[int, int, int], shade: tuple[int, int, int] | None = None) -> Image.Image:
    """A cross on a transparent background, its second bar in another shade."""
    image = Image.new("RGBA", (64, 64), (*ink, 0))
    pen = ImageDraw.Draw(image)
    pen.rectangle((8, 28, 56, 36), fill=(*ink, 255))
    pen.rectangle((28, 8, 36, 56), fill=(*(shade or ink), 255))
    return image


@pytest.mark.parametrize("ink", [0, 60, 128, 200, 222, 230, 245, 255])
def test_ink_of_any_brightness_can_be_seen(ink: int) -> None:
    pixels = decode(encoded(drawing((ink, ink, ink)), "PNG"), 64).pixels.astype(int)

    assert abs(pixels[32, 32, 0] - pixels[2, 2, 0]) >= 32


def test_the_background_is_white_wherever_half_of_the_picture_shows_on_it() -> None:
    assert background(drawing((0, 0, 0))) == WHITE
    assert background(drawing((255, 255, 0))) == WHITE  # yellow differs from white in blue
    assert background(drawing((255, 255, 255))) == BLACK
    cut_out = pieces(1)[0].convert("RGBA")
    cut_out.putalpha(drawing((0, 0, 0)).getchannel("A").resize(cut_out.size))
    assert background(cut_out) == WHITE


def test_black_and_white_parts_both_show_on_grey() -> None:
    chess = drawing((255, 255, 255))
    ImageDraw.Draw(chess).rectangle((28, 8, 36, 30), fill=(0, 0, 0, 255))

    assert background(chess) == GREY


def test_round_corners_are_white() -> None:
    """A black horse on a white background, opaque except for a few pixels at the corners."""
    with Image.open(Path(skimage.__file__).parent / "data" / "horse.png") as image:
        assert background(image) == WHITE


def test_white_drawings_differ_as_black_ones_do() -> None:
    random = np.random.default_rng(0)
    for ink in (0, 255):
        shown = set()
        for _ in range(20):
            image = Image.new("L", (32, 32), ink).convert("LA")
            image.putalpha(Image.fromarray(random.integers(0, 256, (32, 32), dtype=np.uint8)))
            shown.add(decode(encoded(image, "PNG"), 32).pixels.tobytes())
        assert len(shown) == 20


@pytest.mark.parametrize("mode", ["RGBA", "LA", "PA", "La", "RGBa", "P", "1"])
def test_strips_are_as_the_whole(mode: str, monkeypatch: pytest.MonkeyPatch) -> None:
    image = Image.linear_gradient("L").resize((90, 70)).convert("RGBA")
    image.putalpha(Image.radial_gradient("L").resize((90, 70)))
    if mode in ("P", "1"):
        image = image.convert("RGB").convert(mode)
        image.info["transparency"] = 0
    elif mode in ("PA", "LA", "La"):
        image = image.convert("LA").convert("RGBA").convert("LA") if mode == "PA" else image.convert("LA").convert(mode)
    else:
        image = image.convert(mode)
    whole = np.asarray(flattened(image))
    monkeypatch.setattr("labelaudit.images.transparency.STRIP", STRIP // 10**4)

    assert np.array_equal(np.asarray(flattened(image)), whole)
    assert whole.std() > 10


def png(bits: int, colours: int, row: bytes, key: bytes, width: int = 2) -> bytes:
    """A PNG of one row with a transparent color."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, 1, bits, colours, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"tRNS", key) + chunk(b"IDAT", zlib.compress(b"\0" + row))
    return b"\x89PNG\r\n\x1a\n" + body + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("data", "visible"),
    [
        (png(1, 0, b"\x40", b"\0\0"), 255),
        (png(2, 0, b"\x60", b"\0\1"), 170),
        (png(4, 0, b"\x5a", b"\0\5"), 170),
        (png(8, 0, b"\x05\x0a", b"\0\5"), 10),
        (png(16, 2, struct.pack(">6H", 1000, 2000, 3000, 9000, 9000, 9000), struct.pack(">3H", 1000, 2000, 3000)), 35),
        (png(16, 0, struct.pack(">2H", 65535, 20000), struct.pack(">H", 65535)), 78),
    ],
)
def test_a_transparent_colour_is_compared_at_the_depth_of_the_file(data: bytes, visible: int) -> None:
    from labelaudit.images.decoding import _flat
    from labelaudit.images.deep import Window
    from labelaudit.images.opening import opened

    with opened(data) as image:
        image.load()
        ground, other = np.asarray(_flat(image, {"I;16": Window(0, 65535)}).convert("RGB"))[0, :, 0]

    assert (ground, other) == (WHITE if visible < 224 else BLACK, visible)


@pytest.mark.skipif("La" not in {mode for mode, _ in OPEN_INFO.values()}, reason="Pillow before 12 refuses it")
def test_premultiplied_grey_is_read() -> None:
    out = io.BytesIO()
    grey = np.tile(np.linspace(0, 255, 64).astype(np.uint8), (64, 1))
    tifffile.imwrite(
        out, np.dstack([grey, np.full_like(grey, 255)]), photometric="minisblack", extrasamples=["assocalpha"]
    )

    assert np.abs(decode(out.getvalue(), 64).pixels[..., 0].astype(int) - grey).max() <= 1
