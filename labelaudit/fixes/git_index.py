"""Moves in the index of git, as ``git mv`` makes them: the entry gets another path and keeps its object and its mode.

All moves are one change of the index, so that thousands of them take a moment, and no filter is run on the files.
"""

import os
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from labelaudit.errors import OutputError, RevisionError
from labelaudit.fixes.journal import Journal, Step
from labelaudit.git import run_git
from labelaudit.names import printable

REMOVED = "0 0000000000000000000000000000000000000000"
"""The entry with which git removes a path from the index."""


class Repository(NamedTuple):
    """The repository that a data set is in: its outermost folder, and the path of the data set below it, or empty."""

    top: Path
    prefix: str


def find_repository(root: Path) -> Repository:
    """Return the repository of a data set.

    Raises
    ------
    RevisionError
        There is none, or no git.
    """
    top, prefix = (_git(root, "rev-parse", words) for words in ("--show-toplevel", "--show-prefix"))
    if top.returncode or prefix.returncode:
        raise RevisionError(
            f"--git: {printable(str(root))} is in no repository that git can use: {_said(top)} "
            "To move the files without git, leave out --git."
        )
    return Repository(Path(os.fsdecode(top.stdout.rstrip(b"\n"))), os.fsdecode(prefix.stdout.rstrip(b"\n")))


def entries(root: Path) -> dict[str, str]:
    """Return the entries of the index for a data set, by path relative to it: mode and object.

    Raises
    ------
    RevisionError
        The data set is in no repository, or there is no git.
    """
    find_repository(root)
    done = _git(root, "ls-files", "--stage", "-z", "--", ".")
    if done.returncode:
        raise RevisionError(f"--git: git can't list the files of {printable(str(root))}: {_said(done)}")
    found = {}
    for entry in done.stdout.split(b"\0"):
        about, _, name = entry.partition(b"\t")
        if name:
            mode, sha, stage = about.decode("ascii").split()
            if stage == "0":
                found[os.fsdecode(name)] = f"{mode} {sha}"
    return found


def move_entries(journal: Journal, steps: Iterable[Step], *, back: bool = False) -> None:
    """Rename the index entries of moved files, or rename them back; files that leave the data set leave the index.

    Only entries that were not changed since are renamed: what the user has added or removed is left alone.

    Raises
    ------
    OutputError
        git can't write its index.
    """
    repository = find_repository(journal.root)
    there = entries(journal.root)
    lines = []
    for step in steps:
        new = "" if step.outside else step.target
        old, new = (new, step.path) if back else (step.path, new)
        if not step.staged or new in there or (old and there.get(old) != step.staged):
            continue
        lines += [f"{REMOVED}\t{repository.prefix}{old}"] if old else []
        lines += [f"{step.staged}\t{repository.prefix}{new}"] if new else []
    stdin = b"".join(os.fsencode(line) + b"\0" for line in lines)
    done = _git(repository.top, "update-index", "-z", "--index-info", stdin=stdin)
    if done.returncode:
        raise OutputError(f"--git: the files are moved, but git can't write its index: {_said(done)}")


def _said(done: subprocess.CompletedProcess[bytes]) -> str:
    """Return git's own reason on one line."""
    said = " ".join(done.stderr.decode("utf-8", "surrogateescape").split()).removeprefix("fatal: ")
    return printable(said) or f"it ended with {done.returncode} and said nothing."


def _git(root: Path, *words: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    try:
        return run_git(root, *words, stdin=stdin)
    except OSError as error:
        raise RevisionError(
            "--git needs git, and there is no git on the PATH, or it can't run here. Leave out --git."
        ) from error
