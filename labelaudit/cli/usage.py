"""A command line that can't be understood, told in the same style as every other error."""

import difflib
from collections.abc import Iterator
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
    option, parameter = getattr(error, "option_name", None), getattr(error, "param", None)
    if hasattr(error, "possibilities"):
        close = difflib.get_close_matches(str(option), error.possibilities or (), n=1)
        hint = f"; did you mean {close[0]}?" if close else "."
        what = f"there is no option {printable(str(option))}{hint}"
    elif getattr(parameter, "name", None) == "data" and type(error).__name__ == "MissingParameter":
        return f"no folder of images was named. Type: {path} DATA, or set data in labelaudit.toml."
    else:
        said = printable(str(error.format_message()))
        what = said[:1].lower() + said[1:]
        what += "" if what.endswith((".", "?")) else "."
    return f"{what} For help, type: {path} --help"
