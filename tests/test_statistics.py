import numpy as np
import pytest
from PIL import Image, ImageFilter, ImageOps

from labelaudit.images import brightness, decode
from labelaudit.observations.statistics import statistics
from labelaudit.records import NO_FRAME, STATISTICS, Statistics

from .photos import encoded, photo


def measured(image: Image.Image, kind: str = "PNG", size: int = 192) -> Statistics:
    picture = decode(encoded(image, kind), size)
    return Statistics.of(statistics(picture.pixels, brightness(picture.pixels), picture.width, picture.height)[None])


def ramp(edge: int = 192) -> Image.Image:
    return Image.fromarray(np.tile(np.linspace(0, 255, edge).round().astype(np.uint8), (edge, 1)))


def stripes(dark: int, light: int) -> Image.Image:
    return Image.fromarray(np.tile(np.repeat([dark, light] * 4, 24).astype(np.uint8), (192, 1)))


def test_brightness_and_contrast_are_those_of_the_grey_picture() -> None:
    image = photo("astronaut.png").resize((192, 192))
    grey = np.asarray(image.convert("L"))
    found = measured(image)

    assert found.brightness[0] == pytest.approx(grey.mean(), abs=1)
    assert found.contrast[0] == pytest.approx(grey.std(), abs=1)
    assert found.light[0] == pytest.approx(np.percentile(grey, 99), abs=2)


@pytest.mark.parametrize("image", [stripes(0, 255), stripes(100, 110), stripes(0, 255).rotate(90)])
def test_hard_edges_are_sharp_whatever_their_contrast_and_way(image: Image.Image) -> None:
    assert measured(image).sharpness[0] == pytest.approx(1, abs=0.1)


def test_a_ramp_is_not_sharp_and_a_plain_picture_is_no_ramp() -> None:
    assert measured(ramp()).sharpness[0] == pytest.approx(0, abs=0.05)
    assert measured(Image.new("RGB", (192, 192), "teal")).sharpness[0] == 1


@pytest.mark.parametrize("name", ["astronaut.png", "chelsea.png", "coffee.png", "camera.png", "page.png"])
def test_blur_takes_sharpness_and_enlarging_does_not(name: str) -> None:
    image = photo(name)
    small = image.resize((48, 48), Image.Resampling.LANCZOS)

    assert measured(image).sharpness[0] > 0.5
    assert measured(image.filter(ImageFilter.GaussianBlur(image.width / 64))).sharpness[0] < 0.2
    assert measured(small).sharpness[0] > 0.5


@pytest.mark.parametrize("deviation", [5, 20])
def test_noise_is_measured_in_its_own_measure(deviation: float) -> None:
    random = np.random.default_rng(0)
    plain = np.full((192, 192, 3), 128) + random.normal(0, deviation, (192, 192, 3))
    noisy = Image.fromarray(plain.round().clip(0, 255).astype(np.uint8))

    assert measured(noisy).noise[0] == pytest.approx(deviation, rel=0.15)


@pytest.mark.parametrize("name", ["grass.png", "gravel.png", "brick.png", "motorcycle_left.png"])
def test_texture_is_no_noise(name: str) -> None:
    tinted = ImageOps.colorize(photo(name).convert("L"), "darkgreen", "beige")

    assert measured(photo(name), "JPEG").noise[0] < 1
    assert measured(tinted, "JPEG").noise[0] < 2


def test_a_frame_is_two_plain_sides_or_more() -> None:
    image = photo("coffee.png")

    assert measured(image).frame[0] == NO_FRAME
    assert measured(ImageOps.expand(image, 20, "white"), "JPEG").frame[0] == pytest.approx(255, abs=2)
    assert measured(ImageOps.pad(image, (600, 600)), "JPEG").frame[0] == pytest.approx(0, abs=2)


def test_colour_knows_grey() -> None:
    image = photo("coffee.png")

    assert measured(image).colour[0] > 20
    assert measured(image.convert("L"), "JPEG").colour[0] == 0


@pytest.mark.parametrize("size", [(1, 1), (1, 400), (3, 2), (16, 16), (4000, 1)])
def test_no_size_is_too_odd(size: tuple[int, int]) -> None:
    for edge in (128, 192):
        picture = decode(encoded(photo("coffee.png").resize(size), "PNG"), edge)
        row = statistics(picture.pixels, brightness(picture.pixels), picture.width, picture.height)
        assert row.shape == (STATISTICS,)
        assert row.dtype == np.float32
        assert np.isfinite(row).all()
