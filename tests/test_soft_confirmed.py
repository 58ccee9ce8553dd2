"""Soft labels of images that a person has decided on."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from typer.testing import Result

import labelaudit
from labelaudit.decisions import dump
from labelaudit.errors import DatasetError, DecisionsError
from labelaudit.records import MILLION, Audit, Decision, Decisions, Ruling
from labelaudit.softening import compare, soften
from labelaudit.softlabels import MODES, load

from .conftest import Shapes

Run = Callable[..., Result]


@pytest.fixture(scope="module")
def rows(shapes_audit: Audit) -> dict[str, int]:
    """Return images of the first class by what a person says of them; the first four have the right label."""
    wrong = next(row for row, path in enumerate(shapes_audit.dataset.paths) if path == "cross/circle000.png")
    return {"keep": 0, "unsure": 1, "bad-image": 2, "elsewhere": 3, "relabel": wrong}


@pytest.fixture(scope="module")
def decisions(shapes_audit: Audit, rows: dict[str, int]) -> Decisions:
    dataset, digests = shapes_audit.dataset, shapes_audit.observed.digests
    decided = {"relabel": "circle", "elsewhere": "triangle"}
    made = []
    for said, row in rows.items():
        label = dataset.classes[dataset.labels[row]]
        ruling = Ruling.RELABEL if said in decided else Ruling(said)
        made.append(Decision(digests[row], label, ruling, decided.get(said, ""), dataset.paths[row]))
    return Decisions(tuple(sorted(made)))


@pytest.fixture
def file(decisions: Decisions, tmp_path: Path) -> Path:
    path = tmp_path / "decisions.json"
    path.write_text(dump(decisions), encoding="utf-8")
    return path


@pytest.mark.parametrize("eps", [0.0, 0.3])
@pytest.mark.parametrize("mode", sorted(set(MODES) - {"votes"}))
def test_what_a_person_decided_is_certain_and_not_softened(
    mode: str, eps: float, decisions: Decisions, rows: dict[str, int], shapes: Shapes, shapes_audit: Audit
) -> None:
    soft = soften(shapes.root, eps, mode=mode, decisions=decisions, weigh=True)
    paths, names = shapes_audit.dataset.paths, soft.dataset.classes
    place = {path: row for row, path in enumerate(soft.dataset.paths)}

    assert (soft.millionths.sum(axis=1) == MILLION).all()
    for said in ("keep", "relabel"):
        row = place[paths[rows[said]]]
        assert names[soft.labels[row]] == "circle"
        assert soft.millionths[row].tolist() == [MILLION, 0, 0]
        assert soft.probabilities[row].tolist() == [1, 0, 0]
        assert soft.weights[row] == 1
    assert place.keys() == set(paths) - {paths[rows["bad-image"]], paths[rows["elsewhere"]]}
    unsure = soft.millionths[place[paths[rows["unsure"]]]].tolist()
    assert (unsure == [MILLION, 0, 0]) == (mode != "posterior" and not eps)
    assert soft.notes[-2:] == (
        "2 labels were decided by a person and are certain",
        "2 images were left out: a person found them not usable, or of no class of this data set",
    )


def test_a_label_that_a_person_confirmed_is_not_dropped(
    decisions: Decisions, rows: dict[str, int], shapes: Shapes, shapes_audit: Audit
) -> None:
    path = shapes_audit.dataset.paths[rows["relabel"]]
    assert path not in soften(shapes.root, drop=True).dataset.paths
    assert path in soften(shapes.root, drop=True, decisions=decisions).dataset.paths


def test_a_comparison_leaves_out_what_is_left_out(decisions: Decisions, shapes: Shapes, shapes_audit: Audit) -> None:
    found = compare(shapes.root, decisions=decisions)

    assert found.counts.sum() == len(shapes_audit.dataset) - 2
    assert found.images[0].path == "cross/circle000.png"
    assert [shares[0][0] for shares in found.images[0].shares] == ["circle"] * 3


def test_the_command_and_python_read_the_file(run: Run, file: Path, shapes: Shapes, tmp_path: Path) -> None:
    out = tmp_path / "labels.npz"
    done = run("smooth", shapes.root, "--confirmed", file, "--out", out)

    assert done.exit_code == 0, done.stderr
    assert "2 labels were decided by a person and are certain" in done.stderr
    found, asked = load(out), labelaudit.soften(shapes.root, confirmed=file)
    assert found.paths == asked.dataset.paths
    assert (found.probabilities == asked.probabilities).all()


def test_decisions_of_other_images_and_labels_change_nothing(shapes: Shapes) -> None:
    others = Decisions((Decision("0" * 64, "circle", Ruling.RELABEL, "cross"),))
    soft, alone = soften(shapes.root, decisions=others), soften(shapes.root)

    assert (soft.millionths == alone.millionths).all()
    assert soft.notes == ("warning: none of the decisions is about these images with these labels",)


def test_what_is_no_file_of_decisions_is_an_error_before_the_work(run: Run, shapes: Shapes, tmp_path: Path) -> None:
    (tmp_path / "decisions.json").write_text("{}")
    done = run("smooth", shapes.root, "--confirmed", tmp_path / "decisions.json")
    assert done.exit_code == 2
    assert "cannot be used" in done.stderr
    with pytest.raises(DecisionsError, match="be read"):
        labelaudit.soften(shapes.root, confirmed=tmp_path / "none.json")


def test_the_file_of_decisions_is_not_overwritten(run: Run, file: Path, shapes: Shapes) -> None:
    before = file.read_bytes()
    done = run("smooth", shapes.root, "--confirmed", file, "--compare", "--report", f"html={file}")

    assert done.exit_code == 2
    assert "name the same file" in done.stderr
    assert file.read_bytes() == before


def test_nothing_is_written_if_nothing_is_left(shapes: Shapes, shapes_audit: Audit) -> None:
    dataset = shapes_audit.dataset
    bad = [
        Decision(digest, dataset.classes[label], Ruling.BAD_IMAGE)
        for digest, label in zip(shapes_audit.observed.digests, dataset.labels, strict=True)
    ]
    with pytest.raises(DatasetError, match="nothing would be left"):
        soften(shapes.root, decisions=Decisions(tuple(sorted(bad))))


def test_certain_rows_are_hard_in_every_block(shapes: Shapes, decisions: Decisions) -> None:
    soft = soften(shapes.root, 0.2, decisions=decisions)
    other = soft.millionths[~soft.certain]

    assert soft.certain.sum() == 2
    assert np.allclose(other.max(axis=1), MILLION * (0.8 + 0.2 / 3), atol=2)
