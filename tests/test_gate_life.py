"""The whole life of a gate, on a git repository, as a team would live with it."""

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from typer.testing import Result

from .conftest import Shapes, draw

Run = Callable[..., Result]

pytestmark = pytest.mark.skipif(not shutil.which("git"), reason="there is no git")


def git(folder: Path, *words: str) -> None:
    who = ("-c", "user.name=Somebody", "-c", "user.email=s@example.org", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *who, *words], cwd=folder, check=True, capture_output=True)


def commit(folder: Path, message: str) -> None:
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", message)


def test_the_life_of_a_gate(
    tmp_path: Path, draw_shapes: Callable[..., Shapes], run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    old = draw_shapes(tmp_path / "data").wrong
    git(tmp_path, "init", "-q", "-b", "main")
    commit(tmp_path, "Add the data")

    def counted(*words: str) -> set[str]:
        done = run("scan", "data", "--select", "LA1,LA3", "-f", "json", *words)
        assert done.exit_code != 2, done.stderr
        report = json.loads(done.stdout)
        assert done.exit_code == (0 if report["gate"]["passed"] else 1), done.stderr
        return {finding["path"] for finding in report["findings"] if finding["counted"]}

    # Red on day one; what is there is accepted, and the gate is green.
    assert counted() == set(old)
    assert run("baseline", "data", "--select", "LA1,LA3", "--reason", "there on day one").exit_code == 0
    commit(tmp_path, "Accept what is there")
    assert counted() == set()

    # A wrong label comes in: red, on just that one.
    draw("circle", np.random.default_rng(9)).save(tmp_path / "data" / "cross" / "new.png")
    commit(tmp_path, "Add a picture")
    assert counted() == {"cross/new.png"}
    assert counted("--changed-since", "HEAD~1") == {"cross/new.png"}
    assert counted("--changed-since", "HEAD") == set()

    # It gets its right label: green.
    git(tmp_path, "mv", "data/cross/new.png", "data/circle/new.png")
    commit(tmp_path, "Correct the label")
    assert counted() == set()

    # A class is renamed: what was accepted elsewhere is still accepted; in the renamed class the labels are new.
    git(tmp_path, "mv", "data/square", "data/box")
    commit(tmp_path, "Rename a class")
    renamed = {path.replace("square/", "box/") for path in old if path.startswith("square/")}
    assert renamed
    assert counted() == renamed
    done = run("scan", "data", "--select", "LA1,LA3")
    assert f"stale in the baseline: {len(renamed)} " in done.stderr

    # A split above the classes moves every file and changes no label.
    run("baseline", "data", "--select", "LA1,LA3", "--prune", "--reason", "the class was renamed")
    commit(tmp_path, "Accept under the new name")
    assert counted("--strict") == set()
    git(tmp_path, "mv", "data", "all")
    (tmp_path / "data").mkdir()
    git(tmp_path, "mv", "all", "data/train")
    commit(tmp_path, "Make it a split")
    assert counted("--strict") == set()
