"""A table of images and their labels: CSV, TSV, JSON Lines or Parquet."""

from array import array
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from labelaudit.errors import DatasetError
from labelaudit.names import printable
from labelaudit.records import Dataset, PassedOver, Repeated
from labelaudit.settings import Settings
from labelaudit.sources import source
from labelaudit.sources.folder_names import split_name
from labelaudit.sources.listed import Listed, check_files
from labelaudit.sources.listing import dataset_of
from labelaudit.sources.tables import FORMATS, Columns, Table, columns_of, open_table
from labelaudit.sources.tables.paths import plain

UNLABELLED = "rows without a label"
REPEATED = "rows that repeat an earlier row"


def is_manifest(data: str) -> bool:
    """Recognise a file by its ending."""
    path = Path(data)
    return path.suffix.lower() in FORMATS and path.is_file()


@source("manifest", recognises=is_manifest)
def read_manifest(data: str, settings: Settings) -> Dataset:
    """Read a table whose columns are the path and the label of each image, and perhaps its split and its group.

    Raises
    ------
    DatasetError
        A column is missing, a path is absolute or leads out of the folder, no image is there, or there are fewer than
        two classes.
    """
    table = open_table(Path(data))
    columns = columns_of(table, settings.columns)
    root = Path(settings.root) if settings.root else table.path.parent
    if not root.is_dir():
        raise DatasetError(f"--root {printable(str(root))}: there is no such folder. Name the one of the images.")
    rows = Rows(table, columns, root, settings)
    check_files(root, rows.paths, rows.lines, table.path, follow_links=settings.follow_links)
    return rows.dataset()


class Rows:
    """The rows of a table, in its order, with one row for each image.

    A list of texts for each column needs far less memory than a record for each row, and equal labels are one text.

    Parameters
    ----------
    table, columns
        The table, and which of its columns hold what.
    root
        The folder that paths are relative to.
    settings
        Which splits are wanted.
    """

    def __init__(self, table: Table, columns: Columns, root: Path, settings: Settings) -> None:
        self.table, self.columns, self.root = table, columns, root
        self.paths: list[str] = []
        self.lines, self.numbers = array("l"), array("l")
        self.labels: list[str] = []
        self.splits: list[str] = []
        self.groups: list[str] = []
        self.repeated: list[Repeated] = []
        self.unlabelled = self.same = 0
        self._places: dict[str, int] = {}
        self._texts: dict[str, str] = {}
        wanted = {_usual(name) for name in settings.splits}
        known: set[str] = set()
        for number, (line, (path, label, split, group)) in enumerate(self._read()):
            if label and wanted:
                known.add(split)
            if not label:
                self.unlabelled += 1
            elif not wanted or split in wanted:
                self._add(plain(path, table.path, line, root), label, split, group, line, number)
        if wanted - known:
            there = ", ".join(map(printable, sorted(filter(None, known)))) or "no splits"
            missing = printable(sorted(wanted - known)[0])
            raise DatasetError(f"{printable(str(table.path))} has no split '{missing}'; it has {there}.")

    def dataset(self) -> Dataset:
        """Return the data set.

        Raises
        ------
        DatasetError
            There are fewer than two classes.
        """
        classes = sorted(set(self.labels))
        shown = printable(str(self.table.path))
        if len(classes) < 2:
            found = f"one class, '{printable(classes[0])}'" if classes else "no row with a label"
            raise DatasetError(f"{shown} has {found}; a label can only be judged against another one.")
        order = sorted(range(len(self.paths)), key=self.paths.__getitem__)
        paths = tuple(self.paths[row] for row in order)
        lines, numbers = (array("l", (column[row] for row in order)) for column in (self.lines, self.numbers))
        listed = Listed(self.root, paths, self.table.path, lines, numbers, self.columns.label)
        counts = ((self.same, REPEATED), (self.unlabelled, UNLABELLED))
        return replace(
            dataset_of(
                listed,
                paths,
                [self.labels[row] for row in order],
                [self.splits[row] for row in order] if self.columns.split else (),
                [self.groups[row] for row in order] if self.columns.group else (),
            ),
            passed_over=tuple(PassedOver(self.table.path.name, count, reason) for count, reason in counts if count),
            repeated=tuple(sorted(self.repeated)),
        )

    def _read(self) -> Iterator[tuple[int, tuple[str, str, str, str]]]:
        """Yield the line of each row with its path, label, split and group."""
        given, texts = self.columns.given, self._texts
        place = [given.index(name) if name else len(given) for name in self.columns]
        for line, values in self.table.rows(given):
            path, *others = ([*values, ""][each] for each in place)
            label, split, group = (texts.setdefault(text, text) for text in map(str.strip, others))
            yield line, (path, label, _usual(split) if split else "", group)

    def _add(self, path: str, label: str, split: str, group: str, line: int, number: int) -> None:
        """Add the row of an image, or note that it contradicts or repeats an earlier one."""
        first = self._places.setdefault(path, len(self.paths))
        if first == len(self.paths):
            self.paths.append(path)
            self.labels.append(label)
            self.splits.append(split)
            self.groups.append(group)
            self.lines.append(line)
            self.numbers.append(number)
        elif (label, split) != (self.labels[first], self.splits[first]):
            self.repeated.append(Repeated(path, label, split, line))
        else:
            self.same += 1


def _usual(name: str) -> str:
    """Return the name that a split has in reports: ``val`` is ``validation``."""
    found = split_name(name)
    return found.split if found and not found.rest else name
