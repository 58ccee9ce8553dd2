"""Files are moved in the index of git as ``git mv`` moves them."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from labelaudit.errors import RevisionError
from labelaudit.fixes import carry_out, undo
from labelaudit.records import FixPlan

from .conftest import git
from .test_fixes import contents, planned, relabel, remove, tree


def status(folder: Path) -> list[str]:
    words = ["git", "-c", "core.quotePath=false", "status", "--porcelain", "--untracked-files=all", "-z"]
    done = subprocess.run(words, cwd=folder, check=True, capture_output=True)
    return sorted(os.fsdecode(entry) for entry in done.stdout.split(b"\0") if entry)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data set in a repository; one image is new, one is staged in another form than it has now."""
    folder = tmp_path / "repository"
    root = tree(folder / "my data", "cat/1.jpg", "cat/2.jpg", "cat/odd 'é\".jpg", "dog/3.jpg", "dog/4.jpg")
    git(folder, "init", "-q", "-b", "main")
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", "first")
    tree(root, "cat/new.jpg")
    (root / "cat/2.jpg").write_bytes(b"changed")
    return root


@pytest.mark.skipif(sys.platform == "win32", reason="no such names")
def test_moves_are_staged_as_renames_and_taken_back(data: Path, tmp_path: Path) -> None:
    before, was = contents(data), status(data)
    names = ("cat/1.jpg", "cat/2.jpg", "cat/odd 'é\".jpg", "cat/new.jpg")
    fixes = [relabel(data, name, "cat", "dog") for name in names]
    plan = planned(data, *fixes, remove(data, "dog/4.jpg", "dog"), quarantine=tmp_path / "bad")
    assert carry_out(plan, tmp_path / "journal", git=True).moved == 5

    assert status(data) == sorted(
        [
            "R  my data/dog/1.jpg",
            "my data/cat/1.jpg",
            "RM my data/dog/2.jpg",
            "my data/cat/2.jpg",
            "R  my data/dog/odd 'é\".jpg",
            "my data/cat/odd 'é\".jpg",
            "D  my data/dog/4.jpg",
            "?? my data/dog/new.jpg",
        ]
    )
    assert undo(tmp_path / "journal").restored == 5
    assert contents(data) == before
    assert status(data) == was == ["?? my data/cat/new.jpg", " M my data/cat/2.jpg"][::-1]


def test_what_was_staged_since_stays(data: Path, tmp_path: Path) -> None:
    carry_out(planned(data, relabel(data, "cat/1.jpg", "cat", "dog")), tmp_path / "journal", git=True)
    git(data, "rm", "-q", "--cached", "dog/1.jpg")

    assert undo(tmp_path / "journal").restored == 1
    assert "?? my data/cat/1.jpg" in status(data)


def test_without_the_option_the_index_stays(data: Path, tmp_path: Path) -> None:
    carry_out(planned(data, relabel(data, "cat/1.jpg", "cat", "dog")), tmp_path / "journal")

    assert " D my data/cat/1.jpg" in status(data)


def test_without_a_repository_nothing_is_moved(tmp_path: Path) -> None:
    root = tree(tmp_path / "data", "cat/1.jpg", "dog/2.jpg")
    before = contents(root)
    plan = planned(root, relabel(root, "cat/1.jpg", "cat", "dog"))

    with pytest.raises(RevisionError, match=r"--git: .* is in no repository that git can use"):
        carry_out(plan, tmp_path / "journal", git=True)
    assert contents(root) == before
    assert not (tmp_path / "journal").exists()


def test_nothing_is_asked_of_git_where_nothing_was_staged(tmp_path: Path) -> None:
    root = tree(tmp_path / "data", "cat/1.jpg", "dog/2.jpg")
    plan: FixPlan = planned(root, relabel(root, "cat/1.jpg", "cat", "dog"))
    carry_out(plan, tmp_path / "journal")

    assert undo(tmp_path / "journal").restored == 1
