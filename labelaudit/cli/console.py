"""Messages and progress bars, which go to stderr; only reports go to stdout."""

import logging
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import typer

from labelaudit.timing import LOG

if TYPE_CHECKING:
    from labelaudit.records import Track

PATIENCE = 1.0
"""Seconds before a progress bar appears; shorter work does not need one."""


def say(text: str, *, quiet: bool = False) -> None:
    """Print a message on stderr, unless *quiet*."""
    if not quiet:
        typer.echo(text, err=True)


@contextmanager
def verbose(wanted: bool) -> Iterator[None]:
    """Print the log on stderr: what is read, what is cached, and how long each stage takes."""
    if not wanted:
        yield
        return
    handler = _Stderr()
    LOG.addHandler(handler)
    LOG.setLevel(logging.INFO)
    try:
        yield
    finally:
        LOG.removeHandler(handler)
        LOG.setLevel(logging.NOTSET)


class _Stderr(logging.Handler):
    """Prints log records as other messages are printed, so that they do not damage a progress bar."""

    def emit(self, record: logging.LogRecord) -> None:
        say(record.getMessage())


@contextmanager
def progress(description: str, *, then: str = "", wanted: bool) -> "Iterator[Track]":
    """Provide a tracker that draws a progress bar on stderr if the work takes longer than a second.

    If stderr is not a terminal, or no bar is wanted, the tracker does nothing. After the last step, the bar shows the
    text *then*.
    """
    from labelaudit.records import silently

    if not wanted or not sys.stderr.isatty():
        yield silently
        return

    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    )
    task = bar.add_task(description, total=None)
    start = time.monotonic()

    def track(done: int, total: int) -> None:
        bar.update(task, completed=done, total=total, description=description if done < total else then)
        if not bar.live.is_started and time.monotonic() - start > PATIENCE:
            bar.start()

    try:
        yield track
    finally:
        bar.stop()
