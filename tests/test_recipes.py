"""The recipes of docs/ci.md are validated with the schema of each service, and run where possible."""

import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
import typer
import yaml
from typer.testing import Result

from labelaudit.cli import app
from labelaudit.cli.config import parse as parse_config
from labelaudit.cli.configured import configurable
from labelaudit.cli.outputs import targets
from labelaudit.cli.workflow import SERVICES, template
from labelaudit.reports import FORMATS

from .conftest import Shapes, draw
from .recipes import ROOT, bash, check_schema, needs_bash
from .test_pre_commit import MANIFEST, PRE_COMMIT, git

Run = Callable[..., Result]

PAGE = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS: Any = typer.main.get_command(app)


class Block(NamedTuple):
    """A recipe: its language, the file it goes to, and its text."""

    language: str
    title: str
    text: str


def blocks(text: str) -> list[Block]:
    return [Block(*found) for found in re.findall(r'^```(\w*)(?: title="([^"]*)")?\n(.*?)^```$', text, re.M | re.S)]


BLOCKS = blocks(PAGE)
BY_TITLE = {block.title: block.text for block in BLOCKS if block.title}
SCHEMAS = {".github/": "github-workflows", ".gitlab": "gitlab-ci", ".azure": "azure-pipelines"}


def parsed(text: str) -> Any:
    """Return YAML, where the word *on* is a word."""
    document = yaml.safe_load(text)
    return {"on" if key is True else key: value for key, value in document.items()}


def steps(title: str) -> list[dict[str, Any]]:
    """Return the steps of a workflow's only job."""
    document = parsed(BY_TITLE[title])
    if "steps" in document:
        return list(document["steps"])
    (job,) = (each for each in document.get("jobs", document).values())
    return list(job["steps"]) if "steps" in job else [{"run": line} for line in job["script"]]


def variables(title: str) -> dict[str, str]:
    """Return the environment of a workflow for an event that is not a pull request."""
    named = parsed(BY_TITLE[title]).get("env", {})
    return {name: re.sub(r"\$\{\{.*?\}\}", "", value) for name, value in named.items()}


def test_each_recipe_is_held_against_something() -> None:
    assert len(BY_TITLE) == sum(bool(block.title) for block in BLOCKS)
    workflows = {title for title in BY_TITLE if title.startswith(tuple(SCHEMAS))}
    others = {"labelaudit.toml", "Jenkinsfile", ".pre-commit-config.yaml", "dvc.yaml", "Dockerfile"}
    assert workflows | others == BY_TITLE.keys()


@pytest.mark.parametrize("title", [title for title in BY_TITLE if title.startswith(tuple(SCHEMAS))])
def test_a_workflow_is_what_its_service_accepts(title: str) -> None:
    (schema,) = (schema for start, schema in SCHEMAS.items() if title.startswith(start))
    all_is_text = schema == "azure-pipelines"  # to Azure, true and 1 are words

    check_schema(schema, yaml.load(BY_TITLE[title], yaml.BaseLoader) if all_is_text else parsed(BY_TITLE[title]))


def test_init_writes_what_the_page_shows() -> None:
    for path, name in (each for service in SERVICES for each in service.files):
        assert BY_TITLE[path] == template(name), path


def test_no_recipe_names_what_does_not_exist() -> None:
    """labelaudit is in no package index, and has no address that everybody knows."""
    published = [ROOT / name for name in ("README.md", "action.yml", ".pre-commit-hooks.yaml", "pyproject.toml")]
    texts = {path: path.read_text(encoding="utf-8") for path in [*published, *(ROOT / "docs").glob("*.md")]}
    texts |= {Path(name): template(name) for service in SERVICES for _, name in service.files}
    for path, text in texts.items():
        assert not re.search(r"OWNER/|pip install (?:--[\w-]+ )*labelaudit\b(?!\[)|\blabelaudit==", text), path


def test_nothing_from_outside_becomes_part_of_a_script() -> None:
    for title in BY_TITLE:
        if title.startswith(".github/"):
            assert not any("${{" in step.get("run", "") for step in steps(title))


def test_the_configuration_is_read() -> None:
    with COMMANDS.make_context("labelaudit", ["rules"]) as ctx:
        known = configurable(ctx)
    path = ROOT / "labelaudit.toml"
    shown = [block.text for block in (*BLOCKS, *blocks(README)) if block.language == "toml"]

    assert len(shown) == 2
    for text in shown:
        assert parse_config(path, text, known).values["data"] == str(ROOT / "data")


def test_the_readme_s_python_runs(shapes: Shapes) -> None:
    (program,) = (block.text for block in blocks(README) if block.language == "python")
    done = subprocess.run([sys.executable, "-c", program], cwd=shapes.root.parent, capture_output=True, text=True)

    assert done.returncode == 0, done.stderr
    assert {f"{path} LA101 {true}" for path, true in shapes.wrong.items()} <= {
        line.rpartition(" ")[0] for line in done.stdout.splitlines()
    }
    assert done.stdout.endswith("False\n")


def command_lines(text: str) -> list[str]:
    names = "|".join(COMMANDS.commands)
    return re.findall(rf"labelaudit ((?:{names})\b[^'`\n|>;]*)", text)


PAGES = (path.read_text(encoding="utf-8") for path in sorted((ROOT / "docs").rglob("*.md")) if path.name != "cli.md")
SHOWN = "".join(
    block.text for page in (README, *PAGES) for block in blocks(page) if block.language in ("", "sh", "console")
)
LINES = sorted({*command_lines(PAGE), *command_lines(SHOWN)})


@pytest.mark.parametrize("line", LINES)
def test_each_command_line_is_one_that_is_understood(
    line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "labelaudit.toml").write_text('data = "data"\n')
    monkeypatch.chdir(tmp_path)
    command, words = COMMANDS, shlex.split(line, comments=True)
    while hasattr(command, "commands"):
        command = command.commands[words.pop(0)]
    with (
        COMMANDS.make_context("labelaudit", ["rules"]) as parent,
        command.make_context(command.name, words, parent=parent) as ctx,
    ):
        targets(ctx.params.get("report"), ctx.params.get("metrics"))
        assert (ctx.params.get("format") or "text") in FORMATS


@pytest.fixture
def project(project: Path) -> Path:
    """The same, with a first commit."""
    git(project, "add", "-A")
    git(project, "commit", "-q", "-m", "Begin")
    return project


def add_a_wrong_label(folder: Path) -> None:
    draw("circle", np.random.default_rng(9)).save(folder / "data" / "cross" / "new.png")


@needs_bash
@pytest.mark.parametrize("title", [service.files[0][0] for service in SERVICES])
def test_what_init_writes_is_a_gate(project: Path, run: Run, title: str) -> None:
    (project / title).parent.mkdir(parents=True)
    assert run("init", "--install", "pip install git+https://example.org/labelaudit").exit_code == 0
    (scan,) = (text for step in steps(title) if "scan" in (text := step.get("run") or step.get("script", "")))
    own = {"GITHUB_STEP_SUMMARY": str(project.parent / "summary"), **variables(title)}

    green = bash(scan, project, **own)
    assert green.returncode == 0, green.stderr
    add_a_wrong_label(project)
    red = bash(scan, project, **own)
    assert red.returncode == 1, red.stderr
    for name in re.findall(r"--report \w+=(\S+)", scan):
        assert "cross/new.png" in (project / name).read_text()
    assert "cross/new.png" in red.stdout or "--report" in scan
    assert list((project / ".labelaudit-cache").iterdir())


@needs_bash
def test_a_pull_request_is_judged_by_what_it_changes(project: Path) -> None:
    title = ".github/workflows/labelaudit.yml"
    (project / "labelaudit.toml").write_text('data = "data"\n')
    base = subprocess.check_output(["git", "rev-parse", "HEAD"], cwd=project, text=True).strip()
    scan = steps(title)[-1]["run"]
    own = {"GITHUB_STEP_SUMMARY": str(project.parent / "summary"), **variables(title)}

    assert bash(scan, project, **own).returncode == 1
    own["LABELAUDIT_CHANGED_SINCE"] = base
    assert bash(scan, project, **own).returncode == 0
    add_a_wrong_label(project)
    red = bash(scan, project, **own)
    assert red.returncode == 1
    assert "failed: 1 finding counts" in red.stderr


@needs_bash
def test_the_comment_says_what_a_pull_request_changes(project: Path) -> None:
    """All steps are run but those that install labelaudit and speak to GitHub."""
    title = ".github/workflows/labels-of-pull-request.yml"
    git(project, "worktree", "add", "-q", "base", "HEAD")
    add_a_wrong_label(project)

    for step in steps(title):
        if step.get("run", "").startswith("labelaudit "):
            done = bash(step["run"], project, **variables(title))
            assert done.returncode == 0, done.stderr
    assert "`cross/new.png`" in (project / "comment.md").read_text()


def test_the_pre_commit_configuration_is_one(tmp_path: Path) -> None:
    text = BY_TITLE[".pre-commit-config.yaml"]
    (tmp_path / "config.yaml").write_text(text)

    subprocess.run([*PRE_COMMIT, "validate-config", tmp_path / "config.yaml"], check=True)
    (written,) = yaml.safe_load(text)["repos"][0]["hooks"]
    (hook,) = yaml.safe_load(MANIFEST.read_text(encoding="utf-8"))
    assert written["language"] == "system"
    assert {**hook, "language": "system"} | written == {**hook, "language": "system"}


@needs_bash
@pytest.mark.skipif(not shutil.which("dvc"), reason="dvc is not installed")
def test_the_stages_are_run_by_dvc(project: Path) -> None:
    (project / "dvc.yaml").write_text(BY_TITLE["dvc.yaml"])
    own = {"DVC_NO_ANALYTICS": "1", "LABELAUDIT_SELECT": "LA101"}
    assert bash("dvc init -q", project, **own).returncode == 0

    red = bash("dvc repro", project, **own)
    assert red.returncode != 0
    assert "failed to reproduce 'gate'" in red.stderr
    shown = bash("dvc metrics show --json", project, **own).stdout
    assert '"counted": 3' in shown

    for path in sorted(project.glob("data/*/circle00[0-2].png")):
        path.rename(project / "data" / "circle" / path.name)
    green = bash("dvc repro", project, **own)
    assert green.returncode == 0, green.stderr
    assert '"counted": 0' in bash("dvc metrics show --json", project, **own).stdout
    assert "didn't change, skipping" in bash("dvc repro", project, **own).stdout


def test_the_image_runs_without_rights() -> None:
    lines = [line.split(maxsplit=1) for line in BY_TITLE["Dockerfile"].splitlines()]

    assert [name for name, _ in lines] == ["FROM", "COPY", "RUN", "USER", "ENV", "WORKDIR", "ENTRYPOINT"]
    assert dict(lines)["USER"] == "nobody"
    assert dict(lines)["ENTRYPOINT"] == '["labelaudit"]'
