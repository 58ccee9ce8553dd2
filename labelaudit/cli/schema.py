"""``labelaudit schema``: print the JSON Schemas of the files that other programs read."""

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
    PLAN = "plan"


@command
def schema(
    kind: Annotated[
        Kind,
        typer.Argument(
            metavar="[report|baseline|decisions|plan]",
            help="What scan writes with --format json, a file that it reads, or what fix writes with --format json.",
        ),
    ] = Kind.REPORT,
) -> None:
    """Print the JSON Schema of a file that other programs read or write.

    The draft is 2020-12. The number of the schema is the first number of schema_version in the file: keys may be added
    within a version; changing or removing one increases the number.
    """
    from importlib.resources import files

    sys.stdout.write(files("labelaudit").joinpath("schemas", f"{kind}-1.schema.json").read_text(encoding="utf-8"))
