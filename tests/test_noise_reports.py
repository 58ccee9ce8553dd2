"""Reports of the noise between classes and of single predictions."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from typer.testing import Result

from labelaudit.audit import conclude
from labelaudit.decisions.baseline import accept
from labelaudit.errors import DatasetError
from labelaudit.records import Audit, Baseline, PairNoise
from labelaudit.reports.explanation import in_words
from labelaudit.reports.headlines import headlines
from labelaudit.reports.noise import noise_lines, noise_table
from labelaudit.second_opinion import confident_noise
from labelaudit.summary import explanation, row_of
from labelaudit.summary.noise import caught, pair_noise

from .conftest import Shapes

Run = Callable[..., Result]


def test_class_noise_is_in_words(small_audit: Audit) -> None:
    noise = np.array([[14.0, 0.2, 0.1], [4.0, 14.0, 0.0], [1.0, 0.5, 13.5]])
    audit = replace(small_audit, beliefs=replace(small_audit.beliefs, noise=noise))

    assert [value for name, value in headlines(conclude(audit)) if name == "by class"] == [
        "about 22% of 'cross', 4 of 18; most look like 'circle'",
        "about 9% of 'square', 2 of 17; most look like 'circle'",
    ]


def test_cleanlab_sees_the_same_noise(shapes_audit: Audit) -> None:
    theirs = confident_noise(shapes_audit.dataset, shapes_audit.beliefs)
    settings = replace(shapes_audit.settings, second_opinion=True)
    audit = replace(shapes_audit, second_opinion=theirs, settings=settings)

    np.testing.assert_allclose(theirs.sum(axis=1), shapes_audit.dataset.class_counts)
    first = pair_noise(audit)[0]
    assert (first.label, first.true) == ("cross", "circle")
    assert first.wrong == pytest.approx(2, abs=0.7)
    assert first.cleanlab == pytest.approx(2, abs=1.2)
    assert any(
        line.startswith(f"given 'cross', truly 'circle': {first.wrong:.1f}") for _, line in noise_lines(conclude(audit))
    )
    assert noise_lines(conclude(shapes_audit)) == []
    assert noise_table(conclude(shapes_audit)) == ""


def test_how_many_pairs_of_classes_are_left_out_is_said(shapes_audit: Audit) -> None:
    settings = replace(shapes_audit.settings, second_opinion=True)
    report = conclude(replace(shapes_audit, settings=settings))
    pairs = tuple(PairNoise(f"a{number}", "b\x1b", 1000.25, None if number else 2.0) for number in range(1023))
    table = noise_table(replace(report, pair_noise=pairs)).splitlines()
    lines = [line for _, line in noise_lines(replace(report, pair_noise=pairs))]

    assert [line.split() for line in table[2:4]] == [
        ["'a0'", r"'b\x1b'", "1,000.2", "2.0"],
        ["'a1'", r"'b\x1b'", "1,000.2", "-"],
    ]
    assert (len(table), len(lines)) == (23, 21)
    assert lines[0] == r"given 'a0', truly 'b\x1b': 1,000.2 (cleanlab: 2.0)"
    assert table[-1] == lines[-1] == "... and 1,003 more pairs of classes (JSON has all)"
    assert noise_table(replace(report, pair_noise=())).endswith("none between any two classes\n")


def test_what_the_flags_catch_is_a_share_of_what_is_expected(shapes_audit: Audit) -> None:
    p_error = shapes_audit.beliefs.p_error
    expected = p_error[p_error >= 0.5].sum() / p_error.sum()

    assert 0.5 < expected < 1
    assert caught(shapes_audit) == pytest.approx(expected)


def test_what_was_accepted_is_caught_and_what_was_not_looked_for_is_not(shapes_audit: Audit) -> None:
    accepted = accept(Baseline(), shapes_audit.findings, "so")
    settings = replace(shapes_audit.settings, ignore=("LA101",))
    silent = replace(shapes_audit, findings=(), settings=settings)

    assert conclude(shapes_audit, baseline=accepted).findings == ()
    assert conclude(shapes_audit, baseline=accepted).caught == pytest.approx(caught(shapes_audit))
    assert caught(silent) == 0
    assert ("caught by the flags", "about 0% of the wrong labels") in headlines(conclude(silent))


def test_that_nothing_was_judged_is_said_first(run: Run, tmp_path: Path, draw_shapes: Callable[..., Shapes]) -> None:
    done = run("scan", draw_shapes(tmp_path, each=2, wrong=0).root)

    assert done.stderr.startswith("NOTHING WAS JUDGED: every class has fewer than 3 independent images")
    assert "wrong labels" not in done.stderr


def test_what_cannot_be_believed_is_said_first(shapes_audit: Audit) -> None:
    audit = replace(shapes_audit, beliefs=replace(shapes_audit.beliefs, accuracy=0.4))

    assert headlines(conclude(audit))[0][0] == "LOW CONFIDENCE"


def test_an_explanation_names_voters_and_neighbours(shapes_audit: Audit, shapes: Shapes) -> None:
    path = next(iter(shapes.wrong))
    grounds = explanation(shapes_audit, row_of(shapes_audit, path))

    assert (grounds.label, grounds.suggested) == ("cross", "circle")
    assert list(grounds.voters) == ["ridge", "discriminant", "neighbours", "nearest"]
    assert all(0 <= value <= 1 for pair in grounds.voters.values() for value in pair)
    assert grounds.voters["ridge"][1] > grounds.voters["ridge"][0]
    assert len(grounds.like_suggested) == 3
    assert all(other.startswith("circle/") for other in grounds.like_suggested)
    assert path not in grounds.like_label
    assert in_words(grounds).startswith(f"{path}: given 'cross', else 'circle' (p_error ")


def test_an_image_may_be_named_from_the_working_folder(
    shapes_audit: Audit, shapes: Shapes, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = next(iter(shapes.wrong))
    monkeypatch.chdir(shapes.root.parent)

    assert row_of(shapes_audit, str(Path("data") / path)) == row_of(shapes_audit, path)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("data/none.jpeg.gz", "'data/none.jpeg.gz' is not among the readable images of "),
        ("", "'' is not among the readable images of "),
        ("square/circle005.png", "did you mean 'circle/circle005.png'?"),
        ("cross/cros005.png", "did you mean 'cross/cross005.png'?"),
    ],
)
def test_a_name_that_is_none_is_answered_with_one_that_is(typed: str, said: str, shapes_audit: Audit) -> None:
    with pytest.raises(DatasetError) as caught:
        row_of(shapes_audit, typed)

    assert said in str(caught.value)
    assert str(caught.value).endswith(f"such as {shapes_audit.dataset.paths[0]}.")


def test_a_name_that_is_none_is_an_error_before_anything_is_written(run: Run, shapes: Shapes, tmp_path: Path) -> None:
    out = tmp_path / "audit.json"
    done = run(
        "scan", shapes.root, "--format", "json", "--out", out, "--report", f"csv={out}.csv", "--explain", "x.png"
    )

    assert done.exit_code == 2
    assert list(tmp_path.iterdir()) == []


def test_an_image_that_was_not_judged_is_not_explained(
    run: Run, tmp_path: Path, draw_shapes: Callable[..., Shapes]
) -> None:
    root = draw_shapes(tmp_path, each=6, wrong=0).root
    for path in sorted((root / "cross").iterdir())[2:]:
        path.unlink()
    done = run("scan", root, "--explain", "cross/cross000.png", "--quiet")

    assert done.stdout.splitlines()[-1] == (
        "cross/cross000.png: not judged: class 'cross' has 2 independent images; it needs 3 to be judged"
    )


def test_a_copy_of_an_image_is_no_evidence_of_what_it_shows(shapes_audit: Audit, shapes: Shapes) -> None:
    row = row_of(shapes_audit, next(iter(shapes.wrong)))
    nearest = explanation(shapes_audit, row).like_suggested
    groups = shapes_audit.copies.groups.copy()
    groups[shapes_audit.dataset.paths.index(nearest[0])] = groups[row]
    copied = replace(shapes_audit, copies=replace(shapes_audit.copies, groups=groups, families=groups))

    assert explanation(copied, row).like_suggested[:2] == nearest[1:]
