"""Refuse outputs that would overwrite each other, a file that the command reads, or the data set."""

import os
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from labelaudit.cli.files import check_writable, is_special
from labelaudit.errors import DatasetError, OutputError, SettingsError
from labelaudit.names import address_of, printable

if TYPE_CHECKING:
    from labelaudit.records import Dataset
    from labelaudit.settings import Settings


Identity = tuple[int, int]
"""Device and inode number of a file."""


class Named(NamedTuple):
    """A file and the option that names it, such as ``--out audit.json``."""

    option: str
    path: Path

    @property
    def shown(self) -> str:
        """The option and its file, safe to print."""
        gap = "" if self.option.endswith("=") else " "
        return printable(f"{self.option}{gap}{self.path}")


def named(**files: Path | None) -> list[Named]:
    """Return the files that are given, with the options that name them; ``_`` stands for ``-``."""
    return [Named(f"--{name.replace('_', '-')}", path) for name, path in files.items() if path]


def check_outputs(
    outputs: Iterable[Named],
    *,
    inputs: Iterable[Named] = (),
    data: "Path | Dataset | None" = None,
    settings: "Settings | None" = None,
) -> None:
    """Check before a long run that every output can be written and overwrites neither inputs nor data.

    Parameters
    ----------
    outputs
        The files that the command is about to write.
    inputs
        The files that it reads, besides the data set.
    data
        The data set, or its path.
    settings
        How the data set is read.

    Raises
    ------
    OutputError
        An output cannot be written, or is a file of the data set.
    SettingsError
        Two outputs, or an output and an input, are the same file.
    """
    outputs = list(outputs)
    for each in outputs:
        check_writable(each.path)
    files = [each for each in outputs if not is_special(each.path)]
    check_apart(files, inputs)
    if data is not None:
        check_outside(files, data, settings)


def check_apart(outputs: Iterable[Named], inputs: Iterable[Named] = ()) -> None:
    """Check that no output is the file of another output, or a file that the command reads.

    Two files are the same if they have the same identity in the file system (links, hard links), or if their names
    differ only in case or in the composition of accents, which some file systems ignore.

    Raises
    ------
    SettingsError
        Two are the same file.
    """
    taken: dict[object, Named] = {key: each for each in inputs for key in _keys(each.path)}
    for output in outputs:
        keys = _keys(output.path)
        for key in keys:
            if key in taken:
                raise SettingsError(
                    f"{taken[key].shown} and {output.shown} name the same file, and one would overwrite the other. "
                    "Name different files."
                )
        taken |= dict.fromkeys(keys, output)


def check_outside(outputs: Iterable[Named], data: "Path | Dataset", settings: "Settings | None" = None) -> None:
    """Check that no output is a file of the data set, or would become one.

    Files directly in the folder of the class folders may be written unless they are images: they are not scanned.

    Raises
    ------
    OutputError
        An output is, by its path or through links.
    """
    from labelaudit.images import ENDINGS

    place_of_data = data if isinstance(data, Path) else data.source.folder
    root = _identity(place_of_data) if place_of_data else None
    shown = str(data) if isinstance(data, Path) else data.source.shown
    existing: dict[Identity, Named] = {}
    for output in outputs:
        place = Path(os.path.realpath(output.path))  # unlike resolve(), it accepts a link to itself
        inside = root is not None and any(_identity(above) == root for above in place.parents)
        directly = _identity(place.parent) == root
        if inside and (not directly or (place.exists() and place.suffix.lower() in ENDINGS)):
            raise _refused(output, shown)
        existing |= {each: output for each in [_identity(place)] if each}
    for image in _scanned(data, settings) if existing else ():
        if image in existing:
            raise _refused(existing[image], shown)


def _scanned(data: "Path | Dataset", settings: "Settings | None") -> Iterator[Identity | None]:
    """Yield the identity of each file that a scan of *data* opens; none if *data* cannot be scanned."""
    from labelaudit.settings import Settings
    from labelaudit.sources import read

    if isinstance(data, Path):
        if address_of(str(data)):
            return
        yield _identity(data)
    try:
        dataset = read(data, settings or Settings())
    except DatasetError:
        return
    files = (dataset.source.file_of(path) for path in dataset.paths)
    yield from map(_identity, dict.fromkeys(filter(None, files)))


def _refused(output: Named, data: str) -> OutputError:
    return OutputError(
        f"{output.shown}: this file is part of the data set {printable(data)}, or would be in the next scan, and "
        "nothing is written there. Name a file outside of the data set."
    )


def _keys(path: Path) -> list[object]:
    name = unicodedata.normalize("NFC", os.path.realpath(path).casefold())
    identity = _identity(path)
    return [name, identity] if identity else [name]


def _identity(path: Path) -> Identity | None:
    """Return the identity of a file in the file system, following links; None if there is no such file."""
    try:
        found = os.stat(path)  # noqa: PTH116  a data set has many files, and this is twice as fast
    except OSError:
        return None
    return found.st_dev, found.st_ino
