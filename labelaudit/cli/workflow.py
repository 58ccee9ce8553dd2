"""Detect the CI service of a repository, and provide its workflow."""

import re
from pathlib import Path
from typing import NamedTuple


class Service(NamedTuple):
    """A CI service.

    Attributes
    ----------
    marks
        Files and folders in the root of a repository that show that the service is used.
    hosts
        Parts of the host name of a git remote that show the same.
    files
        The files that it needs: the path of each, and its template.
    start
        The file that has to include the first of them; empty if the service finds it itself.
    then
        What the user has left to do.
    """

    marks: tuple[str, ...]
    hosts: tuple[str, ...]
    files: tuple[tuple[str, str], ...]
    start: str = ""
    then: str = ""


SERVICES = (
    Service((".github",), ("github",), ((".github/workflows/labelaudit.yml", "github.yml"),)),
    Service(
        (".gitlab", ".gitlab-ci.yml"),
        ("gitlab",),
        ((".gitlab/labelaudit.yml", "gitlab.yml"), (".gitlab-ci.yml", "gitlab-ci.yml")),
        start=".gitlab-ci.yml",
        then="add to .gitlab-ci.yml: include: [{local: .gitlab/labelaudit.yml}]",
    ),
    Service(
        (".azure-pipelines", "azure-pipelines.yml"),
        ("dev.azure", "visualstudio"),
        ((".azure-pipelines/labelaudit.yml", "azure.yml"),),
        then="in Azure: Pipelines, New pipeline, Existing YAML file, .azure-pipelines/labelaudit.yml",
    ),
)


def services(root: Path) -> list[Service]:
    """Return the CI services that a repository uses, judging by its files and its remotes."""
    hosts = [_host(url) for url in _git(root, "config", "--get-regexp", r"^remote\..*\.url$")]
    return [
        service
        for service in SERVICES
        if any((root / mark).exists() for mark in service.marks)
        or any(word in host for word in service.hosts for host in hosts)
    ]


def template(name: str) -> str:
    """Return a template."""
    from importlib.resources import files

    return (files("labelaudit.cli") / "workflows" / name).read_text(encoding="utf-8")


def to_do(service: Service, root: Path) -> str:
    """Return what the user has left to do; empty if nothing."""
    start = root / service.start
    text = start.read_text(encoding="utf-8", errors="replace") if start.is_file() else ""
    return "" if service.files[0][0] in text else service.then


def is_ignored(root: Path, path: Path) -> bool:
    """Tell whether git ignores a path, so that no clone has it."""
    return bool(_git(root, "check-ignore", "--", str(path)))


def _host(line: str) -> str:
    """Return the host in ``remote.origin.url git@host:path`` or ``... https://user@host/path``."""
    url = re.sub(r"^\w+://", "", line.partition(" ")[2])
    return url.partition("/")[0].rpartition("@")[2].partition(":")[0].lower()


def _git(root: Path, *words: str) -> list[str]:
    """Return the lines of git's output; none if there is no git, no repository, or an error."""
    from labelaudit.git import run_git

    try:
        done = run_git(root, *words)
    except OSError:
        return []
    return done.stdout.decode("utf-8", "replace").splitlines() if done.returncode == 0 else []
