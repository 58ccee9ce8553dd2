"""``labelaudit report``: another format, without another scan."""

from pathlib import Path
from typing import Annotated

import typer

from labelaudit.cli import options
from labelaudit.cli.app import command
from labelaudit.cli.console import progress
from labelaudit.cli.delivery import deliver, say_headlines, wanted
from labelaudit.cli.outputs import read_report
from labelaudit.errors import DatasetError
from labelaudit.names import printable


@command
def report(
    ctx: typer.Context,
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
    config: options.Configuration = None,
    quiet: options.Quiet = False,
    no_progress: options.NoProgress = False,
) -> None:
    """Convert a scan that was saved as JSON (--format json) to other formats."""
    from labelaudit.audit import illustrate

    to = wanted(format, out, report, metrics, github_summary=github_summary, quiet=quiet)
    if data and not data.is_dir():
        source = ctx.get_parameter_source("data")
        if source and source.name == "COMMANDLINE":
            raise DatasetError(
                f"--data {printable(str(data))}: there is no such folder. Name the folder that was scanned."
            )
        data = None  # a configuration names the data, and the report may be made where it is not
    saved = read_report(audit)
    if data and to.has_page:
        with progress("drawing pictures", wanted=not (quiet or no_progress)) as track:
            saved = illustrate(saved, data, jobs=jobs, track=track)
    to = to._replace(printed=format != "text" or not to.written)
    deliver(saved, to)
    say_headlines(saved, to)
