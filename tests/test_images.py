import io
import struct
import zlib
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image, ImageCms

from labelaudit.errors import UnreadableImage
from labelaudit.images import MAX_BYTES, decode, shrink
from labelaudit.records import Size


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def gradient(mode: str = "RGB") -> Image.Image:
    """Dark on the left, light on the right."""
    ramp = np.tile(np.linspace(0, 255, 64).round().astype(np.uint8), (64, 1))
    return Image.fromarray(ramp).convert(mode)


@pytest.mark.parametrize("kind", ["AVIF", "BMP", "GIF", "JPEG", "PNG", "PPM", "TIFF", "WEBP"])
def test_every_format_is_read(kind: str) -> None:
    picture = decode(encoded(gradient(), kind), 32)

    assert picture.pixels.shape == (32, 32, 3)
    assert picture.pixels.dtype == np.uint8
    assert (picture.width, picture.height, picture.format) == (64, 64, kind)
    assert picture.pixels[:, 0].mean() < 20
    assert picture.pixels[:, -1].mean() > 235


def test_several_pictures_in_a_jpeg_give_the_first() -> None:
    data = encoded(gradient(), "MPO", save_all=True, append_images=[gradient().rotate(180)])

    assert decode(data, 32).pixels[:, 0].mean() < 20


def test_an_animation_gives_its_first_frame() -> None:
    data = encoded(gradient("L"), "GIF", save_all=True, append_images=[gradient("L").rotate(180)])

    assert decode(data, 32).pixels[:, 0].mean() < 20


def test_the_picture_is_turned_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 3  # upside down

    assert decode(encoded(gradient(), "JPEG", exif=exif.tobytes()), 32).pixels[:, 0].mean() > 235


@pytest.mark.filterwarnings("ignore:Corrupt EXIF data")
def test_a_broken_orientation_note_costs_nothing() -> None:
    data = encoded(gradient(), "JPEG", exif=b"Exif\x00\x00MM\x00*\x00\x00\x00\x08\xff\xff\x01\x12\x00\x03")

    assert decode(data, 32).pixels[:, 0].mean() < 20


def test_transparency_lies_over_white() -> None:
    clear = Image.new("RGBA", (8, 8), (0, 0, 0, 0))

    assert (decode(encoded(clear, "PNG"), 8).pixels == 255).all()


def test_a_palette_with_a_transparent_colour_lies_over_white() -> None:
    image = Image.new("P", (8, 8), 0)
    image.putpalette([10, 20, 30] * 256)

    assert (decode(encoded(image, "PNG", transparency=0), 8).pixels == 255).all()


def test_cmyk_is_read() -> None:
    picture = decode(encoded(gradient("RGB").convert("CMYK"), "JPEG"), 32)

    assert picture.pixels[:, 0].mean() < 40 < 215 < picture.pixels[:, -1].mean()


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
def test_sixteen_bits_are_scaled_not_clipped(kind: str) -> None:
    deep = np.tile(np.linspace(0, 65535, 64).round().astype(np.uint16), (64, 1))
    picture = decode(encoded(Image.fromarray(deep), kind), 32)

    assert picture.pixels[:, 0].mean() < 10
    assert 110 < picture.pixels[:, 16].mean() < 145
    assert picture.pixels[:, -1].mean() > 245


def test_floating_point_is_scaled_by_what_is_in_it() -> None:
    deep = np.tile(np.linspace(-3, 5, 64).astype(np.float32), (64, 1))
    picture = decode(encoded(Image.fromarray(deep), "TIFF"), 32)

    assert picture.pixels[:, 0].mean() < 10 < 245 < picture.pixels[:, -1].mean()


def test_a_large_jpeg_is_the_same_when_shrunk_while_decoding() -> None:
    wide = gradient().resize((1600, 1200), Image.Resampling.BILINEAR)
    picture = decode(encoded(wide, "JPEG", quality=95), 64)
    plain = np.asarray(wide.resize((64, 64), Image.Resampling.BICUBIC))

    assert np.abs(picture.pixels.astype(int) - plain).mean() < 3


def png_claiming(width: int, height: int) -> bytes:
    """A PNG whose header claims a size that its few bytes do not hold."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 1000))
        + chunk(b"IEND", b"")
    )


BROKEN: dict[str, tuple[Callable[[], bytes], str]] = {
    "empty": (lambda: b"", "empty file"),
    "text": (lambda: b"this is no image at all, just words", "^text, not an image$"),
    "truncated JPEG": (lambda: encoded(gradient(), "JPEG")[:400], "^truncated: the file ends after [0-9]+ bytes$"),
    "truncated PNG": (lambda: encoded(gradient(), "PNG")[:60], "^truncated: the file ends after [0-9]+ bytes$"),
    "bomb": (lambda: png_claiming(20_000, 10_000), "too large to open safely: .*200.*|more than 89 megapixels"),
    "larger bomb": (lambda: png_claiming(100_000, 100_000), "too large to open safely"),
    "large file": (lambda: b"x" * (MAX_BYTES + 1), "too large to open safely: more than 256 MiB"),
    "program": (lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "a PostScript file"),
}


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@pytest.mark.parametrize("name", BROKEN)
def test_what_is_broken_gives_its_reason(name: str) -> None:
    make, reason = BROKEN[name]

    with pytest.raises(UnreadableImage, match=reason):
        decode(make(), 32)


@pytest.mark.parametrize("seed", range(60))
def test_damaged_bytes_give_a_picture_or_a_reason(seed: int) -> None:
    random = np.random.default_rng(seed)
    kind = ["JPEG", "PNG", "GIF", "TIFF", "WEBP", "BMP"][seed % 6]
    data = bytearray(encoded(gradient(), kind))
    for place in random.integers(0, len(data), 20):
        data[place] = random.integers(256)
    try:
        assert decode(bytes(data), 16).pixels.shape == (16, 16, 3)
    except UnreadableImage as reason:
        assert str(reason)


def test_a_small_picture_is_upright_in_proportion_and_never_enlarged() -> None:
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", (300, 100), "red").save(out, "JPEG", exif=exif)

    assert shrink(out.getvalue(), Size(60, 5_000))[1:] == (20, 60, "")
    assert shrink(encoded(gradient(), "PNG"), Size(900, 50_000))[1:] == (64, 64, "")
    assert shrink(encoded(Image.new("L", (5_000, 2)), "PNG"), Size(60, 5_000))[1:] == (60, 1, "")


def test_a_small_picture_tells_nothing_but_pixels() -> None:
    exif = Image.Exif()
    exif[0x010F] = "a camera"
    exif.get_ifd(0x8825)[1] = "N"
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for kind in ("JPEG", "PNG", "WEBP", "TIFF"):
        out = io.BytesIO()
        gradient().save(out, kind, exif=exif, icc_profile=profile)
        with Image.open(io.BytesIO(shrink(out.getvalue(), Size(32, 5_000)).webp)) as small:
            assert not small.getexif()
            assert set(small.info) <= {"loop", "background", "timestamp", "duration"}


def test_a_small_picture_has_few_bytes_whatever_it_shows() -> None:
    for edge, most in ((192, 5_000), (96, 1_200)):
        noise = Image.fromarray(np.random.default_rng(0).integers(0, 256, (edge, edge, 3), dtype=np.uint8))
        assert len(shrink(encoded(noise, "PNG"), Size(edge, most)).webp) <= most


def test_what_is_broken_has_no_small_picture() -> None:
    with pytest.raises(UnreadableImage, match="empty file"):
        shrink(b"", Size(32, 1_000))
    with pytest.raises(UnreadableImage, match="truncated"):
        shrink(encoded(gradient(), "JPEG")[:300], Size(32, 1_000))
