"""CSV and TSV files with a header."""

import codecs
import csv
from collections.abc import Iterator, Sequence
from operator import itemgetter
from typing import IO, Any

from labelaudit.errors import DatasetError
from labelaudit.names import printable
from labelaudit.sources.addresses import DataFile

BOMS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}

SEPARATORS = (",", ";", "\t")
"""Separators of values: spreadsheets in countries with a decimal comma write semicolons."""


class Delimited:
    """A table of text whose values are separated by commas, semicolons or tabs, as ``separator`` says.

    Parameters
    ----------
    path
        The file, in UTF-8, or in UTF-16 with a byte order mark.

    Raises
    ------
    DatasetError
        It has no header, or is no text in that encoding.
    """

    lists: frozenset[str] = frozenset()

    def __init__(self, path: DataFile) -> None:
        self.path = path
        with path.open("rb") as file:
            start = file.read(4)
        self._encoding = next((name for bom, name in BOMS.items() if start.startswith(bom)), "utf-8")
        with self._opened() as file:
            try:
                header = file.readline()
            except UnicodeDecodeError as error:
                raise self._not_text() from error
            self.separator = max(SEPARATORS, key=header.count)
            file.seek(0)
            self.columns = tuple(name.strip() for name in next(self._reader(file), []))
        if not any(self.columns):
            raise DatasetError(
                f"{printable(str(path))} is empty. Expected a line with the names of the columns, such as path,label"
            )

    def rows(self, wanted: Sequence[str]) -> Iterator[tuple[int, Sequence[str]]]:
        """Yield the line on which each row ends, and its values."""
        places = [self.columns.index(name) for name in wanted]
        chosen = itemgetter(*places) if len(places) > 1 else lambda row: (row[places[0]],)
        with self._opened() as file:
            reader = self._reader(file)
            try:
                next(reader)
                for row in reader:
                    if len(row) == len(self.columns):
                        yield reader.line_num, chosen(row)
                    elif row:
                        raise DatasetError(
                            f"{self._at(reader.line_num)} has {len(row)} values; expected {len(self.columns)}, as in "
                            "the header. Put quotes around a value that holds a separator."
                        )
            except UnicodeDecodeError as error:
                raise self._not_text() from error
            except csv.Error as error:
                raise DatasetError(f"{self._at(reader.line_num)} is no row of a CSV file: {error}.") from error

    def _opened(self) -> IO[str]:
        return self.path.open(encoding=self._encoding, newline="")

    def _reader(self, file: IO[str]) -> Any:
        return csv.reader(file, delimiter=self.separator, strict=True)

    def _at(self, line: int) -> str:
        return f"{printable(str(self.path))}, line {line:,}"

    def _not_text(self) -> DatasetError:
        """Return the error for a file that is not in its encoding; it names the first such line."""
        if self._encoding == "utf-16":
            return DatasetError(
                f"{printable(str(self.path))} is not in UTF-16, as its first bytes say. Save the file again as UTF-8."
            )
        with self.path.open("rb") as file:
            for number, line in enumerate(file, start=1):
                try:
                    line.decode("utf-8")
                except UnicodeDecodeError:
                    return DatasetError(
                        f"{self._at(number)} is not in UTF-8; another encoding, or several, were used. Save the file "
                        "in UTF-8, or convert it: iconv -f latin1 -t utf-8"
                    )
        return DatasetError(f"{printable(str(self.path))} is not in UTF-8. Save it in that encoding.")
