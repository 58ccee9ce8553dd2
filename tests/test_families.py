"""Families: images of one original confirm each other's label unless they are held out together."""

import sys
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageEnhance
from sklearn.datasets import load_digits

from labelaudit import Settings
from labelaudit.audit import audit
from labelaudit.copies import families
from labelaudit.copies.families import CLOSEST, NEARER, NONE, find_families, joined, pairs, relative_distance, within
from labelaudit.copies.registration import pyramid, unexplained
from labelaudit.engine import Threads
from labelaudit.observations import observe
from labelaudit.probabilities import Embedding, embed
from labelaudit.records import Audit, Copies, Likeness, Observations
from labelaudit.sources import read
from tests.photos import pieces

EACH, MEMBERS, WRONG = 30, 8, 8
"""Originals of each of three digits, images of each original, and how many originals have a wrong label."""


def greys(images: list[Image.Image]) -> NDArray[np.uint8]:
    return np.stack([np.asarray(image.convert("L").resize((48, 48), Image.Resampling.BOX)) for image in images])


def changed(image: Image.Image, random: np.random.Generator) -> Image.Image:
    """Rotate, shift, crop and darken, as training pipelines do."""
    image = image.rotate(float(random.uniform(-12, 12)), resample=Image.Resampling.BICUBIC)
    left, top = (random.uniform(0, 0.1, 2) * image.width).round().astype(int).tolist()
    edge = round(0.9 * image.width)
    return ImageEnhance.Brightness(image.crop((left, top, left + edge, top + edge))).enhance(0.7)


def by_hand(likeness: NDArray[np.float64]) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """Return the neighbours of every image, all others, and how alike they are, from a table (N, N)."""
    others = np.argsort(-likeness + 9 * np.eye(len(likeness)), axis=1, kind="stable")[:, :-1]
    return others.astype(np.int32), np.take_along_axis(likeness, others, axis=1).astype(np.float32)


def apart(images: int) -> NDArray[np.float64]:
    """A table of distances between unrelated images."""
    return np.full((images, images), 0.05) + 0.95 * np.eye(images)


@pytest.fixture(scope="module")
def digits(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, set[str]]:
    """Handwritten digits, several times each, rotated and darkened; and the originals with wrong labels."""
    root, known, random = tmp_path_factory.mktemp("digits"), load_digits(), np.random.default_rng(0)
    rows = [row for digit in range(3) for row in np.flatnonzero(known.target == digit)[:EACH].tolist()]
    wrong = set(random.permutation(rows)[:WRONG].tolist())
    for row in rows:
        label = (known.target[row] + (row in wrong) * random.integers(1, 3)) % 3
        (root / str(label)).mkdir(exist_ok=True)
        image = Image.fromarray((255 - known.images[row] * 15.9).astype(np.uint8)).resize((96, 96)).convert("RGB")
        for member in range(MEMBERS):
            own = np.random.default_rng((row, member))
            shown = image.rotate(float(own.uniform(-12, 12)), fillcolor=(255, 255, 255)) if member else image
            shown = ImageEnhance.Brightness(shown).enhance(float(own.uniform(0.65, 0.85))) if member else shown
            shown.save(root / str(label) / f"{row:04d}_{member}.png")
    return root, {f"{row:04d}" for row in wrong}


def found(result: Audit, wrong: set[str]) -> tuple[int, int]:
    """Return how many originals with a wrong label were flagged, and how many others."""
    flagged = {Path(each.path).stem.split("_")[0] for each in result.findings if each.code == "LA101"}
    return len(flagged & wrong), len(flagged - wrong)


def test_a_wrong_label_on_all_augmentations_is_found(digits: tuple[Path, set[str]]) -> None:
    root, wrong = digits
    result = audit(root, Settings(), engine=Threads(2))

    right, false = found(result, wrong)
    assert right >= WRONG - 1
    assert false <= 2


def test_it_is_not_found_where_only_copies_are_held_out_together(
    digits: tuple[Path, set[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.modules[audit.__module__], "find_families", lambda _greys, groups, *_, **__: groups)
    root, wrong = digits

    assert found(audit(root, Settings(), engine=Threads(2)), wrong)[0] <= WRONG // 2


Placed = tuple[Observations, Embedding]


def placed(root: Path) -> Placed:
    observed = observe(read(root, Settings()), Settings(), engine=Threads(2))
    return observed, embed(observed, jobs=2)


def families_of(images: Placed) -> NDArray[np.int64]:
    observed, embedding = images
    rows = np.arange(len(observed.greys))
    return find_families(observed.greys, rows, embedding.neighbours.rows, embedding.likeness, jobs=2)


def in_families(family: NDArray[np.int64]) -> float:
    """Return the share of the images that have relatives."""
    return float((np.bincount(family, minlength=len(family))[family] > 1).mean())


@pytest.fixture(scope="module")
def drawings(tmp_path_factory: pytest.TempPathFactory) -> Placed:
    """Handwritten digits of three classes, similar and independent."""
    root, known = tmp_path_factory.mktemp("drawings"), load_digits()
    for row in np.flatnonzero(known.target < 3).tolist():
        folder = root / str(known.target[row])
        folder.mkdir(exist_ok=True)
        Image.fromarray((255 - known.images[row] * 15.9).astype(np.uint8)).resize((64, 64)).save(folder / f"{row}.png")
    return placed(root)


def test_drawings_of_one_class_are_not_one_family(drawings: Placed) -> None:
    family = families_of(drawings)

    assert len(family) > 500
    assert in_families(family) < 0.03
    assert np.bincount(family).max() <= 4


def test_shapes_that_only_differ_by_a_motion_are_not_one_family(shapes_audit: Audit) -> None:
    assert len(np.unique(shapes_audit.copies.families)) > 0.9 * len(shapes_audit.dataset)


def test_drawings_are_grouped_at_twice_the_difference_and_relatives_missed_at_half_of_it(
    drawings: Placed, digits: tuple[Path, set[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    augmented = placed(digits[0])
    originals = 3 * EACH
    assert originals <= len(np.unique(families_of(augmented))) <= 1.1 * originals
    monkeypatch.setattr(families, "turned_relatives", lambda *_, **__: (NONE, NONE))  # they would make up for the rest
    usual, found = families.DIFFERENT, {}
    for factor in (0.5, 1, 2):
        monkeypatch.setattr(families, "DIFFERENT", usual * factor)
        found[factor] = len(np.unique(families_of(augmented))), in_families(families_of(drawings))

    assert found[0.5][0] > found[1][0] > found[2][0] - 1
    assert found[2][1] >= 2 * found[1][1] > 0


def test_very_near_images_are_missed_at_half_the_distance_and_others_grouped_at_twice_of_it(
    drawings: Placed, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = apart(60)
    table[0, 1] = table[1, 0] = 0.8
    monkeypatch.setattr(families, "DIFFERENT", 0.0)
    found = {}
    for factor in (0.5, 1, 2):
        monkeypatch.setattr(families, "NEARER", 0.3 * factor)
        by_features = find_families(np.zeros((60, 48, 48), np.uint8), np.arange(60), *by_hand(table))
        found[factor] = by_features[1], in_families(families_of(drawings))

    assert [found[factor][0] for factor in (0.5, 1, 2)] == [1, 0, 0]
    assert found[1][1] < 0.03
    assert found[2][1] > 0.1


def differences(greys: NDArray[np.uint8], left: NDArray[np.int64], right: NDArray[np.int64]) -> NDArray[np.float32]:
    return unexplained(pyramid(greys), left, right, np.full(len(left), 0.05, np.float32))


def test_turned_shifted_and_darkened_pictures_agree_and_others_do_not() -> None:
    random, images = np.random.default_rng(0), pieces(40)
    both = greys([*images, *(changed(image, random) for image in images)])
    left, right = np.arange(40), np.arange(40, 80)

    assert (differences(both, left, right) < 0.05).mean() > 0.75
    assert np.isinf(differences(both, left, np.roll(right, 1))).mean() > 0.9
    assert (differences(both, left, np.roll(right, 1)) > 0.05).all()


def test_pictures_with_nothing_on_them_do_not_agree() -> None:
    random = np.random.default_rng(0)
    flat = (128 + random.normal(0, 1, (2, 48, 48))).round().astype(np.uint8)

    assert differences(flat, np.array([0]), np.array([1]))[0] > 0.5


def test_how_much_unrelated_pictures_differ_is_measured_around_each_image() -> None:
    drawn = np.zeros((60, 48, 48), np.uint8)
    random = np.random.default_rng(0)
    drawn[:, 12:36, 20:28] = 255  # thirty drawings that hardly differ, and thirty photos
    drawn[:30] = np.clip(drawn[:30] + random.normal(0, 9, (30, 48, 48)), 0, 255)
    drawn[30:] = greys(pieces(30))
    table = np.full((60, 60), -0.9)
    table[:30, :30] = table[30:, 30:] = 0.05
    neighbours = by_hand(table + 0.95 * np.eye(60))[0][:, :29]
    usual = families.usual_difference(pyramid(drawn), np.arange(60), neighbours)

    assert usual[:30].max() < 0.1
    assert usual[30:].min() > 3 * usual[:30].max()


def test_images_that_are_much_nearer_than_others_are_one_family_however_many_they_are() -> None:
    table = apart(300)
    table[:20, :20] = 0.9
    families = find_families(np.zeros((300, 48, 48), np.uint8), np.arange(300), *by_hand(table))

    assert families[:20].tolist() == [0] * 20
    assert families[20:].tolist() == list(range(20, 300))


def test_no_pair_is_related_where_all_images_are_equally_far() -> None:
    for likeness in (0.05, 0.5, 0.99):  # hands before one wall are alike, and no pair is more so than others
        table = np.full((60, 60), likeness)
        assert (relative_distance(np.arange(60), *by_hand(table)) > NEARER).all()


def test_a_pair_that_is_less_near_is_related_only_if_the_pictures_agree() -> None:
    table = apart(30)
    table[0, 1] = table[1, 0] = 0.5
    pictures = greys(pieces(30))
    alike = pictures.copy()
    alike[1] = alike[0] // 2 + 20

    assert find_families(pictures, np.arange(30), *by_hand(table))[1] == 1
    assert find_families(alike, np.arange(30), *by_hand(table))[1] == 0


def test_pictures_are_compared_only_where_each_is_among_the_nearest_of_the_other() -> None:
    table = apart(30)
    table[0, 1 : CLOSEST + 2] = table[1 : CLOSEST + 2, 0] = np.linspace(0.5, 0.6, CLOSEST + 1)
    neighbours, likeness = by_hand(table)
    distance = relative_distance(np.arange(30), neighbours, likeness)
    closest = pairs(within(CLOSEST, distance), neighbours, distance, both=True)

    assert (distance > NEARER).all()
    assert closest.right[closest.left == 0].tolist() == list(range(2, CLOSEST + 2))


def test_copies_are_of_one_family_and_relatives_of_copies_too() -> None:
    groups = np.array([3, 1, 2, 3, 4])

    assert joined(groups, np.array([3, 1]), np.array([4, 2])).tolist() == [0, 1, 1, 0, 0]
    assert joined(np.arange(6), np.arange(5), np.arange(1, 6)).tolist() == [0] * 6


def test_the_groups_are_the_families_where_no_more_is_known() -> None:
    copies = Copies(np.array([2, 1, 2]), (Likeness.IDENTICAL,) * 3)

    assert copies.families.tolist() == [0, 1, 0]
    assert [rows.tolist() for rows in copies.rows_of_families()] == [[0, 2]]
