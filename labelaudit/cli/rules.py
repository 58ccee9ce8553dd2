"""``labelaudit rules``: list the rules."""

import typer

from labelaudit.cli.app import command


@command
def rules() -> None:
    """List all rules, including those of installed plugins."""
    from labelaudit.checks import CHECKS

    rows = [(code, CHECKS[code].name, CHECKS[code].severity.value, CHECKS[code].summary) for code in CHECKS]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        typer.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
