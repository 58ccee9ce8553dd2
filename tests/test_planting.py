from collections.abc import Callable
from dataclasses import replace
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
from typer.testing import Result

from labelaudit import Settings
from labelaudit.audit import bench
from labelaudit.cli.bench import parse_share
from labelaudit.errors import SettingsError
from labelaudit.planting import KINDS, plant, tally
from labelaudit.records import Audit, Bin, Trial, together
from labelaudit.reports.bench import HEADINGS, bench_table
from labelaudit.settings import ClassSettings

from .conftest import Shapes

Run = Callable[..., Result]


@pytest.mark.parametrize(("text", "share"), [("5%", 0.05), ("0.05", 0.05), ("12.5%", 0.125), ("50%", 0.5)])
def test_a_share_is_read(text: str, share: float) -> None:
    assert parse_share(text) == pytest.approx(share)


@pytest.mark.parametrize("text", ["", "x", "0", "-5%", "60%", "5", "nan", "%"])
def test_what_is_no_share_is_refused(text: str) -> None:
    with pytest.raises(SettingsError, match=r"expected a share (above 0|such as)"):
        parse_share(text)


@pytest.mark.parametrize("kind", KINDS)
def test_only_labels_that_look_right_are_made_wrong(kind: str, shapes_audit: Audit) -> None:
    dataset, copies, beliefs = shapes_audit.dataset, shapes_audit.copies, shapes_audit.beliefs
    drawn = plant(dataset, copies, beliefs, 0.5, kind, seed=1)
    labels, again = next(drawn), next(drawn)
    changed = labels != dataset.labels

    assert len(dataset) / 6 < changed.sum() < 5 * len(dataset) / 6
    assert not changed[beliefs.p_error >= 0.5].any()
    assert (labels != again).any()
    assert np.array_equal(labels, next(plant(dataset, copies, beliefs, 0.5, kind, seed=1)))


def test_bench_finds_what_it_planted(tmp_path: Path, draw_shapes: Callable[..., Shapes]) -> None:
    trials = bench(draw_shapes(tmp_path, each=120, wrong=0).root, 0.1, Settings(), draws=2)

    assert [trial.kind for trial in trials] == [kind for kind in KINDS for _ in range(2)]
    for kind, least in zip(KINDS, (0.7, 0.6, 0.6), strict=True):
        both = together([trial for trial in trials if trial.kind == kind])
        assert both.believable
        assert both.labels > 200
        assert both.planted > 12
        assert both.found > least * both.planted
        assert both.found > 0.7 * both.flagged
        assert both.corrected > 0.7 * both.found
        assert both.expected == pytest.approx(both.planted, rel=0.4)
        assert both.calibration_error < 0.5 * both.planted / both.labels  # what no p_error at all would have
        assert both.likely.planted > 0.7 * both.likely.labels > 0


def tallied(audit: Audit, p_error: float, settings: Settings) -> Trial:
    """Plant one error, a circle among the crosses, with the same ``p_error`` for all crosses."""
    labels = audit.dataset.labels.copy()
    changed = np.flatnonzero(labels == 0)[:1]
    labels[changed] = 1
    thought = np.where(labels == 1, p_error, 0.0)
    suggested = np.where(labels == 1, 0, labels)
    after = replace(audit.beliefs, p_error=thought, suggested=suggested)
    before = replace(audit.beliefs, p_error=np.zeros(len(labels)))
    return tally(KINDS[0], replace(audit.dataset, labels=labels), audit.dataset.labels, before, after, settings)


@pytest.mark.parametrize(("general", "own"), [(0.7, None), (0.9, 0.7)])
def test_what_is_flagged_is_counted_by_the_threshold_of_its_class(
    general: float, own: float | None, shapes_audit: Audit
) -> None:
    settings = Settings(min_p_error=general, per_class=(ClassSettings(name="cross", min_p_error=own),))
    crosses = int((shapes_audit.dataset.labels == 1).sum()) + 1
    found, passed = (tallied(shapes_audit, p_error, settings) for p_error in (0.75, 0.65))

    assert (found.planted, found.flagged, found.found, found.corrected) == (1, crosses, 1, 1)
    assert (passed.planted, passed.flagged, passed.found) == (1, 0, 0)


def test_how_honest_p_error_was_is_measured(shapes_audit: Audit) -> None:
    trial = tallied(shapes_audit, 0.75, Settings())
    crosses = trial.likely.labels

    assert trial.likely == pytest.approx((crosses, 0.75 * crosses, 1))
    assert trial.expected == pytest.approx(0.75 * crosses)
    assert trial.calibration_error == pytest.approx((0.75 * crosses - 1) / trial.labels)


def a_trial(kind: str, *, believable: bool = True, labels: int = 90, planted: int = 8) -> Trial:
    """Return a trial in which all but one of the planted were found, beside one that was not planted."""
    low, high = Bin(labels - planted, 2.0, min(planted, 1)), Bin(planted, 7.5, max(planted - 1, 0))
    return Trial(
        kind, believable, planted, max(planted - 1, 0), max(planted - 2, 0), (low, *[Bin(0, 0.0, 0)] * 8, high)
    )


def test_the_table_has_a_row_for_each_draw_and_one_for_all() -> None:
    rows = [line.split("  ") for line in bench_table([a_trial("a"), a_trial("a"), a_trial("b")]).splitlines()]
    rows = [[cell.strip() for cell in row if cell] for row in rows]

    assert rows[0] == list(HEADINGS)
    assert [row[0] for row in rows[1:5]] == ["a, draw 1", "a, draw 2", "a, all 2", "b"]
    assert rows[1][1:] == ["8", "7 (88%)", "8", "88%", "86%", "10", "0.017", "88% of 8"]
    assert rows[3][1:] == ["16", "14 (88%)", "16", "88%", "86%", "19", "0.017", "88% of 16"]


@pytest.mark.parametrize(
    ("trial", "said"),
    [
        (a_trial("a", believable=False), "LOW CONFIDENCE: "),
        (a_trial("a", believable=False, labels=0, planted=0), "NOTHING TO SHOW: no label was made wrong, because none"),
        (a_trial("a", planted=0), "NOTHING TO SHOW: no label was made wrong, because the share is too small for 90"),
    ],
)
def test_what_means_little_is_said_first(trial: Trial, said: str) -> None:
    table = bench_table([trial, trial])

    assert table.startswith(said)
    assert ("0.0" in table) == bool(trial.planted)


def test_bench_takes_the_configuration_of_a_scan(
    run: Run, shapes: Shapes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    config = f"data = '{shapes.root}'\nmin-p-error = 1\n"
    (tmp_path / "labelaudit.toml").write_text(f"{config}[per-class.none]\nmin-p-error = 0.9\n")
    assert "which does not exist" in run("bench").stderr
    (tmp_path / "labelaudit.toml").write_text(config)
    done = run("bench", "--flip", "20%", "--draws", 1)

    assert done.exit_code == 0, done.stderr
    assert done.stdout.count(" 0 (0%) ") == len(KINDS)


def test_bench_says_where_it_can_show_nothing(run: Run, tmp_path: Path, draw_shapes: Callable[..., Shapes]) -> None:
    done = run("bench", draw_shapes(tmp_path, each=2, wrong=0).root)

    assert done.exit_code == 0, done.stderr
    assert done.stdout.startswith("NOTHING TO SHOW: no label was made wrong, because none")


def test_errors_as_people_make_them_fall_on_hard_images(shapes_audit: Audit) -> None:
    """Half of the images are hard, half are easy: nearly all errors are planted in the first."""
    audit, count = shapes_audit, len(shapes_audit.dataset)
    hard = np.arange(count) % 2 == 0
    beliefs = np.where(hard[:, None], [0.5, 0.4, 0.1], [0.998, 0.001, 0.001])
    before = replace(audit.beliefs, probabilities=beliefs, p_error=np.zeros(count))
    draws = list(islice(plant(audit.dataset, audit.copies, before, 0.2, KINDS[2], seed=0), 20))
    wrong = np.array([labels != audit.dataset.labels for labels in draws])
    likelier = np.array([labels == audit.beliefs.candidates[:, 1] for labels in draws])

    assert wrong.mean() == pytest.approx(0.2, abs=0.03)
    assert wrong[:, hard].sum() > 8 * wrong[:, ~hard].sum()
    assert 0.55 < likelier[wrong & hard].mean() < 0.75
