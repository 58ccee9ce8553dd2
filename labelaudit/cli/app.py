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
"""Characters of a file's name that an error shows: a name that is too long for the system need not be read."""

SUMMARY = "Find the wrong labels in a folder of images, say how sure it is, and gate CI on it."

FULL = frozenset({errno.EBADF, errno.EFBIG, errno.EIO, errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)})
"""Why a stream that is open can't be written to."""

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
    """Make a function a command whose every end is one of the documented exit codes."""
    return into.command(cls=ConfiguredCommand)(expanded(guarded(function)))


def group(name: str, *, help: str) -> typer.Typer:
    """Add a command that has commands of its own."""
    inner = typer.Typer(cls=CommandGroup, help=help, no_args_is_help=True, rich_markup_mode=None)
    app.add_typer(inner, name=name)
    return inner


def guarded(function: Callable[P, None]) -> Callable[P, None]:
    """Make every end of a function one of the documented exit codes."""

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
    """Say in one line what failed that nobody foresaw, and end with the code for a failure."""
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
    """Tell that nothing can be printed, as on a full disk; an error of a file has the name of the file."""
    return isinstance(error, OSError) and error.filename is None and error.errno in FULL


def _end_unprinted(error: OSError) -> NoReturn:
    _stop_writing()
    _end(f"error: can't write to stdout: {error.strerror}. Write to a file where there is room: --out FILE")


def _end(message: str) -> NoReturn:
    typer.echo(message, err=True)
    raise typer.Exit(ExitCode.FAILED) from None


def _stop_writing() -> None:
    """Point stdout at nothing, so that the interpreter's last flush meets no closed pipe either."""
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
    """Do nothing but show the version; the help is that of the application."""


def main() -> None:
    """Run the command line."""
    sys.stdout, sys.stderr = (stream or nowhere() for stream in (sys.stdout, sys.stderr))
    if sys.__stderr__ and sys.stderr is sys.__stderr__:
        sys.stderr = forgiving(sys.__stderr__)
    for stream in (sys.stdout, sys.stderr):
        # A report may hold names in any script, or bytes that are no text; neither may end the run.
        if hasattr(stream, "reconfigure"):
            encoding = stream.encoding if stream.isatty() else "utf-8"
            stream.reconfigure(encoding=encoding, errors="backslashreplace" if stream.isatty() else "surrogateescape")
    atexit.register(gc.freeze)  # the end of the process frees all at once, and need not search for what is in a circle
    warnings.filterwarnings("ignore", module="PIL")  # a doubtful file becomes a finding, not noise on stderr
    try:
        app()
    except SystemExit as end:
        sys.exit(_code_of(end))
    except Exception as error:  # raised before a command or outside of any, as by help and the version
        try:
            _end_with(error)
        except typer.Exit as end:
            sys.exit(end.exit_code)


def _code_of(end: SystemExit) -> Any:
    """Return the exit code; for what typer itself ends with 1, which would mean findings, the documented one."""
    if isinstance(end.__context__, typer.Abort):  # Ctrl-C before a command has begun
        return ExitCode.INTERRUPTED
    if isinstance(end.__context__, BrokenPipeError):
        return ExitCode.CLOSED_PIPE
    return end.code
