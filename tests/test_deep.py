"""Images of more than 8 bits are scaled in the same way, by the range that the files of their kind use."""

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from labelaudit.cache import Cache
from labelaudit.engine import Threads
from labelaudit.images import Depth, Window, decode, first_look, windows_of
from labelaudit.observations import observe
from labelaudit.records import Observations
from labelaudit.settings import Settings
from labelaudit.sources import read

from .odd_files import chunk, png, saved, tiff
from .photos import pieces

Values = np.ndarray[tuple[int, int], np.dtype[np.uint16]]


def deep(bits: int, seed: int = 0, edge: int = 64) -> Values:
    """A piece of a photo in grey, in the lowest *bits* of 16."""
    grey = np.asarray(pieces(1, seed, edge)[0].convert("L")).astype(np.float64)
    return (grey / 255 * (2**bits - 1)).round().astype(np.uint16)


def encoded(values: np.ndarray[tuple[int, int], np.dtype[np.generic]], kind: str = "PNG") -> bytes:
    out = io.BytesIO()
    Image.fromarray(values).save(out, kind)
    return out.getvalue()


def write(root: Path, make: Callable[[int], bytes], each: int = 4, ending: str = "png") -> Path:
    for label, name in enumerate("ab"):
        (root / name).mkdir(parents=True)
        for number in range(each):
            (root / name / f"{number}.{ending}").write_bytes(make(label * each + number))
    return root


def seen(root: Path, cache: Cache | None = None, jobs: int = 2) -> Observations:
    settings = Settings(features="none")
    return observe(read(root, settings), settings, cache or Cache(None), engine=Threads(jobs))


@pytest.mark.parametrize("bits", [8, 10, 12, 14, 16])
def test_any_number_of_bits_shows_the_same(tmp_path: Path, bits: int) -> None:
    root = write(tmp_path / "deep", lambda number: encoded(deep(bits, number)))
    eight = write(tmp_path / "eight", lambda number: encoded((deep(8, number) & 255).astype(np.uint8)))
    difference = seen(root).thumbnails.astype(int) - seen(eight).thumbnails

    assert np.abs(difference).max() <= 1


def colours(bits: int, seed: int = 0) -> np.ndarray[tuple[int, ...], np.dtype[np.uint16]]:
    """A piece of a photo in color, in the lowest *bits* of 16."""
    return (np.asarray(pieces(1, seed, 64)[0]) / 255 * (2**bits - 1)).round().astype(np.uint16)


CONTAINERS: dict[str, Callable[[np.ndarray[tuple[int, ...], np.dtype[np.uint16]]], bytes]] = {
    "png": lambda values: png(values.astype(np.int64), 16, 2),
    "interlaced.png": lambda values: png(values.astype(np.int64), 16, 2, interlaced=True),
    "little.tif": lambda values: tiff(values, photometric="rgb", byteorder="<"),
    "big.tif": lambda values: tiff(values, photometric="rgb", byteorder=">"),
    "packed.tif": lambda values: tiff(values, photometric="rgb", byteorder=">", compression="zlib"),
    "planes.tif": lambda values: tiff(np.moveaxis(values, -1, 0), photometric="rgb", planarconfig="separate"),
}


@pytest.mark.parametrize("container", CONTAINERS)
@pytest.mark.parametrize("bits", [8, 12, 15, 16])
def test_colour_of_any_number_of_bits_shows_the_same(tmp_path: Path, container: str, bits: int) -> None:
    root = write(tmp_path / "deep", lambda number: CONTAINERS[container](colours(bits, number)), ending=container)
    eight = write(tmp_path / "eight", lambda number: saved(pieces(1, number, 64)[0], "PNG"))
    difference = seen(root).thumbnails.astype(int) - seen(eight).thumbnails

    assert np.abs(difference).max() <= 1


def test_dark_colour_stays_dark_beside_bright_colour_and_black_stays_black(tmp_path: Path) -> None:
    root = write(tmp_path, lambda number: CONTAINERS["png"](colours(12) // (1 + number % 2) + 3800 * (number // 4)))
    bright = seen(root).statistics.brightness

    assert bright[0] == pytest.approx(2 * bright[1], abs=1)
    assert windows_of([Depth("RGB", 3100, 4000)]) == {"RGB": Window(0, 4095)}


def test_colour_is_scaled_upright_and_below_its_opacity() -> None:
    values, opacity = colours(12), np.full((64, 64, 1), 65535)
    opacity[:32] = 0
    turned = Image.Exif()
    turned[0x0112] = 3
    exif = chunk(b"eXIf", turned.tobytes().removeprefix(b"Exif\0\0"))
    pixels = decode(png(np.dstack([values, opacity]), 16, 6, exif), 64).pixels

    assert (pixels[32:] == 255).all()
    shows = (values[32:][::-1, ::-1] / 4095 * 255).round()
    assert np.abs(pixels[:32] - shows).max() <= 1


def test_images_stay_comparable(tmp_path: Path) -> None:
    """The second image is the first at half its brightness: scaled separately, they would be equal."""
    root = write(tmp_path, lambda number: encoded(deep(12) // (1 + number % 2)))
    bright = seen(root).statistics.brightness

    assert bright[0] == pytest.approx(2 * bright[1], abs=1)


def test_a_narrow_range_is_stretched(tmp_path: Path) -> None:
    """A thermal camera: centikelvins around 300 K."""
    root = write(tmp_path, lambda number: encoded(deep(10, number) + 29_500))

    assert seen(root).statistics.contrast.max() > 30


@pytest.mark.parametrize("kind", [np.float32, np.int32])
def test_other_numbers_are_scaled_alike_too(tmp_path: Path, kind: type) -> None:
    root = write(
        tmp_path, lambda number: encoded((deep(10) / (1 + number % 2) - 1000).astype(kind), "TIFF"), ending="tif"
    )
    low = seen(root).thumbnails.reshape(8, -1).max(axis=1)

    assert low[0] > 1.5 * low[1]


def test_one_hot_pixel_or_one_other_file_does_not_darken_the_rest(tmp_path: Path) -> None:
    def make(number: int) -> bytes:
        values = deep(16 if number == 3 else 12, number)
        values[0, 0] = 65535
        return encoded(values)

    usual = seen(write(tmp_path / "usual", lambda number: encoded(deep(12, number)), each=30)).statistics.brightness
    odd = seen(write(tmp_path / "odd", make, each=30)).statistics.brightness

    assert (np.abs(usual - odd) > 2).sum() == 1


def test_a_row_of_another_range_is_never_taken(tmp_path: Path) -> None:
    """The same files, with and without others that change the range, in either order."""
    root = write(tmp_path / "data", lambda number: encoded(deep(12, number)))
    cache = Cache(tmp_path / "cache")
    alone = seen(root, cache).pictures
    for number in range(8):
        (root / "a" / f"other{number}.png").write_bytes(encoded(deep(16, 100 + number)))
    together, fresh = seen(root, cache).pictures, seen(root).pictures

    assert together == fresh
    assert not set(alone) & set(together)
    for path in root.rglob("other*"):
        path.unlink()
    assert seen(root, cache).pictures == alone


def test_known_pictures_are_not_read_again_and_threads_change_nothing(tmp_path: Path) -> None:
    root = write(tmp_path / "data", lambda number: encoded(deep(12, number)), each=40)
    (root / "a" / "plain.jpg").write_bytes(encoded(np.zeros((9, 9), np.uint8), "JPEG"))
    (root / "a" / "broken.png").write_bytes(encoded(deep(12))[:300])
    first = seen(root, Cache(tmp_path / "cache"), jobs=1)
    again = seen(root, Cache(tmp_path / "cache"), jobs=3)
    fresh = seen(root, jobs=3)

    for other in (again, fresh):
        assert other.pictures == first.pictures
        assert other.digests == first.digests
        assert other.skipped == first.skipped
        assert np.array_equal(other.rows, first.rows)
        assert np.array_equal(other.thumbnails, first.thumbnails)
    assert len(first.rows) == 81


def test_a_declared_depth_holds(tmp_path: Path) -> None:
    header = b"P5 64 64 4095\n"
    picture = first_look(header + deep(12).astype(">u2").tobytes(), 64)

    assert not isinstance(picture, Depth)
    assert np.abs(picture.pixels[..., 0].astype(int) - deep(8)).max() <= 1


def test_not_a_number_is_dark_and_infinity_is_clipped() -> None:
    values = np.linspace(0, 1, 64 * 64, dtype=np.float32).reshape(64, 64)
    values[0, :3] = np.nan, np.inf, -np.inf
    pixels = decode(encoded(values, "TIFF"), 64).pixels

    assert pixels[0, 0, 0] == pixels[0, 2, 0] == 0
    assert pixels[0, 1, 0] == pixels[-1, -1, 0] == 255


@pytest.mark.parametrize(
    ("kind", "used", "window"),
    [
        ("I;16", (0, 4095), (0, 4095)),
        ("I;16", (100, 3000), (0, 4095)),
        ("I;16", (100, 4096), (0, 8191)),
        ("I;16", (2900, 4000), (0, 4095)),  # more than a quarter
        ("I;16", (3100, 4000), (3072, 4000)),  # less than a quarter: 900 wide, on a grid of 32
        ("I;16", (0, 0), (0, 1)),
        ("I;16", (700, 700), (700, 701)),
        ("I", (-1000, 3000), (-1024, 3072)),
        ("F", (0.1, 0.9), (0, 1)),
        ("F", (0.0, 200.0), (0, 255)),
    ],
)
def test_the_window(kind: str, used: tuple[float, float], window: tuple[float, float]) -> None:
    assert windows_of([Depth(kind, *used)]) == {kind: Window(*window)}


def test_windows_at_half_and_twice_the_constants(monkeypatch: pytest.MonkeyPatch) -> None:
    """The constants decide how many levels are left: 64 of 256, 128, or 32."""
    used = [Depth("I;16", 2800, 4000)]
    assert windows_of(used) == {"I;16": Window(0, 4095)}
    monkeypatch.setattr("labelaudit.images.deep.MOSTLY_USED", 2)
    assert windows_of(used) == {"I;16": Window(2752, 4032)}
    monkeypatch.setattr("labelaudit.images.deep.STEPS", 8)
    assert windows_of(used) == {"I;16": Window(2688, 4096)}
    monkeypatch.setattr("labelaudit.images.deep.MOSTLY_USED", 8)
    assert windows_of([Depth("I;16", 3400, 4000)]) == {"I;16": Window(0, 4095)}
