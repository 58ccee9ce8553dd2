"""A configuration with values of the wrong type, and paths that are not files."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args

import pytest
import typer
from typer.testing import Result

from labelaudit.cli import app
from labelaudit.cli.configured import NOT_CONFIGURABLE
from labelaudit.cli.kinds import kind_of

Run = Callable[..., Result]

COMMANDS = typer.main.get_command(app).commands  # type: ignore[attr-defined]
CONFIGURED = {
    str(parameter.name): parameter
    for command in COMMANDS.values()
    if any(each.name == "config" for each in command.params)
    for parameter in command.params
    if parameter.name not in NOT_CONFIGURABLE
}

VALUES = {
    "true": "true",
    "5": "5, a number",
    "0.5": "0.5, a number",
    "'text'": "'text', a string",
    "[['text']]": "a list",
    "{a = 1}": "a table",
    "1979-05-27": "a date or a time",
    "[5]": "",
}
TAKEN = {
    bool: {"true"},
    int: {"5"},
    float: {"5", "0.5"},
    Path: {"'text'"},
    str: {"'text'"},
    "threshold": {"5", "0.5", "'text'"},
    "share": {"5", "0.5", "'text'"},
}


def python_type(name: str) -> Any:
    """Return the type that the command itself takes."""
    if name in ("max_rate", "flip"):
        return "share"
    if name == "min_p_error":
        return "threshold"
    command = next(each for each in COMMANDS.values() if any(parameter.name == name for parameter in each.params))
    annotation = command.callback.__annotations__[name]
    types = {annotation}
    while any(map(get_args, types)):
        types = {inner for outer in types for inner in (get_args(outer)[:2] or (outer,))}
    return next(each for each in (bool, int, float, Path, str) if each in types)


@pytest.mark.parametrize("name", sorted(CONFIGURED))
def test_each_setting_takes_only_its_kind(name: str, run: Run, project: Path) -> None:
    key, taken = name.replace("_", "-"), TAKEN[python_type(name)]
    for value, shown in VALUES.items():
        (project / "labelaudit.toml").write_text(f"{key} = {value}\n")
        said = run("scan", "nowhere").stderr
        refused = f"labelaudit.toml: '{key}' " in said
        assert refused == (value not in taken), (value, said)
        assert said.count("error: ") == 1
        if refused:
            assert (f"'{key}' is {shown}; expected " in said) or (value.startswith("[") and "; expected " in said)


def test_lists_are_for_what_can_be_several() -> None:
    assert {name for name, each in CONFIGURED.items() if kind_of(each).listed} == {
        *("explain", "fail_on", "ignore", "path", "report", "select", "split", "to"),
    }


@pytest.mark.parametrize("value", ["''", '"a\\u0000b"'])
def test_a_path_that_cannot_be_one_is_refused(value: str, run: Run, project: Path) -> None:
    (project / "labelaudit.toml").write_text(f"data = {value}\n")
    done = run("scan")

    assert done.exit_code == 2
    assert "'data' is " in done.stderr
    assert "expected a path" in done.stderr


def test_data_that_is_a_number_is_refused(run: Run, project: Path) -> None:
    (project / "labelaudit.toml").write_text("data = 5\n")
    done = run("scan", "data")

    assert done.exit_code == 2
    assert done.stderr.endswith("labelaudit.toml: 'data' is 5, a number; expected a path.\n")


@pytest.mark.parametrize("words", [("scan", ""), ("scan", "data", "--config", ""), ("scan", "data", "--baseline", "")])
def test_an_empty_variable_of_the_shell_is_no_path(words: tuple[str, ...], run: Run, project: Path) -> None:
    done = run(*words)

    assert done.exit_code == 2
    assert "is empty; expected a path" in done.stderr


def test_a_selection_of_no_rule_is_refused(run: Run, project: Path) -> None:
    assert "--select names no rule" in run("scan", "data", "--select", "").stderr
    (project / "labelaudit.toml").write_text("select = []\n")
    assert "--select names no rule" in run("scan", "data").stderr


@pytest.mark.parametrize("name", ["labelaudit.toml", "pyproject.toml"])
def test_a_byte_order_mark_is_no_part_of_the_text(name: str, run: Run, project: Path) -> None:
    table = "[tool.labelaudit]\n" if name == "pyproject.toml" else ""
    (project / name).write_text(f"{table}exit-zero = true\n", encoding="utf-8-sig")

    assert run("scan", "data").exit_code == 0


def test_init_keeps_a_byte_order_mark(run: Run, project: Path) -> None:
    (project / "pyproject.toml").write_text("[project]\nname = 'x'\n", encoding="utf-8-sig")
    assert run("init", "data").exit_code == 0
    assert (project / "pyproject.toml").read_bytes().count("\ufeff".encode()) == 1
    assert run("scan").exit_code == 0


def test_another_encoding_is_named(run: Run, project: Path) -> None:
    (project / "labelaudit.toml").write_text("exit-zero = true\n", encoding="utf-16")
    done = run("scan", "data")

    assert (done.exit_code, "labelaudit.toml is not encoded in UTF-8" in done.stderr) == (2, True)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("tool.labelaudit.exit-zero = true\n", 0),
        ("[tool]\nlabelaudit = {exit-zero = true}\n", 0),
        ("[tool.labelaudit]\nexit-zero = [\n", 2),
        ("[tool]\nlabelaudit = 5\n", 2),
        ("[project]\ndependencies = ['labelaudit']\n", 1),
        ("dependencies = ['labelaudit'\n", 1),
    ],
)
def test_a_table_for_us_is_found_however_it_is_written(text: str, code: int, run: Run, project: Path) -> None:
    (project / "pyproject.toml").write_text(text)

    assert run("scan", "data").exit_code == code


@pytest.mark.parametrize("name", ["labelaudit.toml", "pyproject.toml", ".labelaudit-baseline.json"])
def test_a_folder_in_the_place_of_a_file_is_not_ignored(name: str, run: Run, project: Path) -> None:
    (project / name).mkdir()
    done = run("scan", "data")

    assert done.exit_code == 2
    assert done.stderr.endswith(f"{name} is a folder; expected a file.\n")
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("option", ["--config", "--baseline"])
def test_a_folder_that_is_named_as_a_file_is_refused(option: str, run: Run, project: Path) -> None:
    done = run("scan", "data", option, project)

    assert (done.exit_code, "is a folder; expected a file." in done.stderr) == (2, True)


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege")
def test_a_link_that_leads_nowhere_is_not_ignored(run: Run, project: Path) -> None:
    (project / "labelaudit.toml").symlink_to("moved.toml")
    done = run("scan", "data")

    assert (done.exit_code, "is a broken link" in done.stderr) == (2, True)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes")
@pytest.mark.parametrize("words", [("--config", "pipe"), ("--baseline", "pipe"), ()])
def test_a_pipe_is_never_waited_for(words: tuple[str, ...], project: Path) -> None:
    for name in ("pipe", *(() if words else ("labelaudit.toml",))):
        os.mkfifo(project / name)
    command = [sys.executable, "-m", "labelaudit", "scan", "data", *words]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)

    assert (done.returncode, "is not a regular file" in done.stderr) == (2, True)


def test_an_empty_device_is_an_empty_configuration(run: Run, project: Path) -> None:
    (project / "labelaudit.toml").write_text("exit-zero = true\n")

    assert run("scan", "data", "--config", os.devnull).exit_code == 1
