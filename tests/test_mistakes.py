import os
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

from labelaudit.cache import Cache
from labelaudit.observations.extractors import EXTRACTORS

from .conftest import Shapes

Run = Callable[..., Result]


@pytest.mark.parametrize(
    "words",
    [
        ("--out", "F", "--report", "json=F"),
        ("--out", "./F", "--scores", "G/../F"),
        ("--report", "html=F", "--scores", "F"),
        ("--metrics", "F", "--out", "F"),
        ("--metrics", "F", "--report", "csv=F"),
        ("--report", "json=F", "--report", "csv=./F"),
        ("--baseline", "accepted.json", "--out", "accepted.json"),
    ],
)
def test_no_output_overwrites_another(
    run: Run, shapes: Shapes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "G").mkdir()
    (tmp_path / "accepted.json").write_text('{"schema_version": "1.0", "entries": []}')
    done = run("scan", shapes.root, *words)

    assert done.exit_code == 2
    assert "name the same file" in done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["G", "accepted.json"]
    assert run("scan", shapes.root, "-q", "--exit-zero", "--out", os.devnull, "--scores", os.devnull).exit_code == 0


MISTAKES: dict[str, tuple[list[str], str]] = {
    "no such folder": (["scan", "nowhere"], "there is no folder nowhere"),
    "a file": (["scan", "file.txt"], "is a file; expected one folder for each class"),
    "an empty folder": (["scan", "empty"], "is empty"),
    "a format": (["scan", "empty", "--format", "jsn"], "did you mean 'json'"),
    "a share": (["scan", "empty", "--max-rate", "2"], "a share from 0 to 1"),
    "a threshold": (["scan", "empty", "--min-p-error", "0"], "above 0 and at most 1"),
    "a severity": (["scan", "empty", "--fail-on", "eror"], "did you mean 'error'?"),
    "nothing to fail on": (["scan", "empty", "--fail-on", " , "], "--fail-on names nothing"),
    "a rule to fail on": (["scan", "empty", "--fail-on", "LA9"], "no rule has the code or name 'LA9'"),
    "a rule to select": (["scan", "empty", "--select", "LA1,LB"], "no rule has the code or name 'LB'"),
    "a rule to ignore": (["scan", "empty", "--ignore", "mislabelled"], "did you mean 'mislabeled'?"),
    "a rule by half its name": (["baseline", "empty", "--reason", "x", "--select", "leak"], "did you mean 'leakage'?"),
    "out in no folder": (["scan", "empty", "--out", "no/where.json"], "there is no folder no"),
    "out is a folder": (["scan", "empty", "--out", "empty"], "it is a folder"),
    "a quality": (["scan", "empty", "--quality", "BEST"], "did you mean 'best'? There are: fast, standard, best."),
    "eps": (["smooth", "empty", "--eps", "1"], "must be at least 0 and below 1"),
    "ending": (["smooth", "empty", "--out", "labels.xlsx"], "expected .csv, .jsonl, .npz or .parquet"),
    "mode": (["smooth", "empty", "--mode", "posteriro"], "did you mean 'posterior'? There are: posterior, uniform,"),
    "no votes": (["smooth", "empty", "--mode", "votes"], "--mode votes needs the table of votes: --votes votes.csv"),
    "votes unused": (["smooth", "empty", "--votes", "v.csv"], "--mode posterior does not use votes."),
    "no scan yet": (["smooth"], "Type: labelaudit smooth DATA"),
    "rule": (["explain", "LA10"], "did you mean 'LA10"),
    "option": (["scan", "empty", "--formt", "json"], "error: there is no option --formt; did you mean --format?"),
    "command": (["scn", "empty"], "error: there is no command scn; did you mean scan?"),
    "no data": (["scan"], "error: no folder of images was named. Type: root scan DATA"),
    "no rule": (["explain"], "error: RULE is missing. For help, type: root explain --help"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_gets_2_and_an_answer(name: str, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty").mkdir()
    (tmp_path / "file.txt").write_text("x")
    words, message = MISTAKES[name]
    done = run(*words)

    assert done.exit_code == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
    assert sorted(path.name for path in tmp_path.iterdir()) == ["empty", "file.txt"]


class Faulty:
    size, blocks, batch, identity = 32, (4,), 1, ""

    def start(self, jobs: int, cache: Cache) -> None:
        raise RuntimeError("an internal error")


def test_our_own_crash_is_2_and_says_how_to_see_it(run: Run, shapes: Shapes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(EXTRACTORS._things, "efficientnet-lite0", Faulty())
    done = run("scan", shapes.root)

    assert done.exit_code == 2
    assert "labelaudit itself failed (RuntimeError: an internal error)" in done.stderr
    assert "LABELAUDIT_TRACEBACK=1" in done.stderr
    assert "Traceback" not in done.stderr

    monkeypatch.setenv("LABELAUDIT_TRACEBACK", "1")
    assert "Traceback" in run("scan", shapes.root).stderr


def test_a_report_that_cannot_be_written_leaves_the_old_one(run: Run, shapes: Shapes, tmp_path: Path) -> None:
    (tmp_path / "audit.json").write_text("old")
    done = run("scan", shapes.root, "--format", "jsn", "--out", tmp_path / "audit.json")

    assert done.exit_code == 2
    assert (tmp_path / "audit.json").read_text() == "old"
    assert len(list(tmp_path.iterdir())) == 1
