"""The application, and the one place where errors become exit codes."""

import atexit
import errno
import functools
import gc
import os
import sys
import warnings
from collections.abc import Callable
from typing import Annotated, Any, NoReturn, ParamSpec, TypeGuard

import typer

from labelaudit import __version__
from labelaudit.cli.configured import ConfiguredCommand
from labelaudit.cli.help import CommandGroup
from labelaudit.cli.signatures import expanded
from labelaudit.cli.streams import forgiving, nowhere
from labelaudit.errors import ExitCode, LabelauditError
from labelaudit.names import printable

P = ParamSpec("P")

LONG = 300
"""The longest part of a file name that an error message shows, in characters."""

SUMMARY = "Find mislabeled images in a folder of images, estimate how certain that is, and fail CI on new ones."

FULL = frozenset({errno.EBADF, errno.EFBIG, errno.EIO, errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)})
"""Errors that mean that an open stream cannot be written to."""

app = typer.Typer(
    cls=CommandGroup,
    help=SUMMARY,
    epilog="Exit codes: 0 passed, 1 findings beyond what the gate allows, 2 the command could not be carried out.",
    context_settings={"help_option_names": ["-h", "--help"]},
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def command(function: Callable[..., None], into: typer.Typer = app) -> Callable[..., None]:
    """Register a function as a command that always ends with one of the documented exit codes."""
    return into.command(cls=ConfiguredCommand)(expanded(guarded(function)))


def group(name: str, *, help: str) -> typer.Typer:
    """Add a command with subcommands."""
    inner = typer.Typer(cls=CommandGroup, help=help, no_args_is_help=True, rich_markup_mode=None)
    app.add_typer(inner, name=name)
    return inner


def guarded(function: Callable[P, None]) -> Callable[P, None]:
    """Wrap a function so that it always ends with one of the documented exit codes."""

    @functools.wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            function(*args, **kwargs)
            sys.stdout.flush()
        except typer.Exit:
            raise
        except LabelauditError as error:
            _end(f"error: {error}")
        except KeyboardInterrupt:
            typer.echo("interrupted", err=True)
            raise typer.Exit(ExitCode.INTERRUPTED) from None
        except BrokenPipeError:
            _stop_writing()
            raise typer.Exit(ExitCode.CLOSED_PIPE) from None
        except Exception as error:
            _end_with(error)

    return run


def _end_with(error: Exception) -> NoReturn:
    """Print an unexpected error on one line, and exit with the code for a failure."""
    if _is_of_stdout(error):
        _end_unprinted(error)
    if os.environ.get("LABELAUDIT_TRACEBACK"):
        import traceback

        traceback.print_exception(error)
        raise typer.Exit(ExitCode.FAILED)
    if isinstance(error, OSError) and isinstance(error.filename, str):
        _end(f"error: {printable(error.filename[:LONG])}: {error.strerror}.")
    if isinstance(error, MemoryError):
        _end("error: there is not enough memory. Use fewer threads: --jobs 1")
    said = " ".join(printable(str(error)).split())
    _end(
        f"error: labelaudit itself failed ({type(error).__name__}: {said}). This is a fault of the program, "
        "not of your data. Set LABELAUDIT_TRACEBACK=1 and run again to see where, and please report it."
    )


def _is_of_stdout(error: Exception) -> TypeGuard[OSError]:
    """Tell whether stdout cannot be written to, as on a full disk; the error of a file would have a file name."""
    return isinstance(error, OSError) and error.filename is None and error.errno in FULL


def _end_unprinted(error: OSError) -> NoReturn:
    _stop_writing()
    _end(f"error: can't write to stdout: {error.strerror}. Write to a file on another disk: --out FILE")


def _end(message: str) -> NoReturn:
    typer.echo(message, err=True)
    raise typer.Exit(ExitCode.FAILED) from None


def _stop_writing() -> None:
    """Redirect stdout to the null device, so that the last flush of the interpreter does not fail on a closed pipe."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"labelaudit {__version__}")
        raise typer.Exit


@app.callback(help=SUMMARY)
def options(
    version: Annotated[
        bool, typer.Option("--version", "-V", callback=_show_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Handle the options of the application itself; only the version is one of them."""


def main() -> None:
    """Run the command line."""
    sys.stdout, sys.stderr = (stream or nowhere() for stream in (sys.stdout, sys.stderr))
    if sys.__stderr__ and sys.stderr is sys.__stderr__:
        sys.stderr = forgiving(sys.__stderr__)
    for stream in (sys.stdout, sys.stderr):
        # File names may contain any script, and bytes that are not text; printing them must not fail.
        if hasattr(stream, "reconfigure"):
            encoding = stream.encoding if stream.isatty() else "utf-8"
            stream.reconfigure(encoding=encoding, errors="backslashreplace" if stream.isatty() else "surrogateescape")
    atexit.register(gc.freeze)  # the process frees all memory when it ends, so the last garbage collection is skipped
    warnings.filterwarnings("ignore", module="PIL")  # damaged files are reported as findings
    try:
        app()
    except SystemExit as end:
        sys.exit(_code_of(end))
    except Exception as error:  # raised outside of a command, for example by --help
        try:
            _end_with(error)
        except typer.Exit as end:
            sys.exit(end.exit_code)


def _code_of(end: SystemExit) -> Any:
    """Return the exit code; where Typer itself exits with 1, which would mean findings, the documented code."""
    if isinstance(end.__context__, typer.Abort):  # Ctrl-C before the command started
        return ExitCode.INTERRUPTED
    if isinstance(end.__context__, BrokenPipeError):
        return ExitCode.CLOSED_PIPE
    return end.code
