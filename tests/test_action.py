"""The GitHub action: its steps are run in bash with different inputs."""

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from .conftest import Shapes
from .recipes import ROOT, bash, check_schema, needs_bash

ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
STEPS = {step["id"]: step for step in ACTION["runs"]["steps"]}

HOSTILE = """ $(touch x)`touch x`; touch x || touch x '; touch x; ' "; touch x; " * \\"""


@dataclass(frozen=True)
class Ran:
    """The result of a step."""

    code: int
    said: str
    outputs: dict[str, str]
    summary: str


def run_step(name: str, folder: Path, **given: str) -> Ran:
    """Run a step with the defaults of the inputs and what is *given*."""
    output, summary = folder.parent / "output", folder.parent / "summary"
    for file in (output, summary):
        file.write_text("")
    defaults = {f"INPUT_{key.upper().replace('-', '_')}": each["default"] for key, each in ACTION["inputs"].items()}
    asked = {key: defaults.get(key, "") for key in STEPS[name]["env"]} | {"PYTHON": sys.executable} | given
    runner = {"GITHUB_OUTPUT": str(output), "GITHUB_STEP_SUMMARY": str(summary), "RUNNER_TEMP": str(folder.parent)}
    done = bash(STEPS[name]["run"], folder, **runner, **asked)
    outputs = dict(line.split("=", 1) for line in output.read_text().splitlines())
    return Ran(done.returncode, done.stdout + done.stderr, outputs, summary.read_text())


@pytest.fixture
def project(own_shapes: Shapes, tmp_path: Path) -> Path:
    """A working folder with data that have a broken file."""
    folder = tmp_path / "project"
    folder.mkdir()
    own_shapes.root.rename(folder / "my data")
    (folder / "my data" / "cross" / "empty.png").write_bytes(b"")
    return folder


def test_it_is_an_action() -> None:
    check_schema("github-actions", ACTION)
    assert set(ACTION["outputs"]) == {"issues", "exit-code"}


def test_nothing_that_is_typed_becomes_part_of_a_script() -> None:
    for step in STEPS.values():
        assert "${{" not in step.get("run", "")
        assert set(step.get("env", {}).values()) <= {
            *(f"${{{{ inputs.{name} }}}}" for name in ACTION["inputs"]),
            "${{ steps.python.outputs.python-path }}",
            "${{ steps.install.outputs.python }}",
        }


@needs_bash
def test_findings_stop_the_job_and_are_shown(project: Path) -> None:
    ran = run_step("scan", project, INPUT_PATH="my data", INPUT_ARGS="--select LA3", INPUT_SARIF_FILE="a b.sarif")

    assert (ran.code, ran.outputs) == (1, {"exit-code": "1", "issues": "1"})
    assert (
        "::error file=my data/cross/empty.png,title=LA301 unreadable::my data/cross/empty.png: empty file\n" in ran.said
    )
    assert ran.summary.startswith("### labelaudit: failed")
    assert len(json.loads((project / "a b.sarif").read_text())["runs"][0]["results"]) == 1


@needs_bash
def test_the_configuration_names_the_data_and_the_gate(project: Path) -> None:
    (project / "labelaudit.toml").write_text('data = "my data"\nmax-issues = 40\n')
    ran = run_step("scan", project, INPUT_SUMMARY="false")

    assert (ran.code, ran.outputs["exit-code"], ran.summary) == (0, "0", "")


@needs_bash
def test_what_cannot_be_done_is_2_and_has_no_count(project: Path) -> None:
    assert run_step("scan", project, INPUT_PATH="nowhere").outputs == {"exit-code": "2"}
    assert run_step("scan", project, INPUT_PATH="nowhere").code == 2


@needs_bash
def test_a_report_that_cannot_be_written_is_2(project: Path) -> None:
    ran = run_step("scan", project, INPUT_PATH="my data", INPUT_ARGS="--exit-zero", INPUT_SARIF_FILE="no/where")

    assert (ran.code, ran.outputs["exit-code"]) == (2, "0")


@needs_bash
@pytest.mark.parametrize(("name", "code"), [("INPUT_PATH", 2), ("INPUT_ARGS", 2), ("INPUT_SARIF_FILE", 1)])
def test_what_is_typed_is_never_run(project: Path, name: str, code: int) -> None:
    ran = run_step("scan", project, **{"INPUT_PATH": "my data", name: HOSTILE})

    assert ran.code == code, ran.said
    assert {file.name for file in project.iterdir()} == {"my data", *([HOSTILE] if name == "INPUT_SARIF_FILE" else [])}


@needs_bash
def test_a_star_among_the_options_is_no_list_of_files(project: Path) -> None:
    (project / "--exit-zero").write_text("")

    assert "there is no folder *." in run_step("scan", project, INPUT_ARGS="*").said


@needs_bash
def test_modules_of_the_repository_are_not_imported(project: Path) -> None:
    for name in ("json.py", "labelaudit.py"):
        (project / name).write_text("raise SystemExit('imported')\n")

    assert run_step("scan", project, INPUT_PATH="my data").outputs["issues"] == "1"


@needs_bash
@pytest.mark.parametrize("package", ["--index-url=x", "$(touch x)"])
def test_a_package_is_never_run_either(project: Path, package: str) -> None:
    """Without a network: pip refuses what is no requirement before it asks anybody."""
    ran = run_step("install", project, INPUT_PACKAGE=package, PIP_NO_INDEX="1")

    assert ran.code != 0
    assert "Invalid requirement" in ran.said
    assert ran.outputs == {}
    assert not list(project.parent.rglob("x"))
