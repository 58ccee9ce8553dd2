"""Tables of images and their labels, one format per file: each yields rows of text with the line that they are on."""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple, Protocol

from labelaudit.errors import DatasetError
from labelaudit.names import printable
from labelaudit.records import SEPARATOR
from labelaudit.sources.addresses import DataFile
from labelaudit.sources.tables.delimited import Delimited
from labelaudit.sources.tables.jsonl import JsonLines
from labelaudit.sources.tables.label_cells import LabelCells, separator_of
from labelaudit.sources.tables.parquet import Parquet


class Table(Protocol):
    """A table with named columns.

    Attributes
    ----------
    path
        The file.
    columns
        Names of the columns, in the order of the file.
    lists
        Names of those whose values are lists of labels; they are read as names of label sets.
    """

    path: DataFile
    columns: tuple[str, ...]
    lists: frozenset[str]

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
    """The roles of the columns of a table; the name is empty where the table has no such column.

    ``labels`` are the cells that hold the labels of an image, if it may have several; ``label`` is then the first of
    these columns.
    """

    path: str
    label: str
    split: str = ""
    group: str = ""
    labels: LabelCells | None = None

    @property
    def given(self) -> list[str]:
        """The names of the existing columns, in the order of the fields, and last those that hold several labels."""
        return [*filter(None, self[:4]), *(self.labels.columns if self.labels else ())]


USUAL = {"path": ("path", "file_name"), "label": ("label",), "split": ("split",), "group": ("group",)}
"""Names that columns have by default; ``file_name`` is that of Hugging Face's metadata files."""

SEVERAL = "labels"
"""The role, and the default name, of a column that holds several labels."""


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
    said = _assigned(table, named, there)
    found = {
        role: said.get(role) or next((name for name in names if name in table.columns), "")
        for role, names in USUAL.items()
    }
    labels = _several(table, said, found, there)
    if labels:
        found["label"] = labels.columns[0]
    missing = [role for role in needed if not found[role]]
    if missing:
        example = ",".join(f"{role}=NAME" for role in missing)
        raise DatasetError(
            f"{shown} has no column '{missing[0]}'; its columns are: {there}. "
            f"Expected path and label, or say which they are: --columns {example}"
        )
    return Columns(**found, labels=labels)


def _assigned(table: Table, named: Sequence[str], there: str) -> dict[str, str]:
    """Return the names that a user gives, by role."""
    said: dict[str, str] = {}
    for word in named:
        role, equals, name = word.partition("=")
        if role not in (*Columns._fields, "separator") or not (equals and name):
            raise DatasetError(
                f"--columns {printable(word)}: expected path, label, split or group and the name of a column, "
                "such as path=file,label=class; or labels and the columns that hold several labels."
            )
        if role in USUAL and name not in table.columns:
            raise DatasetError(
                f"--columns {printable(word)}: {printable(str(table.path))} has no such column; its columns are: "
                f"{there}."
            )
        said[role] = name
    return said


def _several(table: Table, said: dict[str, str], found: dict[str, str], there: str) -> LabelCells | None:
    """Return the cells that hold several labels of an image; None if each image has one label."""
    if SEVERAL in said and "label" in said:
        raise DatasetError("--columns names label and labels; each image has one label, or may have several.")
    separator = separator_of(said["separator"]) if "separator" in said else ""
    if SEVERAL in said:
        names = _listed(table, said[SEVERAL], there)
        taken = sorted({*names} & {found[role] for role in ("path", "split", "group")})
        if taken:
            raise DatasetError(f"--columns uses the column '{printable(taken[0])}' for labels and for something else.")
        each = names != (said[SEVERAL],)
        if each and (separator or table.lists & {*names}):
            raise DatasetError(f"--columns labels={printable(said[SEVERAL])}: expected columns that hold 0 or 1.")
        return LabelCells(names, each=each, separator=SEPARATOR if names[0] in table.lists else separator)
    label = found["label"]
    name = label or (SEVERAL if SEVERAL in table.columns else "")
    if name in table.lists:
        return LabelCells((name,), separator=SEPARATOR)
    return LabelCells((name,), separator=separator) if name and (separator or not label) else None


def _listed(table: Table, named: str, there: str) -> tuple[str, ...]:
    """Return the columns that a user names: one, several separated by ``+``, or a range such as ``cat:zebra``."""
    if named in table.columns:
        return (named,)
    found: list[str] = []
    for part in named.split("+"):
        ends = (part, part) if part in table.columns else part.partition(":")[::2]
        if not {*ends} <= {*table.columns}:
            raise DatasetError(
                f"--columns labels={printable(named)}: {printable(str(table.path))} has no column "
                f"'{printable(part)}'; its columns are: {there}. Expected a column of labels, columns of 0 and 1 such "
                "as cat+dog, or a range of them such as cat:zebra."
            )
        first, last = map(table.columns.index, ends)
        found += table.columns[first : last + 1]
    if len(found) < 1 or len({*found}) < len(found):
        raise DatasetError(
            f"--columns labels={printable(named)}: expected each column once, in the order of the table."
        )
    return tuple(found)


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
