"""Find and read the baseline."""

from pathlib import Path
from typing import TYPE_CHECKING

from labelaudit.cli.config import upwards
from labelaudit.cli.files import quoted
from labelaudit.cli.reading import check_regular, is_file
from labelaudit.disk import parsed
from labelaudit.errors import BaselineError
from labelaudit.names import printable
from labelaudit.timing import LOG

if TYPE_CHECKING:
    from labelaudit.records import Baseline


def locate(named: Path | None, data: Path) -> Path | None:
    """Return the named baseline, or else the nearest from the working folder upwards that is not in the data."""
    from labelaudit.decisions.baseline import NAME

    return named_or_nearest(named, NAME, data)


def named_or_nearest(named: Path | None, name: str, data: Path) -> Path | None:
    """Return the named file, or else the nearest file *name* from the working folder upwards outside of the data."""
    if named:
        check_regular(named)
        return named
    root = data.resolve()
    there = (folder / name for folder in upwards() if not folder.is_relative_to(root))
    return next((path for path in there if is_file(path)), None)


def load(path: Path | None) -> "Baseline":
    """Read a baseline; without a path it is empty.

    Raises
    ------
    BaselineError
        It cannot be read, or is not a baseline.
    """
    from labelaudit.decisions.baseline import parse
    from labelaudit.records import Baseline

    if path is None:
        return Baseline()
    LOG.info("baseline: %s", printable(str(path)))
    advice = f' Type: labelaudit baseline DATA --baseline {quoted(str(path))} --reason "..." to write one.'
    return parsed(path, "the baseline", parse, BaselineError, advice)
