"""Several explanations of the same labels: which one gets the most weight, and people's errors."""

from importlib import import_module

import numpy as np
import pytest
from numpy.typing import NDArray

from labelaudit.probabilities.explanations import GROWTHS, Explanations, explain
from labelaudit.probabilities.interval import LEFT_OUT, count_wrong, reach_of_explanations
from labelaudit.probabilities.settling import label_first

CLASSES = 6
explanations = import_module("labelaudit.probabilities.explanations")


def drawn(images: int, seed: int = 0, *, sharp: float = 1.3) -> tuple[NDArray, NDArray]:
    """Return log-probabilities (N, K) that are calibrated, and the true classes drawn from them."""
    random = np.random.default_rng(seed)
    scores = sharp * random.normal(size=(images, CLASSES)) + 5 * np.eye(CLASSES)[random.integers(0, CLASSES, images)]
    logs = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
    true = (random.random(images)[:, None] > np.exp(logs).cumsum(axis=1)).sum(axis=1).clip(0, CLASSES - 1)
    return logs, true


def by_people(logs: NDArray, true: NDArray, *, easy: float, hard: float, seed: int = 1) -> NDArray:
    """Return labels with more errors on hard images, which fall on what the image resembles."""
    random, labels = np.random.default_rng(seed), true.copy()
    wrong = random.random(len(true)) < easy + hard * np.sqrt(1 - np.exp(logs).max(axis=1))
    for row in np.flatnonzero(wrong):
        likely = np.exp(0.4 * logs[row])
        likely[true[row]] = 0
        labels[row] = random.choice(CLASSES, p=likely / likely.sum())
    return labels


def by_accident(true: NDArray, share: float, seed: int = 1) -> NDArray:
    random = np.random.default_rng(seed)
    wrong = random.random(len(true)) < share
    return np.where(wrong, (true + random.integers(1, CLASSES, len(true))) % CLASSES, true)


def explained(logs: NDArray, labels: NDArray) -> tuple[Explanations, NDArray]:
    """Return the explanations, and ``p_error`` (N,)."""
    classes = logs.shape[1]
    others = np.argsort(np.arange(classes) != labels[:, None], axis=1, kind="stable")
    voters = np.take_along_axis(logs, others, axis=1)[None]
    found = explain(voters, others, classes)
    return found, 1 - found.average()[1][:, 0]


def believed_in_people(found: Explanations) -> float:
    return float(sum(weight for model, weight in zip(found.models, found.weights, strict=True) if model.leaning))


def test_errors_of_people_are_counted_where_images_are_hard() -> None:
    logs, true = drawn(4000, sharp=2.5)  # where all other classes are alike, nothing shows whose errors they are
    labels = by_people(logs, true, easy=0.03, hard=0.2)
    found, p_error = explained(logs, labels)
    wrong, hard = labels != true, np.exp(logs).max(axis=1) < 0.7

    assert believed_in_people(found) > 0.9
    assert p_error.sum() == pytest.approx(wrong.sum(), rel=0.25)
    assert p_error[hard].sum() == pytest.approx(wrong[hard].sum(), rel=0.35)


def test_without_the_errors_of_people_too_few_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    logs, true = drawn(4000)
    labels = by_people(logs, true, easy=0.03, hard=0.2)
    monkeypatch.setattr(explanations, "PEOPLE", 1e-300)

    assert explained(logs, labels)[1].sum() < 0.7 * (labels != true).sum()


def test_accidents_are_not_taken_for_people() -> None:
    logs, true = drawn(4000)
    labels = by_accident(true, 0.1)
    found, p_error = explained(logs, labels)

    assert believed_in_people(found) < 0.1
    assert p_error.sum() == pytest.approx((labels != true).sum(), rel=0.15)


def misleading(logs: NDArray, true: NDArray, share: float, seed: int = 4) -> NDArray:
    """Return the true classes; of a *share* of the images it is another one, which the beliefs hold possible."""
    random, shown = np.random.default_rng(seed), true.copy()
    for row in np.flatnonzero(random.random(len(true)) < share):
        likely = np.exp(logs[row])
        likely[true[row]] = 0
        shown[row] = random.choice(CLASSES, p=likely / likely.sum())
    return shown


def test_images_that_mislead_the_features_do_not_all_pass_for_accidents(monkeypatch: pytest.MonkeyPatch) -> None:
    logs, true = drawn(4000, sharp=2.5)
    shown = misleading(logs, true, 0.06)
    labels = by_accident(shown, 0.1)
    wrong = (labels != shown).mean()
    accidents = explained(logs, labels)[0].models[0]
    monkeypatch.setattr(explanations, "MISLED", 0.0)
    without = explained(logs, labels)[0].models[0]

    assert accidents.misled == pytest.approx(0.06, abs=0.02)
    assert accidents.wrong_share() - wrong < 0.6 * (without.wrong_share() - wrong)
    assert accidents.log_likelihood() > without.log_likelihood() + 10


@pytest.mark.parametrize("factor", [0.5, 2.0])
def test_half_or_twice_the_trust_moves_beliefs_only_where_the_labels_decide_little(
    factor: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    logs, true = drawn(4000)
    of_people, of_accidents = by_people(logs, true, easy=0.03, hard=0.2), by_accident(true, 0.2)
    monkeypatch.setattr(explanations, "TRUST", factor * explanations.TRUST)

    assert believed_in_people(explained(logs, of_people)[0]) > 0.5
    assert believed_in_people(explained(logs, of_accidents)[0]) < 0.3


def test_hard_images_with_right_labels_are_not_counted() -> None:
    logs, true = drawn(4000)
    found, p_error = explained(logs, true)
    count = count_wrong(found, candidates_are_given(len(true)), p_error, 0.0, seed=0)

    assert (p_error >= 0.5).mean() < 0.01
    assert count.low < 0.01 * len(true)


def candidates_are_given(images: int) -> NDArray[np.bool_]:
    right = np.zeros((CLASSES, images), dtype=np.bool_)
    right[0] = True
    return right


@pytest.mark.parametrize("hard", [0.05, 0.2, 0.4])
def test_the_interval_covers_every_explanation_that_the_labels_allow(hard: float) -> None:
    logs, true = drawn(2000, seed=2)
    labels = by_people(logs, true, easy=0.04, hard=hard)
    found, p_error = explained(logs, labels)
    count = count_wrong(found, candidates_are_given(len(true)), p_error, 0.0, seed=0)
    allowed = [model.wrong_share() for model, weight in zip(found.models, found.weights, strict=True) if weight >= 0.05]

    assert count.low <= (labels != true).sum() <= count.high
    assert count.low <= min(allowed) * len(true) and max(allowed) * len(true) <= count.high


@pytest.mark.parametrize("factor", [0.5, 2.0])
def test_half_or_twice_the_growth_moves_the_count_and_not_the_verdict(
    factor: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    logs, true = drawn(4000)
    labels = by_people(logs, true, easy=0.03, hard=0.2)
    usual = explained(logs, labels)[1]
    monkeypatch.setattr(explanations, "GROWTHS", tuple(factor * growth for growth in GROWTHS))
    other = explained(logs, labels)[1]

    assert (other.sum() > usual.sum()) == (factor > 1)
    assert other.sum() == pytest.approx(usual.sum(), rel=0.5)
    order = np.argsort(usual)
    assert np.abs(np.argsort(np.argsort(other))[order] - np.arange(len(order))).mean() < 0.02 * len(order)


def two_clusters(images: int, swapped: float) -> tuple[NDArray, NDArray]:
    """Two classes far apart, as a classifier predicts them that was trained on labels of which many are swapped."""
    random = np.random.default_rng(3)
    true = random.integers(0, 2, images)
    side = np.where(true == 0, 1.0, -1.0) * random.normal(1, 0.15, images)
    score = np.log((1 - swapped) / swapped) * side / 2
    logs = np.stack([score, -score], axis=1)
    logs -= np.log(np.exp(logs).sum(axis=1, keepdims=True))
    return logs, np.where(random.random(images) < swapped, 1 - true, true)


def test_swapped_labels_of_two_classes_far_apart_are_an_explanation() -> None:
    logs, labels = two_clusters(400, 0.3)
    found, p_error = explained(logs, labels)
    count = count_wrong(found, candidates_are_given(400)[:2], p_error, 0.0, seed=0)

    assert count.low < 0.15 * 400
    assert count.high > 0.25 * 400


def test_after_suggestions_were_followed_the_explanations_are_compared_in_the_current_labels() -> None:
    logs, true = drawn(1000)
    labels = by_people(logs, true, easy=0.03, hard=0.2)
    found, p_error = explained(logs, labels)
    candidates, rows = np.argsort(np.arange(CLASSES) != labels[:, None], axis=1, kind="stable"), np.arange(len(labels))
    suggested = candidates[rows, found.average()[1].argmax(axis=1)]
    now, nobody = np.where(p_error > 0.5, suggested, labels), np.zeros_like(candidates, dtype=np.bool_)
    wrong = np.broadcast_to(np.arange(CLASSES) > 0, candidates.shape)
    least, most = reach_of_explanations(found, nobody, label_first(candidates, now), wrong)

    left = []
    for model in found.models:
        by_class = np.zeros_like(logs)
        np.put_along_axis(by_class, candidates, model.posterior(model.beliefs())[0].T, axis=1)
        left.append(len(labels) - by_class[rows, now].sum())
    average = found.weights @ left
    allowed = [each for each, weight in zip(left, found.weights, strict=True) if weight >= LEFT_OUT]
    assert (now != labels).any()
    assert (least, most) == pytest.approx((min(allowed) / average, max(allowed) / average))
    as_they_came = reach_of_explanations(found, nobody, label_first(candidates, labels), wrong)
    assert (least, most) != pytest.approx(as_they_came, rel=0.1)
