"""``labelaudit schema``: what the files hold that other programs read."""

import sys
from enum import StrEnum
from typing import Annotated

import typer

from labelaudit.cli.app import command


class Kind(StrEnum):
    """A file that has a schema."""

    REPORT = "report"
    BASELINE = "baseline"
    DECISIONS = "decisions"


@command
def schema(
    kind: Annotated[
        Kind,
        typer.Argument(
            metavar="[report|baseline|decisions]", help="The report of --format json, or a file that scan reads."
        ),
    ] = Kind.REPORT,
) -> None:
    """Print the JSON Schema of a report, a baseline or a file of decisions.

    The draft is 2020-12. The number of the schema is the first number of schema_version in the file: keys may be added
    within a version; changing or removing one increases the number.
    """
    from importlib.resources import files

    sys.stdout.write(files("labelaudit").joinpath("schemas", f"{kind}-1.schema.json").read_text(encoding="utf-8"))
