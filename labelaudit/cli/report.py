"""``labelaudit report``: convert a saved scan to another format."""

from pathlib import Path
from typing import Annotated

import typer

from labelaudit.cli import options
from labelaudit.cli.app import command
from labelaudit.cli.console import progress
from labelaudit.cli.delivery import deliver, say_headlines, wanted
from labelaudit.cli.outputs import read_report
from labelaudit.cli.overwriting import Named, check_outputs, named
from labelaudit.errors import DatasetError
from labelaudit.names import printable


@command
def report(
    ctx: typer.Context,
    audit: options.Json,
    reports: options.ReportOptions,
    messages: options.MessageOptions,
    data: Annotated[
        Path | None,
        options.scanned(metavar="DIR", help="The folder that was scanned, for the images in --format html."),
    ] = None,
    jobs: options.Jobs = None,
    config: options.Configuration = None,
) -> None:
    """Convert a scan that was saved as JSON to other formats.

    Save a scan with: labelaudit scan DATA --out audit.json
    """
    from labelaudit.audit import illustrate
    from labelaudit.settings import Settings
    from labelaudit.sources import reopened

    to = wanted(
        reports.format_of_out,
        reports.out,
        reports.report,
        reports.metrics,
        github_summary=reports.github_summary,
        quiet=messages.quiet,
    )
    if data and not data.is_dir():
        source = ctx.get_parameter_source("data")
        if source and source.name == "COMMANDLINE":
            raise DatasetError(
                f"--data {printable(str(data))}: there is no such folder. Name the folder that was scanned."
            )
        data = None  # a configuration names the data, and the report may be made where it is not
    read_too = [Named("AUDIT.json", audit), *named(config=ctx.obj.path)]
    check_outputs(to.outputs, inputs=read_too, data=data)
    saved = read_report(audit)
    if data and to.has_page:
        with progress("drawing thumbnails", wanted=messages.progress) as track:
            saved = illustrate(saved, reopened(data, Settings()), jobs=jobs, track=track)
    to = to._replace(printed=to.format != "text" or not to.written)
    deliver(saved, to, folder=data)
    say_headlines(saved, to)
