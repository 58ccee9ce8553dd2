"""How the workflow that init writes installs labelaudit."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import Result

from .recipes import check_schema
from .test_init import WORKFLOW, git, refused, tree

Run = Callable[..., Result]


@pytest.fixture
def project(project: Path) -> Path:
    """The same, on GitHub."""
    git(project, "remote", "add", "origin", "git@github.com:somebody/project.git")
    return project


def commands(workflow: Path) -> list[str]:
    document: Any = yaml.safe_load(workflow.read_text(encoding="utf-8"))
    check_schema("github-workflows", {"on" if key is True else key: value for key, value in document.items()})
    return [step["run"] for step in document["jobs"]["labels"]["steps"] if "run" in step]


@pytest.mark.parametrize(
    "command",
    [
        "pip install ./labelaudit",
        "pip install './labelaudit[best]'",
        "pip install git+https://example.org/labelaudit@v0.1.0",
        "pip install labelaudit-0.1.0-py3-none-any.whl  # our own: built by hand",
        'uv pip install --system "labelaudit @ git+ssh://git@example.org/labelaudit"',
        "- pip: install é",
    ],
)
def test_the_workflow_installs_what_was_named(project: Path, run: Run, command: str) -> None:
    (project / "labelaudit").mkdir()
    (project / "labelaudit-0.1.0-py3-none-any.whl").write_bytes(b"")
    done = run("init", "--no-baseline", "--install", command)

    assert done.exit_code == 0, done.stderr
    assert f"the workflow installs labelaudit with: {command}\n" in done.stderr
    assert commands(project / WORKFLOW)[0] == command


def test_without_a_word_of_it_no_workflow_is_written(project: Path, run: Run) -> None:
    done = run("init", "--no-baseline")

    assert done.exit_code == 0
    assert 'labelaudit init --install "pip install ./labelaudit"' in done.stderr
    assert "CI then runs the gate" not in done.stderr
    assert (project / "labelaudit.toml").exists()
    assert not (project / WORKFLOW).exists()
    (project / "labelaudit").mkdir()
    assert run("init", "--no-baseline", "--install", "pip install ./labelaudit").exit_code == 0
    assert (project / WORKFLOW).exists()


@pytest.mark.parametrize(
    ("command", "why"),
    [
        ("", "expected one line"),
        ("pip install x\nrm -r .", "expected one line"),
        ("pip install ./labelaudit", "there is no ./labelaudit in the repository"),
        ("pip install ../labelaudit", "outside of the repository"),
        ("pip install lost.whl", "there is no lost.whl"),
        ("pip install 'x", "No closing quotation"),
    ],
)
def test_what_ci_could_not_run_is_refused(project: Path, run: Run, command: str, why: str) -> None:
    before = tree(project)

    refused(project, run("init", "--no-baseline", "--install", command), why, before)


def test_a_copy_that_git_ignores_is_told(project: Path, run: Run) -> None:
    (project / "labelaudit").mkdir()
    (project / ".gitignore").write_text("/labelaudit\n")
    done = run("init", "--no-baseline", "--install", "pip install ./labelaudit")

    assert "git ignores labelaudit, and CI would not have it." in done.stderr
