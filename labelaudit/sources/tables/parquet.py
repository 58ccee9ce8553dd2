"""Parquet files."""

import json
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from labelaudit.errors import DatasetError, MissingExtraError
from labelaudit.names import printable
from labelaudit.sources.addresses import DataFile, in_parts
from labelaudit.sources.tables.label_cells import from_list
from labelaudit.sources.tables.values import as_text

if TYPE_CHECKING:
    from pyarrow.parquet import ParquetFile

AT_ONCE = 65_536
"""Number of rows that are converted at once."""


class Parquet:
    """A table in a Parquet file; class numbers become the names that Hugging Face's ``datasets`` wrote beside them.

    Raises
    ------
    DatasetError
        It is no Parquet file.
    MissingExtraError
        pyarrow is not installed.
    """

    def __init__(self, path: DataFile) -> None:
        self.path = path
        schema = opened(path).schema_arrow
        self.columns = tuple(schema.names)
        self.lists = frozenset(field.name for field in schema if _is_list(field.type))
        self._classes = class_names((schema.metadata or {}).get(b"huggingface", b"{}"))

    def rows(self, wanted: Sequence[str]) -> Iterator[tuple[int, Sequence[str]]]:
        """Yield the number of each row, from 1 on, and its values."""
        number = 0
        for batch in batches(opened(self.path), wanted, AT_ONCE):
            columns = [
                self._texts(name, batch.column(place).to_pylist(), number + 1) for place, name in enumerate(wanted)
            ]
            for values in zip(*columns, strict=True):
                number += 1
                yield number, values

    def _texts(self, name: str, values: list[Any], first: int) -> list[str]:
        classes = self._classes.get(name)
        where = f"{printable(str(self.path))}, column '{printable(name)}',"
        if name in self.lists:
            return [
                from_list(_named(value, classes or []), f"{where} row {row:,}")
                for row, value in enumerate(values, start=first)
            ]
        if not classes:
            return [as_text(value, f"{where} row {row:,}") for row, value in enumerate(values, start=first)]
        return [
            classes[value] if isinstance(value, int) and 0 <= value < len(classes) else as_text(value, where)
            for value in values
        ]


def _is_list(kind: Any) -> bool:
    import pyarrow

    return bool(pyarrow.types.is_list(kind) or pyarrow.types.is_large_list(kind))


def _named(values: list[Any] | None, classes: list[str]) -> list[Any] | None:
    """Return a list of labels with names in place of the numbers of classes."""
    if not (values and classes):
        return values
    return [classes[each] if isinstance(each, int) and 0 <= each < len(classes) else each for each in values]


def opened(path: DataFile) -> "ParquetFile":
    """Open a Parquet file.

    Raises
    ------
    DatasetError
        It is none, or damaged.
    MissingExtraError
        pyarrow is not installed.
    """
    try:
        import pyarrow
        import pyarrow.parquet
    except ModuleNotFoundError:
        raise MissingExtraError(
            f"{printable(str(path))}: pyarrow is not installed. Type: pip install 'labelaudit[parquet]'"
        ) from None
    try:
        return pyarrow.parquet.ParquetFile(in_parts(path))
    except (pyarrow.ArrowException, OSError) as error:
        reason = getattr(error, "strerror", None) or "it is damaged or no Parquet file"
        raise DatasetError(f"{printable(str(path))} cannot be read: {reason}.") from error


def batches(file: "ParquetFile", wanted: Sequence[str], rows: int) -> Iterator[Any]:
    """Yield the rows of some columns in batches, with the columns in the requested order.

    Raises
    ------
    DatasetError
        The file is damaged.
    """
    import pyarrow

    try:
        for batch in file.iter_batches(batch_size=rows, columns=list(wanted)):
            yield batch.select(list(wanted))
    except (pyarrow.ArrowException, OSError) as error:
        raise DatasetError(f"a Parquet file cannot be read to its end: {printable(str(error))}") from error


def class_names(metadata: bytes) -> dict[str, list[str]]:
    """Return the names of classes by column, as ``datasets`` writes them into the schema, also of lists of classes."""
    try:
        features = json.loads(metadata)["info"]["features"]
        of_each = {name: about.get("feature", about) for name, about in features.items() if isinstance(about, dict)}
        return {
            name: [str(each) for each in about["names"]]
            for name, about in of_each.items()
            if isinstance(about, dict) and about.get("_type") == "ClassLabel" and about.get("names")
        }
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return {}
