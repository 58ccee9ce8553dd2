"""Files in a folder that changed since a git revision."""

import subprocess
from pathlib import Path

from labelaudit.errors import RevisionError
from labelaudit.names import printable

SAFE = ("-c", "core.fsmonitor=false", "-c", "core.quotePath=false", "-c", "core.hooksPath=/dev/null")
"""The configuration of a repository can name programs that git would run; it is not trusted."""


def changed_since(root: Path, revision: str) -> frozenset[str]:
    """Return the paths below *root*, POSIX, of the files that were added or changed since *revision*.

    Since the point, that is, where *revision* and the present branch parted; what is not committed yet counts too, and
    a file that was moved counts where it is now.

    Raises
    ------
    RevisionError
        There is no git, *root* is in no repository, or it knows no such revision.
    """
    shown = printable(revision)
    commit = _git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    if commit is None:
        if _git(root, "rev-parse", "--git-dir") is None:
            raise RevisionError(f"--changed-since {shown}: {printable(str(root))} is in no git repository.")
        raise RevisionError(
            f"--changed-since {shown}: git knows no such revision. In CI, fetch it first: a shallow clone has only the "
            "last commit (fetch-depth: 0)."
        )
    start = _git(root, "merge-base", commit.decode().strip(), "HEAD") or commit
    changed = _git(
        root, "diff", "--name-only", "-z", "--relative", "--no-renames", "--no-ext-diff", "--no-textconv",
        "--diff-filter=d", start.decode().strip(), "--", ".",
    )  # fmt: skip
    untracked = _git(root, "ls-files", "--others", "-z", "--", ".")
    if changed is None or untracked is None:
        raise RevisionError(f"--changed-since {shown}: git could not compare with it.")
    return frozenset(name.decode("utf-8", "surrogateescape") for name in (changed + untracked).split(b"\0") if name)


def _git(root: Path, *words: str) -> bytes | None:
    """Return what git answers, or none if it refuses."""
    try:
        done = subprocess.run(["git", *SAFE, *words], cwd=root, capture_output=True, check=False)
    except FileNotFoundError as error:
        raise RevisionError("--changed-since needs git, and there is no git on the PATH.") from error
    except OSError as error:
        raise RevisionError(f"git can't run in {printable(str(root))}: {error.strerror}.") from error
    return done.stdout if done.returncode == 0 else None
