"""Odd BMP, JPEG, GIF and WebP files, each with the colors that it should show: see odd_files.py."""

import struct
from collections.abc import Iterator
from itertools import product

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from .odd_files import EDGE, LOSSY, Odd, grey, over_white, ramps, saved, threefold

PIXELS_PER_METRE = 2835
HEADERS = {"core": 12, "info": 40, "version 4": 108, "version 5": 124}
"""Bytes of the second header (OS/2 1.x, Windows 3, 95 and 98)."""

MASKS_565 = (0xF800, 0x07E0, 0x001F)
MASKS_888 = (0x00FF0000, 0x0000FF00, 0x000000FF)
BIT_FIELDS, RLE8, RLE4 = 3, 1, 2
"""Numbers of compressions."""


def bmp(
    rows: list[bytes],
    bits: int,
    *,
    header: str = "info",
    compression: int = 0,
    palette: NDArray[np.uint8] | None = None,
    masks: tuple[int, ...] = (),
    top_down: bool = False,
) -> bytes:
    """Write rows of packed pixels, the uppermost first, as a BMP file."""
    size = HEADERS[header]
    if header == "core":
        head = struct.pack("<IHHHH", size, EDGE, EDGE, 1, bits)
        colours = b"" if palette is None else palette[:, ::-1].tobytes()
    else:
        height = -EDGE if top_down else EDGE
        used = 0 if palette is None else len(palette)
        body = b"".join(rows)
        numbers = (compression, len(body), PIXELS_PER_METRE, PIXELS_PER_METRE, used, 0)
        head = struct.pack("<IiiHHIIiiII", size, EDGE, height, 1, bits, *numbers)
        fields = struct.pack(f"<{len(masks)}I", *masks)
        head = (head + fields).ljust(size, b"\0") if size > 40 else head + fields
        colours = b"" if palette is None else b"".join(bytes([*colour[::-1], 0]) for colour in palette)
    padded = rows if compression in (RLE8, RLE4) else [row.ljust(-(-len(row) // 4) * 4, b"\0") for row in rows]
    pixels = b"".join(padded if top_down else padded[::-1])
    offset = 14 + len(head) + len(colours)
    return b"BM" + struct.pack("<IHHI", offset + len(pixels), 0, 0, offset) + head + colours + pixels


def bitmaps() -> Iterator[Odd]:
    """BMP files by header, depth, order of rows and compression."""
    shows = ramps().astype(np.float64)
    blue_first = [row[:, ::-1].tobytes() for row in ramps()]
    with_gap = [np.dstack([row[None, :, ::-1], np.zeros((1, EDGE, 1), np.uint8)]).tobytes() for row in ramps()]
    for header, top_down in product(HEADERS, (False, True)):
        if header == "core" and top_down:
            continue  # its height has no sign
        name = f"BMP {header}{' top down' * top_down}"
        yield Odd(f"{name} 24 bits", bmp(blue_first, 24, header=header, top_down=top_down), shows)
        if header != "core":
            yield Odd(f"{name} 32 bits", bmp(with_gap, 32, header=header, top_down=top_down), shows)
        for bits in (1, 4, 8):
            most = 2**bits - 1
            levels = grey().astype(int) * most // 255
            palette = np.array([[255 - step * 255 // most, step * 255 // most, 40] for step in range(most + 1)])
            places = np.arange(bits)[::-1]
            rows = [np.packbits((row[:, None] >> places & 1).astype(np.uint8).ravel()).tobytes() for row in levels]
            data = bmp(rows, bits, header=header, palette=palette.astype(np.uint8), top_down=top_down)
            yield Odd(f"{name} {bits} bits", data, palette[levels].astype(np.float64))
    red, green, blue = (ramps()[..., channel].astype(np.uint16) for channel in range(3))
    five = (red >> 3 << 11 | green >> 2 << 5 | blue >> 3).astype("<u2")
    yield Odd(
        "BMP 5, 6, 5 bits", bmp([row.tobytes() for row in five], 16, compression=BIT_FIELDS, masks=MASKS_565), shows, 5
    )
    plain = (red >> 3 << 10 | green >> 3 << 5 | blue >> 3).astype("<u2")
    yield Odd("BMP 5, 5, 5 bits", bmp([row.tobytes() for row in plain], 16), shows, 5)
    yield Odd("BMP 8, 8, 8 bits", bmp(with_gap, 32, compression=BIT_FIELDS, masks=MASKS_888), shows)
    yield from run_lengths()


def run_lengths() -> Iterator[Odd]:
    """BMP files with run-length encoding: runs, and literal pixels."""
    palette = np.array([[step, 255 - step, 77] for step in range(256)], np.uint8)
    levels = np.repeat(np.arange(EDGE) * 4 % 256, EDGE).reshape(EDGE, EDGE)
    runs = [bytes([EDGE, row[0], 0, 0]) for row in levels]
    literal = [bytes([0, EDGE]) + bytes(row.tolist()) + b"\0\0" for row in levels]
    for name, rows in (("runs", runs), ("literal pixels", literal)):
        data = bmp(rows, 8, compression=RLE8, palette=palette)
        yield Odd(f"BMP RLE8 {name}", data, palette[levels].astype(np.float64))
    halves = [bytes([EDGE, 0x12, 0, 0]) for _ in range(EDGE)]
    pattern = np.tile([1, 2], (EDGE, EDGE // 2))
    data = bmp(halves, 4, compression=RLE4, palette=palette[:16])
    yield Odd("BMP RLE4 runs", data, palette[pattern].astype(np.float64))


def jpegs() -> Iterator[Odd]:
    """JPEG files by subsampling, order of coefficients and color space."""
    colours, shows = Image.fromarray(ramps()), ramps().astype(np.float64)
    for subsampling, options in product(
        ("4:4:4", "4:2:2", "4:2:0"),
        ({}, {"progressive": True}, {"optimize": True}, {"restart_marker_rows": 1}, {"restart_marker_blocks": 3}),
    ):
        name = f"JPEG {subsampling} {' '.join(options) or 'baseline'}"
        yield Odd(name, saved(colours, "JPEG", quality=92, subsampling=subsampling, **options), shows, LOSSY)
    yield Odd("JPEG stored as RGB", saved(colours, "JPEG", quality=92, keep_rgb=True), shows, LOSSY)
    yield Odd("JPEG with a comment", saved(colours, "JPEG", quality=92, comment="x" * 60_000), shows, LOSSY)
    bright = Image.fromarray(grey())
    yield Odd("JPEG gray progressive", saved(bright, "JPEG", quality=92, progressive=True), threefold(grey()), LOSSY)


def gifs() -> Iterator[Odd]:
    """GIF files: interlaced, with a transparent color, with frames of other sizes."""
    levels = grey()
    palette = [channel for step in range(256) for channel in (step, 255 - step, 30)]
    image = Image.fromarray(levels).convert("P")
    image.putpalette(palette)
    shows = np.asarray(palette, np.float64).reshape(256, 3)[levels]
    for interlaced in (0, 1):
        yield Odd(f"GIF interlace {interlaced}", saved(image, "GIF", interlace=interlaced), shows)
    clear = levels == levels[0, 0]
    transparent = shows.copy()
    transparent[clear] = 255
    yield Odd("GIF transparent", saved(image, "GIF", transparency=int(levels[0, 0])), transparent, 2)
    small = Image.new("RGB", (8, 8), "red")
    for disposal in (0, 1, 2, 3):
        data = saved(image, "GIF", save_all=True, append_images=[small], disposal=disposal, duration=50)
        yield Odd(f"GIF with a smaller second frame, disposal {disposal}", data, shows)


def webps() -> Iterator[Odd]:
    """WebP files, lossy and lossless, with and without opacity."""
    clear = Image.fromarray(np.dstack([ramps(), 255 - grey() // 2]))
    for lossless, method, exact in product((False, True), (0, 6), (False, True)):
        options = {"lossless": lossless, "method": method, "exact": exact, "quality": 90}
        name = f"WebP {'lossless' if lossless else 'lossy'} method {method}{' exact' * exact}"
        within = 1.0 if lossless else LOSSY
        yield Odd(name, saved(Image.fromarray(ramps()), "WEBP", **options), ramps().astype(np.float64), within)
        shows = over_white(ramps(), 255 - grey() // 2)
        yield Odd(f"{name} with opacity", saved(clear, "WEBP", **options), shows, within + 1)


BITMAPS = [odd for kind in (bitmaps, jpegs, gifs, webps) for odd in kind()]
