"""The closed form against what it stands for: a refit without each group."""

import numpy as np
import pytest
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from labelaudit.probabilities import ridge as module
from labelaudit.probabilities.ridge import Ridge, standardised


def problem(images: int, width: int, classes: int = 4, seed: int = 0) -> tuple[NDArray, NDArray, NDArray]:
    """Features, one-hot labels, and groups: pairs and a triple of near copies among singles."""
    random = np.random.default_rng(seed)
    labels = random.integers(0, classes, images)
    features = random.normal(size=(images, width)).astype(np.float32)
    features[:, :classes] += 2 * np.eye(classes)[labels]
    groups = np.arange(images)
    groups[[5, 9]] = 3
    groups[[20, 21]] = 20
    features[[9, 5]] = features[3] + 0.01
    return standardised(features), np.eye(classes)[labels], groups


def refitted(x: NDArray, y: NDArray, groups: NDArray, penalty: float) -> NDArray:
    x = x.astype(np.float64)
    scores = np.empty_like(y)
    for group in np.unique(groups):
        inside = groups == group
        rest = x[~inside]
        weights = np.linalg.solve(rest.T @ rest + penalty * np.eye(x.shape[1]), rest.T @ y[~inside])
        scores[inside] = x[inside] @ weights
    return scores


@pytest.mark.parametrize(("images", "width"), [(60, 12), (60, 58), (40, 90), (30, 300)])
@pytest.mark.parametrize("penalty", [0.5, 30.0])
def test_closed_form_is_a_refit_without_each_group(images: int, width: int, penalty: float) -> None:
    x, y, groups = problem(images, width)

    np.testing.assert_allclose(
        Ridge(x, groups).leave_out(penalty).scores(y), refitted(x, y, groups, penalty), atol=2e-4
    )


def test_both_forms_give_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """120 images in 119 features take one form, in 125 (six of them empty) the other."""
    x, y, groups = problem(120, 118)
    wide = np.hstack([x, np.zeros((120, 6), np.float32)])

    np.testing.assert_allclose(
        Ridge(x, groups).leave_out(5.0).scores(y), Ridge(wide, groups).leave_out(5.0).scores(y), atol=2e-4
    )


def test_a_large_group_is_left_out_just_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LARGE", 10)
    x, y, groups = problem(80, 20)
    groups[30:55] = 30

    np.testing.assert_allclose(Ridge(x, groups).leave_out(5.0).scores(y), refitted(x, y, groups, 5.0), atol=2e-4)


def test_other_labels_need_no_other_factor() -> None:
    x, y, groups = problem(60, 12)
    held = Ridge(x, groups).leave_out(5.0)
    flipped = np.roll(y, 1, axis=0)

    np.testing.assert_allclose(held.scores(flipped), refitted(x, flipped, groups, 5.0), atol=2e-4)


def test_threads_change_no_bit() -> None:
    x, y, groups = problem(3000, 40)
    with threadpool_limits(1):
        one, many = (Ridge(x, groups, jobs=jobs).leave_out(5.0).scores(y) for jobs in (1, 4))

    assert np.array_equal(one, many)


def test_a_constant_feature_is_no_trouble() -> None:
    features = np.ones((5, 3), np.float32)
    features[:, 1] = np.arange(5)
    x = standardised(features)

    np.testing.assert_allclose(x.mean(axis=0), [0, 0, 0, 1], atol=1e-6)
    np.testing.assert_allclose(x.std(axis=0), [0, 1, 0, 0], atol=1e-6)
