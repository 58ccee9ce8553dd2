"""Options that several commands share."""

from pathlib import Path
from typing import Annotated

import typer

Data = Annotated[
    Path, typer.Argument(metavar="DATA", help="Folder with a folder for each class, or with splits of them.")
]
Split = Annotated[
    list[str] | None,
    typer.Option("--split", metavar="NAME", help="Only this split (train, validation, test); repeatable."),
]
FollowLinks = Annotated[bool, typer.Option("--follow-links", help="Follow links to folders, too.")]
Select = Annotated[
    str | None, typer.Option(metavar="CODES", help="Only these rules: codes or their beginnings, such as LA1,LA301.")
]
Ignore = Annotated[str | None, typer.Option(metavar="CODES", help="None of these rules.")]
Quality = Annotated[
    str, typer.Option(help="fast, standard or best: time for better ranking; best needs labelaudit[best].")
]
Seed = Annotated[int, typer.Option(min=0, help="Seed of all that is drawn at random.")]
Jobs = Annotated[
    int | None, typer.Option("--jobs", "-j", min=1, help="Threads; as many as cores by default.", show_default=False)
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print the report and nothing else.")]
NoProgress = Annotated[bool, typer.Option("--no-progress", help="Draw no progress bar.")]


def words(listed: str | None) -> tuple[str, ...]:
    """Return the words of a list that is separated by commas."""
    return tuple(word.strip() for word in (listed or "").split(",") if word.strip())


def codes(listed: str | None) -> tuple[str, ...]:
    """Return the codes of rules in a list that is separated by commas."""
    return tuple(word.upper() for word in words(listed))
