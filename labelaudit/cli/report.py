"""``labelaudit report``: another format, without another scan."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from labelaudit.cli import options
from labelaudit.cli.app import command
from labelaudit.cli.console import progress
from labelaudit.cli.files import check_writable, write
from labelaudit.cli.outputs import add_step_summary, check_apart, read_report, targets, wants_pictures
from labelaudit.errors import DatasetError
from labelaudit.names import printable


@command
def report(
    audit: options.Json,
    format: options.Format = "text",
    out: options.Out = None,
    report: options.Reports = None,
    metrics: options.Metrics = None,
    github_summary: options.GithubSummary = False,
    data: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="The folder that was scanned, for the pictures of --format html."),
    ] = None,
    jobs: options.Jobs = None,
    no_progress: options.NoProgress = False,
) -> None:
    """Convert a scan that was saved as JSON (--format json) to other formats."""
    from labelaudit.audit import illustrate
    from labelaudit.reports import FORMATS, render

    FORMATS[format]
    written = targets(report, metrics)
    for path in (out, *(path for _, path in written)):
        check_writable(path)
    check_apart(written, out=out)
    if data and not data.is_dir():
        raise DatasetError(f"--data {printable(str(data))}: there is no such folder. Name the folder that was scanned.")
    saved = read_report(audit)
    if data and wants_pictures(written, format):
        with progress("drawing pictures", wanted=not no_progress) as track:
            saved = illustrate(saved, data, jobs=jobs, track=track)
    for name, path in written:
        write(path, render(saved, name))
    if github_summary:
        add_step_summary(saved)
    if out:
        write(out, render(saved, format))
    elif not written or format != "text":
        sys.stdout.write(render(saved, format))
