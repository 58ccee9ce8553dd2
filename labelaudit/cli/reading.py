"""Files that the command line looks for and reads: configurations and baselines."""

import errno
import os
import stat
from pathlib import Path

from labelaudit.errors import SettingsError
from labelaudit.names import printable


def is_file(path: Path) -> bool:
    """Return whether there is such a file; whatever else has its name is an error, so that it is not ignored.

    Raises
    ------
    SettingsError
        A folder on the way can't be entered, or there is something else that can't be read as a file.
    """
    mode = mode_of(path)
    if mode:
        check_regular(path)
    elif path.is_symlink():
        raise SettingsError(f"{printable(str(path))} is a link that leads nowhere. Remove it, or put a file there.")
    return bool(mode)


def check_regular(path: Path) -> None:
    """Make sure that a path, if it exists, is a file that can be read to its end; a pipe might never end.

    Raises
    ------
    SettingsError
        It is something else.
    """
    mode = mode_of(path)
    if stat.S_ISDIR(mode):
        raise SettingsError(f"{printable(str(path))} is a folder; expected a file.")
    if mode and not stat.S_ISREG(mode) and str(path) != os.devnull:
        raise SettingsError(f"{printable(str(path))} is not a regular file; expected one, not a pipe or a device.")


def check_leads_somewhere(path: Path) -> None:
    """Make sure that no link on the way leads back to itself: such a path can't be resolved.

    Raises
    ------
    SettingsError
        One does.
    """
    try:
        path.stat()
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise SettingsError(
                f"{printable(str(path))} is, or is behind, a symbolic link that leads to itself. Name a folder of "
                "images, or make the link anew."
            ) from error
    except ValueError as error:
        raise SettingsError(f"{printable(str(path))} is no path: {error}.") from error


def mode_of(path: Path) -> int:
    """Return the type and permissions of a file as the system has them; 0 if there is no such file.

    Raises
    ------
    SettingsError
        That can't be determined.
    """
    try:
        return path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return 0
    except OSError as error:
        raise SettingsError(
            f"can't tell whether there is {printable(str(path))}: {error.strerror}. Go to a folder that you can enter."
        ) from error
    except ValueError as error:
        raise SettingsError(f"{printable(str(path))} is no path: {error}.") from error
