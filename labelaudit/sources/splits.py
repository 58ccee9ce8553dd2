"""Splits of data sets that are not folders."""

from collections.abc import Collection

from labelaudit.errors import DatasetError
from labelaudit.names import printable
from labelaudit.sources.folder_names import split_name


def usual(name: str) -> str:
    """Return the name that a split has in reports: ``val`` is ``validation``."""
    found = split_name(name)
    return found.split if found and not found.rest else name


def check_splits(data: str, there: Collection[str], wanted: Collection[str]) -> set[str]:
    """Return the splits that are wanted, by their names in reports; none if all are.

    Raises
    ------
    DatasetError
        One is not there.
    """
    names = {name if name in there else usual(name) for name in wanted}
    missing = sorted(names - set(there))
    if missing:
        found = ", ".join(map(printable, sorted(there))) or "no splits"
        raise DatasetError(f"{printable(data)} has no split '{printable(missing[0])}'; it has {found}.")
    return names
