"""Classes that were split at random cannot be distinguished; similar, rare or noisy classes can."""

from importlib import import_module

import numpy as np
import pytest
from numpy.typing import NDArray

from labelaudit.checks import CHECKS
from labelaudit.findings import Finding
from labelaudit.records import Evidence
from labelaudit.settings import Settings

from .test_out_of_sample import copies_of, drawn, flipped, judged

TRUE = np.arange(1200) % 6
overlaps = import_module("labelaudit.probabilities.overlaps")


def evidence(labels: NDArray, true: NDArray, *, apart: float = 3.0, seed: int = 0) -> Evidence:
    dataset, observed = drawn(labels, true, apart=apart, seed=seed)
    return Evidence(dataset, observed, copies_of(dataset), judged(dataset, observed), Settings())


def found(evidence: Evidence) -> list[Finding]:
    return list(CHECKS["LA403"].find(evidence))


def split(parts: int, shares: tuple[float, ...] | None = None) -> NDArray:
    """Give the first class *parts* names at random: 0, 6, 7 ..."""
    part = np.random.default_rng(1).choice(parts, len(TRUE), p=shares)
    return np.where((TRUE == 0) & (part > 0), 5 + part, TRUE)


def test_a_class_split_at_random_is_found() -> None:
    case = evidence(split(2), TRUE)
    (finding,) = found(case)

    assert (finding.path, finding.label, finding.severity) == ("class 0/", "class 0", "info")
    assert finding.message.startswith("'class 0' and 'class 6' cannot be distinguished: ")
    assert finding.message.count("%") == 2
    labels = dict(zip(case.dataset.paths, case.dataset.labels, strict=True))
    assert [labels[path] for path in finding.related] == [0, 0, 0, 6, 6, 6]


def test_the_rates_are_how_often_each_is_taken_for_the_other() -> None:
    case = evidence(split(2, (0.8, 0.2)), TRUE)
    rates = []
    for label, other in ((0, 6), (6, 0)):
        its = case.dataset.labels == label
        belief = [case.beliefs.probability(np.full(len(TRUE), name))[its] for name in (label, other)]
        rates.append((belief[1] > belief[0]).mean())
    (finding,) = found(case)

    assert f"{rates[0]:.0%} of 'class 0'" in finding.message
    assert f"{rates[1]:.0%} the other way" in finding.message
    assert rates[0] < 0.2 < 0.8 < rates[1]


@pytest.mark.parametrize("seed", range(4))
def test_no_label_is_wrong_between_classes_that_cannot_be_told_apart(seed: int) -> None:
    labels = split(2)
    wrong = np.flatnonzero(TRUE == 1)[:20]
    labels[wrong] = 6
    case = evidence(labels, TRUE, apart=4.0, seed=seed)
    halves = np.isin(labels, (0, 6))
    flagged = np.flatnonzero(case.beliefs.p_error >= 0.5)

    assert case.beliefs.overlapping.tolist() == [[0, 6]]
    assert len(np.intersect1d(flagged, wrong)) >= 14
    assert len(np.setdiff1d(flagged, wrong)) <= 5
    assert not np.isin(case.beliefs.suggested[halves & (case.beliefs.p_error > 0.01)], (0, 6)).any()
    assert case.beliefs.noise[[0, 6], [6, 0]].tolist() == [0, 0]
    assert case.beliefs.wrong.high < 45


@pytest.mark.parametrize("seed", range(8))
def test_images_of_a_third_class_among_them_do_not_set_two_classes_apart(seed: int) -> None:
    labels = split(2)
    labels[np.flatnonzero(TRUE == 1)[:20]] = 6

    assert evidence(labels, TRUE, seed=seed).beliefs.overlapping.tolist() == [[0, 6]]


def test_a_class_split_three_ways_is_found_in_pairs() -> None:
    pairs = found(evidence(split(3), TRUE))

    assert [finding.message.split(" cannot")[0] for finding in pairs] == [
        "'class 0' and 'class 6'",
        "'class 0' and 'class 7'",
        "'class 6' and 'class 7'",
    ]
    assert len({finding.key for finding in pairs}) == 3


@pytest.mark.parametrize("apart", [2.0, 3.0])
def test_classes_that_are_confused_now_and_then_are_apart(apart: float) -> None:
    case = evidence(TRUE, TRUE, apart=apart)

    assert case.beliefs.accuracy > 0.7
    assert found(case) == []


def test_wrong_labels_do_not_make_classes_overlap() -> None:
    assert found(evidence(flipped(TRUE, 0.3), TRUE)) == []


def test_a_rare_class_that_large_ones_drown_is_apart() -> None:
    keep = (TRUE != 0) | (np.arange(len(TRUE)) < 36)

    assert (np.bincount(TRUE[keep])[0], found(evidence(TRUE[keep], TRUE[keep], apart=2.0))) == (6, [])


def full_of_wrong_labels(seed: int) -> Evidence:
    """Return a class of two images, in whose folder are 40 images of all other classes."""
    random = np.random.default_rng(seed)
    true = np.where((TRUE == 0) & (np.arange(1200) > 6), random.integers(2, 6, 1200), TRUE)
    labels = true.copy()
    labels[random.choice(np.flatnonzero(true == 1), 10, replace=False)] = 0
    labels[random.choice(np.flatnonzero(true > 1), 30, replace=False)] = 0
    return evidence(labels, true, seed=seed)


@pytest.mark.parametrize("seed", range(4))
def test_a_class_of_wrong_labels_is_no_second_name_of_another(seed: int) -> None:
    assert full_of_wrong_labels(seed).beliefs.overlapping.tolist() == []


def test_with_half_the_ratio_it_would_be_and_with_twice_no_class_would(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(overlaps, "MIXED", 2.0 * overlaps.MIXED)
    assert not found(evidence(split(2, (0.8, 0.2)), TRUE))

    monkeypatch.setattr(overlaps, "MIXED", overlaps.MIXED / 4)
    assert any(len(full_of_wrong_labels(seed).beliefs.overlapping) for seed in range(4))


def test_a_handful_of_images_proves_nothing() -> None:
    labels = split(2)
    small = np.concatenate([np.flatnonzero(labels == 0)[:8], np.flatnonzero(labels == 6)[:8], np.flatnonzero(TRUE > 0)])

    assert found(evidence(labels[small], TRUE[small])) == []


def test_silent_where_nothing_can_be_told_apart() -> None:
    noise = np.random.default_rng(2).integers(0, 6, len(TRUE))
    case = evidence(noise, TRUE)

    assert not case.beliefs.believable
    assert found(case) == []
