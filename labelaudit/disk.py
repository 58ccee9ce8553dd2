"""Read text files with errors that name them, and make sure that the disk holds what was written."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from labelaudit.errors import LabelauditError
from labelaudit.names import printable

T = TypeVar("T")


def parsed(path: Path, what: str, parse: Callable[[str], T], error: type[LabelauditError], advice: str = "") -> T:
    """Parse a text file; whatever is wrong with it is an *error* that names the file and *what* it is meant to be.

    Parameters
    ----------
    path
        The file.
    what
        Its name in messages, such as "the baseline".
    parse
        Parses the text; it may raise an *error*.
    error
        Type of all errors.
    advice
        What to type if the file cannot be read.
    """
    shown = f"{what} {printable(str(path))}"
    try:
        return parse(path.read_text(encoding="utf-8"))
    except OSError as unreadable:
        raise error(f"{shown} cannot be read: {unreadable.strerror}.{advice}") from unreadable
    except UnicodeDecodeError as foreign:
        raise error(f"{shown} cannot be used: it is not text encoded in UTF-8.") from foreign
    except error as malformed:
        raise error(f"{shown} cannot be used: {malformed}") from malformed


def sync_folder(folder: Path) -> None:
    """Wait until the disk holds the names in a folder, where the system can open a folder."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
