"""The rows of tables: one for each image."""

from array import array
from collections.abc import Iterator
from dataclasses import replace

from labelaudit.errors import DatasetError
from labelaudit.names import printable
from labelaudit.records import Dataset, PassedOver, Repeated
from labelaudit.settings import Settings
from labelaudit.sources.addresses import DataFile
from labelaudit.sources.listed import Listed, Places
from labelaudit.sources.listing import dataset_of
from labelaudit.sources.roots import Root
from labelaudit.sources.splits import check_splits, usual
from labelaudit.sources.tables import Columns, Table
from labelaudit.sources.tables.paths import plain

UNLABELLED = "rows without a label"
REPEATED = "rows that repeat an earlier row"


class Rows:
    """The rows of one or more tables, in their order, with one row for each image.

    A list of strings for each column needs much less memory than a record for each row; equal labels are interned.

    Parameters
    ----------
    data
        The data set, for messages.
    root
        The folder that paths are relative to.
    settings
        Which splits are wanted.
    """

    def __init__(self, data: str, root: Root, settings: Settings) -> None:
        self._data, self._root, self._settings = data, root, settings
        self._paths: list[str] = []
        self._labels: list[str] = []
        self._splits: list[str] = []
        self._groups: list[str] = []
        self._lines, self._numbers, self._of_table = array("l"), array("l"), array("l")
        self._tables: list[tuple[DataFile, str]] = []
        self._several: set[bool] = set()
        self._repeated: list[Repeated] = []
        self._passed_over: list[PassedOver] = []
        self._rows: dict[str, int] = {}
        self._texts: dict[str, str] = {}
        self._wanted = set(map(usual, settings.splits))
        self._known: set[str] = set()

    def read(self, table: Table, columns: Columns, below: str = "", split: str = "") -> None:
        """Add the rows of a table.

        Parameters
        ----------
        table, columns
            The table, and the roles of its columns.
        below
            The folder below the root that its paths are relative to; empty for the root itself.
        split
            The split of rows without one.

        Raises
        ------
        DatasetError
            A row cannot be read, or a path leads out of the root.
        """
        self._tables.append((table.path, columns.label))
        self._several.add(columns.labels is not None)
        start = f"{below}/" if below else ""
        unlabelled = same = 0
        for number, (line, (path, label, own, group)) in enumerate(self._read(table, columns)):
            part = own or split
            self._known.add(part)
            if not (label or columns.labels):
                unlabelled += 1
            elif not self._wanted or part in self._wanted:
                place = start + plain(path, table.path, line, self._root, below)
                same += not self._add(place, label, part, group, line, number)
        counts = ((same, REPEATED), (unlabelled, UNLABELLED))
        name = start + table.path.name
        self._passed_over += [PassedOver(name, count, reason) for count, reason in counts if count]

    def dataset(self) -> Dataset:
        """Return the data set.

        Raises
        ------
        DatasetError
            There is no such split, no image is there, a link leads out of the root, there are fewer than two classes,
            or images may have several labels in some tables only.
        """
        if len(self._several) > 1:
            raise DatasetError(
                f"{printable(self._data)} has tables with one label for each image, and tables with several. "
                "Write all of them in one way."
            )
        check_splits(self._data, self._known - {""}, self._settings.splits)
        order = sorted(range(len(self._paths)), key=self._paths.__getitem__)
        paths = tuple(self._paths[row] for row in order)
        columns = (self._of_table, self._lines, self._numbers)
        places = Places(tuple(self._tables), *(array("l", map(column.__getitem__, order)) for column in columns))
        dataset = dataset_of(
            Listed(self._data, self._root.images(paths, places.line), paths, places),
            paths,
            [self._labels[row] for row in order],
            [self._splits[row] for row in order] if any(self._splits) else (),
            [self._groups[row] for row in order] if any(self._groups) else (),
            several=True in self._several,
        )
        return replace(dataset, passed_over=tuple(sorted(self._passed_over)), repeated=tuple(sorted(self._repeated)))

    def _read(self, table: Table, columns: Columns) -> Iterator[tuple[int, tuple[str, str, str, str]]]:
        """Yield the line of each row with its path, label, split and group."""
        given, texts = columns.given, self._texts
        place = [given.index(name) if name else len(given) for name in columns[:4]]
        cells, shown = columns.labels, printable(str(table.path))
        for line, values in table.rows(given):
            path, *others = ([*values, ""][each] for each in place)
            if cells:
                others[0] = cells.read(values[-len(cells.columns) :], f"{shown}, line {line:,}")
            label, split, group = (texts.setdefault(text, text) for text in map(str.strip, others))
            yield line, (path, label, usual(split) if split else "", group)

    def _add(self, path: str, label: str, split: str, group: str, line: int, number: int) -> bool:
        """Add the row of an image, or note that it contradicts an earlier one; return whether it was new or did."""
        first = self._rows.setdefault(path, len(self._paths))
        if first < len(self._paths):
            if (label, split) == (self._labels[first], self._splits[first]):
                return False
            self._repeated.append(Repeated(path, label, split, line))
            return True
        self._paths.append(path)
        self._labels.append(label)
        self._splits.append(split)
        self._groups.append(group)
        self._lines.append(line)
        self._numbers.append(number)
        self._of_table.append(len(self._tables) - 1)
        return True
