"""``labelaudit report``: convert a saved scan to another format."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from labelaudit.cli import options
from labelaudit.cli.app import command
from labelaudit.cli.console import progress
from labelaudit.cli.delivery import deliver, say_headlines, wanted
from labelaudit.cli.outputs import read_report
from labelaudit.cli.overwriting import Named, check_outputs, named
from labelaudit.cli.reading import check_regular
from labelaudit.errors import DatasetError
from labelaudit.names import address_of, printable

if TYPE_CHECKING:
    from labelaudit.records import Report
    from labelaudit.settings import Settings


@command
def report(
    ctx: typer.Context,
    audit: options.Json,
    reports: options.ReportOptions,
    messages: options.MessageOptions,
    data: Annotated[
        Path | None,
        options.scanned(metavar="DATA", help="The data set that was scanned, for the images in --format html."),
    ] = None,
    root: options.Root = None,
    decisions: Annotated[
        Path | None,
        options.written(
            "--decisions", metavar="FILE", help="Show what people decided since, from this file.", show_default=False
        ),
    ] = None,
    jobs: options.Jobs = None,
    config: options.Configuration = None,
) -> None:
    """Convert a scan that was saved as JSON to other formats.

    Save a scan with: labelaudit scan DATA --out audit.json

    With --decisions, findings that people answered are accepted, and those they confirmed name the decided class. The
    estimates remain those of the scan; scan again to judge the labels by the decisions.
    """
    from labelaudit.audit import illustrate
    from labelaudit.decisions import load
    from labelaudit.reporting import with_decisions
    from labelaudit.sources import reopened

    to = wanted(
        reports.format_of_out,
        reports.out,
        reports.report,
        reports.metrics,
        github_summary=reports.github_summary,
        quiet=messages.quiet,
    )
    if data and not data.exists() and not address_of(str(data)):
        source = ctx.get_parameter_source("data")
        if source and source.name == "COMMANDLINE":
            raise DatasetError(
                f"--data {printable(str(data))}: there is no such data set. Name the one that was scanned."
            )
        data = None  # the configuration names the data, but it need not exist where the report is converted
    read_too = [Named("AUDIT.json", audit), *named(config=ctx.obj.path, decisions=decisions)]
    check_outputs(to.outputs, inputs=read_too, data=data)
    saved = read_report(audit)
    if decisions:
        check_regular(decisions)
        saved = with_decisions(saved, load(decisions))
    if data and to.has_page:
        with progress("drawing thumbnails", wanted=messages.progress) as track:
            saved = illustrate(saved, reopened(data, _reading(saved, root)), jobs=jobs, track=track)
    to = to._replace(printed=to.format != "text" or not to.written)
    deliver(saved, to, folder=data)
    say_headlines(saved, to)


def _reading(saved: "Report", root: Path | None) -> "Settings":
    """Return how the data set was read; what a report says of it is not trusted."""
    from labelaudit.settings import Settings

    columns = saved.settings.get("columns")
    return Settings(
        source=str(saved.settings.get("source", "")),
        root=str(root or ""),
        columns=tuple(map(str, columns)) if isinstance(columns, list) else (),
    )
