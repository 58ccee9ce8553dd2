"""The hook, run by the real pre-commit in a real repository, where a push is refused for a wrong label."""

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from .conftest import Shapes, draw
from .recipes import ROOT, bash, needs_bash

MANIFEST = ROOT / ".pre-commit-hooks.yaml"
PRE_COMMIT = [sys.executable, "-m", "pre_commit"]

pytestmark = [needs_bash, pytest.mark.skipif(not shutil.which("git"), reason="there is no git")]


def git(folder: Path, *words: str) -> None:
    who = ("-c", "user.name=Somebody", "-c", "user.email=s@example.org", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *who, *words], cwd=folder, check=True, capture_output=True)


def test_the_manifest_is_one() -> None:
    subprocess.run([*PRE_COMMIT, "validate-manifest", MANIFEST], check=True)


def test_a_push_with_a_wrong_label_is_refused(tmp_path: Path, draw_shapes: Callable[..., Shapes]) -> None:
    """pre-commit would install a hook in Python from a package index; here the one that is under test is installed."""
    folder = tmp_path / "project"
    data = draw_shapes(folder / "data", wrong=0).root
    (hook,) = yaml.safe_load(MANIFEST.read_text(encoding="utf-8"))
    local: dict[str, Any] = {**hook, "language": "system"}
    (folder / ".pre-commit-config.yaml").write_text(yaml.safe_dump({"repos": [{"repo": "local", "hooks": [local]}]}))
    (folder / "labelaudit.toml").write_text('data = "data"\nselect = "LA101"\n')
    git(folder, "init", "-q", "-b", "main")
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "Begin")
    git(tmp_path, "init", "-q", "--bare", "-b", "main", "far")
    git(folder, "remote", "add", "origin", str(tmp_path / "far"))
    git(folder, "push", "-q", "origin", "main")

    assert bash(f'"{sys.executable}" -m pre_commit install -t pre-push -t pre-commit', folder).returncode == 0

    def commit_and_push(message: str) -> tuple[int, str]:
        words = (
            f'git add -A; git -c user.name=S -c user.email=s@example.org commit -q -m "{message}"; git push origin main'
        )
        done = bash(words, folder)
        return done.returncode, done.stdout + done.stderr

    draw("circle", np.random.default_rng(9)).save(data / "cross" / "new.png")
    code, said = commit_and_push("Add a picture")
    assert code != 0
    assert "cross/new.png: LA101 given 'cross', looks like 'circle'" in said

    (folder / "README").write_text("no picture\n")
    (data / "cross" / "new.png").rename(data / "circle" / "new.png")
    code, said = commit_and_push("Correct the label")
    assert code == 0, said
    assert "Passed" in said

    (folder / "README").write_text("still none\n")
    code, said = commit_and_push("Write")
    assert code == 0, said
    assert "(no files to check)Skipped" in said
