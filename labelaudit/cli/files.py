"""Write files atomically: completely or not at all."""

import os
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from labelaudit.disk import sync_folder
from labelaudit.errors import OutputError
from labelaudit.names import address_of, printable


def check_writable(path: Path | None) -> None:
    """Check before a long run that *path* can be written afterwards.

    Raises
    ------
    OutputError
        Its folder does not exist or is not writable, or it is a folder or a read-only file.
    """
    if path is None:
        return
    shown = printable(str(path))
    try:
        if is_special(path):
            return
        is_folder, has_parent, is_file = path.is_dir(), path.parent.is_dir(), path.is_file()
    except OSError as error:  # for example a name that is too long, or a folder that is not accessible
        raise OutputError(f"cannot write {shown}: {error.strerror}.") from error
    if is_folder:
        raise OutputError(f"cannot write {shown}: it is a folder. Name a file in it, such as {shown}/report.json.")
    if not has_parent:
        raise OutputError(f"cannot write {shown}: there is no folder {printable(str(path.parent))}. Create it first.")
    if is_file and not os.access(path, os.W_OK):  # renaming another file to it would succeed, against the user's wish
        raise OutputError(f"cannot write {shown}: it is read-only. Make it writable, or name another file.")
    if not os.access(path.parent, os.W_OK):
        raise OutputError(f"cannot write {shown}: no permission to write to {printable(str(path.parent))}.")


def write(path: Path, content: str | bytes, *, synced: bool = False) -> None:
    """Write a file atomically: see :func:`write_with`."""
    data = content.encode("utf-8", "surrogateescape") if isinstance(content, str) else content
    write_with(path, lambda file: file.write(data), synced=synced)


def write_with(path: Path, fill: Callable[[BinaryIO], object], *, synced: bool = False) -> None:
    """Write a temporary file piece by piece and rename it, so that an incomplete file is never seen.

    Parameters
    ----------
    path
        The file.
    fill
        Writes the content to the open file.
    synced
        Whether to wait until the disk has it, so that it survives a crash of the machine as well.

    Raises
    ------
    OutputError
        It cannot be written; a file that existed before is unchanged.
    """
    import tempfile

    check_writable(path)
    try:
        if is_special(path):
            with path.open("wb") as special:
                fill(special)
            return
        target = Path(os.path.realpath(path))
        handle, aside = tempfile.mkstemp(prefix=f".{target.name[:40]}.", dir=target.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                fill(file)
                if synced:
                    file.flush()
                    os.fsync(file.fileno())
            Path(aside).chmod(target.stat().st_mode & 0o777 if target.exists() else 0o666 & ~_umask())
            Path(aside).replace(target)
            if synced:
                sync_folder(target.parent)
        except BaseException:
            Path(aside).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise OutputError(f"cannot write {printable(str(path))}: {error.strerror}.") from error


def as_typed(path: Path) -> str:
    """Return a path as briefly as somebody here would type it."""
    return quoted(address_of(str(path)) or str(from_here(path)))


def shown(path: Path) -> str:
    """Return the shortest form of a path, safe to print."""
    return printable(str(from_here(path)))


def from_here(path: Path) -> Path:
    """Return a path relative to the working folder if it is below it, otherwise unchanged."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path


def quoted(word: str) -> str:
    """Return a word quoted for the shell, safe to print."""
    return shlex.quote(printable(word))


def is_special(path: Path) -> bool:
    """Tell whether a path is a device or a pipe, such as /dev/stdout, which is written to and never replaced."""
    return path.exists() and not path.is_file() and not path.is_dir()


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
