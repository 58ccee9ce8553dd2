"""The help of a command: its options in panels, without truncated texts.

The layout is our own: that of Typer truncates the texts of commands at the width of the terminal, or imports rich,
which takes longer than everything else.
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import Any

from typer.core import TyperGroup

from labelaudit.cli.usage import printed_errors, unknown_command
from labelaudit.errors import SettingsError

SWITCHES = "Each switch has an opposite that overrides the configuration, such as --progress."


class Panel(StrEnum):
    """The headings of groups of options, in the order in which they are shown."""

    SCANNED = "What to scan"
    RULES = "Rules"
    GATE = "Gate"
    OUTPUT = "Output"
    SPEED = "Speed"
    MODEL = "Your own model"
    ADVANCED = "Advanced"
    GENERAL = "Options"


ORDER = (
    *("scan", "review", "fix", "smooth", "bench", "report", "diff", "baseline", "init", "embed"),
    *("explain", "rules", "demo", "cache", "schema"),
)
"""Commands in the order in which they are used."""


class CommandGroup(TyperGroup):
    """Lists the commands in the order of use with their full summaries, and reports errors as labelaudit does."""

    def make_context(self, *args: Any, **kwargs: Any) -> Any:
        """Parse the options before the command."""
        with printed_errors():
            return super().make_context(*args, **kwargs)

    def invoke(self, ctx: Any) -> Any:
        """Parse the rest, and run the command."""
        with printed_errors():
            return super().invoke(ctx)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Return the command that was typed.

        Raises
        ------
        SettingsError
            There is no such command.
        """
        if self.get_command(ctx, args[0]) is None and not (args[0].startswith("-") or ctx.resilient_parsing):
            raise SettingsError(unknown_command(ctx.command_path, args[0], self.commands))
        return super().resolve_command(ctx, args)

    def list_commands(self, ctx: Any) -> list[str]:
        """Return the names of the commands; those that are not in ``ORDER`` come last."""
        names = super().list_commands(ctx)
        return sorted(names, key=lambda name: ORDER.index(name) if name in ORDER else len(ORDER))

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write the commands."""
        commands: dict[str, Any] = {name: self.get_command(ctx, name) for name in self.list_commands(ctx)}
        with formatter.section("Commands"):
            formatter.write_dl([(name, summary(command)) for name, command in commands.items()])


def summary(command: Any) -> str:
    """Return the first sentence of a command's help."""
    text = " ".join(str(command.help or "").partition("\n\n")[0].split())
    return text.removesuffix(".")


def write_options(command: Any, ctx: Any, formatter: Any) -> None:
    """Write the options of a command, panel by panel."""
    for panel, parameters in panels(command.get_params(ctx)).items():
        with formatter.section(panel):
            formatter.write_dl([(term(each), description(each)) for each in parameters])


def panels(parameters: Iterable[Any]) -> dict[str, list[Any]]:
    """Return the parameters of each panel, with the panels in order."""
    found: dict[str, list[Any]] = {panel: [] for panel in Panel}
    for each in sorted(parameters, key=lambda each: each.param_type_name != "argument"):
        if not getattr(each, "hidden", False):
            found[getattr(each, "rich_help_panel", None) or Panel.GENERAL].append(each)
    return {panel: members for panel, members in found.items() if members}


def term(parameter: Any, *, both: bool = False) -> str:
    """Return the term for a parameter in the help, such as ``-j, --jobs N``.

    Parameters
    ----------
    both
        Whether to include the opposite of a switch.
    """
    if parameter.param_type_name == "argument":
        return str(
            parameter.make_metavar_of_ours() if hasattr(parameter, "make_metavar_of_ours") else parameter.metavar
        )
    names = ", ".join(sorted(parameter.opts, key=len))
    if both and parameter.secondary_opts:
        names += f" / {', '.join(parameter.secondary_opts)}"
    return names if takes_no_value(parameter) else f"{names} {parameter.metavar or 'VALUE'}"


def takes_no_value(parameter: Any) -> bool:
    """Tell whether an option is a switch, which takes no value."""
    return bool(getattr(parameter, "is_flag", False) or getattr(parameter, "count", False))


def description(parameter: Any) -> str:
    """Return the help of a parameter with its default value."""
    default = default_of(parameter)
    text = str(parameter.help or "")
    return f"{text} [default: {default}]" if default else text


def default_of(parameter: Any) -> str:
    """Return the default value of a parameter as it is typed; empty if it has none or the help text states it."""
    shown = getattr(parameter, "show_default", False)
    if isinstance(shown, str):
        return shown
    default = parameter.default
    if takes_no_value(parameter) or not shown or not isinstance(default, str | int | float):
        return ""
    return str(default)
