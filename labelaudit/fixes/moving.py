"""Moves one file without overwriting another one, and without losing it if the process is killed.

Within a file system a move is atomic. Between two, the file is copied under a name that only labelaudit uses and
written to the disk before the original is removed, so that one complete copy exists at any time.
"""

import errno
import hashlib
import os
import shutil
from pathlib import Path

from labelaudit.disk import sync_folder

COPYING = ".labelaudit-part"
"""Ending of a file that is being copied from another file system."""

BLOCK = 2**20
"""Bytes that are read at a time."""


def move(origin: Path, target: Path) -> None:
    """Move a file, or a link, to a name that is free.

    Raises
    ------
    FileExistsError
        The name is not free.
    OSError
        The file can't be moved; it is unchanged.
    """
    os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY))  # in one step, so that nobody else gets the name
    try:
        origin.replace(target)
    except OSError as error:
        if error.errno == errno.EXDEV:
            _copy(origin, target)
            return
        target.unlink()
        raise


def part_of(target: Path) -> Path:
    """Return the temporary name under which a file is copied before it is renamed to *target*."""
    name = hashlib.sha256(os.fsencode(target.name)).hexdigest()[:32]
    return target.with_name(f".{name}{COPYING}")


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file's bytes, hexadecimal; empty if there is no file that can be read."""
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while block := file.read(BLOCK):
                digest.update(block)
    except OSError:
        return ""
    return digest.hexdigest()


def is_placeholder(path: Path) -> bool:
    """Tell whether a file is an empty one that reserves a name."""
    return path.is_file() and not path.is_symlink() and path.stat().st_size == 0


def _copy(origin: Path, target: Path) -> None:
    """Move a file to another file system, where an empty file reserves its name."""
    part = part_of(target)
    try:
        part.unlink(missing_ok=True)
        if origin.is_symlink():
            part.symlink_to(os.readlink(origin))  # noqa: PTH115  a link may hold any text
        else:
            with origin.open("rb") as whole, part.open("xb") as copy:  # never through a link of that name
                shutil.copyfileobj(whole, copy)
                copy.flush()
                os.fsync(copy.fileno())
        shutil.copystat(origin, part, follow_symlinks=False)
        sync_folder(part.parent)
        origin.unlink()
    except OSError:
        part.unlink(missing_ok=True)
        target.unlink()
        raise
    part.replace(target)
