"""Where ``labelaudit fix`` writes, and that nothing of it is in the data set."""

import os
from collections.abc import Iterable
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from labelaudit.cli.files import quoted
from labelaudit.cli.overwriting import Named, check_outputs, named
from labelaudit.errors import OutputError, SettingsError
from labelaudit.names import printable

if TYPE_CHECKING:
    from labelaudit.settings import Settings

JOURNAL = "labelaudit-fix"
"""Name of the journal without a number and its ending."""

Exports = list[tuple[str, Path]]
"""The formats of corrected labels that are written, and where each goes."""


def typed_data(ctx: typer.Context, data: Path | None) -> Path | None:
    """Return the data set if somebody typed it; what a configuration names need not be that of a journal."""
    source = ctx.get_parameter_source("data")
    return data if source and source.name == "COMMANDLINE" else None


def journal_file(wanted: Path | None) -> Path:
    """Return the file for a journal: the one that was named, or the first free name in the working folder."""
    if wanted:
        return wanted
    names = (Path(f"{JOURNAL}{f'-{number}' if number > 1 else ''}.jsonl") for number in count(1))
    return next(path for path in names if not os.path.lexists(path))


def exports_of(to: Iterable[str] | None, *, apply: bool) -> Exports:
    """Return the formats and places that ``--to FORMAT=PATH`` asks for.

    Raises
    ------
    LabelauditError
        One has no place, or a format that nothing knows.
    """
    from labelaudit.fixes.exports import EXPORTS, LINKS

    found: Exports = []
    for each in to or ():
        name, equals, path = each.partition("=")
        if not (equals and path):
            raise SettingsError(f"--to {printable(each)}: expected FORMAT=PATH, such as csv=corrected.csv.")
        if name != LINKS:
            EXPORTS[name]
        found.append((name, Path(path)))
    if found and apply:
        raise SettingsError("--to leaves the data as it is, and --apply changes it. Leave one out.")
    return found


def check_places(
    ctx: typer.Context,
    data: Path,
    settings: "Settings",
    *,
    decisions: Path | None,
    journal: Path | None,
    quarantine: Path | None,
    exports: Exports,
) -> None:
    """Make sure before the work that everything can be written, and that nothing of it is in the data set.

    Raises
    ------
    LabelauditError
        It is not so.
    """
    from labelaudit.fixes.exports import LINKS, check_new_folder

    files = [Named(f"--to {name}=", path) for name, path in exports if name != LINKS]
    check_outputs(
        [*named(journal=journal), *files],
        inputs=named(config=ctx.obj.path, decisions=decisions),
        data=data,
        settings=settings,
    )
    if journal and os.path.lexists(journal):
        raise OutputError(f"--journal {quoted(str(journal))}: there is such a file. Name a new one.")
    for name, path in exports:
        if name == LINKS:
            _check_outside(f"--to {LINKS}=", path, data)
            check_new_folder(path)
    if quarantine:
        _check_outside("--quarantine ", quarantine, data)
        _check_quarantine(quarantine)


def _check_outside(option: str, folder: Path, data: Path) -> None:
    root = os.path.realpath(data)
    if Path(os.path.realpath(folder)).is_relative_to(root):
        raise OutputError(
            f"{option}{printable(str(folder))}: this folder is in the data set, and the next scan would read it. Name "
            "one outside of it."
        )


def _check_quarantine(folder: Path) -> None:
    shown = printable(str(folder))
    if folder.is_dir():
        return
    if os.path.lexists(folder):
        raise OutputError(f"--quarantine {shown}: this is no folder. Name another one.")
    if not folder.parent.is_dir():
        raise OutputError(f"--quarantine {shown}: there is no folder {printable(str(folder.parent))}. Make it first.")
