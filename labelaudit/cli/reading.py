"""Check the files and folders that a command reads."""

import errno
import os
import stat
from pathlib import Path

from labelaudit.errors import SettingsError
from labelaudit.names import printable


def is_file(path: Path) -> bool:
    """Return whether there is such a file; anything else of this name is an error rather than ignored.

    Raises
    ------
    SettingsError
        A parent folder is not accessible, or the path is not a file.
    """
    mode = mode_of(path)
    if mode:
        check_regular(path)
    elif path.is_symlink():
        raise SettingsError(f"{printable(str(path))} is a broken link. Remove it, or create its target.")
    return bool(mode)


def check_regular(path: Path) -> None:
    """Check that a path, if it exists, is a regular file; a pipe might never end.

    Raises
    ------
    SettingsError
        It is not a regular file.
    """
    mode = mode_of(path)
    if stat.S_ISDIR(mode):
        raise SettingsError(f"{printable(str(path))} is a folder; expected a file.")
    if mode and not stat.S_ISREG(mode) and str(path) != os.devnull:
        raise SettingsError(f"{printable(str(path))} is not a regular file; expected one, not a pipe or a device.")


def check_leads_somewhere(path: Path) -> None:
    """Check that a path contains no cycle of links, which cannot be resolved.

    Raises
    ------
    SettingsError
        It does.
    """
    try:
        path.stat()
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise SettingsError(
                f"{printable(str(path))} contains a symbolic link to itself. Name a folder of images, or "
                "create the link again."
            ) from error
    except ValueError as error:
        raise SettingsError(f"{printable(str(path))} is not a path: {error}.") from error


def mode_of(path: Path) -> int:
    """Return the mode of a file; 0 if there is no such file.

    Raises
    ------
    SettingsError
        It cannot be determined.
    """
    try:
        return path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return 0
    except OSError as error:
        raise SettingsError(
            f"cannot access {printable(str(path))}: {error.strerror}. Change to a folder that you have access to."
        ) from error
    except ValueError as error:
        raise SettingsError(f"{printable(str(path))} is not a path: {error}.") from error
