"""Run git in a repository that is not trusted: its configuration can name programs, and git would run them."""

import os
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

SAFE = ("-c", "core.fsmonitor=false", "-c", "core.quotePath=false", "-c", "core.hooksPath=/dev/null")
"""Settings on the command line override those of the repository."""

ENVIRONMENT = {
    "LC_ALL": "C",
    "LANGUAGE": "C",
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_OPTIONAL_LOCKS": "0",
}
"""Messages in English; nothing is fetched, not even objects that a partial clone lacks; the index is not written."""

SCOPES_OF_THE_REPOSITORY = ("local", "worktree")


def run_git(root: Path, *words: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """Run git in a folder and return its answer, in English.

    No program that only the configuration of the repository names is run: no hook, file system monitor or transport,
    and no filter. Filters that the user or the system has configured, such as those of Git LFS, are run.

    Raises
    ------
    OSError
        There is no git, or it cannot be run in this folder.
    """
    return _run(root, words, _without_filters(root), stdin)


def _run(
    root: Path, words: tuple[str, ...], extra: Mapping[str, str], stdin: bytes = b""
) -> subprocess.CompletedProcess[bytes]:
    environment = {**os.environ, **ENVIRONMENT, **extra}
    command = ["git", *SAFE, *words]
    return subprocess.run(command, cwd=root, capture_output=True, check=False, env=environment, input=stdin)


def _without_filters(root: Path) -> dict[str, str]:
    """Return environment variables that reset the filters of the repository's configuration to those of the user.

    Variables are used because the name of a filter may contain an equals sign, which an option of git cannot express.
    """
    trusted: dict[str, str] = {}
    foreign: dict[str, str] = {}
    for scope, key, value in _configured(root):
        (foreign if scope in SCOPES_OF_THE_REPOSITORY else trusted)[key] = value
    settings = {key: trusted.get(key, "") for key in foreign}
    for key in [key for key in settings if key not in trusted]:
        settings[f"{key.rpartition('.')[0]}.required"] = "false"
    first = os.environ.get("GIT_CONFIG_COUNT", "")
    start = int(first) if first.isdecimal() else 0
    variables = {"GIT_CONFIG_COUNT": str(start + len(settings))} if settings else {}
    for number, (key, value) in enumerate(settings.items(), start):
        variables[f"GIT_CONFIG_KEY_{number}"] = key
        variables[f"GIT_CONFIG_VALUE_{number}"] = value
    return variables


def _configured(root: Path) -> Iterator[tuple[str, str, str]]:
    """Yield the scope, the name and the value of each setting of a filter."""
    listed = _run(root, ("config", "--show-scope", "-z", "--get-regexp", r"^filter\."), {})
    fields = listed.stdout.decode("utf-8", "surrogateescape").split("\0")
    for scope, entry in zip(fields[::2], fields[1::2], strict=False):
        name, _, value = entry.partition("\n")
        yield scope, name, value
