"""Tables of images and their labels, one format per file: each yields rows of text with the line that they are on."""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple, Protocol

from labelaudit.errors import DatasetError
from labelaudit.names import printable
from labelaudit.sources.addresses import DataFile
from labelaudit.sources.tables.delimited import Delimited
from labelaudit.sources.tables.jsonl import JsonLines
from labelaudit.sources.tables.parquet import Parquet


class Table(Protocol):
    """A table with named columns.

    Attributes
    ----------
    path
        The file.
    columns
        Names of the columns, in the order of the file.
    """

    path: DataFile
    columns: tuple[str, ...]

    def rows(self, wanted: Sequence[str]) -> Iterator[tuple[int, Sequence[str]]]:
        """Yield the line of each row, from 1 on, and its values in the wanted columns; empty text for no value."""


FORMATS: dict[str, Callable[[DataFile], Table]] = {
    ".csv": Delimited,
    ".tsv": Delimited,
    ".jsonl": JsonLines,
    ".ndjson": JsonLines,
    ".parquet": Parquet,
}
"""By the ending of a file."""


def open_table(path: DataFile) -> Table:
    """Return the table in a file, whose ending says which format it has.

    Raises
    ------
    DatasetError
        It cannot be read.
    """
    try:
        return FORMATS[path.suffix.lower()](path)
    except OSError as error:
        raise DatasetError(f"{printable(str(path))} cannot be read: {error.strerror}.") from error


class Columns(NamedTuple):
    """The roles of the columns of a table; the name is empty where the table has no such column."""

    path: str
    label: str
    split: str = ""
    group: str = ""

    @property
    def given(self) -> list[str]:
        """The names of the existing columns, in the order of the fields."""
        return [name for name in self if name]


USUAL = {"path": ("path", "file_name"), "label": ("label",), "split": ("split",), "group": ("group",)}
"""Names that columns have by default; ``file_name`` is that of Hugging Face's metadata files."""


def columns_of(table: Table, named: Sequence[str], needed: Sequence[str] = ("path", "label")) -> Columns:
    """Return the roles of the columns of a table.

    Parameters
    ----------
    table
        The table.
    named
        The user's assignments, such as ``path=file`` and ``label=class``.
    needed
        The roles that need a column.

    Raises
    ------
    DatasetError
        A column is missing, or the user names no such column.
    """
    shown, there = printable(str(table.path)), ", ".join(map(printable, table.columns)) or "none"
    said = {}
    for word in named:
        role, equals, name = word.partition("=")
        if role not in Columns._fields or not (equals and name):
            raise DatasetError(
                f"--columns {printable(word)}: expected path, label, split or group and the name of a column, "
                "such as path=file,label=class."
            )
        if name not in table.columns:
            raise DatasetError(f"--columns {printable(word)}: {shown} has no such column; its columns are: {there}.")
        said[role] = name
    found = {
        role: said.get(role) or next((name for name in names if name in table.columns), "")
        for role, names in USUAL.items()
    }
    missing = [role for role in needed if not found[role]]
    if missing:
        example = ",".join(f"{role}=NAME" for role in missing)
        raise DatasetError(
            f"{shown} has no column '{missing[0]}'; its columns are: {there}. "
            f"Expected path and label, or say which they are: --columns {example}"
        )
    return Columns(**found)


def label_column(named: Sequence[str]) -> str:
    """Return the user's name for the label in data that has no columns, from ``label=class``; empty if not given.

    Raises
    ------
    DatasetError
        Another column is named.
    """
    for word in named:
        role, equals, name = word.partition("=")
        if role != "label" or not (equals and name):
            raise DatasetError(f"--columns {printable(word)}: here only the label can be named, such as label=class.")
        return name
    return ""
