"""Files in a folder that changed since a git revision."""

import os
import shlex
import subprocess
from pathlib import Path

from labelaudit.errors import RevisionError
from labelaudit.git import run_git
from labelaudit.names import printable
from labelaudit.records import Changes

REGULAR = b"100"
"""The first digits of the mode of a regular file; links and submodules have other modes."""

NO_REPOSITORY = "not a git repository (or any of the parent directories)"

SHORTEST_DIGEST = 40


def changed_since(root: Path, revision: str) -> Changes:
    """Return the files below *root* that were added or changed since *revision*.

    The comparison starts where *revision* and the current branch diverged. Uncommitted changes are included, and a file
    that was moved is reported at its new path.

    Raises
    ------
    RevisionError
        There is no git, it cannot read the repository, or *revision* is empty or unknown.
    """
    check_named(revision)
    commit = _commit(root, revision)
    base = _git(root, "merge-base", commit, "HEAD")
    start = commit if base.returncode else base.stdout.decode().strip()
    changed = _names(
        root, revision, "diff", "--name-only", "-z", "--relative", "--no-renames", "--no-ext-diff", "--no-textconv",
        "--ignore-submodules=all", "--diff-filter=d", start, "--", ".",
    )  # fmt: skip
    new = _names(root, revision, "ls-files", "--others", "--exclude-standard", "-z", "--", ".")
    staged = (entry.partition(b"\t") for entry in _entries(root, revision, "ls-files", "--stage", "-z", "--", "."))
    tracked = frozenset(os.fsdecode(name) for about, _, name in staged if about.startswith(REGULAR))
    return Changes(revision, changed | new, tracked)


def check_named(revision: str) -> None:
    """Check that a revision is given.

    Raises
    ------
    RevisionError
        It is empty or consists of zeros.
    """
    shown = printable(revision)
    example = "Name a revision, such as --changed-since origin/main, or leave the option out to count all findings."
    if not revision.strip():
        raise RevisionError(
            f"--changed-since is empty, so there is nothing to compare with; is a variable of CI not set? {example}"
        )
    if len(revision) >= SHORTEST_DIGEST and not revision.strip("0"):
        raise RevisionError(
            f"--changed-since {shown} is what CI passes for a new branch; it is not a revision. {example}"
        )


def _commit(root: Path, revision: str) -> str:
    """Return the commit that a revision names."""
    found = _git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    if found.returncode == 0:
        return found.stdout.decode().strip()
    shown, where = printable(revision), printable(str(root))
    inside = _git(root, "rev-parse", "--git-dir")
    if inside.returncode:
        said = _said(inside)
        reason = f"{where} is in no git repository." if NO_REPOSITORY in said else f"git refuses {where}: {said}"
        raise RevisionError(f"--changed-since {shown}: {reason}")
    raise RevisionError(f"--changed-since {shown}: git knows no such revision. {_hint(root, revision)}")


def _hint(root: Path, revision: str) -> str:
    """Return advice for a revision that git does not know."""
    around = os.fsdecode(_git(root, "rev-parse", "--show-superproject-working-tree").stdout).strip("\n")
    if around:
        module = os.fsdecode(_git(root, "rev-parse", "--show-toplevel").stdout).strip("\n")
        inside = Path(os.path.relpath(module, around)).as_posix()
        words = shlex.join(["git", "-C", around, "rev-parse", f"{revision}:{inside}"])
        return (
            f"The data is in the submodule {printable(inside)}, which has revisions of its own. To see which one "
            f"belongs to a revision of the repository around it, type: {printable(words)}"
        )
    return "In CI, fetch it first: a shallow clone has only the last commit (fetch-depth: 0)."


def _names(root: Path, revision: str, *words: str) -> frozenset[str]:
    return frozenset(map(os.fsdecode, _entries(root, revision, *words)))


def _entries(root: Path, revision: str, *words: str) -> list[bytes]:
    """Return what git lists, separated by null bytes."""
    done = _git(root, *words)
    if done.returncode:
        raise RevisionError(f"--changed-since {printable(revision)}: git could not compare with it: {_said(done)}")
    return [entry for entry in done.stdout.split(b"\0") if entry]


def _said(done: subprocess.CompletedProcess[bytes]) -> str:
    """Return git's own reason on one line."""
    said = " ".join(done.stderr.decode("utf-8", "surrogateescape").split()).removeprefix("fatal: ")
    return printable(said) or f"it exited with {done.returncode} without a message."


def _git(root: Path, *words: str) -> subprocess.CompletedProcess[bytes]:
    try:
        return run_git(root, *words)
    except FileNotFoundError as error:
        raise RevisionError("--changed-since needs git, and there is no git on the PATH.") from error
    except OSError as error:
        raise RevisionError(f"git cannot run in {printable(str(root))}: {error.strerror}.") from error
