"""Which images are found as copies, and which are not mistaken for copies."""

import io
import string
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
import skimage
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont, ImageOps

from labelaudit.copies import find_copies
from labelaudit.copies.crops import standing_out
from labelaudit.copies.grouping import middles
from labelaudit.engine import Threads
from labelaudit.observations import observe
from labelaudit.records import Copies, Likeness, Observations
from labelaudit.settings import Settings
from labelaudit.sources import read

from .conftest import SHAPES, draw

PHOTOS = (
    "astronaut.png",
    "camera.png",
    "chelsea.png",
    "coffee.png",
    "motorcycle_left.png",
    "rocket.jpg",
)


def encoded(image: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    out = io.BytesIO()
    image.convert("RGB").save(out, kind, **options)
    return out.getvalue()


def seen(files: Iterable[bytes | Image.Image]) -> Observations:
    """Observations of some files without features; the last one is of another class."""
    data = [file if isinstance(file, bytes) else encoded(file) for file in files]
    with TemporaryDirectory() as folder:
        for number, each in enumerate(data):
            path = Path(folder) / ("b" if number == len(data) - 1 else "a") / f"{number:05d}.png"
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(each)
        settings = Settings(features="none")
        return observe(read(Path(folder), settings), settings, engine=Threads(2))


def sets(copies: Copies) -> set[frozenset[int]]:
    return {frozenset(rows.tolist()) for rows in copies.rows()}


def shrunk(image: Image.Image) -> Image.Image:
    return image.resize((image.width // 2, image.height // 2))


def trimmed(image: Image.Image, share: float = 0.05) -> Image.Image:
    """Cut off the same *share* at each side."""
    across, down = round(image.width * share), round(image.height * share)
    return image.crop((across, down, image.width - across, image.height - down))


@pytest.fixture(scope="module")
def photos() -> list[Image.Image]:
    folder = Path(skimage.__file__).parent / "data"
    opened = [Image.open(folder / name).convert("RGB") for name in PHOTOS]
    for photo in opened:
        photo.info.pop("icc_profile", None)  # Pillow would write it into PNG files and leave it out of JPEG files
    return opened


@pytest.fixture(scope="module")
def drawings() -> list[Image.Image]:
    return [draw(SHAPES[number % 3], np.random.default_rng(number)) for number in range(60)]


@pytest.fixture(scope="module")
def copied(photos: list[Image.Image], drawings: list[Image.Image]) -> Observations:
    """Sixty drawings, then six photos, each changed in eight ways."""
    ways = [
        (
            encoded(photo, "JPEG", quality=95),
            encoded(photo, "JPEG", quality=95),
            encoded(photo, "JPEG", quality=30),
            encoded(shrunk(photo)),
            encoded(trimmed(photo), "JPEG", quality=80),
            encoded(photo.crop((0, 0, round(photo.width * 0.95), round(photo.height * 0.95)))),
            encoded(ImageOps.mirror(photo), "JPEG", quality=80),
            encoded(ImageOps.mirror(trimmed(photo, 0.03)), "JPEG", quality=80),
        )
        for photo in photos
    ]
    return seen([*drawings, *(file for files in ways for file in files)])


def test_a_photo_is_known_again(copied: Observations, drawings: list[Image.Image]) -> None:
    found = find_copies(copied)

    start = len(drawings)
    assert sets(found) == {frozenset(range(row, row + 8)) for row in range(start, len(copied.rows), 8)}


def test_it_is_said_how_an_image_is_a_copy(photos: list[Image.Image]) -> None:
    photo, *rest = photos[2:]
    same = [encoded(photo), encoded(photo), encoded(photo, "BMP")]
    found = find_copies(
        seen(
            [
                *same,
                encoded(photo, "JPEG", quality=70),
                shrunk(photo),
                trimmed(photo),
                ImageOps.mirror(photo),
                *photos[:2],
                *rest,
            ]
        )
    )

    assert len(set(found.groups[:7])) == 1
    assert set(found.likeness[:3]) == {Likeness.IDENTICAL, Likeness.SAME_PIXELS}
    assert found.likeness[3:7] == (Likeness.REENCODED, Likeness.RESIZED, Likeness.CROPPED, Likeness.MIRRORED)


def test_names_and_order_and_threads_do_not_matter(copied: Observations) -> None:
    order = np.random.default_rng(0).permutation(len(copied.rows))
    moved = replace(
        copied,
        **{name: tuple(getattr(copied, name)[row] for row in order) for name in ("digests", "pictures", "formats")},
        **{name: getattr(copied, name)[order] for name in ("thumbnails", "greys", "sizes")},
    )
    straight, shuffled = find_copies(copied), find_copies(moved, jobs=3)
    middle = np.array(copied.digests)[straight.groups]

    assert np.array_equal(np.array(moved.digests)[shuffled.groups], middle[order])
    assert shuffled.likeness == tuple(straight.likeness[row] for row in order)


def test_two_images_and_their_copies_are_a_whole_data_set(photos: list[Image.Image]) -> None:
    for copies in (seen([photos[0], encoded(photos[0], "JPEG", quality=50)]), seen([*photos[:2], shrunk(photos[1])])):
        assert len(find_copies(copies).rows()) == 1
    assert not find_copies(seen(photos[:2])).rows()


def test_frames_of_a_film_are_no_single_picture(photos: list[Image.Image]) -> None:
    """A camera moves by half a percent between frames: only adjacent frames may count as copies."""
    frames = []
    for photo in photos:
        width, height = photo.size
        boxes = [(int(width * 0.005 * step), 0, int(width * (0.6 + 0.005 * step)), height) for step in range(30)]
        frames += [photo.crop(box).resize((160, 160)) for box in boxes]
    groups = find_copies(seen(frames)).rows()

    assert max(len(rows) for rows in groups) <= 10
    assert all(np.ptp(rows) < 10 for rows in groups)


@pytest.mark.parametrize("edge", [30, 50])
def test_what_a_fixed_camera_sees_is_not_all_one_picture(photos: list[Image.Image], edge: int) -> None:
    """Two hundred images of one scene, each with a small object at another position."""
    random = np.random.default_rng(0)
    scene = np.asarray(photos[3].resize((192, 192)), np.float64)
    pictures = []
    for _ in range(200):
        picture = np.clip(scene + random.normal(0, 3, scene.shape), 0, 255)
        left, top = random.integers(0, 192 - edge, 2)
        picture[top : top + edge, left : left + edge] = random.integers(0, 256, 3)
        pictures.append(Image.fromarray(picture.astype(np.uint8)))

    assert sum(len(rows) for rows in find_copies(seen(pictures)).rows()) <= 4


def test_a_faint_light_at_another_place_is_seen(photos: list[Image.Image]) -> None:
    """A fixed camera: what nearly all images share must not hide their differences."""
    random = np.random.default_rng(0)
    scene = np.asarray(photos[3].resize((192, 192)), np.float64)
    pictures = []
    for top, left in ((down, across) for down in range(0, 176, 12) for across in range(0, 176, 12)):
        picture = scene + random.normal(0, 2, scene.shape)
        picture[top : top + 16, left : left + 16] += 40
        pictures.append(Image.fromarray(np.clip(picture, 0, 255).astype(np.uint8)))

    assert not find_copies(seen(pictures)).rows()


def test_drawings_of_a_few_strokes_are_no_copies(drawings: list[Image.Image]) -> None:
    more = [draw(SHAPES[number % 3], np.random.default_rng(number)) for number in range(60, 600)]

    assert not find_copies(seen([*drawings, *more])).rows()


def test_the_same_letter_at_another_place_is_no_crop() -> None:
    random = np.random.default_rng(0)
    letters = []
    for number in range(520):
        image = Image.new("RGB", (64, 64), "white")
        place, size = tuple(random.integers(2, 17, 2).tolist()), int(random.integers(36, 52))
        font = ImageFont.load_default(size)
        ImageDraw.Draw(image).text(place, string.ascii_letters[number % 52], fill="black", font=font)
        letters.append(image)
    found = find_copies(seen(letters))

    assert Likeness.CROPPED not in found.likeness
    assert sum(len(rows) for rows in found.rows()) < 16  # by chance at the same place, in the same size


def test_a_colour_tells_drawings_apart() -> None:
    """A red and a green light of the same gray level."""
    random = np.random.default_rng(0)
    back = np.asarray(Image.fromarray(random.integers(0, 256, (6, 6, 3), dtype=np.uint8)).resize((96, 96)))
    lights = []
    for number in range(40):
        light = Image.fromarray(back)
        ImageDraw.Draw(light).ellipse((30, 30, 66, 66), fill=(200, 30, 30) if number % 2 else (0, 132, 0))
        ImageDraw.Draw(light).rectangle((2 * number, 80, 2 * number + 14, 94), fill=(10, 10, 10))
        lights.append(light)
    groups = find_copies(seen([*lights, *(encoded(light, "JPEG", quality=60) for light in lights)])).rows()

    assert groups
    assert all(len({number % 2 for number in rows.tolist()}) == 1 for rows in groups)


def test_blank_pictures_are_copies_only_where_their_pixels_are_the_same(photos: list[Image.Image]) -> None:
    blank = [Image.new("RGB", (64, 64), (tone, tone, tone)) for tone in (250, 250, 251, 252)]
    noise = [Image.fromarray(np.random.default_rng(n).integers(120, 137, (64, 64, 3), np.uint8)) for n in range(4)]
    found = find_copies(seen([*blank, Image.new("RGB", (32, 32), (251, 251, 251)), *noise, *photos]))

    assert sets(found) == {frozenset({0, 1}), frozenset({2, 4})}
    assert found.likeness[4] is Likeness.RESIZED


def test_a_group_is_a_picture_and_its_copies_and_no_chain() -> None:
    found = middles({(row, row + 1): Likeness.REENCODED for row in range(8)}, np.full(9, 100))

    assert max(np.bincount(found)) == 3
    assert all(abs(row - middle) <= 1 for row, middle in enumerate(found.tolist()))


def test_the_largest_of_the_upright_is_the_middle() -> None:
    pairs = dict.fromkeys([(0, 2), (3, 4)], Likeness.RESIZED)
    triple = {(5, 6): Likeness.MIRRORED, (5, 7): Likeness.MIRRORED, (6, 7): Likeness.REENCODED}

    assert middles(pairs | triple, np.array([10, 10, 20, 10, 10, 30, 20, 20])).tolist() == [2, 1, 2, 3, 3, 6, 6, 6]


@pytest.mark.parametrize(
    ("differences", "expected"),
    [
        ([], 0.25),
        ([0.05, 0.1, 0.9], 0.25),
        ([0.02, *np.linspace(0.06, 0.9, 200)], 0.02),  # ever more, the larger the difference: only the first stands out
        (np.sqrt(np.linspace(0.003, 1, 400)), 0.02),
    ],
)
def test_a_copy_stands_out_from_the_rest(differences: NDArray, expected: float) -> None:
    assert standing_out(np.array(differences, np.float32)) == pytest.approx(expected, abs=0.011)
