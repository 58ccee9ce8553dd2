from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from labelaudit import Settings
from labelaudit.audit import bench
from labelaudit.errors import SettingsError
from labelaudit.planting import KINDS, parse_share, plant
from labelaudit.records import Audit
from labelaudit.reports.trials import trials_table

from .conftest import Shapes


@pytest.mark.parametrize(("text", "share"), [("5%", 0.05), ("0.05", 0.05), ("12.5%", 0.125), ("50%", 0.5)])
def test_a_share_is_read(text: str, share: float) -> None:
    assert parse_share(text) == pytest.approx(share)


@pytest.mark.parametrize("text", ["", "x", "0", "-5%", "60%", "5", "nan", "%"])
def test_what_is_no_share_is_refused(text: str) -> None:
    with pytest.raises(SettingsError, match="expected a share above 0"):
        parse_share(text)


@pytest.mark.parametrize("kind", KINDS)
def test_only_labels_that_look_right_are_made_wrong(kind: str, shapes_audit: Audit) -> None:
    dataset, copies, beliefs = shapes_audit.dataset, shapes_audit.copies, shapes_audit.beliefs
    drawn = plant(dataset, copies, beliefs, 0.5, kind, seed=1)
    labels, again = next(drawn), next(drawn)
    changed = labels != dataset.labels

    assert 8 < changed.sum() < 40
    assert not changed[beliefs.p_error >= 0.5].any()
    assert (labels != again).any()
    assert np.array_equal(labels, next(plant(dataset, copies, beliefs, 0.5, kind, seed=1)))


def test_bench_finds_what_it_planted(tmp_path: Path, draw_shapes: Callable[..., Shapes]) -> None:
    trials = bench(draw_shapes(tmp_path, each=40, wrong=0).root, 0.1, Settings(), draws=2)

    assert [trial.kind for trial in trials] == [kind for kind in KINDS for _ in range(2)]
    for trial in trials:
        assert trial.corrected <= trial.found <= min(trial.planted, trial.flagged)
        assert 0 <= trial.calibration_error < 0.15
    assert sum(trial.found for trial in trials[:2]) > 0.7 * sum(trial.planted for trial in trials[:2])
    assert trials_table(trials).count("\n") == 1 + len(trials) + 1 + 3
