"""Images between two classes are ambiguous, unless another rule reports them."""

from dataclasses import replace

import numpy as np
import pytest

from labelaudit.checks import CHECKS
from labelaudit.findings import Finding
from labelaudit.records import Evidence
from labelaudit.settings import ClassSettings, Settings

from .test_overlapping_classes import TRUE, evidence, split


def found(evidence: Evidence, code: str = "LA103") -> list[Finding]:
    return list(CHECKS[code].find(evidence))


@pytest.fixture(scope="module")
def clear() -> Evidence:
    """Six classes that are easy to distinguish."""
    return evidence(TRUE, TRUE, apart=7.0)


def with_even(clear: Evidence, row: int, first: float, second: float) -> Evidence:
    """Say that an image of class 1 is of it by the one probability, and of class 4 by the other."""
    probabilities, candidates = clear.beliefs.probabilities.copy(), clear.beliefs.candidates[row]
    assert clear.dataset.labels[row] == 1
    probabilities[row] = (1 - first - second) / 4
    probabilities[row, candidates == 1], probabilities[row, candidates == 4] = first, second
    return replace(clear, beliefs=replace(clear.beliefs, probabilities=probabilities))


def test_nothing_is_ambiguous_where_classes_are_far_apart(clear: Evidence) -> None:
    assert found(clear) == []


@pytest.mark.parametrize(("first", "second"), [(0.49, 0.47), (0.46, 0.53)])
def test_both_classes_and_their_probabilities_are_named(clear: Evidence, first: float, second: float) -> None:
    (finding,) = found(with_even(clear, 7, first, second))

    assert (finding.path, finding.label, finding.severity) == ("00007.png", "class 1", "info")
    assert finding.message == f"'class 1' ({first}) and 'class 4' ({second}) fit about equally"


@pytest.mark.parametrize(("first", "second"), [(0.6, 0.4), (0.4, 0.4), (0.44, 0.55)])
def test_what_leans_to_one_class_or_none_is_not(clear: Evidence, first: float, second: float) -> None:
    assert found(with_even(clear, 7, first, second)) == []


def test_wrong_labels_and_strays_are_left_to_their_rules(clear: Evidence) -> None:
    case = with_even(clear, 7, 0.49, 0.49)
    for column, value, code in (("p_error", 0.5, "LA101"), ("strangeness", 3.0, "LA303")):
        values = getattr(case.beliefs, column).copy()
        values[7] = value
        other = replace(case, beliefs=replace(case.beliefs, **{column: values}))

        assert "00007.png" in [finding.path for finding in found(other, code)]
        assert found(other) == []


@pytest.mark.parametrize(("own", "p_error", "code"), [(0.9, 0.7, "LA103"), (0.2, 0.3, "LA101")])
def test_a_threshold_of_a_class_is_that_of_both_rules(clear: Evidence, own: float, p_error: float, code: str) -> None:
    """What is too unsure to be wrong is ambiguous still, and no image is both."""
    case = with_even(clear, 7, 0.49, 0.49)
    values = case.beliefs.p_error.copy()
    values[7] = p_error
    settings = Settings(per_class=(ClassSettings(name="class 1", min_p_error=own),))
    case = replace(case, beliefs=replace(case.beliefs, p_error=values), settings=settings)

    assert [each for each in ("LA101", "LA103") if "00007.png" in {one.path for one in found(case, each)}] == [code]


def test_alike_classes_have_ambiguous_images_and_no_wrong_label_is_among_them() -> None:
    case = evidence(TRUE, TRUE, apart=2.0)
    paths = {finding.path for finding in found(case)}

    assert len(paths) >= 5
    assert paths.isdisjoint(finding.path for finding in found(case, "LA101"))


def test_silent_where_nothing_can_be_told_apart() -> None:
    case = evidence(np.random.default_rng(2).integers(0, 6, len(TRUE)), TRUE)

    assert not case.beliefs.believable
    assert found(case) == []


def test_the_images_of_overlapping_classes_are_not_ambiguous_one_by_one() -> None:
    case = evidence(split(2), TRUE)
    even = (case.beliefs.probabilities >= 0.45).sum(axis=1) == 2

    assert even.sum() > 10
    assert not any("'class 0'" in each.message and "'class 6'" in each.message for each in found(case))
