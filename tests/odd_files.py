"""Odd image files of many kinds, each with the colors that it should show."""

import io
import struct
import zlib
from collections.abc import Iterator
from itertools import product
from typing import Any, NamedTuple

import numpy as np
import tifffile
from numpy.typing import NDArray
from PIL import Image, ImageCms

EDGE = 64
FORMATS = ("AVIF", "BMP", "GIF", "JPEG", "PNG", "PPM", "TIFF", "WEBP")
LOSSY = 12
"""Mean difference in steps of 255 that a lossy format or a palette may have."""


class Odd(NamedTuple):
    """A file.

    Attributes
    ----------
    name
        What is odd about it.
    data
        Its bytes.
    shows
        float (height, width, 3), 0 to 255, in RGB.
    within
        Mean difference that is allowed.
    """

    name: str
    data: bytes
    shows: NDArray[np.float64]
    within: float = 1.0


def ramps(height: int = EDGE, width: int = EDGE) -> NDArray[np.uint8]:
    """Red increases to the right, green downwards, and blue decreases to the right, so that all corners differ."""
    y, x = np.mgrid[:height, :width]
    across, down = x * 255 // (width - 1), y * 255 // (height - 1)
    return np.dstack([across, down, 255 - across]).astype(np.uint8)


def grey() -> NDArray[np.uint8]:
    """Dark at the upper left, light at the lower right."""
    y, x = np.mgrid[:EDGE, :EDGE]
    return ((x + y) * 255 // (2 * EDGE - 2)).astype(np.uint8)


def threefold(values: NDArray[Any]) -> NDArray[np.float64]:
    return np.dstack([values] * 3).astype(np.float64)


def over_white(colours: NDArray[Any], alpha: NDArray[Any]) -> NDArray[np.float64]:
    share = alpha[..., None] / 255
    return colours * share + 255 * (1 - share)


def saved(image: Image.Image, kind: str, **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def in_lab(image: Image.Image) -> Image.Image:
    srgb, lab = ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB")
    converted = ImageCms.profileToProfile(image, srgb, lab, outputMode="LAB")
    assert converted
    return converted


def modes() -> Iterator[Odd]:
    """Every mode of Pillow in every format that takes it."""
    colours, bright = Image.fromarray(ramps()), Image.fromarray(grey())
    alpha = Image.fromarray(255 - grey() // 2)
    see_through = colours.copy()
    see_through.putalpha(alpha)
    grey_through = bright.copy()
    grey_through.putalpha(alpha)
    laid = over_white(ramps(), np.asarray(alpha))
    images = {
        "1": (Image.fromarray(grey() > 127), threefold(np.where(grey() > 127, 255, 0))),
        "L": (bright, threefold(grey())),
        "LA": (grey_through, over_white(threefold(grey()), np.asarray(alpha))),
        "P": (colours.quantize(256), np.asarray(colours.quantize(256).convert("RGB")).astype(np.float64)),
        "RGB": (colours, ramps().astype(np.float64)),
        "RGBA": (see_through, laid),
        "CMYK": (colours.convert("CMYK"), ramps().astype(np.float64)),
        "YCbCr": (colours.convert("YCbCr"), ramps().astype(np.float64)),
        "LAB": (in_lab(colours), ramps().astype(np.float64)),
        "I;16": (Image.fromarray(grey().astype(np.uint16) * 257), threefold(grey())),
        "I": (Image.fromarray(grey().astype(np.int32) * 257), threefold(grey())),
        "F": (Image.fromarray(grey().astype(np.float32) / 255), threefold(grey())),
    }  # fmt: skip
    for kind, (mode, (image, shows)) in product(FORMATS, images.items()):
        try:
            data = saved(image, kind)
            Image.open(io.BytesIO(data)).load()
        except (OSError, KeyError, ValueError):
            continue  # the format has no such pixels, or an old Pillow writes what it can't read itself
        if mode in ("I;16", "I", "F") and kind in ("AVIF", "GIF", "JPEG", "WEBP"):
            continue  # Pillow clips the values when it writes
        opaque = kind in ("BMP", "JPEG", "PPM") or (kind == "GIF" and mode in ("LA", "RGBA"))
        if mode in ("LA", "RGBA") and opaque:
            continue  # Pillow drops or thresholds the transparency when it writes
        yield Odd(f"{kind} of mode {mode}", data, shows, LOSSY if kind in ("AVIF", "GIF", "JPEG", "WEBP") else 2)


def tiffs() -> Iterator[Odd]:
    """TIFF files by depth, colors, layout, byte order and compression."""
    layouts = product((np.uint8, np.uint16), "<>", (None, "zlib"), (None, (32, 32)))
    for depth, order, compression, tile in layouts:
        times = np.iinfo(depth).max // 255
        options: dict[str, Any] = {"byteorder": order, "compression": compression, "tile": tile}
        about = f"{np.dtype(depth).name} {order} {compression} {'tiles' if tile else 'strips'}"
        wide, dark = ramps().astype(depth) * times, grey().astype(depth) * times
        cover = (255 - grey() // 2).astype(depth) * times
        for photometric, shows in (("minisblack", grey()), ("miniswhite", 255 - grey())):
            if (photometric, depth, order) == ("miniswhite", np.uint16, ">"):
                continue  # Pillow refuses it: see test_tiff.py
            yield Odd(f"TIFF {photometric} {about}", tiff(dark, photometric=photometric, **options), threefold(shows))
        for planar in ("contig", "separate"):
            stored = wide if planar == "contig" else np.moveaxis(wide, -1, 0)
            data = tiff(stored, photometric="rgb", planarconfig=planar, **options)
            yield Odd(f"TIFF rgb {planar} {about}", data, ramps().astype(np.float64))
        data = tiff(np.dstack([wide, cover]), photometric="rgb", extrasamples=["unassalpha"], **options)
        yield Odd(f"TIFF with alpha {about}", data, over_white(ramps(), 255 - grey() // 2))
        multiplied = (wide.astype(np.float64) * cover[..., None] / np.iinfo(depth).max).round().astype(depth)
        data = tiff(np.dstack([multiplied, cover]), photometric="rgb", extrasamples=["assocalpha"], **options)
        yield Odd(f"TIFF with premultiplied alpha {about}", data, over_white(ramps(), 255 - grey() // 2), 2)
    yield Odd("TIFF large", tiff(ramps(), photometric="rgb", bigtiff=True), ramps().astype(np.float64))
    pages = np.stack([ramps(), 255 - ramps()])
    yield Odd("TIFF of two pages", tiff(pages, photometric="rgb"), ramps().astype(np.float64))
    colormap = np.stack([np.arange(256), 255 - np.arange(256), np.arange(256)]).astype(np.uint16) * 257
    data = tiff(grey(), photometric="palette", colormap=colormap)
    yield Odd("TIFF with a palette", data, np.dstack([grey(), 255 - grey(), grey()]).astype(np.float64))
    for bits, compression in product((1,), (None, "packbits", "tiff_lzw", "group3", "group4", "tiff_deflate")):
        image = Image.fromarray(grey() > 127)
        data = saved(image, "TIFF", **({"compression": compression} if compression else {}))
        yield Odd(f"TIFF {bits} bit {compression}", data, threefold(np.where(grey() > 127, 255, 0)))


def tiff(pixels: NDArray[Any], **options: Any) -> bytes:
    out = io.BytesIO()
    tifffile.imwrite(out, pixels, **options)
    return out.getvalue()


ADAM7 = ((0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2), (1, 0, 2, 1))
"""First row, first column, and the steps between rows and columns of each pass (PNG, 8.2)."""

COLOURS = {"grey": 0, "rgb": 2, "palette": 3, "grey with alpha": 4, "rgb with alpha": 6}
DEPTHS = {"grey": (1, 2, 4, 8, 16), "rgb": (8, 16), "palette": (1, 2, 4, 8)}


def pngs() -> Iterator[Odd]:
    """PNG files of every depth and color type, interlaced and not."""
    for (kind, number), interlaced in product(COLOURS.items(), (False, True)):
        for bits in DEPTHS.get(kind, (8, 16)):
            most = 2 ** min(bits, 8) - 1
            levels = grey().astype(int) * most // 255
            channels = ramps() if "rgb" in kind else levels[..., None]
            shows = ramps().astype(np.float64) if "rgb" in kind else threefold(levels * 255 / most)
            if "alpha" in kind:
                alpha = 255 - grey() // 2
                channels, shows = np.dstack([channels, alpha]), over_white(shows, alpha)
            extra = b""
            if kind == "palette":
                palette = np.array([[step * 255 // most, 255 - step * 255 // most, 9] for step in range(most + 1)])
                extra, shows = chunk(b"PLTE", palette.astype(np.uint8).tobytes()), palette[levels].astype(np.float64)
            values = channels.astype(np.int64) * (257 if bits == 16 else 1)
            data = png(values, bits, number, extra, interlaced=interlaced)
            yield Odd(f"PNG {kind} {bits} bits{' interlaced' * interlaced}", data, shows)


def png(values: NDArray[np.int64], bits: int, colours: int, extra: bytes = b"", *, interlaced: bool = False) -> bytes:
    """Write values (height, width, channels) as a PNG without filters."""
    parts = [values[top::down, left::across] for top, left, down, across in ADAM7] if interlaced else [values]
    rows = b"".join(b"\0" + packed(row, bits) for part in parts for row in part.reshape(len(part), -1) if part.size)
    header = struct.pack(">IIBBBBB", values.shape[1], values.shape[0], bits, colours, 0, 0, interlaced)
    body = chunk(b"IHDR", header) + extra + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def packed(row: NDArray[np.int64], bits: int) -> bytes:
    if bits >= 8:
        return row.astype(">u2" if bits == 16 else ">u1").tobytes()
    places = np.arange(bits)[::-1]
    return np.packbits((row[:, None] >> places & 1).astype(np.uint8).ravel()).tobytes()


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def animations() -> Iterator[Odd]:
    first, second = Image.fromarray(ramps()), Image.fromarray(255 - ramps())
    for kind in ("AVIF", "GIF", "PNG", "TIFF", "WEBP"):
        data = saved(first, kind, save_all=True, append_images=[second])
        yield Odd(f"{kind} with two frames", data, ramps().astype(np.float64), LOSSY)


def portable() -> Iterator[Odd]:
    """The plain and the raw Netpbm formats, with several maximum values."""
    for most in (1, 15, 255, 1023, 4095, 65535):
        values = grey().astype(np.int64) * most // 255
        raw = values.astype(">u2" if most > 255 else "u1").tobytes()
        head = f"{EDGE} {EDGE}\n{most}\n".encode()
        shows = threefold(values * 255 / most)
        yield Odd(f"PGM raw to {most}", b"P5\n# a comment\n" + head + raw, shows)
        text = " ".join(map(str, values.ravel().tolist())).encode()
        yield Odd(f"PGM plain to {most}", b"P2\n" + head + text + b"\n", shows)
        wide = ramps().astype(np.int64) * most // 255
        raw = wide.astype(">u2" if most > 255 else "u1").tobytes()
        yield Odd(f"PPM raw to {most}", b"P6\n" + head + raw, wide * 255 / most)


def profiles() -> Iterator[Odd]:
    """Color profiles: sRGB, broken, for other pixels, and one with red and green swapped."""
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    swapped = srgb.replace(b"rXYZ", b"xxxx").replace(b"gXYZ", b"rXYZ").replace(b"xxxx", b"gXYZ")
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    image, shows = Image.fromarray(ramps()), ramps().astype(np.float64)
    cases = {"sRGB": (srgb, shows), "broken": (srgb[:200], shows), "LAB": (lab, shows), "no": (b"x" * 99, shows)}
    cases["swapped"] = (swapped, shows[..., [1, 0, 2]])
    for kind, (name, (profile, colours)) in product(("AVIF", "JPEG", "PNG", "TIFF", "WEBP"), cases.items()):
        yield Odd(f"{kind} with a profile: {name}", saved(image, kind, icc_profile=profile), colours, LOSSY)


ODD = [odd for kind in (modes, tiffs, pngs, animations, portable, profiles) for odd in kind()]
