"""Cells of a table that hold several labels of an image, or whether it has each label."""

from collections.abc import Iterable, Sequence
from typing import Any

from labelaudit.errors import DatasetError
from labelaudit.names import printable
from labelaudit.records import SEPARATOR
from labelaudit.sources.tables.values import as_text

SEPARATORS = {"semicolon": ";", "pipe": "|", "comma": ",", "space": " "}
"""Names of the separators of labels in a cell; each is also accepted as the character itself."""

RECOGNISED = (";", "|")
"""Separators that need not be named: hardly any label contains them."""

TRUTH = {"0": False, "0.0": False, "false": False, "1": True, "1.0": True, "true": True}
"""Values of a column that says whether images have a label."""


class LabelCells:
    """The cells of a row that hold the labels of an image, which may have several or none.

    Parameters
    ----------
    columns
        The column that holds all labels, or the columns of which each says whether an image has the label of its name.
    each
        Whether there is a column for each label.
    separator
        Separates labels in a cell; if empty, it is recognised.
    """

    def __init__(self, columns: Sequence[str], *, each: bool = False, separator: str = "") -> None:
        self.columns, self._each, self._separator = tuple(columns), each, separator
        self._chosen = bool(separator)
        self._known: dict[tuple[str, ...], str] = {}

    def read(self, cells: Sequence[str], where: str) -> str:
        """Return the name of the label set in the cells of a row; *where* names the row in messages.

        Raises
        ------
        DatasetError
            A cell cannot be read.
        """
        key = tuple(cells)
        if key not in self._known:
            self._known[key] = set_name(self._labels(key, where), where)
        return self._known[key]

    def _labels(self, cells: tuple[str, ...], where: str) -> Iterable[str]:
        if not self._each:
            return self._split(cells[0], where)
        named = zip(self.columns, cells, strict=True)
        return [name for name, cell in named if self._truth(name, cell, where)]

    def _truth(self, name: str, cell: str, where: str) -> bool:
        value = TRUTH.get(cell.strip().lower())
        if value is None:
            raise DatasetError(
                f"{where}, column '{printable(name)}' holds '{printable(cell[:60])}'; expected 0 or 1: whether the "
                "image has the label."
            )
        return value

    def _split(self, cell: str, where: str) -> Iterable[str]:
        if not self._chosen:
            self._recognise(cell, where)
        return cell.split(self._separator) if self._separator else (cell,)

    def _recognise(self, cell: str, where: str) -> None:
        found = [each for each in RECOGNISED if each in cell]
        if self._separator:
            found = sorted({*found, self._separator})
        if len(found) > 1:
            raise DatasetError(
                f"{where} has both ';' and '|' in its labels or in those of earlier rows. Say which one separates "
                "labels: --columns separator=semicolon or separator=pipe"
            )
        if not found and "," in cell:
            raise DatasetError(
                f"{where} has the labels '{printable(cell[:60])}', and a comma may be part of a label. Say what "
                "separates labels: --columns separator=comma, or separator=semicolon if nothing does."
            )
        self._separator = found[0] if found else ""


def separator_of(name: str) -> str:
    """Return the separator that a user names.

    Raises
    ------
    DatasetError
        There is no such separator.
    """
    if name in SEPARATORS.values():
        return name
    if name not in SEPARATORS:
        raise DatasetError(f"--columns separator={printable(name)}: expected {', '.join(SEPARATORS)}.")
    return SEPARATORS[name]


def set_name(labels: Iterable[str], where: str) -> str:
    """Return the name of a label set: its different labels, sorted.

    Raises
    ------
    DatasetError
        A label contains the separator of such names.
    """
    found = sorted({label for label in map(str.strip, labels) if label})
    for label in found:
        if SEPARATOR in label:
            raise DatasetError(
                f"{where} has the label '{printable(label[:60])}', which contains '{SEPARATOR}'. Reports separate the "
                "labels of an image by it; rename the label."
            )
    return SEPARATOR.join(found)


def from_list(value: Any, where: str) -> str:
    """Return the name of the label set that a list holds; no value is an empty set.

    Raises
    ------
    DatasetError
        It is no list, or holds something else than texts and whole numbers.
    """
    if value is None:
        return ""
    if not isinstance(value, list):
        raise DatasetError(
            f"{where} holds '{printable(repr(value)[:60])}', where the first row holds a list of labels. Expected a "
            "list in each row, an empty one for an image without a label."
        )
    return set_name((as_text(each, where) for each in value), where)
