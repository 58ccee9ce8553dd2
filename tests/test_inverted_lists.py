"""The nearest images in a large set are searched in lists: nearly all are found, in linear time, by any threads."""

import numpy as np
import pytest
from numpy.typing import NDArray

from labelaudit import inverted_lists
from labelaudit.copies.candidates import candidates
from labelaudit.copies.orientation import ORIENTATIONS, turn
from labelaudit.copies.rotation import turned
from labelaudit.engine import one_thread_each
from labelaudit.inverted_lists import LONGEST, neighbourhoods
from labelaudit.probabilities.axes import Axes
from labelaudit.probabilities.neighbours import Neighbours, nearest

IMAGES = 3000
LOOKED_AT = 600


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take a thousand images for a large set."""
    monkeypatch.setattr(inverted_lists, "EXACT_UP_TO", 1000)
    monkeypatch.setattr(inverted_lists, "LOOKED_AT", LOOKED_AT)


def drawn() -> Axes:
    """Images of 30 subjects; the variance of the axes falls as that of features of photos does."""
    random = np.random.default_rng(0)
    subject = random.integers(0, 30, IMAGES)
    z = random.standard_normal((30, 160))[subject] + random.standard_normal((IMAGES, 160))
    spread = 1 / (np.arange(160) + 3.0)
    return Axes((z * np.sqrt(spread)).astype(np.float32), spread)


def found_by(axes: Axes, jobs: int = 1) -> Neighbours:
    with one_thread_each():
        return nearest(axes, jobs=jobs)


def recall(exact: Neighbours, found: Neighbours, count: int) -> float:
    shared = [len(np.intersect1d(one[:count], other)) for one, other in zip(exact.rows, found.rows, strict=True)]
    return float(np.mean(shared) / count)


def test_nearly_all_of_the_nearest_are_found(monkeypatch: pytest.MonkeyPatch, large: None) -> None:
    found = found_by(drawn())
    monkeypatch.setattr(inverted_lists, "EXACT_UP_TO", IMAGES)
    exact = found_by(drawn())

    assert recall(exact, found, 10) > 0.9
    assert recall(exact, found, 70) > 0.75
    assert recall(exact, found, 70) < 1, "all images were compared"
    assert (np.diff(found.similarity, axis=1) <= 0).all()


def test_the_same_bytes_by_any_number_of_threads(large: None) -> None:
    results = {
        (found.rows.tobytes(), found.similarity.tobytes()) for found in (found_by(drawn(), jobs) for jobs in (1, 2, 4))
    }
    assert len(results) == 1


def test_a_small_set_is_searched_exactly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inverted_lists, "EXACT_UP_TO", IMAGES)
    axes = drawn()
    unit = axes.z[:, :128] / axes.spread[:128] ** 0.375
    unit /= np.linalg.norm(unit, axis=1, keepdims=True)
    alike = unit @ unit.T
    np.fill_diagonal(alike, -2)

    found = found_by(axes)
    np.testing.assert_allclose(found.similarity, -np.sort(-alike, axis=1)[:, :70], atol=1e-5)


@pytest.mark.parametrize("kind", ["drawn", "all alike", "each alone"])
def test_every_image_is_compared_with_enough_others_and_not_with_too_many(kind: str, large: None) -> None:
    random = np.random.default_rng(0)
    points = {
        "drawn": random.standard_normal((IMAGES, 8)),
        "all alike": np.ones((IMAGES, 8)),
        "each alone": random.standard_normal((IMAGES, 8)) * 10.0 ** random.uniform(0, 9, (IMAGES, 1)),
    }[kind].astype(np.float32)
    asked = []
    for part in neighbourhoods(points, block=128):
        rows, others = (np.arange(IMAGES)[each] for each in part)
        asked.append(rows)
        assert LOOKED_AT <= len(others) < LOOKED_AT + LONGEST
        assert np.isin(rows, others).all()
        assert (np.diff(others) > 0).all()

    assert np.array_equal(np.sort(np.concatenate(asked)), np.arange(IMAGES))


def upscaled(coarse: NDArray[np.float64], times: int) -> NDArray[np.uint8]:
    large = coarse.repeat(times, axis=1).repeat(times, axis=2)
    return np.clip(large, 0, 255).astype(np.uint8)


def test_copies_are_found_in_all_orientations(large: None) -> None:
    random = np.random.default_rng(0)
    pictures = upscaled(random.uniform(0, 255, (IMAGES, 8, 8, 3)), 2)
    originals = np.arange(0, IMAGES // 2, 10)
    for number, row in enumerate(originals.tolist()):
        pictures[row + IMAGES // 2] = turn(pictures[row : row + 1], number % ORIENTATIONS)[0]
    with one_thread_each():
        results = [candidates(pictures, jobs=jobs) for jobs in (1, 4)]

    pairs = set(zip(results[0].left.tolist(), results[0].right.tolist(), strict=True))
    assert pairs == {(row, row + IMAGES // 2) for row in originals.tolist()}
    assert all(np.array_equal(one, other) for one, other in zip(*results, strict=True))


def test_turned_images_are_found(large: None) -> None:
    random = np.random.default_rng(0)
    pictures = upscaled(random.uniform(0, 255, (IMAGES, 12, 12)), 4)
    originals = np.arange(0, IMAGES // 2, 10)
    pictures[originals + IMAGES // 2] = np.rot90(pictures[originals], axes=(1, 2))
    with one_thread_each():
        found = turned(pictures, np.ones((IMAGES, 2), np.float32), np.arange(IMAGES))

    pairs = set(zip(found.left.tolist(), found.right.tolist(), strict=True))
    assert {(row, row + IMAGES // 2) for row in originals.tolist()} <= pairs
    assert len(pairs) < 2 * len(originals)
