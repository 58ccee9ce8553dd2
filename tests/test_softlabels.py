from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from labelaudit.errors import SettingsError
from labelaudit.records import MILLION, Dataset, to_parts
from labelaudit.softlabels import smooth
from labelaudit.sources import Files


def dataset(labels: list[int], classes: int) -> Dataset:
    return Dataset(
        source=Files(Path()),
        classes=tuple(f"c{number:04d}" for number in range(classes)),
        paths=tuple(f"{number}.png" for number in range(len(labels))),
        labels=np.array(labels, dtype=np.int64),
        splits=("",) * len(labels),
    )


def test_two_classes_as_tensorflow_documents_it() -> None:
    soft = smooth(dataset([0, 1], 2), 0.2)

    assert soft.millionths.tolist() == [[900_000, 100_000], [100_000, 900_000]]


def test_ten_classes() -> None:
    soft = smooth(dataset([3], 10), 0.1)

    assert soft.millionths[0].tolist() == [10_000] * 3 + [910_000] + [10_000] * 6


@given(st.integers(2, 300), st.floats(0, 0.999))
def test_rows_sum_to_exactly_one_and_the_label_stays_on_top(classes: int, eps: float) -> None:
    labels = [0, classes // 2, classes - 1]
    soft = smooth(dataset(labels, classes), eps)
    millionths, probabilities = soft.millionths, soft.probabilities
    expected = np.eye(classes)[labels] * (1 - eps) + eps / classes

    assert (millionths.sum(axis=1) == MILLION).all()
    assert (millionths >= 0).all()
    assert np.abs(millionths / MILLION - expected).max() <= 1e-6
    assert (millionths.max(axis=1) == millionths[np.arange(3), labels]).all()
    assert probabilities.dtype == np.float32
    assert np.abs(probabilities - expected).max() <= 1e-7
    for dtype in (np.float32, np.float64):
        in_turn = probabilities.astype(dtype).cumsum(axis=1)
        assert (in_turn[:, -1] == 1).all()
        assert (probabilities[:, ::-1].sum(axis=1, dtype=dtype) == 1).all()


@given(st.lists(st.floats(0, 1), min_size=2, max_size=50).filter(lambda row: sum(row) > 0.01))
def test_any_distribution_keeps_its_order_when_rounded(row: list[float]) -> None:
    soft = np.array([row]) / sum(row)
    millionths = to_parts(soft, MILLION)[0]

    assert millionths.sum() == MILLION
    assert np.abs(millionths / MILLION - soft[0]).max() <= 1e-6
    assert millionths[soft[0].argmax()] == millionths.max()


@pytest.mark.parametrize("eps", [-0.1, 1.0, 7.0, float("nan")])
def test_eps_out_of_range_is_refused(eps: float) -> None:
    with pytest.raises(SettingsError, match="must be at least 0 and below 1"):
        smooth(dataset([0, 1], 2), eps)
