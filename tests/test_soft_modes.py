"""The result of each method of softening."""

from dataclasses import replace

import numpy as np
import pytest

from labelaudit.errors import SettingsError
from labelaudit.records import MILLION, Audit
from labelaudit.settings import Settings
from labelaudit.softlabels import MODES, Known, mode_of, soft_labels


@pytest.fixture(scope="session")
def known(shapes_audit: Audit) -> Known:
    return Known(shapes_audit.dataset, shapes_audit.beliefs)


def dense(known: Known) -> np.ndarray:
    """Return the posterior of all classes, (N, K)."""
    beliefs = known.judged()
    matrix = np.zeros((len(known.dataset), len(known.dataset.classes)))
    np.put_along_axis(matrix, beliefs.candidates, beliefs.posterior, axis=1)
    return matrix


def test_the_posterior_is_written_to_the_columns_of_its_classes(known: Known) -> None:
    soft = soft_labels(known, "posterior")
    flagged = known.judged().flagged(known.dataset, known.settings)

    np.testing.assert_allclose(soft.millionths / MILLION, dense(known), atol=2e-6)
    np.testing.assert_allclose(soft.probabilities, dense(known), atol=2e-7)
    assert flagged.any()
    assert (soft.labels == known.dataset.labels).all()
    assert (soft.millionths.argmax(axis=1) != known.dataset.labels)[flagged].all()


@pytest.mark.parametrize("mode", ["posterior", "uniform", "corrected"])
@pytest.mark.parametrize("eps", [0.0, 1e-6, 0.1, 0.99])
def test_rows_of_every_mode_sum_to_exactly_one(known: Known, mode: str, eps: float) -> None:
    soft = soft_labels(known, mode, eps)

    assert (soft.millionths.sum(axis=1) == MILLION).all()
    assert (soft.millionths >= 0).all()
    for order in (1, -1):
        assert (soft.probabilities[:, ::order].cumsum(axis=1)[:, -1] == 1).all()


def test_eps_is_applied_last(known: Known) -> None:
    soft = soft_labels(known, "posterior", 0.3)
    classes = len(known.dataset.classes)

    np.testing.assert_allclose(soft.millionths / MILLION, dense(known) * 0.7 + 0.3 / classes, atol=2e-6)


def test_classes_that_could_not_be_judged_stay_hard(known: Known) -> None:
    judged = known.dataset.labels != 1
    beliefs = replace(known.judged(), judged=judged)
    soft = soft_labels(replace(known, beliefs=beliefs), "posterior")
    onehot = np.eye(len(known.dataset.classes), dtype=np.int64)[known.dataset.labels] * MILLION

    assert (soft.millionths[~judged] == onehot[~judged]).all()
    assert (soft.millionths[judged] != onehot[judged]).any()
    assert soft.notes == (f"{(~judged).sum()} labels stay hard: 1 classes are too small to be judged (LA401)",)


@pytest.mark.parametrize("mode", ["posterior", "corrected"])
def test_labels_that_nothing_is_known_of_stay_as_they_are(known: Known, mode: str) -> None:
    beliefs = replace(known.judged(), accuracy=known.judged().chance)
    soft = soft_labels(replace(known, beliefs=beliefs), mode, drop=True)
    onehot = np.eye(len(known.dataset.classes), dtype=np.int64)[known.dataset.labels] * MILLION

    assert (soft.millionths == onehot).all()
    assert "could not be judged (the model predicts the labels hardly better" in soft.notes[0]
    assert soft.notes[1] == "no image was left out: the labels could not be judged"


def test_corrected_replaces_what_is_flagged_and_nothing_else(known: Known) -> None:
    beliefs = known.judged()
    soft = soft_labels(known, "corrected", weigh=True)
    flagged = beliefs.flagged(known.dataset, known.settings)
    expected = np.where(flagged, beliefs.suggested, known.dataset.labels)

    assert (soft.labels == expected).all()
    assert (soft.millionths[np.arange(len(expected)), expected] == MILLION).all()
    np.testing.assert_allclose(soft.weights[~flagged], 1 - beliefs.p_error[~flagged])
    np.testing.assert_allclose(soft.weights[flagged], dense(known)[flagged, expected[flagged]])
    strict = replace(known, settings=Settings(min_p_error=1.0))
    assert (soft_labels(strict, "corrected").labels == known.dataset.labels).all()
    for lower in (1e-9, "balanced"):
        loose = replace(known, settings=Settings(min_p_error=lower))
        assert (soft_labels(loose, "corrected").labels == expected).all()


def test_weights_are_the_probability_of_the_given_label(known: Known) -> None:
    soft = soft_labels(known, "uniform", 0.1, weigh=True)

    np.testing.assert_allclose(soft.weights, 1 - known.judged().p_error)
    assert not len(soft_labels(known, "uniform", 0.1).weights)


def test_drop_leaves_out_what_is_flagged(known: Known) -> None:
    flagged = known.judged().flagged(known.dataset, known.settings)
    soft, whole = (soft_labels(known, "posterior", drop=drop, weigh=True) for drop in (True, False))

    assert soft.dataset.paths == tuple(np.array(known.dataset.paths)[~flagged])
    assert (soft.millionths == whole.millionths[~flagged]).all()
    assert (soft.weights == whole.weights[~flagged]).all()


def test_the_method_is_chosen_by_what_is_asked() -> None:
    assert (mode_of(None, None), mode_of(None, 0.0), mode_of("corrected", 0.1)) == ("posterior", "uniform", "corrected")
    assert set(MODES) == {"posterior", "uniform", "corrected", "votes"}
    with pytest.raises(SettingsError, match="did you mean 'corrected'"):
        mode_of("correct", None)


def test_more_classes_than_candidates(known: Known) -> None:
    """Of a data set with many classes the audit names a few candidates for each image."""
    names = tuple(f"c{number:03d}" for number in range(100))
    candidates = np.argsort(np.random.default_rng(0).random((len(known.dataset), 100)))[:, :3]
    candidates[:, 0] = known.dataset.labels
    candidates[:, 1:] += 3 * (candidates[:, 1:] < 3)
    candidates[:, 2] = np.where(candidates[:, 2] == candidates[:, 1], 99, candidates[:, 2])
    wide = replace(
        known, dataset=replace(known.dataset, classes=names), beliefs=replace(known.judged(), candidates=candidates)
    )
    for eps in (0.0, 0.1):
        soft = soft_labels(wide, "posterior", eps)
        assert soft.millionths.shape == (len(wide.dataset), 100)
        assert (soft.millionths.sum(axis=1) == MILLION).all()
        np.testing.assert_allclose(soft.millionths / MILLION, dense(wide) * (1 - eps) + eps / 100, atol=2e-6)
