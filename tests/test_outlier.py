"""Outliers among drawn shapes are found alone, in groups, and with any label; rare or odd classes are not outliers."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import skimage.data
from numpy.typing import NDArray
from PIL import Image

from labelaudit.audit import audit
from labelaudit.checks import CHECKS
from labelaudit.engine import Threads
from labelaudit.findings import Finding
from labelaudit.probabilities import embed, out_of_sample
from labelaudit.probabilities.strangeness import class_distance, deviations
from labelaudit.records import Audit, Evidence
from labelaudit.settings import Settings

from .conftest import SHAPES, draw

EACH = 90
STRAYS = 12


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> Audit:
    """Shapes, and among them pieces of one photo in all three classes."""
    root, random = tmp_path_factory.mktemp("crowd"), np.random.default_rng(0)
    photo = Image.fromarray(skimage.data.coffee())
    for label in SHAPES:
        (root / label).mkdir()
        for number in range(EACH):
            draw(label, random).save(root / label / f"{number:03d}.png")
    for number in range(STRAYS):
        left, top = random.integers(0, 200, 2).tolist()
        piece = photo.crop((left, top, left + 180, top + 180)).resize((48, 48))
        piece.save(root / SHAPES[number % 3] / f"stray{number:02d}.png")
    return audit(root, engine=Threads(2))


def is_stray(crowd: Audit) -> NDArray[np.bool_]:
    return np.array(["stray" in path for path in crowd.dataset.paths])


def relabelled(crowd: Audit, labels: NDArray[np.int64], classes: tuple[str, ...]) -> Evidence:
    dataset = replace(crowd.dataset, labels=labels, classes=classes)
    beliefs = out_of_sample(dataset, crowd.observed, embed(crowd.observed), crowd.copies, Settings(), jobs=2)
    return Evidence(dataset, crowd.observed, crowd.copies, beliefs, Settings())


def found(evidence: Evidence) -> set[str]:
    return {finding.path for finding in CHECKS["LA303"].find(evidence)}


def outliers(result: Audit) -> list[Finding]:
    return [finding for finding in result.findings if finding.code == "LA303"]


def test_a_crowd_of_strays_is_found_and_nothing_else(crowd: Audit) -> None:
    strays = {path for path in crowd.dataset.paths if "stray" in path}
    findings = outliers(crowd)

    assert {finding.path for finding in findings} == strays
    assert all(finding.severity == "info" and finding.digest for finding in findings)
    assert findings[0].message.startswith("unlike all other images: ")


def test_strays_under_one_label_are_found(crowd: Audit) -> None:
    labels = np.where(is_stray(crowd), 1, crowd.dataset.labels)

    assert found(relabelled(crowd, labels, SHAPES)) == {path for path in crowd.dataset.paths if "stray" in path}


def test_a_rare_class_is_no_outlier(crowd: Audit) -> None:
    labels = np.where(is_stray(crowd), 3, crowd.dataset.labels)

    assert not any("stray" in path for path in found(relabelled(crowd, labels, (*SHAPES, "photo"))))


def test_a_class_of_one_is_no_outlier(crowd: Audit) -> None:
    lone = crowd.dataset.paths.index("circle/stray00.png")
    labels = crowd.dataset.labels.copy()
    labels[lone] = 3

    assert crowd.dataset.paths[lone] not in found(relabelled(crowd, labels, (*SHAPES, "photo")))


def test_a_few_photos_among_shapes_are_found(tmp_path: Path) -> None:
    random = np.random.default_rng(0)
    for label, photo in zip(SHAPES, ("astronaut", "coffee", "chelsea"), strict=True):
        (tmp_path / label).mkdir()
        for number in range(40):
            draw(label, random).save(tmp_path / label / f"{number}.png")
        Image.fromarray(getattr(skimage.data, photo)()).resize((48, 48)).save(tmp_path / label / f"{photo}.png")
    result = audit(tmp_path, engine=Threads(2))

    assert {finding.path for finding in outliers(result)} == {
        "circle/astronaut.png",
        "cross/coffee.png",
        "square/chelsea.png",
    }


def test_nothing_is_an_outlier_where_nothing_strayed(small_audit: Audit) -> None:
    assert outliers(small_audit) == []


def test_strangeness_is_in_deviations_above_the_median() -> None:
    distance = 0.7 + 0.05 * np.random.default_rng(0).normal(size=4000)
    labels = np.arange(4000) % 4

    np.testing.assert_allclose(deviations(distance, labels, 4), (distance - 0.7) / 0.05, atol=0.2)


def test_a_class_of_odds_and_ends_is_measured_by_itself() -> None:
    distance = 0.7 + 0.02 * np.random.default_rng(0).normal(size=4000)
    labels = np.where(np.arange(4000) < 150, 1, 0)
    distance[:150] += 0.2
    distance[0] += 0.2

    assert np.flatnonzero(deviations(distance, labels, 2)[:150] > 4).tolist() == [0]
    assert (deviations(distance, np.zeros(4000, np.int64), 3)[:150] > 4).all()


def test_rounding_makes_nothing_strange() -> None:
    distance = np.full(100, 0.5)
    distance[7] += 1e-6

    assert abs(deviations(distance, np.zeros(100, np.int64), 1)).max() < 0.1


def test_the_distance_to_the_own_class_leaves_the_image_out() -> None:
    random = np.random.default_rng(0)
    features = random.normal(1, 1, size=(60, 8)).astype(np.float32)
    labels = np.append(np.arange(59) % 2, 2)  # a class of one among them, and an empty one
    expected = []
    for row in range(60):
        unit = features / np.linalg.norm(features, axis=1, keepdims=True)
        others = [unit[(labels == label) & (np.arange(60) != row)] for label in range(3)]
        means = [other.mean(axis=0) for other in others if len(other)]
        expected.append(min(1 - unit[row] @ mean / np.linalg.norm(mean) for mean in means))

    np.testing.assert_allclose(class_distance(features, labels, 4, jobs=2), expected, atol=1e-4)
