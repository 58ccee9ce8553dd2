import io
from pathlib import Path

import numpy as np
import pytest
import skimage
from PIL import Image

from labelaudit.images import decode, thumbnail
from labelaudit.probabilities.copies import groups_of_copies, pairs_of_copies, rows_of_copies

from .conftest import SHAPES, draw

PHOTOS = (
    "astronaut.png",
    "camera.png",
    "chelsea.png",
    "coffee.png",
    "motorcycle_left.png",
    "rocket.jpg",
    "hubble_deep_field.jpg",
)


def seen(image: Image.Image, kind: str = "PNG", **options: object) -> np.ndarray:
    out = io.BytesIO()
    image.convert("RGB").save(out, kind, **options)
    return thumbnail(decode(out.getvalue(), 192).pixels)


@pytest.fixture(scope="module")
def photos() -> list[Image.Image]:
    folder = Path(skimage.__file__).parent / "data"
    return [Image.open(folder / name).convert("RGB") for name in PHOTOS]


def test_a_photo_is_known_again_resized_and_encoded_anew(photos: list[Image.Image]) -> None:
    drawn = [seen(draw(SHAPES[number % 3], np.random.default_rng(number))) for number in range(60)]
    copies = [
        [seen(photo), seen(photo, "JPEG", quality=40), seen(photo.resize((photo.width // 2, photo.height // 2)))]
        for photo in photos
    ]
    found = pairs_of_copies(np.array(drawn + [copy for each in copies for copy in each]))

    expected = {(60 + 3 * n + a, 60 + 3 * n + b) for n in range(len(photos)) for a, b in ((0, 1), (0, 2), (1, 2))}
    assert {tuple(pair) for pair in found.tolist()} == expected


def test_what_a_fixed_camera_sees_is_not_all_one_picture() -> None:
    """Two hundred pictures of one scene, each with a little something at another place."""
    random = np.random.default_rng(0)
    scene = np.kron(random.integers(0, 256, (16, 16, 3)), np.ones((12, 12, 1)))
    thumbnails = []
    for _ in range(200):
        picture = np.clip(scene + random.normal(0, 3, scene.shape), 0, 255)
        left, top = random.integers(0, 160, 2)
        picture[top : top + 30, left : left + 30] = random.integers(0, 256, 3)
        thumbnails.append(thumbnail(picture.astype(np.uint8)))

    assert len(np.unique(groups_of_copies(np.arange(200), np.array(thumbnails)))) > 190


def test_blank_pictures_are_copies_only_where_their_pixels_are_the_same() -> None:
    thumbnails = np.full((6, 768), 250, np.uint8)
    thumbnails[3:] = 251
    groups = groups_of_copies(np.array([0, 0, 1, 2, 3, 4]), thumbnails)

    assert groups[0] == groups[1]
    assert len(np.unique(groups)) == 5


def test_rows_of_copies_leaves_single_images_out() -> None:
    assert [rows.tolist() for rows in rows_of_copies(np.array([4, 1, 4, 2, 1, 4]))] == [[1, 4], [0, 2, 5]]
