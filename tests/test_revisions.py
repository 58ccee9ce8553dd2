import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from typer.testing import Result

from labelaudit.errors import RevisionError
from labelaudit.revisions import changed_since

from .conftest import draw, git

Run = Callable[..., Result]

pytestmark = pytest.mark.skipif(not shutil.which("git"), reason="there is no git")


def test_what_was_added_changed_and_moved(repository: Path) -> None:
    data = repository / "data"
    (data / "circle" / "new\nline.png").write_bytes(b"new")
    (data / "circle" / "circle010.png").write_bytes(b"changed")
    (data / "square" / "square001.png").unlink()
    (data / "square" / "square002.png").rename(data / "circle" / "moved.png")
    (repository / "other.txt").write_text("x")
    expected = {"circle/new\nline.png", "circle/circle010.png", "circle/moved.png"}

    assert changed_since(data, "main").paths == expected
    git(repository, "add", "-A")
    git(repository, "commit", "-q", "-m", "second")
    assert changed_since(data, "HEAD~1").paths == expected
    assert changed_since(data, "HEAD").paths == frozenset()


def test_what_others_did_meanwhile_is_not_ours(repository: Path) -> None:
    git(repository, "checkout", "-q", "-b", "ours")
    (repository / "data" / "cross" / "ours.png").write_bytes(b"ours")
    git(repository, "add", ".")
    git(repository, "commit", "-q", "-m", "ours")
    git(repository, "checkout", "-q", "main")
    (repository / "data" / "cross" / "cross004.png").write_bytes(b"theirs")
    git(repository, "commit", "-q", "-a", "-m", "theirs")
    git(repository, "checkout", "-q", "ours")

    assert changed_since(repository / "data", "main").paths == {"cross/ours.png"}


@pytest.mark.parametrize("revision", ["nowhere", "--output=x", "HEAD;x", "main..HEAD"])
def test_an_unknown_revision_is_refused(repository: Path, revision: str) -> None:
    with pytest.raises(RevisionError, match="knows no such revision"):
        changed_since(repository / "data", revision)
    assert not (repository / "data" / "x").exists()


def test_a_folder_in_no_repository_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))

    with pytest.raises(RevisionError, match="in no git repository"):
        changed_since(tmp_path, "HEAD")


def test_only_what_changed_counts(repository: Path, run: Run) -> None:
    data = repository / "data"
    assert run("scan", data).exit_code == 1
    assert run("scan", data, "--changed-since", "HEAD").exit_code == 0
    draw("circle", np.random.default_rng(9)).save(data / "cross" / "new.png")
    done = run("scan", data, "--changed-since", "HEAD", "--select", "LA101", "--fail-on", "LA101")

    assert done.exit_code == 1
    assert "1 finding counts" in done.stderr
    assert done.stdout.startswith("cross/new.png: LA101 ")
    assert done.stdout.count("does not count") == len(done.stdout.splitlines()) - 1
    assert "--path cross/new.png --reason" in done.stderr
    assert run("scan", data, "--changed-since", "nowhere").exit_code == 2


@pytest.mark.skipif(sys.platform == "win32", reason="there is no touch")
def test_no_program_that_the_repository_names_is_run(repository: Path, tmp_path: Path) -> None:
    """The configuration of a repository is not trusted, like the data set."""
    hooks = repository / "hooks"
    hooks.mkdir()
    for name in ("fsmonitor-watchman", "post-index-change"):
        (hooks / name).write_text(f'#!/bin/sh\ntouch "{tmp_path}/ran-$(basename "$0")"\n')
        (hooks / name).chmod(0o755)
    git(repository, "config", "core.fsmonitor", str(hooks / "fsmonitor-watchman"))
    git(repository, "config", "core.hooksPath", str(hooks))
    git(repository, "config", "diff.external", f"touch {tmp_path}/ran-diff")
    (repository / "data" / "circle" / "circle010.png").write_bytes(b"changed")

    assert changed_since(repository / "data", "HEAD").paths == {"circle/circle010.png"}
    assert not list(tmp_path.glob("ran-*"))


@pytest.mark.skipif(sys.platform == "win32", reason="there is no touch")
@pytest.mark.parametrize("setting", ["clean", "process"])
@pytest.mark.parametrize("name", ["evil", "e=vil"])
def test_no_filter_that_the_repository_configures_is_run(
    setting: str, name: str, repository: Path, tmp_path: Path
) -> None:
    """Git runs a file that changed through its filter to compare it."""
    (repository / ".git" / "more").write_text(
        f'[filter "{name}"]\n\t{setting} = touch {tmp_path}/ran-{setting}; cat\n\trequired = true\n'
    )
    git(repository, "config", "include.path", "more")
    changed = repository / "data" / "circle" / "circle010.png"
    (repository / ".git" / "info" / "attributes").write_text(f"*.png filter={name}\n")
    changed.write_bytes(b"changed")

    assert changed_since(repository / "data", "HEAD").paths == {"circle/circle010.png"}
    assert not list(tmp_path.glob("ran-*"))


@pytest.mark.skipif(sys.platform == "win32", reason="there is no touch")
def test_a_filter_of_the_user_is_run(repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As for Git LFS: without its filter, a file that was only touched would seem to be changed."""
    configuration = tmp_path / "gitconfig"
    configuration.write_text('[filter "lfs"]\n\tclean = sed s/long/short/\n\trequired = true\n')
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(configuration))
    image = repository / "data" / "circle" / "circle010.png"
    (repository / ".git" / "info" / "attributes").write_text("*.png filter=lfs\n")
    image.write_bytes(b"short")
    git(repository, "commit", "-q", "-a", "-m", "second")
    git(repository, "config", "filter.lfs.clean", f"touch {tmp_path}/ran; cat")
    image.write_bytes(b"long")

    assert changed_since(repository / "data", "HEAD").paths == frozenset()
    assert not (tmp_path / "ran").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="there is no touch")
def test_nothing_that_a_partial_clone_lacks_is_fetched(repository: Path, tmp_path: Path) -> None:
    git(repository, "config", "extensions.partialClone", "origin")
    git(repository, "config", "core.repositoryFormatVersion", "1")
    git(repository, "config", "remote.origin.url", str(repository))
    git(repository, "config", "remote.origin.promisor", "true")
    git(repository, "config", "remote.origin.uploadpack", f"touch {tmp_path}/ran-uploadpack; git-upload-pack")

    with pytest.raises(RevisionError):
        changed_since(repository / "data", "0123456789abcdef0123456789abcdef01234567")
    assert not list(tmp_path.glob("ran-*"))
