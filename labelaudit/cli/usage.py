"""Usage errors, reported in the same style as all other errors."""

import difflib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import typer

from labelaudit.errors import ExitCode, LabelauditError, SettingsError
from labelaudit.names import printable

UsageError: Any = typer.BadParameter.__mro__[1]
"""The base class of usage errors, which Typer does not export."""


@contextmanager
def usage_errors() -> Iterator[None]:
    """Convert usage errors to errors of labelaudit."""
    try:
        yield
    except UsageError as error:
        if type(error).__name__ == "NoArgsIsHelpError":  # not an error: it shows the help
            raise
        raise SettingsError(in_words(error)) from error


@contextmanager
def printed_errors() -> Iterator[None]:
    """Print an error that is raised before the command runs, and exit with its code."""
    try:
        with usage_errors():
            yield
    except LabelauditError as error:
        typer.echo(f"error: {error}", err=True)
        raise typer.Exit(ExitCode.FAILED) from None


def in_words(error: Any) -> str:
    """Return a message that says what is wrong with the command line and what to type instead."""
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
    """Return the message for an unknown command *name* after *path*."""
    return f"there is no command {printable(name)}{_hint(name, known)} For help, type: {path} --help"


def _hint(name: str, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(name, list(known), n=1)
    return f"; did you mean {close[0]}?" if close else "."


def missing(path: str, parameter: Any) -> str:
    """Return the message for a missing parameter.

    Parameters
    ----------
    path
        The command, such as ``labelaudit scan``.
    parameter
        The parameter that is missing.
    """
    if parameter.name == "data":
        return f"no folder of images was named. Type: {path} DATA, or set data in labelaudit.toml."
    return f"{parameter.metavar or parameter.opts[0]} is missing. For help, type: {path} --help"
