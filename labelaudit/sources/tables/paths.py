"""Checks and converts the paths in tables."""

import posixpath
import re
from typing import Protocol

from labelaudit.errors import DatasetError
from labelaudit.names import printable
from labelaudit.sources.addresses import DataFile

ABSOLUTE = re.compile(r"/|[A-Za-z]:|[A-Za-z][A-Za-z0-9+.-]*://")
"""The root of a file system, a drive of Windows, or an address."""

IRREGULAR = re.compile(r"(?:^|/)\.{0,2}(?:/|$)")
"""An empty part of a path, or one that means a folder itself or the one above."""


class Root(Protocol):
    """The folder that the paths of a table are relative to.

    Attributes
    ----------
    shown
        The folder, for messages.
    start
        What absolute paths below it begin with.
    """

    shown: str
    start: str


def plain(path: str, table: DataFile, line: int, root: Root, below: str = "") -> str:
    """Return a path of a table relative to the root, POSIX.

    Parameters
    ----------
    path
        As the table holds it, perhaps with separators of Windows. An absolute one has to lie below the root.
    table, line
        The position of the path, for messages.
    root, below
        The folder that the images are in, and the folder below it that paths are relative to.

    Raises
    ------
    DatasetError
        It is empty, or leads out of the root.
    """
    found = path.replace("\\", "/")
    start = f"{root.start}{below}/" if below else root.start
    folder = f"{below} in {root.shown}" if below else root.shown

    def refused(reason: str) -> DatasetError:
        return DatasetError(
            f"{printable(str(table))}, line {line:,}: the path '{printable(path)}' {reason}. Expected a path below "
            f"{printable(folder)}; name the folder that holds the images with --root DIR."
        )

    if ABSOLUTE.match(found):
        if not found.startswith(start):
            raise refused("is absolute")
        found = found.removeprefix(start)
    if IRREGULAR.search(found):
        if ".." in found.split("/"):
            raise refused("leads upwards")
        found = posixpath.normpath(found)
    if found in ("", ".") or "\0" in found:
        raise refused("names no file")
    return found
