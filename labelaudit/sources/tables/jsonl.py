"""JSON Lines: one object per line."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from labelaudit.errors import DatasetError
from labelaudit.names import printable
from labelaudit.sources.addresses import DataFile
from labelaudit.sources.tables.label_cells import from_list
from labelaudit.sources.tables.values import as_text


class JsonLines:
    """A table whose rows are JSON objects, one per line; its columns are the keys of the first one.

    Raises
    ------
    DatasetError
        The first line is no object.
    """

    def __init__(self, path: DataFile) -> None:
        self.path = path
        first = next((row for _, row in self._objects()), {})
        self.columns = tuple(first)
        self.lists = frozenset(name for name, value in first.items() if isinstance(value, list))
        if not self.columns:
            raise DatasetError(
                f'{printable(str(path))} is empty. Expected lines such as {{"path": "images/1.jpg", "label": "cat"}}'
            )

    def rows(self, wanted: Sequence[str]) -> Iterator[tuple[int, Sequence[str]]]:
        """Yield the line of each object, and its values."""
        for line, row in self._objects():
            yield line, [self._text(line, name, row.get(name)) for name in wanted]

    def _objects(self) -> Iterator[tuple[int, dict[str, Any]]]:
        with self.path.open("rb") as file:
            for number, line in enumerate(file, start=1):
                if not line.strip():
                    continue
                try:
                    row = json.loads(line.decode("utf-8-sig"))
                except (ValueError, RecursionError) as error:
                    reason = "not in UTF-8" if isinstance(error, UnicodeDecodeError) else "no JSON"
                    raise DatasetError(
                        f"{self._at(number)} is {reason}. Expected an object on each line, such as "
                        '{"path": "images/1.jpg", "label": "cat"}'
                    ) from error
                if not isinstance(row, dict):
                    raise DatasetError(f"{self._at(number)} holds a {type(row).__name__}; expected an object.")
                yield number, row

    def _text(self, line: int, name: str, value: Any) -> str:
        if name in self.lists:
            return from_list(value, f"{self._at(line)}, '{printable(name)}',")
        return value if isinstance(value, str) else as_text(value, f"{self._at(line)}, '{printable(name)}',")

    def _at(self, line: int) -> str:
        return f"{printable(str(self.path))}, line {line:,}"
