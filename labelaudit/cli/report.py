"""``labelaudit report``: another format, without another scan."""

import sys

from labelaudit.cli import options
from labelaudit.cli.app import command
from labelaudit.cli.files import check_writable, write
from labelaudit.cli.outputs import add_step_summary, read_report, targets


@command
def report(
    audit: options.Json,
    format: options.Format = "text",
    out: options.Out = None,
    report: options.Reports = None,
    metrics: options.Metrics = None,
    github_summary: options.GithubSummary = False,
) -> None:
    """Convert a scan that was saved as JSON (--format json) to other formats."""
    from labelaudit.reports import FORMATS, render

    FORMATS[format]
    written = targets(report, metrics)
    for path in (out, *(path for _, path in written)):
        check_writable(path)
    saved = read_report(audit)
    for name, path in written:
        write(path, render(saved, name))
    if github_summary:
        add_step_summary(saved)
    if out:
        write(out, render(saved, format))
    elif not written or format != "text":
        sys.stdout.write(render(saved, format))
