"""Copies in another orientation, letterboxed, brighter or darker; and similar images that are not copies."""

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageEnhance, ImageOps

from labelaudit.copies import find_copies
from labelaudit.copies.candidates import candidates
from labelaudit.copies.comparison import equally_bright, relative_gain
from labelaudit.copies.letterbox import contents
from labelaudit.copies.orientation import ORIENTATIONS, turn, whitened
from labelaudit.copies.pictures import different_pictures
from labelaudit.records import Likeness

from .conftest import SHAPES, draw
from .photos import pieces
from .test_copies import encoded, seen, sets

KINDS = {
    "flipped": (ImageOps.flip, Likeness.FLIPPED),
    "turned by a quarter": (lambda image: image.rotate(90, expand=True), Likeness.ROTATED),
    "turned by a half": (lambda image: image.rotate(180), Likeness.ROTATED),
    "turned back": (lambda image: image.rotate(270, expand=True), Likeness.ROTATED),
    "transposed": (lambda image: image.transpose(Image.Transpose.TRANSPOSE), Likeness.ROTATED),
    "in a black square": (lambda image: ImageOps.pad(image, (240, 240)), Likeness.LETTERBOXED),
    "in a grey square": (lambda image: ImageOps.pad(image, (240, 240), color=(114, 114, 114)), Likeness.LETTERBOXED),
    "in a white film": (lambda image: ImageOps.pad(image, (480, 270), color="white"), Likeness.LETTERBOXED),
    "a quarter brighter": (lambda image: ImageEnhance.Brightness(image).enhance(1.25), Likeness.BRIGHTNESS),
    "a quarter darker": (lambda image: ImageEnhance.Brightness(image).enhance(0.75), Likeness.BRIGHTNESS),
}


def letterboxed(image: Image.Image) -> Image.Image:
    return ImageOps.pad(image, (240, 240))


@pytest.fixture(scope="module")
def photos() -> list[Image.Image]:
    """Forty different pieces of photos, wider than high."""
    return [piece.resize((240, 180)) for piece in pieces(40, seed=3, edge=240)]


@pytest.mark.parametrize("kind", KINDS)
def test_a_changed_photo_is_a_copy_of_its_kind(photos: list[Image.Image], kind: str) -> None:
    change, likeness = KINDS[kind]
    changed = [encoded(change(photo), "JPEG", quality=85) for photo in photos[:20]]
    found = find_copies(seen([*photos, *changed]))

    pairs = sets(found)
    assert len([row for row in range(20) if frozenset((row, 40 + row)) in pairs]) >= 19
    assert all(rows in [frozenset((row, 40 + row)) for row in range(20)] for rows in pairs)
    assert {found.likeness[row] for rows in pairs for row in rows} == {Likeness.IDENTICAL, likeness}


def test_changes_may_be_combined(photos: list[Image.Image]) -> None:
    changed = [
        letterboxed(ImageEnhance.Brightness(photo.rotate(90, expand=True)).enhance(0.85)) for photo in photos[:20]
    ]

    assert len(sets(find_copies(seen([*photos, *changed])))) >= 18


def test_two_letterboxed_copies_are_copies_of_each_other(photos: list[Image.Image]) -> None:
    changed = [ImageOps.pad(photo, (320, 180), color="white") for photo in photos[:20]]
    found = find_copies(seen([*map(letterboxed, photos), *changed]))

    assert len(found.rows()) >= 19
    assert all(row + 40 == other for row, other in (rows.tolist() for rows in found.rows()))


def test_neither_names_nor_threads_change_the_result(photos: list[Image.Image]) -> None:
    observed = seen([*photos, *(change(photo) for photo, (change, _) in zip(photos, KINDS.values(), strict=False))])
    order = np.random.default_rng(0).permutation(len(observed.rows))
    moved = replace(
        observed,
        **{name: tuple(getattr(observed, name)[row] for row in order) for name in ("digests", "pictures", "formats")},
        **{name: getattr(observed, name)[order] for name in ("thumbnails", "greys", "sizes")},
    )
    straight, shuffled = find_copies(observed), find_copies(moved, jobs=3)

    assert len(straight.rows()) == len(KINDS)
    assert np.array_equal(order[shuffled.groups], straight.groups[order])
    assert shuffled.likeness == tuple(straight.likeness[row] for row in order)


def test_one_look_gives_the_cosines_of_all_orientations() -> None:
    pictures = np.random.default_rng(0).normal(size=(30, 8, 8, 3)).astype(np.float32)
    axes = whitened(pictures, 192).unit(np.ones(30, np.bool_))
    plain, transposed = axes.products(axes), axes.products(axes.transposed())

    for orientation in range(ORIENTATIONS):
        both = whitened(np.concatenate([pictures, turn(pictures, orientation)]), 192).unit(np.ones(60, np.bool_))
        expected = both.products(both).closeness(0)[:30, 30:]
        found = (plain, transposed)[orientation // 4].closeness(orientation)
        # twice as many pictures are whitened a little more, all eight orientations counted in the same way
        np.testing.assert_allclose(found, expected, atol=0.02)


@pytest.mark.parametrize("orientation", range(ORIENTATIONS))
def test_candidates_say_how_the_right_picture_is_to_be_turned(orientation: int) -> None:
    pictures = np.random.default_rng(1).integers(0, 256, (50, 16, 16, 3), dtype=np.uint8)
    pairs = candidates(np.concatenate([pictures, turn(pictures, orientation)]))

    assert list(zip(pairs.left.tolist(), pairs.right.tolist(), strict=True)) == [(row, row + 50) for row in range(50)]
    for right, undone in zip(pairs.right - 50, pairs.orientation.tolist(), strict=True):
        np.testing.assert_array_equal(turn(turn(pictures[[right]], orientation), undone)[0], pictures[right])


def bars_of(images: list[Image.Image]) -> list[int]:
    """Return the images that are detected as letterboxed, in their order."""
    observed = seen(images)
    pictures, shown = different_pictures(observed)
    return sorted(np.flatnonzero(np.isin(shown, contents(pictures)[1])).tolist())


def test_only_two_equal_plain_bars_are_a_letterbox(photos: list[Image.Image]) -> None:
    noise = Image.fromarray(np.random.default_rng(0).integers(0, 60, (240, 240, 3), dtype=np.uint8))
    noise.paste(photos[3], (0, 30))
    disc = Image.new("RGB", (240, 240), "white")
    ImageDraw.Draw(disc).ellipse((0, 60, 239, 180), fill="navy")
    images = [
        letterboxed(photos[0]),
        ImageOps.expand(photos[1], 30, "white"),  # a frame
        ImageOps.pad(photos[2], (240, 240), centering=(0.5, 0.2)),  # unequal bars
        noise,
        disc,
        *photos[4:10],
        *(draw(SHAPES[number % 3], np.random.default_rng(number)) for number in range(30)),
    ]

    assert bars_of(images) == [0]


def test_the_content_has_the_shape_of_the_original(photos: list[Image.Image]) -> None:
    observed = seen([letterboxed(photo) for photo in photos])
    content, rows = contents(different_pictures(observed)[0])

    assert len(rows) >= 38
    assert np.abs(content.sizes[:, 0] / content.sizes[:, 1] - 4 / 3).max() < 0.03


def test_other_photos_between_the_same_bars_are_no_copies(photos: list[Image.Image]) -> None:
    assert not find_copies(seen([letterboxed(photo) for photo in photos])).rows()


def test_lights_that_go_up_and_down_before_a_fixed_camera_make_no_copies(photos: list[Image.Image]) -> None:
    random = np.random.default_rng(0)
    scene = np.asarray(photos[3].resize((192, 192)), np.float64)
    pictures = []
    for top, left in ((down, across) for down in range(0, 160, 16) for across in range(0, 160, 16)):
        picture = (scene + random.normal(0, 2, scene.shape)) * random.uniform(0.8, 1.2)
        picture[top : top + 32, left : left + 32] = random.integers(0, 256, 3)
        pictures.append(Image.fromarray(np.clip(picture, 0, 255).astype(np.uint8)))

    assert sum(len(rows) for rows in find_copies(seen(pictures)).rows()) <= 4


@pytest.mark.parametrize("factor", [0.75, 0.9, 1, 1.1, 1.25])
def test_the_gain_undoes_a_change_of_brightness(factor: float) -> None:
    one = np.random.default_rng(0).integers(0, 256, (5, 48, 48)).astype(np.uint8)
    other = np.clip(np.rint(one * factor), 0, 255).astype(np.uint8)
    gain = relative_gain(one, other)
    first, second = equally_bright(one, other, gain)

    np.testing.assert_allclose(gain, 1 / factor, rtol=0.01)
    assert np.abs(first - second).max() <= 3


def test_a_larger_change_of_brightness_is_not_undone() -> None:
    one = np.random.default_rng(0).integers(0, 120, (5, 48, 48)).astype(np.uint8)

    assert relative_gain(one * 2, one).max() < 1.4
