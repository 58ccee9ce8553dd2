"""The closed forms are compared with a refit without each group."""

import numpy as np
import pytest
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from labelaudit.probabilities.axes import KEPT, Axes, leading_axes, principal_axes
from labelaudit.probabilities.linear import Discriminant, Linear, Ridge, of_one_size
from labelaudit.probabilities.standardised import Standardised
from labelaudit.probabilities.voters import Tuned
from labelaudit.records import Copies, Likeness

CLASSES = 4


def problem(images: int, width: int, seed: int = 0) -> tuple[NDArray, NDArray, NDArray]:
    """Features, labels, and groups: a triple and two pairs among singles, the triple and a pair of near copies."""
    random = np.random.default_rng(seed)
    labels = random.integers(0, CLASSES, images)
    features = random.normal(size=(images, width)).astype(np.float32)
    features[:, :CLASSES] += 2 * np.eye(CLASSES)[labels]
    groups = np.arange(images)
    groups[[5, 9]] = 3
    groups[[20, 21]] = 20
    groups[[12, 24]] = 12
    features[[9, 5]] = features[3] + 0.01
    return features, labels, groups


def rows_of_copies(groups: NDArray) -> list[NDArray]:
    return Copies(groups, (Likeness.IDENTICAL,) * len(groups)).rows()


def out_of_sample(kind: type[Linear], axes: Axes, labels: NDArray, groups: NDArray, penalty: float) -> NDArray:
    model = kind(axes, labels, CLASSES, rows_of_copies(groups))
    model.penalise(penalty)
    scores = model.scores(np.arange(len(labels)))
    for rows, together in model.scores_of_families(np.ones(len(labels), dtype=bool)):
        scores[rows] = together
    return scores


def refitted_ridge(z: NDArray, y: NDArray, labels: NDArray, inside: NDArray, penalty: float) -> NDArray:
    """Least squares with an intercept that is not penalised."""
    x = np.column_stack([z, np.ones(len(z))])
    shrink = penalty * np.eye(x.shape[1])
    shrink[-1, -1] = 0
    rest = x[~inside]
    return x[inside] @ np.linalg.solve(rest.T @ rest + shrink, rest.T @ y[~inside])


def refitted_discriminant(z: NDArray, y: NDArray, labels: NDArray, inside: NDArray, penalty: float) -> NDArray:
    rest = z[~inside]
    inverse = np.linalg.inv(rest.T @ rest + penalty * np.eye(z.shape[1]))
    means = np.stack([rest[labels[~inside] == label].mean(axis=0) for label in range(CLASSES)], axis=1)
    return len(z) * (z[inside] @ inverse @ means - np.einsum("ak,ab,bk->k", means, inverse, means) / 2)


REFITS = {Ridge: refitted_ridge, Discriminant: refitted_discriminant}


def refitted(kind: type[Linear], axes: Axes, labels: NDArray, groups: NDArray, penalty: float) -> NDArray:
    z, y = axes.z.astype(np.float64), np.eye(CLASSES)[labels]
    scores = np.empty_like(y)
    for group in np.unique(groups):
        inside = groups == group
        scores[inside] = REFITS[kind](z, y, labels, inside, penalty * axes.spread.mean())
    return scores


def test_families_of_one_size_are_held_out_in_steps_of_a_bounded_size() -> None:
    families = [np.array([0, 5]), np.array([1, 2, 3]), np.array([4, 7]), np.array([6, 8])]

    assert [each.tolist() for each in of_one_size(families, 4)] == [[[0, 5], [4, 7]], [[6, 8]], [[1, 2, 3]]]
    assert [each.shape for each in of_one_size(families, 1)] == [(1, 2), (1, 2), (1, 2), (1, 3)]


@pytest.mark.parametrize("kind", [Ridge, Discriminant])
@pytest.mark.parametrize(("images", "width"), [(60, 12), (60, 58), (40, 90), (30, 300)])
@pytest.mark.parametrize("penalty", [0.1, 3.0])
def test_closed_form_is_a_refit_without_each_group(kind: type[Linear], images: int, width: int, penalty: float) -> None:
    features, labels, groups = problem(images, width)
    axes = principal_axes(features, (width,))

    np.testing.assert_allclose(
        out_of_sample(kind, axes, labels, groups, penalty), refitted(kind, axes, labels, groups, penalty), atol=1e-3
    )


@pytest.mark.parametrize("kind", [Ridge, Discriminant])
def test_a_group_larger_than_the_axes_is_left_out_just_so(kind: type[Linear]) -> None:
    features, labels, groups = problem(80, 20)
    groups[30:60] = 30
    axes = principal_axes(features, (20,))

    np.testing.assert_allclose(
        out_of_sample(kind, axes, labels, groups, 1.0), refitted(kind, axes, labels, groups, 1.0), atol=1e-3
    )


@pytest.mark.parametrize("kind", [Ridge, Discriminant])
def test_more_features_than_images_and_fewer_give_the_same(kind: type[Linear]) -> None:
    """120 images in 118 features take one form, in 125 (seven of them empty) the other."""
    features, labels, groups = problem(120, 118)
    wide = np.hstack([features, np.zeros((120, 7), np.float32)])
    narrow_axes, wide_axes = principal_axes(features, (118,)), principal_axes(wide, (118, 7))
    weight = wide_axes.spread[0] / narrow_axes.spread[0]  # two blocks weigh otherwise than one
    penalty = weight * narrow_axes.spread.mean() / wide_axes.spread.mean()

    np.testing.assert_allclose(
        out_of_sample(kind, narrow_axes, labels, groups, 1.0),
        out_of_sample(kind, wide_axes, labels, groups, penalty),
        atol=1e-3,
    )


def test_axes_keep_every_angle_and_are_uncorrelated() -> None:
    features, _, _ = problem(60, 12)
    axes, x = principal_axes(features, (4, 8)), Standardised(features, (4, 8))[:]

    np.testing.assert_allclose(axes.z @ axes.z.T, x @ x.T, atol=1e-3)
    np.testing.assert_allclose(axes.z.T @ axes.z, np.diag(axes.spread), atol=1e-2)
    np.testing.assert_allclose(axes.z.mean(axis=0), 0, atol=1e-5)


def test_a_constant_feature_is_no_trouble() -> None:
    features = np.ones((5, 3), np.float32)
    features[:, 1] = np.arange(5)

    assert np.isfinite(principal_axes(features, (3,)).z).all()
    np.testing.assert_allclose(Standardised(features, (3,))[:][:, [0, 2]], 0)


@pytest.mark.parametrize("kind", [Ridge, Discriminant])
def test_the_label_of_an_image_never_reaches_its_own_scores(kind: type[Linear]) -> None:
    """If the label of an image changes, its own scores do not."""
    features, labels, groups = problem(60, 12)
    axes = principal_axes(features, (12,))
    flipped = labels.copy()
    flipped[[3, 5, 9]] = (labels[3] + 1) % CLASSES
    before, after = (out_of_sample(kind, axes, each, groups, 1.0) for each in (labels, flipped))

    np.testing.assert_allclose(before[[3, 5, 9]], after[[3, 5, 9]], atol=1e-3)
    assert np.abs(before - after)[10:].max() > 1e-2


def test_threads_change_no_bit() -> None:
    features, labels, groups = problem(3000, 40)

    def beliefs(jobs: int) -> NDArray:
        axes = principal_axes(features, (40,), jobs=jobs)
        model = Ridge(axes, labels, CLASSES, rows_of_copies(groups))
        return Tuned(model, labels, np.arange(3000), jobs=jobs).beliefs(lambda rows, beliefs: beliefs)

    with threadpool_limits(1):
        assert np.array_equal(beliefs(1), beliefs(4))


def test_the_leading_axes_are_nearly_the_exact_ones() -> None:
    random = np.random.default_rng(0)
    features = (random.standard_normal((3000, 400)) * np.exp(-np.arange(400) / 50)) @ random.standard_normal((400, 400))
    x = Standardised(features.astype(np.float32), (400,))
    exact = np.linalg.svd(x[:], compute_uv=False)[:200].astype(np.float64) ** 2
    axes = leading_axes(x, 200, jobs=2)

    assert axes.z.shape == (3000, 200)
    assert np.allclose(axes.z.T @ axes.z, np.diag(axes.spread), atol=1e-5 * axes.spread[0])
    assert (np.diff(axes.spread) <= 0).all()
    assert 0.995 * exact.sum() < axes.spread.sum() < 1.0001 * exact.sum()
    assert np.allclose(axes.spread[:20], exact[:20], rtol=1e-3)
    with threadpool_limits(1):
        assert np.array_equal(leading_axes(x, 200, jobs=1).z, leading_axes(x, 200, jobs=5).z)


def test_fewer_pictures_than_axes_are_no_trouble() -> None:
    features = np.random.default_rng(0).standard_normal((3, 400)).astype(np.float32)[np.arange(1500) % 3]
    axes = leading_axes(Standardised(features, (400,)), 100)

    assert np.isfinite(axes.z).all()
    assert np.allclose(axes.z.T @ axes.z, np.diag(axes.spread), atol=1e-5 * axes.spread[0])
    assert (axes.spread[2:] < 1e-5 * axes.spread[0]).all()


def test_few_images_with_many_features_have_fewer_axes() -> None:
    features = np.random.default_rng(0).standard_normal((KEPT + 20, 2 * KEPT + 10)).astype(np.float32)

    assert principal_axes(features, features.shape[1:], jobs=2).z.shape == (KEPT + 20, KEPT)
