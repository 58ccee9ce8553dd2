"""Replaces the bytes of a file atomically."""

import os
import shutil
from pathlib import Path

from labelaudit.disk import sync_folder
from labelaudit.fixes.moving import part_of


def replace_bytes(path: Path, data: bytes) -> None:
    """Replace the bytes of a file atomically: it always holds the old or the new ones, and keeps its permissions.

    Raises
    ------
    OSError
        The file can't be written; it is unchanged.
    """
    part = part_of(path)
    try:
        part.unlink(missing_ok=True)
        with part.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        shutil.copymode(path, part)
        part.replace(path)
    except OSError:
        part.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)
