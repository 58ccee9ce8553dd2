"""Find and read the file of decisions."""

from pathlib import Path
from typing import TYPE_CHECKING

from labelaudit.cli.baseline_file import nearest
from labelaudit.cli.reading import check_regular
from labelaudit.errors import DecisionsError, SettingsError
from labelaudit.names import printable
from labelaudit.timing import LOG

if TYPE_CHECKING:
    from labelaudit.records import Decisions


def locate(named: Path | None, data: Path) -> Path | None:
    """Return the file that was named, or else the nearest from the working folder upwards that is not in the data."""
    from labelaudit.decisions import NAME

    if named:
        check_regular(named)
        return named
    return nearest(NAME, data)


def place(named: Path | None, data: Path) -> Path:
    """Return where decisions are written: the file that was named, the nearest, or a new one in the working folder.

    Raises
    ------
    SettingsError
        The working folder is in the data, where scan would not read a new file.
    """
    from labelaudit.decisions import NAME

    found = locate(named, data)
    if found:
        return found
    if Path.cwd().resolve().is_relative_to(data.resolve()):
        raise SettingsError(
            "this folder is inside the data set, where no decisions file is read. Change to the folder above it, or "
            "name a file with --decisions."
        )
    return Path(NAME)


def load(path: Path | None) -> "Decisions":
    """Read decisions; no file gives none.

    Raises
    ------
    DecisionsError
        The file cannot be read, or contains no decisions.
    """
    from labelaudit.decisions import parse
    from labelaudit.records import Decisions

    if path is None:
        return Decisions()
    LOG.info("decisions: %s", printable(str(path)))
    try:
        return parse(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise DecisionsError(f"the decisions {printable(str(path))} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise DecisionsError(
            f"the decisions {printable(str(path))} cannot be used: it is not text encoded in UTF-8."
        ) from error
    except DecisionsError as error:
        raise DecisionsError(f"the decisions {printable(str(path))} cannot be used: {error}") from error
