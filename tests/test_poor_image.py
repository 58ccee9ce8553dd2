from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageFilter

from labelaudit.checks.poor_image import poor_image
from labelaudit.findings import Severity

from .conftest import Shapes
from .photos import encoded, evidence, folders, pieces


def darker(image: Image.Image) -> Image.Image:
    return image.point(lambda value: value * 0.05)


def blurred(image: Image.Image) -> Image.Image:
    return image.filter(ImageFilter.GaussianBlur(image.width / 64))


def noisy(image: Image.Image) -> Image.Image:
    noise = np.random.default_rng(0).normal(0, 40, (image.height, image.width, 3))
    return Image.fromarray((np.asarray(image) + noise).clip(0, 255).astype(np.uint8))


def tiny(image: Image.Image) -> Image.Image:
    return image.resize((16, 16))


HARMS: dict[str, Callable[[Image.Image], Image.Image]] = {
    "dark": darker,
    "blank": lambda image: Image.new("RGB", image.size, "teal"),
    "blurred": blurred,
    "noisy": noisy,
    "tiny": tiny,
    "odd shape": lambda image: image.crop((0, 0, image.width, image.height // 8)),
}


@pytest.fixture(scope="module")
def harmed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Photos, one of them with each kind of damage, and named after it."""
    root = folders(tmp_path_factory.mktemp("harmed"), 3, 60, edge=240)
    for image, (name, harm) in zip(pieces(len(HARMS), seed=9, edge=240), HARMS.items(), strict=True):
        (root / "a" / f"{name}.png").write_bytes(encoded(harm(image), "PNG"))
    return root


def test_each_fault_is_found_and_nothing_else(harmed: Path) -> None:
    found = {finding.path: finding for finding in poor_image.find(evidence(harmed))}

    assert set(found) == {f"a/{name}.png" for name in HARMS}
    for name in HARMS:
        finding = found[f"a/{name}.png"]
        assert finding.message.startswith(f"{name}: ")
        assert ", usually " in finding.message
        severity = Severity.INFO if name == "noisy" else Severity.WARNING  # patterned cloth passes for noise
        assert (finding.severity, finding.label, len(finding.digest)) == (severity, "a", 64)


def test_several_faults_are_one_finding(harmed: Path) -> None:
    black = harmed / "b" / "black.png"
    black.write_bytes(encoded(Image.new("RGB", (16, 16)), "PNG"))
    found = [finding for finding in poor_image.find(evidence(harmed)) if finding.path == "b/black.png"]
    black.unlink()

    assert [reason.partition(":")[0] for reason in found[0].message.split("; ")] == ["dark", "blank", "tiny"]
    assert len(found) == 1


@pytest.mark.parametrize("name", ["dark", "blurred", "noisy", "tiny", "odd shape"])
def test_what_all_images_are_is_no_fault(tmp_path: Path, name: str) -> None:
    findings = poor_image.find(evidence(folders(tmp_path, 2, 20, harm=HARMS[name])))

    assert not [finding for finding in findings if name in finding.message]


def test_flat_drawings_are_not_blurred(shapes: Shapes) -> None:
    assert not list(poor_image.find(evidence(shapes.root)))


def test_a_drawing_among_photos_is_not_blurred(harmed: Path, shapes: Shapes) -> None:
    drawing = harmed / "c" / "drawing.png"
    image = Image.open(next((shapes.root / "square").iterdir())).resize((240, 240), Image.Resampling.NEAREST)
    drawing.write_bytes(encoded(image, "PNG"))
    found = [finding.path for finding in poor_image.find(evidence(harmed))]
    drawing.unlink()

    assert "c/drawing.png" not in found
