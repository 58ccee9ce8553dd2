"""Hugging Face's ``imagefolder`` with a metadata file: ``metadata.csv``, ``metadata.jsonl`` or ``metadata.parquet``."""

from pathlib import Path

from labelaudit.errors import DatasetError, LabelauditError
from labelaudit.names import printable
from labelaudit.records import Dataset
from labelaudit.settings import Settings
from labelaudit.sources import source
from labelaudit.sources.rows import Rows
from labelaudit.sources.splits import usual
from labelaudit.sources.tables import columns_of, open_table

NAMES = tuple(f"metadata.{ending}" for ending in ("csv", "jsonl", "parquet"))


def tables_of(data: str) -> list[Path]:
    """Return the metadata files of a folder: its own, or those of the folders in it, which are its splits."""
    path = Path(data)
    own = [path / name for name in NAMES if (path / name).is_file()]
    return own[:1] or sorted(found for name in NAMES for found in path.glob(f"*/{name}") if found.is_file())


def is_imagefolder(data: str) -> bool:
    """Recognise a folder with a metadata file that holds file names and labels; without labels, folders are classes."""
    try:
        return any({"file_name", "label"} <= set(open_table(path).columns) for path in tables_of(data))
    except LabelauditError:
        return False  # a table that cannot be read may be anything


@source("huggingface", recognises=is_imagefolder)
def read_imagefolder(data: str, settings: Settings) -> Dataset:
    """Read a folder whose metadata files list the images below them with their labels.

    Raises
    ------
    DatasetError
        As for a table; file names are relative to the metadata file.
    """
    root, tables = Path(data), tables_of(data)
    if not tables:
        raise DatasetError(f"{printable(data)} has no metadata file. Expected one of {', '.join(NAMES)}.")
    rows = Rows(data, root, settings)
    for path in tables:
        table = open_table(path)
        inside = path.parent.relative_to(root).as_posix()
        split = "" if inside == "." else inside
        rows.read(table, columns_of(table, settings.columns), below=split, split=usual(split) if split else "")
    return rows.dataset()
