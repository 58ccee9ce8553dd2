"""``--changed-since`` if git refuses a repository, or does not know what changed."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

from labelaudit.errors import RevisionError
from labelaudit.revisions import changed_since

from .conftest import Shapes, git

Run = Callable[..., Result]

pytestmark = pytest.mark.skipif(not shutil.which("git"), reason="there is no git")

LINKS = pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege")


@pytest.mark.parametrize("revision", ["", "  ", "0" * 40])
def test_a_variable_that_holds_no_revision_is_an_error(repository: Path, run: Run, revision: str) -> None:
    for data in (repository / "data", repository / "nowhere"):
        done = run("scan", data, "--changed-since", revision)

        assert done.exit_code == 2
        assert "Name a revision, such as --changed-since origin/main, or leave the option out" in done.stderr


def test_an_empty_setting_is_an_error(repository: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    (repository / "labelaudit.toml").write_text('changed-since = ""\n')
    monkeypatch.chdir(repository)

    assert run("scan", "data").exit_code == 2


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root gives files away")
def test_a_repository_of_another_user_gets_the_reason_of_git(
    repository: Path,
    run: Run,
) -> None:
    for path in (repository, repository / ".git"):
        os.chown(path, 54321, 54321)
    done = run("scan", repository / "data", "--changed-since", "HEAD")

    assert done.exit_code == 2
    assert "dubious ownership" in done.stderr
    assert "git config --global --add safe.directory" in done.stderr
    assert "is in no git repository" not in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_broken_repository_gets_the_reason_of_git(repository: Path) -> None:
    (repository / ".git" / "config").write_text("[core")

    with pytest.raises(RevisionError, match="bad config line"):
        changed_since(repository / "data", "HEAD")


def test_data_in_a_submodule_is_told(repository: Path, tmp_path: Path) -> None:
    around = tmp_path / "around"
    around.mkdir()
    git(around, "init", "-q")
    git(around, "-c", "protocol.file.allow=always", "submodule", "add", "-q", str(repository), "sets/shapes")
    git(around, "commit", "-q", "-m", "first")
    head = subprocess.run(["git", "rev-parse", "HEAD"], cwd=around, check=True, capture_output=True, text=True)
    with pytest.raises(RevisionError, match=r"is in the submodule sets/shapes, .* type: git -C ") as told:
        changed_since(around / "sets" / "shapes" / "data", head.stdout.strip())

    words = str(told.value).partition("type: ")[2].split()
    inner = subprocess.run(words, check=True, capture_output=True, text=True).stdout.strip()
    assert changed_since(around / "sets" / "shapes" / "data", inner).paths == frozenset()


def test_what_git_ignores_counts_and_is_said(repository: Path, run: Run) -> None:
    data = repository / "data"
    git(repository, "rm", "-r", "-q", "--cached", "data")
    (repository / ".gitignore").write_text("/data\n")
    git(repository, "add", "-A")
    git(repository, "commit", "-q", "-m", "as DVC does")
    done = run("scan", data, "--changed-since", "HEAD")

    assert done.exit_code == 1
    assert "git does not track any of the 120 images" in done.stderr
    assert "only images changed since" not in done.stderr
    assert "does not count" not in done.stdout


def test_what_git_ignores_in_part_counts_in_part(repository: Path, run: Run) -> None:
    data = repository / "data"
    (repository / ".gitignore").write_text("*.jpg\n.DS_Store\n")
    for name in ("empty.jpg", ".DS_Store"):
        (data / "cross" / name).write_bytes(b"")
    git(repository, "add", "-A")
    git(repository, "commit", "-q", "-m", "second")
    done = run("scan", data, "--changed-since", "HEAD", "--ignore", "LA303")

    assert "git does not track 1 of the 121 images" in done.stderr
    counting = [line for line in done.stdout.splitlines() if "does not count" not in line]
    assert [line.partition(": ")[0] for line in counting] == ["cross/empty.jpg"]


def test_a_repository_in_the_data_counts(repository: Path, run: Run, draw_shapes: Callable[..., Shapes]) -> None:
    inner = repository / "data" / "cross" / "more"
    inner.mkdir()
    git(inner, "init", "-q")
    (inner / "empty.png").write_bytes(b"")
    git(inner, "add", ".")
    git(inner, "commit", "-q", "-m", "inner")
    done = run("scan", repository / "data", "--changed-since", "HEAD", "--fail-on", "LA301")

    assert done.exit_code == 1
    assert "git does not track 1 of the 121 images" in done.stderr


@LINKS
def test_what_is_behind_a_link_counts(repository: Path, run: Run, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "behind.png").write_bytes(b"")
    (tmp_path / "file.png").write_bytes(b"")
    (repository / "data" / "cross" / "file.png").symlink_to(tmp_path / "file.png")
    (repository / "data" / "cross" / "folder").symlink_to(tmp_path / "elsewhere")
    git(repository, "add", "-A")
    git(repository, "commit", "-q", "-m", "links")
    done = run("scan", repository / "data", "--changed-since", "HEAD", "--follow-links", "--fail-on", "LA301")

    assert "2 findings count" in done.stderr
    assert "git does not track 2 of the 122 images" in done.stderr


def test_nothing_is_said_where_git_tracks_all(repository: Path, run: Run) -> None:
    assert "git does not track" not in run("scan", repository / "data", "--changed-since", "HEAD").stderr
