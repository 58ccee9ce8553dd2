"""Several reports from one scan."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from labelaudit.errors import ReportError, SettingsError
from labelaudit.names import printable

if TYPE_CHECKING:
    from labelaudit.records import Report


def targets(reports: Iterable[str] | None) -> list[tuple[str, Path]]:
    """Return the formats and files that ``--report FORMAT=FILE`` asks for.

    Raises
    ------
    LabelauditError
        One has no file, or a format that nothing knows, or two share a file.
    """
    from labelaudit.reports import FORMATS

    found: list[tuple[str, Path]] = []
    for each in reports or ():
        name, equals, path = each.partition("=")
        if not (equals and path):
            raise SettingsError(f"--report {printable(each)}: expected FORMAT=FILE, such as json=audit.json.")
        FORMATS[name]
        if Path(path) in (taken for _, taken in found):
            raise SettingsError(f"--report {printable(each)}: another report goes to the same file.")
        found.append((name, Path(path)))
    return found


def read_report(path: Path) -> "Report":
    """Read a report that was saved as JSON.

    Raises
    ------
    ReportError
        It can't be read, or is none.
    """
    from labelaudit.reports.parse import parse

    try:
        return parse(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ReportError(
            f"{printable(str(path))} can't be read: {error.strerror}. "
            "Type: labelaudit scan DATA --format json --out audit.json to write one."
        ) from error
    except (ReportError, UnicodeDecodeError) as error:
        raise ReportError(f"{printable(str(path))}: {error}") from error
