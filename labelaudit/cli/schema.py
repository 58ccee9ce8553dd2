"""``labelaudit schema``: what the files hold that other programs read."""

import sys
from enum import StrEnum
from importlib.resources import files
from typing import Annotated

import typer

from labelaudit.cli.app import command


class Kind(StrEnum):
    """A file that has a schema."""

    REPORT = "report"
    BASELINE = "baseline"


@command
def schema(
    kind: Annotated[
        Kind, typer.Argument(metavar="[report|baseline]", help="Of what --format json writes, or of the baseline.")
    ] = Kind.REPORT,
) -> None:
    """Print the JSON Schema (draft 2020-12) of a file that labelaudit writes.

    Its number is the first of the file's schema_version: keys may come, but none changes or goes without a new one.
    """
    sys.stdout.write(files("labelaudit").joinpath("schemas", f"{kind}-1.schema.json").read_text(encoding="utf-8"))
