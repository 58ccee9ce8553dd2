"""What a scan and a review make of decisions, on features drawn from a seed."""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from labelaudit.decisions import apply, decide, merge
from labelaudit.probabilities import embed, out_of_sample
from labelaudit.records import ELSEWHERE, UNKNOWN, Audit, Beliefs, Decision, Decisions, Ruling
from labelaudit.reviewing import Queue, Review
from labelaudit.settings import Settings

from .test_out_of_sample import copies_of, drawn, flipped

TRUE = np.arange(1200) % 6
GIVEN = flipped(TRUE, 0.1)
WRONG = GIVEN != TRUE


@pytest.fixture(scope="module")
def result() -> Audit:
    """Classes that are not always easy to tell apart, with one label in ten wrong."""
    dataset, observed = drawn(GIVEN, TRUE, apart=2.7, seed=1)
    copies, settings = copies_of(dataset), Settings()
    beliefs = out_of_sample(dataset, observed, embed(observed), copies, settings)
    return Audit(dataset, observed, copies, beliefs, (), settings)


@pytest.fixture(scope="module")
def review(result: Audit) -> Review:
    return Review(result)


def said(result: Audit, rows: Iterable[int], ruling: Ruling | None = None) -> Decisions:
    """Return what somebody who knows the truth, or says the same of all, decided about some images."""
    dataset, digests, made = result.dataset, result.observed.digests, []
    for row in rows:
        right = TRUE[row] == GIVEN[row]
        each = ruling or (Ruling.KEEP if right else Ruling.RELABEL)
        decided = dataset.classes[TRUE[row]] if each is Ruling.RELABEL else ""
        made.append(Decision(digests[row], dataset.classes[GIVEN[row]], each, decided, dataset.paths[row]))
    return decide(Decisions(), *made)


def judged(result: Audit, decisions: Decisions, labels: NDArray = GIVEN) -> Beliefs:
    """Return what a scan believes that knows the decisions."""
    dataset = replace(result.dataset, labels=labels)
    decided = apply(decisions, dataset, result.observed.digests)
    parts = (dataset, result.observed, embed(result.observed), result.copies, result.settings)
    return out_of_sample(*parts, decided=decided)


def suspicious(result: Audit, count: int) -> NDArray:
    return np.argsort(-result.beliefs.p_error, kind="stable")[:count]


def test_what_was_decided_is_certain(result: Audit) -> None:
    rows = np.concatenate([suspicious(result, 60), np.flatnonzero(~WRONG)[:10]])
    beliefs = judged(result, said(result, rows))

    np.testing.assert_array_equal(beliefs.p_error[rows], WRONG[rows])
    changed = rows[WRONG[rows]]
    np.testing.assert_array_equal(beliefs.suggested[changed], TRUE[changed])
    truth = beliefs.candidates[rows] == TRUE[rows, None]
    np.testing.assert_array_equal(beliefs.posterior[rows], truth)
    np.testing.assert_array_equal(beliefs.candidates[:, 0], GIVEN)


def test_without_decisions_nothing_changes(result: Audit) -> None:
    beliefs = judged(result, Decisions())

    np.testing.assert_array_equal(beliefs.p_error, result.beliefs.p_error)
    assert beliefs.wrong == result.beliefs.wrong


def test_after_the_labels_were_fixed_the_count_is_of_those_that_are_left(result: Audit) -> None:
    rows = np.flatnonzero(result.beliefs.flagged(result.dataset, result.settings))
    decisions, fixed = said(result, rows), GIVEN.copy()
    fixed[rows] = TRUE[rows]
    left = (fixed != TRUE).sum()
    beliefs = judged(result, decisions, fixed)

    assert beliefs.wrong.low <= left <= beliefs.wrong.high
    np.testing.assert_array_equal(beliefs.candidates[:, 0], fixed)
    assert not beliefs.p_error[rows].any()


def test_labels_that_were_changed_on_a_scans_advice_are_not_taken_for_right(result: Audit) -> None:
    """Nobody looked: what is known of them is what was known before, and the count stays honest."""
    rows = np.flatnonzero(result.beliefs.flagged(result.dataset, result.settings))
    suggested, dataset = result.beliefs.suggested, result.dataset
    followed = decide(
        Decisions(),
        *(
            Decision(
                result.observed.digests[row],
                dataset.classes[GIVEN[row]],
                Ruling.FOLLOWED,
                dataset.classes[suggested[row]],
            )
            for row in rows
        ),
    )
    labels = GIVEN.copy()
    labels[rows] = suggested[rows]
    beliefs = judged(result, followed, labels)

    assert (beliefs.p_error[rows] > 0).all()
    assert beliefs.wrong.low <= (labels != TRUE).sum() <= beliefs.wrong.high
    named = (result.beliefs.candidates == suggested[:, None]) * result.beliefs.posterior
    np.testing.assert_allclose(beliefs.p_error[rows], 1 - named.sum(axis=1)[rows], atol=1e-5)


def test_decisions_about_other_labels_or_contradictions_do_not_apply(result: Audit) -> None:
    decisions = said(result, range(4))
    dataset = replace(result.dataset, labels=np.where(np.arange(1200) == 0, (TRUE + 2) % 6, GIVEN))
    contradicted = said(result, [1], Ruling.UNSURE)
    decided = apply(merge(decisions, contradicted), dataset, result.observed.digests)

    assert decided.truth[:4].tolist() == [UNKNOWN, UNKNOWN, TRUE[2], TRUE[3]]
    assert decided.looked_at[:4].tolist() == [False, False, True, True]


def test_bad_images_are_neither_right_nor_wrong_and_unsure_ones_are_not_asked_again(result: Audit) -> None:
    first, second = suspicious(result, 2).tolist()
    decisions = merge(said(result, [first], Ruling.BAD_IMAGE), said(result, [second], Ruling.UNSURE))
    beliefs = judged(result, decisions)

    assert beliefs.p_error[first] == 0
    assert not beliefs.judged[first]
    assert beliefs.p_error[second] > 0.5


def test_a_class_that_is_not_in_the_data_set_makes_the_label_wrong(result: Audit) -> None:
    row = int(np.flatnonzero(~WRONG)[0])
    (decision,) = said(result, [row]).made
    elsewhere = Decisions((decision._replace(ruling=Ruling.RELABEL, decided="owl"),))

    assert apply(elsewhere, result.dataset, result.observed.digests).truth[row] == ELSEWHERE
    assert judged(result, elsewhere).p_error[row] == 1


def test_a_label_that_was_changed_twice_came_with_the_first(result: Audit) -> None:
    digest, names = result.observed.digests[0], result.dataset.classes
    first = Decision(digest, names[1], Ruling.FOLLOWED, names[2])
    second = Decision(digest, names[2], Ruling.RELABEL, names[int(GIVEN[0])])
    decided = apply(decide(Decisions(), first, second), result.dataset, result.observed.digests)

    assert decided.given[0] == 1
    assert decided.truth[0] == GIVEN[0]
    assert decided.fixed[0]


def test_a_copy_that_still_has_the_earlier_label_keeps_a_decision_from_being_carried_out(result: Audit) -> None:
    """The same bytes are in two classes: the one that was right all along has not been changed from the other."""
    digests = (result.observed.digests[0], *result.observed.digests[:-1])
    labels = np.concatenate([[0, 1], GIVEN[2:]])
    dataset = replace(result.dataset, labels=labels)
    names = dataset.classes
    decisions = Decisions((Decision(digests[0], names[1], Ruling.RELABEL, names[0]),))
    decided = apply(decisions, dataset, digests)

    assert decided.truth[:2].tolist() == [UNKNOWN, 0]
    assert not decided.fixed.any()


def test_the_queue_is_judged_again_and_finds_more(result: Audit, review: Review) -> None:
    decisions, asked = Decisions(), 0
    queue: Queue = review.judge(decisions)
    np.testing.assert_array_equal(queue.rows, suspicious(result, 1200))
    while asked < WRONG.sum():
        decisions = merge(decisions, said(result, queue.rows[:20]))
        asked += 20
        queue = review.judge(decisions)

    looked_at = np.setdiff1d(np.arange(1200), queue.rows)
    assert len(looked_at) == queue.decided == asked
    assert queue.found == WRONG[looked_at].sum() >= WRONG[suspicious(result, asked)].sum() - 2
    left = WRONG.sum() - queue.found
    assert queue.left.low <= left <= queue.left.high
    assert not queue.enough
    assert (np.diff(queue.beliefs.p_error[queue.rows]) <= 0).all()


def test_a_scan_believes_what_the_review_believed(result: Audit, review: Review) -> None:
    decisions = said(result, suspicious(result, 50))

    np.testing.assert_array_equal(judged(result, decisions).p_error, review.judge(decisions).beliefs.p_error)


def test_it_says_when_it_is_no_longer_worth_going_on(result: Audit, review: Review) -> None:
    rows = suspicious(result, 1200)

    assert review.judge(said(result, rows[:700])).enough == "fewer than 1 of the next 50 labels is expected to be wrong"
    assert review.judge(said(result, rows)).enough == "every image was looked at"


def test_a_decision_that_is_undone_after_a_fix_is_forgotten(result: Audit) -> None:
    row = int(np.flatnonzero(WRONG)[0])
    labels = GIVEN.copy()
    labels[row] = TRUE[row]
    fixed = replace(result, dataset=replace(result.dataset, labels=labels))
    decisions = said(result, [row])
    decided = apply(decisions, fixed.dataset, fixed.observed.digests)
    opened = Review(replace(fixed, decided=decided))

    assert decided.given[row] == GIVEN[row]
    assert opened.judge(decisions).decided == 1
    assert opened.judge(Decisions()).decided == 0
    np.testing.assert_array_equal(opened.before.candidates[:, 0], labels)
