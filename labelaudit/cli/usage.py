"""A command line that can't be understood, told in the same style as every other error."""

import difflib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import typer

from labelaudit.errors import ExitCode, LabelauditError, SettingsError
from labelaudit.names import printable

UsageError: Any = typer.BadParameter.__mro__[1]
"""The base class of errors of the command line; Typer does not export it."""


@contextmanager
def usage_errors() -> Iterator[None]:
    """Raise errors of the command line as errors of ours."""
    try:
        yield
    except UsageError as error:
        if type(error).__name__ == "NoArgsIsHelpError":  # it is no error: it shows the help
            raise
        raise SettingsError(in_words(error)) from error


@contextmanager
def printed_errors() -> Iterator[None]:
    """Print an error that is raised before a command runs, and exit with its code."""
    try:
        with usage_errors():
            yield
    except LabelauditError as error:
        typer.echo(f"error: {error}", err=True)
        raise typer.Exit(ExitCode.FAILED) from None


def in_words(error: Any) -> str:
    """Return what is wrong with a command line, and what to type instead."""
    path = error.ctx.command_path if error.ctx else "labelaudit"
    option = getattr(error, "option_name", None)
    if type(error).__name__ == "MissingParameter":
        return missing(path, error.param)
    if option and hasattr(error, "possibilities"):
        what = f"there is no option {printable(str(option))}{_hint(str(option), error.possibilities or ())}"
    else:
        said = printable(str(error.format_message()))
        what = said[:1].lower() + said[1:]
        what += "" if what.endswith((".", "?")) else "."
    return f"{what} For help, type: {path} --help"


def unknown_command(path: str, name: str, known: Iterable[str]) -> str:
    """Return that there is no command called *name* among those that follow *path*."""
    return f"there is no command {printable(name)}{_hint(name, known)} For help, type: {path} --help"


def _hint(name: str, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(name, list(known), n=1)
    return f"; did you mean {close[0]}?" if close else "."


def missing(path: str, parameter: Any) -> str:
    """Return that a command needs a parameter that was not typed.

    Parameters
    ----------
    path
        What was typed for the command, such as ``labelaudit scan``.
    parameter
        The parameter that is missing.
    """
    if parameter.name == "data":
        return f"no folder of images was named. Type: {path} DATA, or set data in labelaudit.toml."
    return f"{parameter.metavar or parameter.opts[0]} is missing. For help, type: {path} --help"
