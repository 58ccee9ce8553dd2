"""A sample of the images: drawn with known probabilities, and estimates that owe nothing to the noise model."""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from labelaudit.decisions import apply, decide, dump, merge, parse, with_sample
from labelaudit.records import Audit, Decision, Decisions, Estimate, Ruling, Sample, Sampled, Stratum
from labelaudit.sampling import draw, estimate

from .test_reviewing import GIVEN, TRUE, WRONG, result

__all__ = ["result"]  # the fixture


def drawn(result: Audit, size: int = 50, seed: int = 0) -> Sample:
    return draw(result.beliefs, result.dataset, result.observed.digests, result.settings, size, seed)


def answered(result: Audit, sample: Sample, wrong: NDArray = WRONG, places: Iterable[int] | None = None) -> Decisions:
    """Return the answers of somebody who knows which labels are wrong, to some of the images or to all."""
    names, made = result.dataset.classes, []
    for place in range(len(sample.rows)) if places is None else places:
        row = sample.rows[place]
        ruling = Ruling.RELABEL if wrong[row] else Ruling.KEEP
        made.append(
            Decision(
                result.observed.digests[row],
                names[GIVEN[row]],
                ruling,
                names[TRUE[row]] if wrong[row] else "",
                shown_by=sample.shown_by[place],
                probability=float(sample.probabilities[place]),
            )
        )
    return with_sample(decide(Decisions(), *made), sample.sampled)


def estimated(result: Audit, decisions: Decisions, labels: NDArray = GIVEN) -> Estimate:
    dataset = replace(result.dataset, labels=labels)
    decided = apply(decisions, dataset, result.observed.digests)
    found = estimate(decisions, dataset, result.observed.digests, decided)
    assert found
    return found


def test_a_sample_is_drawn_with_the_probabilities_that_it_states(result: Audit) -> None:
    often = np.zeros(len(GIVEN))
    stated: dict[int, float] = {}
    for seed in range(400):
        sample = drawn(result, 40, seed)
        assert len(set(sample.rows.tolist())) == 40
        often[sample.rows] += 1
        stated |= dict(zip(sample.rows.tolist(), sample.probabilities.tolist(), strict=True))
        strata = sample.sampled.strata
        assert sample.sampled.images == len(GIVEN) and sample.sampled.drawn == 40
        assert len(strata) == 5 and min(each.drawn for each in strata) >= 2

    for probability in set(stated.values()):
        counts = often[[row for row, each in stated.items() if each == probability]]
        deviation = np.sqrt(400 * probability * (1 - probability))
        assert counts.mean() == pytest.approx(400 * probability)
        assert counts.std() == pytest.approx(deviation, rel=0.25)
        assert abs(counts - counts.mean()).max() < 5 * deviation
    middling = (result.beliefs.p_error > 0.2) & (result.beliefs.p_error < 0.8)
    assert often[middling].mean() > 2 * often[~middling].mean()


def test_the_estimates_are_unbiased_and_their_intervals_hold_the_truth(result: Audit) -> None:
    flagged = result.beliefs.flagged(result.dataset, result.settings)
    truth = {
        "share": WRONG.mean(),
        "precision": WRONG[flagged].mean(),
        "recall": flagged[WRONG].mean(),
    }
    found = [estimated(result, answered(result, drawn(result, 50, seed))) for seed in range(150)]

    for name, true in truth.items():
        intervals = [getattr(each, name) for each in found]
        assert np.mean([each.estimate for each in intervals]) == pytest.approx(true, rel=0.05), name
        assert np.mean([each.low <= true <= each.high for each in intervals]) >= 0.85, name


def test_the_estimate_owes_nothing_to_the_noise_model(result: Audit) -> None:
    """It believes that all labels are right, and a third is wrong."""
    wrong = np.arange(len(GIVEN)) % 3 == 0
    sure = replace(result, beliefs=replace(result.beliefs, p_error=np.full(len(GIVEN), 1e-9)))
    found = [estimated(result, answered(result, drawn(sure, 50, seed), wrong)) for seed in range(100)]

    assert np.mean([each.share.estimate for each in found]) == pytest.approx(1 / 3, abs=0.02)
    assert np.mean([each.share.low <= 1 / 3 <= each.share.high for each in found]) >= 0.85
    assert found[0].precision is None


def test_a_sample_without_a_wrong_label_does_not_exclude_that_there_is_none(result: Audit) -> None:
    found = estimated(result, answered(result, drawn(result), np.zeros(len(GIVEN), np.bool_)))

    assert found.share.low == found.share.estimate == 0
    assert 0 < found.share.high < 0.1
    assert found.recall is None


def test_the_same_data_give_the_same_sample_so_that_an_interrupted_one_goes_on(result: Audit) -> None:
    sample, again = drawn(result), drawn(result)

    np.testing.assert_array_equal(sample.rows, again.rows)
    assert sample.sampled == again.sampled
    assert drawn(result, seed=1).sampled.name != sample.sampled.name != drawn(result, 60).sampled.name
    half = estimated(result, answered(result, sample, places=range(25)))
    assert (half.answered, half.drawn) == (25, 50)
    whole = merge(answered(result, sample, places=range(25)), answered(result, sample, places=range(25, 50)))
    assert estimated(result, whole) == estimated(result, parse(dump(answered(result, sample))))
    assert half.share.high - half.share.low > estimated(result, whole).share.high - estimated(result, whole).share.low


def test_every_image_may_be_asked(result: Audit) -> None:
    sample = drawn(result, 5000)

    assert sorted(sample.rows.tolist()) == list(range(len(GIVEN)))
    found = estimated(result, answered(result, sample))
    assert found.share.low == pytest.approx(found.share.high) == pytest.approx(WRONG.mean())


def test_who_cannot_tell_is_left_out(result: Audit) -> None:
    sample = drawn(result)
    unsure = answered(result, sample, places=range(10)).made
    decisions = decide(answered(result, sample), *(each._replace(ruling=Ruling.UNSURE, decided="") for each in unsure))

    assert estimated(result, decisions).answered == 40
    everybody = (each._replace(ruling=Ruling.UNSURE, decided="") for each in decisions.made)
    dataset, digests = result.dataset, result.observed.digests
    none = decide(decisions, *everybody)
    assert estimate(none, dataset, digests, apply(none, dataset, digests)) is None


def test_it_is_stale_when_labels_change_and_not_when_its_own_answers_are_carried_out(result: Audit) -> None:
    decisions = answered(result, drawn(result, 200))
    rows = drawn(result, 200).rows
    fixed, other = GIVEN.copy(), GIVEN.copy()
    fixed[rows] = TRUE[rows]
    unasked = np.setdiff1d(np.flatnonzero(~WRONG), rows)[0]
    other[unasked] = (TRUE[unasked] + 1) % 6

    assert not estimated(result, decisions).stale
    assert not estimated(result, decisions, fixed).stale
    assert estimated(result, decisions, fixed).share == estimated(result, decisions).share
    assert estimated(result, decisions, other).stale == "images or labels have changed since it was drawn"


def test_strata_without_an_answer_are_estimated_with_their_neighbours() -> None:
    strata = (Stratum(80, 2, False), Stratum(10, 2, False), Stratum(5, 2, True), Stratum(5, 2, True))
    sampled = Sampled("sample-1", "", strata)
    made = [Decision("a", "x", Ruling.KEEP, shown_by="sample-1/1", probability=0.2)]
    made += [Decision("b", "x", Ruling.RELABEL, "y", shown_by="sample-1/3", probability=0.4)]
    from labelaudit.sampling import _answers, _estimated

    found = _estimated(sampled, _answers(Decisions(tuple(made), samples=(sampled,)))["sample-1"], "")
    assert found.share.estimate == pytest.approx(0.1)
    assert found.precision and found.precision.estimate == 1


def test_the_interval_allows_for_few_wrong_labels_in_few_images() -> None:
    """Of the wrong labels that were not drawn, there is a whole number: without that, it held the truth in 71 %."""
    from labelaudit.sampling import _estimated

    random, held = np.random.default_rng(0), []
    sampled = Sampled("sample-1", "", (Stratum(100, 40, False), Stratum(20, 10, True)))
    wrong = (np.arange(100) < 3, np.arange(20) < 9)
    for _ in range(300):
        said = [
            (number, bool(each))
            for number, stratum in enumerate(sampled.strata)
            for each in random.choice(wrong[number], stratum.drawn, replace=False)
        ]
        share = _estimated(sampled, said, "").share
        held.append(share.low <= 0.1 <= share.high)

    assert np.mean(held) >= 0.88
