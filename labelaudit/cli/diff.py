"""``labelaudit diff``: compare the findings of two scans."""

import sys
from typing import Annotated

from labelaudit.cli import options
from labelaudit.cli.app import command
from labelaudit.cli.files import write
from labelaudit.cli.outputs import read_report
from labelaudit.cli.overwriting import Named, check_outputs, named


@command
def diff(
    old: options.Json,
    new: options.Json,
    format: Annotated[
        str,
        options.written(
            "--format",
            "-f",
            metavar="text|markdown",
            autocompletion=lambda: ["text", "markdown"],
            help="Format; markdown suits a comment on a pull request.",
        ),
    ] = "text",
    out: options.Out = None,
) -> None:
    """Compare two scans that were saved as JSON.

    Reports which findings are new, fixed, relabelled or moved.
    """
    from labelaudit.difference import compare
    from labelaudit.reports.differences import DIFFERENCES

    render = DIFFERENCES[format]
    check_outputs(named(out=out), inputs=[Named("OLD.json", old), Named("NEW.json", new)])
    text = render(compare(read_report(old), read_report(new)))
    if out:
        write(out, text)
    else:
        sys.stdout.write(text)
