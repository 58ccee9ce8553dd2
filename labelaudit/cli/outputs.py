"""Several reports from one scan."""

from collections.abc import Iterable
from pathlib import Path

from labelaudit.errors import SettingsError
from labelaudit.names import printable


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
