"""The help of the commands, and the options that several of them share."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import pytest
import typer
from typer.testing import CliRunner

from labelaudit.cli import app
from labelaudit.cli.help import ORDER, Panel, summary
from labelaudit.cli.options import DataOptions, JudgingOptions, ReportOptions
from labelaudit.cli.parsing import share
from labelaudit.cli.signatures import OptionGroup, expanded
from labelaudit.errors import SettingsError

PROGRAM: Any = typer.main.get_command(app)


def help_of(*words: str, columns: int = 80) -> str:
    return CliRunner().invoke(app, [*words, "--help"], env={"COLUMNS": str(columns)}).stdout


def test_commands_stand_in_the_order_of_use_and_are_not_cut_off() -> None:
    listed = help_of().split("Commands:\n")[1].split("\n\n")[0].splitlines()

    assert [line.split()[0] for line in listed] == [name for name in ORDER if name in PROGRAM.commands]
    assert len(listed) == len(PROGRAM.commands)
    for line in listed:
        name, text = line.split(maxsplit=1)
        assert text == summary(PROGRAM.commands[name])
        assert "..." not in text


def test_options_of_scan_stand_in_panels() -> None:
    shown = help_of("scan")
    panels = shown[shown.index("What to scan:") :]
    titles = [line.removesuffix(":") for line in shown.splitlines() if line.endswith(":") and line[:1].strip()]

    assert titles == [panel.value for panel in Panel]
    assert max(map(len, shown.splitlines())) <= 80
    assert panels.index("[DATA]") < panels.index("--split") < panels.index("Rules:")
    assert "--max-issues N" in shown
    assert "--no-strict" not in shown


def test_shared_options_are_the_same_in_every_command() -> None:
    def described(command: str) -> dict[str, tuple[str, Any]]:
        return {each.name: (each.help, each.default) for each in PROGRAM.commands[command].params}

    scan = described("scan")
    for command in ("baseline", "bench"):
        for group in (DataOptions, JudgingOptions):
            for name in group.__dataclass_fields__:
                assert described(command)[name] == scan[name]


def test_a_group_of_options_becomes_parameters() -> None:
    @dataclass(frozen=True, kw_only=True)
    class Colours(OptionGroup):
        paint: Annotated[str, typer.Option("--paint", "-p")] = "red"

    seen: list[Any] = []

    def command(name: str, colours: Colours, loud: bool = False) -> None:
        seen.extend([name, colours, loud])

    small = typer.Typer()
    small.command()(expanded(command))
    done = CliRunner().invoke(small, ["wall", "-p", "blue", "--loud"])

    assert done.exit_code == 0, done.output
    assert seen == ["wall", Colours(paint="blue"), True]


@pytest.mark.parametrize(("text", "value"), [("5%", 0.05), ("0.05", 0.05), ("0", 0), ("100%", 1)])
def test_a_share_is_a_percentage_or_a_number(text: str, value: float) -> None:
    assert share("--max-rate", text) == pytest.approx(value)


def test_a_share_that_is_no_number_is_refused() -> None:
    with pytest.raises(SettingsError, match=r"--max-rate few: expected a share such as 5% or 0\.05"):
        share("--max-rate", "few")


@pytest.mark.parametrize(
    ("out", "expected"),
    [("a.html", "html"), ("a.MD", "markdown"), ("a.xml", "junit"), ("a.sarif", "sarif"), ("a", "text"), (None, "text")],
)
def test_the_ending_of_the_file_decides_the_format(out: str | None, expected: str) -> None:
    path = None if out is None else Path(out)

    assert ReportOptions(out=path).format_of_out == expected
    assert ReportOptions(out=path, format="csv").format_of_out == "csv"
