"""Where reports are written to and read from."""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from labelaudit.cli.config import upwards
from labelaudit.errors import OutputError, ReportError, SettingsError
from labelaudit.names import address_of, printable

if TYPE_CHECKING:
    from labelaudit.records import Report
    from labelaudit.registry import Registry

SUMMARY_FILE = "GITHUB_STEP_SUMMARY"


def targets(
    reports: Iterable[str] | None, metrics: Path | None = None, formats: "Registry[Any] | None" = None
) -> list[tuple[str, Path]]:
    """Return the formats and files of ``--report FORMAT=FILE`` and ``--metrics FILE``.

    Parameters
    ----------
    reports, metrics
        The options.
    formats
        The known formats, by default those of a scan.

    Raises
    ------
    LabelauditError
        One has no file, or an unknown format.
    """
    from labelaudit.reports import FORMATS

    found: list[tuple[str, Path]] = [("metrics", metrics)] if metrics else []
    for each in reports or ():
        name, equals, path = each.partition("=")
        if not (equals and path):
            raise SettingsError(f"--report {printable(each)}: expected FORMAT=FILE, such as json=audit.json.")
        (formats or FORMATS)[name]
        found.append((name, Path(path)))
    return found


def location(data: Path) -> str:
    """Return where the data is below the repository's root, or the working folder; empty if it is not below it."""
    if address_of(str(data)):
        return ""
    *_, top = upwards()
    base = top if (top / ".git").exists() else Path.cwd().resolve()
    place = data.resolve()
    return place.relative_to(base).as_posix() if place.is_relative_to(base) and place != base else ""


def step_summary() -> Path | None:
    """Return the file of the job summary of GitHub Actions, or None outside of GitHub Actions."""
    path = os.environ.get(SUMMARY_FILE)
    return Path(path) if path else None


def add_step_summary(report: "Report") -> None:
    """Add a report to the job summary of GitHub Actions.

    Raises
    ------
    OutputError
        This is not GitHub Actions, or the summary cannot be written.
    """
    from labelaudit.reports.markdown import STEP_SUMMARY, page

    path = step_summary()
    if path is None:
        raise OutputError(f"--github-summary works only in GitHub Actions, where {SUMMARY_FILE} is set.")
    try:
        with path.open("a", encoding="utf-8") as file:
            file.write(page(report, STEP_SUMMARY))
    except OSError as error:
        raise OutputError(f"cannot write {SUMMARY_FILE}: {error.strerror}.") from error


def read_report(path: Path) -> "Report":
    """Read a report that was saved as JSON.

    Raises
    ------
    ReportError
        It cannot be read, or is not a report.
    """
    from labelaudit.reports.parse import parse

    try:
        return parse(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ReportError(
            f"{printable(str(path))} cannot be read: {error.strerror}. "
            "Type: labelaudit scan DATA --format json --out audit.json to write one."
        ) from error
    except (ReportError, UnicodeDecodeError) as error:
        raise ReportError(f"{printable(str(path))}: {error}") from error
