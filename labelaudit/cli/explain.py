"""``labelaudit explain``: what a rule means."""

from typing import Annotated

import typer

from labelaudit.cli.app import command


@command
def explain(
    rule: Annotated[str, typer.Argument(metavar="RULE", help="Code or name of a rule: LA101 or mislabeled.")],
) -> None:
    """Explain a rule: what it finds, why it matters, how it decides, what to do."""
    from labelaudit.checks import find_rule

    check = find_rule(rule)
    typer.echo(f"{check.code} {check.name} ({check.severity.value})\n\n{check.page}")
