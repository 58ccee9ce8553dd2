"""``labelaudit explain``: explain a rule."""

from typing import Annotated

import typer

from labelaudit.cli.app import command
from labelaudit.cli.completion import rules


@command
def explain(
    rule: Annotated[
        str, typer.Argument(metavar="RULE", help="Code or name of a rule: LA101 or mislabeled.", autocompletion=rules)
    ],
) -> None:
    """Explain a rule.

    Prints what the rule finds, why that matters, how it decides, and what to do.
    """
    from labelaudit.checks import find_rule

    check = find_rule(rule)
    typer.echo(f"{check.code} {check.name} ({check.severity.value})\n\n{check.page}")
