"""Writing other bytes to a file in one step, and finding out how far that came."""

import os
import shutil
from pathlib import Path

from labelaudit.disk import sync_folder
from labelaudit.fixes.moving import part_of


def replace_bytes(path: Path, data: bytes) -> None:
    """Give a file other bytes: it has the old or the new ones at each moment, and keeps its permissions.

    Raises
    ------
    OSError
        It can't be written; it is as it was.
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
