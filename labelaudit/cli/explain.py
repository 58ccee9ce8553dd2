"""``labelaudit explain``: what a rule means."""

from typing import Annotated

import typer

from labelaudit.cli.app import command


@command
def explain(
    code: Annotated[str, typer.Argument(metavar="CODE", help="Of a rule, such as LA101.")],
) -> None:
    """Explain a rule: what it finds, why it matters, how it decides, what to do."""
    from labelaudit.checks import CHECKS

    check = CHECKS[code.upper()]
    typer.echo(f"{check.code} {check.name} ({check.severity.value})\n\n{check.page}")
