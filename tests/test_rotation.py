"""Images that are turned by any angle, mirrored or not, are of one family."""

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageOps

from labelaudit.copies.families import find_families, turned_relatives
from labelaudit.copies.registration import pyramid, unexplained
from labelaudit.copies.rotation import squares, turned
from tests.photos import pieces

from .test_families import by_hand, changed, greys

ORIGINALS = 40
WIDE = (160, 120)
"""Width and height of images that are not square."""


def turned_by(image: Image.Image, angle: float, mirror: bool) -> Image.Image:
    return (ImageOps.mirror(image) if mirror else image).rotate(angle, resample=Image.Resampling.BICUBIC)


@pytest.fixture(scope="module", params=[(96, 96), WIDE], ids=["square", "wide"])
def pictures(request: pytest.FixtureRequest) -> tuple[NDArray[np.uint8], NDArray[np.int32], NDArray[np.float32]]:
    """Photos, and below them the same turned, every other one of them mirrored; their sizes, and by what angle."""
    images = [image.resize(request.param) for image in pieces(ORIGINALS)]
    angles = np.random.default_rng(0).uniform(-180, 180, ORIGINALS)
    changed = [
        turned_by(image, angle, row % 2 == 1) for row, (image, angle) in enumerate(zip(images, angles, strict=True))
    ]
    sizes = np.tile(np.array(request.param, np.int32), (2 * ORIGINALS, 1))
    return greys([*images, *changed]), sizes, np.radians(angles).astype(np.float32)


def shape(sizes: NDArray[np.int32]) -> NDArray[np.float32]:
    return (sizes.min(axis=1, keepdims=True) / sizes[:, ::-1]).astype(np.float32)


def test_images_turned_by_any_angle_are_relatives_and_others_are_not(
    pictures: tuple[NDArray[np.uint8], NDArray[np.int32], NDArray[np.float32]],
) -> None:
    small, sizes, _ = pictures
    usual = np.full(2 * ORIGINALS, 0.5, np.float32)
    left, right = turned_relatives(small, sizes, np.arange(2 * ORIGINALS), usual)

    of_one_original = right - left == ORIGINALS
    assert of_one_original.sum() >= 0.8 * ORIGINALS
    assert (~of_one_original).sum() == 0


def test_the_shape_of_an_image_matters(
    pictures: tuple[NDArray[np.uint8], NDArray[np.int32], NDArray[np.float32]],
) -> None:
    small, sizes, _ = pictures
    if sizes[0, 0] == sizes[0, 1]:
        pytest.skip("is square")
    usual = np.full(2 * ORIGINALS, 0.5, np.float32)
    known, unknown = (turned_relatives(small, each, np.arange(2 * ORIGINALS), usual)[0] for each in (sizes, None))

    assert len(unknown) < 0.7 * len(known)


def test_the_angle_and_the_mirror_are_found(
    pictures: tuple[NDArray[np.uint8], NDArray[np.int32], NDArray[np.float32]],
) -> None:
    small, sizes, angles = pictures
    found = turned(small, shape(sizes), np.arange(2 * ORIGINALS))
    true = found.right - found.left == ORIGINALS

    assert true.sum() >= 0.8 * ORIGINALS
    assert (found.mirrored[true] == (found.left[true] % 2 == 1)).mean() > 0.95
    straight = true & ~found.mirrored
    off = np.angle(np.exp(1j * (found.angle[straight] + angles[found.left[straight]])))
    assert np.quantile(abs(off), 0.9) < np.radians(6)


def test_squares_show_the_same_part_turned_back(
    pictures: tuple[NDArray[np.uint8], NDArray[np.int32], NDArray[np.float32]],
) -> None:
    small, sizes, _ = pictures
    found = turned(small, shape(sizes), np.arange(2 * ORIGINALS))
    one, other = (side.reshape(len(side), -1).astype(float) for side in squares(small, shape(sizes), found))
    alike = [np.corrcoef(*pair)[0, 1] for pair in zip(one, other, strict=True)]

    assert np.median(alike) > 0.9


def test_relatives_by_circles_join_a_family() -> None:
    images = pieces(ORIGINALS)
    small = greys([*images, *(turned_by(image, 100, False) for image in images)])
    rows = np.arange(2 * ORIGINALS)
    others = np.stack([(rows + step) % len(rows) for step in range(1, 20)], axis=1).astype(np.int32)
    far = np.zeros(others.shape, np.float32)
    family = find_families(small, rows, others, far)

    assert (family[ORIGINALS:] == family[:ORIGINALS]).mean() > 0.75
    assert len(np.unique(family)) >= ORIGINALS


def test_images_that_are_mirrored_and_changed_besides_are_relatives() -> None:
    random, images = np.random.default_rng(0), pieces(ORIGINALS)
    small = greys([*images, *(changed(ImageOps.mirror(image), random) for image in images)])
    left, right = np.arange(ORIGINALS), np.arange(ORIGINALS, 2 * ORIGINALS)
    limit = np.full(ORIGINALS, 0.1, np.float32)

    assert (unexplained(pyramid(small), left, right, limit, mirrored=True) <= limit).mean() > 0.75
    assert (unexplained(pyramid(small), left, right, limit) <= limit).mean() < 0.1
    assert (unexplained(pyramid(small), left, np.roll(right, 1), limit, mirrored=True) > limit).all()

    table = np.full((2 * ORIGINALS, 2 * ORIGINALS), 0.05) + 0.95 * np.eye(2 * ORIGINALS)
    table[left, right] = table[right, left] = 0.5
    family = find_families(small, np.arange(2 * ORIGINALS), *by_hand(table))
    assert (family[right] == left).mean() > 0.75


def test_images_that_show_nothing_or_all_the_same_make_no_pairs() -> None:
    flat = np.full((300, 48, 48), 77, np.uint8)
    square = np.ones((300, 2), np.float32)

    assert len(turned(flat, square, np.arange(300)).left) == 0
    same = np.repeat(greys(pieces(1)), 300, axis=0)
    assert len(turned(same, square, np.zeros(300, np.int64)).left) == 0
    assert len(turned(same, square, np.arange(300)).left) <= 300 * 4


def test_one_and_two_images_are_enough() -> None:
    for count in (1, 2):
        assert len(turned(greys(pieces(count)), np.ones((count, 2), np.float32), np.arange(count)).left) == 0


def test_the_number_of_threads_changes_nothing() -> None:
    images = pieces(ORIGINALS)
    small = greys([*images, *(turned_by(image, 70, True) for image in images)])
    square = np.ones((len(small), 2), np.float32)
    one, several = (turned(small, square, np.arange(len(small)), jobs=jobs) for jobs in (1, 3))

    assert len(one.left) > 0
    for first, second in zip(one, several, strict=True):
        np.testing.assert_array_equal(first, second)
