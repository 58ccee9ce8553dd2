"""``labelaudit diff``: what became of the findings from one scan to the next."""

import sys
from typing import Annotated

import typer

from labelaudit.cli import options
from labelaudit.cli.app import command
from labelaudit.cli.files import check_writable, write
from labelaudit.cli.outputs import read_report


@command
def diff(
    old: options.Json,
    new: options.Json,
    format: Annotated[
        str, typer.Option("--format", "-f", help="text, or markdown for a comment on a pull request.")
    ] = "text",
    out: options.Out = None,
) -> None:
    """Say what is new, fixed, relabelled and moved between two scans that were saved as JSON."""
    from labelaudit.difference import compare
    from labelaudit.reports.differences import DIFFERENCES

    render = DIFFERENCES[format]
    check_writable(out)
    text = render(compare(read_report(old), read_report(new)))
    if out:
        write(out, text)
    else:
        sys.stdout.write(text)
