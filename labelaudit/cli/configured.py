"""A command whose options also come from the environment and from a configuration file."""

import difflib
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from typer.core import TyperCommand

from labelaudit.cli.config import Config, find, load
from labelaudit.cli.console import verbose
from labelaudit.cli.help import SWITCHES, term, write_options
from labelaudit.cli.kinds import Kind, kind_of
from labelaudit.cli.reading import check_leads_somewhere
from labelaudit.cli.usage import missing, usage_errors
from labelaudit.errors import SettingsError
from labelaudit.names import printable
from labelaudit.timing import LOG

TYPED_ONLY = frozenset({"apply", "auto", "merge_", "undo"})
"""What changes files of the user, or lets nobody look at it first: nothing but the command line may ask for it."""

NOT_CONFIGURABLE = TYPED_ONLY | {"config", "dask", "help", "version"}
"""Also not the Dask scheduler: what it sends is unpickled, so a repository must not choose it."""

OF_SCAN = frozenset({"format", "github_summary", "metrics", "out", "report"})
"""Options that a configuration sets for scan only: other commands would overwrite the files that scan writes."""

ENVIRONMENT = "LABELAUDIT_"
"""Prefix of our environment variables."""

ALSO_VARIABLES = frozenset({f"{ENVIRONMENT}CONFIG", f"{ENVIRONMENT}TRACEBACK"})
"""Variables that do not set an option."""


class ConfiguredCommand(TyperCommand):
    """Takes each option from the command line, from ``LABELAUDIT_<OPTION>`` or from a configuration file.

    The configuration that was read is stored in ``ctx.obj``.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for parameter in self.params:
            if (parameter.param_type_name == "option" or parameter.name == "data") and parameter.name not in TYPED_ONLY:
                parameter.envvar = _variable(str(parameter.name))
                setattr(parameter, "show_envvar", False)  # noqa: B010  it would be shown beside every option
            if getattr(parameter, "is_flag", False):
                setattr(parameter, "show_default", False)  # noqa: B010  switches are off by default
        if any(getattr(parameter, "secondary_opts", None) for parameter in self.params):
            self.epilog = self.epilog or SWITCHES

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        """Return the arguments for the usage line."""
        arguments = (each for each in self.params if each.param_type_name == "argument")
        return [str(self.options_metavar), *map(term, arguments)]

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write the options in panels."""
        write_options(self, ctx, formatter)

    def make_context(self, *args: Any, **kwargs: Any) -> Any:
        """Parse the command line; usage errors become errors of labelaudit."""
        with usage_errors():
            return super().make_context(*args, **kwargs)

    def invoke(self, ctx: Any) -> Any:
        """Run the command."""
        with verbose(ctx.params.get("verbose", False)):
            path = ctx.obj.path if isinstance(ctx.obj, Config) else None
            LOG.info("configuration: %s", printable(str(path)) if path else "none")
            return super().invoke(ctx)

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Parse the command line, with the values of the configuration as defaults."""
        if any(parameter.name == "config" for parameter in self.params):
            ctx.obj = self._read(ctx, args)
            ctx.default_map = self._defaults(ctx.obj)
        rest = list(super().parse_args(ctx, args))
        for parameter in self.params:  # versions of Click differ in which of them look at the environment
            if parameter.required and ctx.params.get(str(parameter.name)) is None and not ctx.resilient_parsing:
                raise SettingsError(missing(ctx.command_path, parameter))
        if ctx.params.get("data"):
            check_leads_somewhere(Path(ctx.params["data"]))
        return rest

    def _read(self, ctx: Any, args: list[str]) -> Config:
        typed, _, _ = self.make_parser(ctx).parse_args(list(args))
        asked = self.get_help_option(ctx)
        if asked and typed.get(str(asked.name)) is True:
            return Config()  # help is shown even if the configuration is invalid
        _check_environment(configurable(ctx))
        for parameter in self.params:
            if typed.get(str(parameter.name)) == "" and kind_of(parameter).is_path:
                raise SettingsError(f"{term(parameter)} is empty; expected a path. Is a variable of the shell not set?")
        # A parameter that was not given is missing, None or a sentinel, depending on the version of Click.
        named, data = (typed[name] if isinstance(typed.get(name), str) else None for name in ("config", "data"))
        named = named or os.environ.get(_variable("config"))
        data = data or os.environ.get(_variable("data"))
        path = Path(named) if named else find(outside=Path(data) if data else None)
        return load(path, configurable(ctx)) if path else Config()

    def _defaults(self, config: Config) -> dict[str, Any]:
        """Return the values of a configuration for the parameters of this command, as they would be typed."""
        found = {}
        for parameter in self.params:
            if parameter.name in config.values and (self.name == "scan" or parameter.name not in OF_SCAN):
                value = config.values[parameter.name]
                if not getattr(parameter, "is_flag", False):
                    value = [str(each) for each in _listed(value)]
                    value = value if getattr(parameter, "multiple", False) else ",".join(value)
                found[parameter.name] = value
        return found


def _variable(name: str) -> str:
    return f"{ENVIRONMENT}{name.upper()}"


def _check_environment(known: Iterable[str]) -> None:
    """Check that each of our environment variables is known: a mistyped one would silently have no effect.

    Raises
    ------
    SettingsError
        One is unknown.
    """
    variables = sorted({*map(_variable, known), *ALSO_VARIABLES})
    for name in sorted(os.environ):
        if name.startswith(ENVIRONMENT) and name not in variables:
            close = difflib.get_close_matches(name, variables, n=1)
            hint = f"; did you mean {close[0]}?" if close else ". Remove it from the environment."
            raise SettingsError(f"the environment has {printable(name)}, which is not a setting{hint}")


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def configurable(ctx: Any) -> dict[str, Kind]:
    """Return the type of value of each parameter, of any command, that a configuration may set, by name."""
    commands = ctx.find_root().command.commands.values()
    kinds = {str(parameter.name): kind_of(parameter) for command in commands for parameter in command.params}
    return {name: kind for name, kind in kinds.items() if name not in NOT_CONFIGURABLE}
