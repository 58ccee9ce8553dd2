from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageOps

from labelaudit.checks.shortcut import shortcut, told_apart
from labelaudit.findings import Finding, Severity

from .photos import encoded, evidence, folders


def found(root: Path) -> list[Finding]:
    return list(shortcut.find(evidence(root)))


def change(folder: Path, harm: Callable[[Image.Image], Image.Image], kind: str = "JPEG") -> None:
    for path in sorted(folder.iterdir()):
        with Image.open(path) as image:
            path.write_bytes(encoded(harm(image), kind))


HARMS: dict[str, tuple[Callable[[Image.Image], Image.Image], str]] = {
    "brightness": (lambda image: image.point(lambda value: value * 0.25), "JPEG"),
    "size": (lambda image: image.resize((image.width // 2, image.height // 2)), "JPEG"),
    "file format": (lambda image: image, "PNG"),
    "brightness of the frame": (lambda image: ImageOps.expand(image, 6, "white").resize(image.size), "JPEG"),
    "colour": (lambda image: image.convert("L"), "JPEG"),
}


def test_nothing_is_found_where_classes_were_taken_alike(tmp_path: Path) -> None:
    assert not found(folders(tmp_path, 4, 40))


@pytest.mark.parametrize("name", HARMS)
def test_a_class_that_was_taken_otherwise_is_found(tmp_path: Path, name: str) -> None:
    root = folders(tmp_path, 4, 40)
    harm, kind = HARMS[name]
    change(root / "b", harm, kind)
    findings = found(root)

    assert [finding.path for finding in findings] == ["b/"]
    assert findings[0].message.startswith(f"{name} alone tells 'b' from 3 of 3 other classes, right for ")
    assert findings[0].severity == Severity.WARNING
    assert len(findings[0].related) == 3
    assert all(path.startswith("b/") for path in findings[0].related)


def test_the_message_says_what_is_typical(tmp_path: Path) -> None:
    root = folders(tmp_path, 3, 30)
    change(root / "c", lambda image: image, "PNG")

    assert found(root)[0].message.endswith("typically PNG here, JPEG elsewhere")


def test_a_turned_class_is_known_by_its_shape(tmp_path: Path) -> None:
    root = folders(tmp_path, 3, 30)
    for name in "abc":
        change(root / name, lambda image: image.crop((0, 0, 160, 120)))
    change(root / "a", lambda image: image.transpose(Image.Transpose.ROTATE_90))

    assert [finding.message.partition(" alone")[0] for finding in found(root)] == ["width over height"]


def test_two_cameras_for_two_halves_of_the_classes(tmp_path: Path) -> None:
    root = folders(tmp_path, 4, 30)
    for name in "ab":
        change(root / name, HARMS["size"][0])

    assert [finding.path for finding in found(root)] == ["a/", "b/", "c/", "d/"]
    assert " from 2 of 3 other classes" in found(root)[0].message


def test_a_modest_difference_is_natural(tmp_path: Path) -> None:
    root = folders(tmp_path, 4, 40)
    change(root / "b", lambda image: image.point(lambda value: value * 0.85))

    assert not found(root)


def test_each_shortcut_of_a_class_is_a_finding_of_its_own(tmp_path: Path) -> None:
    root = folders(tmp_path, 3, 30)
    change(root / "b", HARMS["size"][0], "PNG")
    both = found(root)

    assert [finding.path for finding in both] == ["b/", "b/"]
    assert len({finding.key for finding in both}) == 2


def test_small_classes_are_not_judged(tmp_path: Path) -> None:
    root = folders(tmp_path, 3, 29)
    change(root / "b", lambda image: image, "PNG")

    assert not found(root)


def test_what_tells_nothing_is_right_half_of_the_time() -> None:
    random = np.random.default_rng(0)
    labels, judged = np.arange(300) % 10, np.arange(10)
    accuracies = told_apart(random.random(300), labels, judged)[~np.eye(10, dtype=bool)]

    assert accuracies.mean() == pytest.approx(0.5, abs=0.05)
    assert told_apart(labels + 0.0, labels, judged)[~np.eye(10, dtype=bool)].min() == 1


def test_copies_count_once(tmp_path: Path) -> None:
    root = folders(tmp_path, 3, 30)
    change(root / "b", lambda image: image, "PNG")
    assert len(found(root)) == 1

    last = root / "b" / "029.jpg"
    last.write_bytes((root / "b" / "000.jpg").read_bytes())
    assert not found(root)
