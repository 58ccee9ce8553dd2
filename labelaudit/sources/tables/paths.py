"""Checks and converts the paths in tables."""

import posixpath
import re
from pathlib import Path

from labelaudit.errors import DatasetError
from labelaudit.names import printable

ABSOLUTE = re.compile(r"/|[A-Za-z]:|[A-Za-z][A-Za-z0-9+.-]*://")
"""The root of a file system, a drive of Windows, or an address."""

IRREGULAR = re.compile(r"(?:^|/)\.{0,2}(?:/|$)")
"""An empty part of a path, or one that means a folder itself or the one above."""


def plain(path: str, table: Path, line: int, root: Path) -> str:
    """Return a path of a table relative to the root, POSIX.

    Parameters
    ----------
    path
        As the table holds it, perhaps with separators of Windows. An absolute one has to lie below the root.
    table, line
        The position of the path, for messages.
    root
        The folder that paths are relative to.

    Raises
    ------
    DatasetError
        It is empty, or leads out of the root.
    """
    found = path.replace("\\", "/")
    if ABSOLUTE.match(found):
        start = f"{root.absolute().as_posix()}/"
        if not found.startswith(start):
            raise _refused(path, table, line, root, "is absolute")
        found = found.removeprefix(start)
    if IRREGULAR.search(found):
        if ".." in found.split("/"):
            raise _refused(path, table, line, root, "leads upwards")
        found = posixpath.normpath(found)
    if found in ("", ".") or "\0" in found:
        raise _refused(path, table, line, root, "names no file")
    return found


def _refused(path: str, table: Path, line: int, root: Path, reason: str) -> DatasetError:
    return DatasetError(
        f"{printable(str(table))}, line {line:,}: the path '{printable(path)}' {reason}. Expected a path below "
        f"{printable(str(root))}; name the folder that holds the images with --root DIR."
    )
