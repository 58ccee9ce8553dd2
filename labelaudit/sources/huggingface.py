"""Hugging Face's ``imagefolder`` with a metadata file: ``metadata.csv``, ``metadata.jsonl`` or ``metadata.parquet``."""

from pathlib import Path

from labelaudit.errors import DatasetError, LabelauditError
from labelaudit.names import address_of, printable
from labelaudit.records import Dataset
from labelaudit.settings import Settings
from labelaudit.sources import source
from labelaudit.sources.addresses import DataFile, RemoteFile, Server
from labelaudit.sources.roots import root_named
from labelaudit.sources.rows import Rows
from labelaudit.sources.splits import usual
from labelaudit.sources.tables import columns_of, open_table

NAMES = tuple(f"metadata.{ending}" for ending in ("csv", "jsonl", "parquet"))


def tables_of(data: str) -> list[tuple[str, DataFile]]:
    """Return the metadata files of a folder: its own, or those of the folders in it, which are its splits.

    Each stands behind the folder that it is in, which is empty for the data set itself.
    """
    found: dict[str, DataFile]
    if address_of(data):
        address = address_of(data).rstrip("/")
        found = {path: RemoteFile(f"{address}/{path}") for path in Server(address).listing() if is_metadata(path)}
    else:
        root = Path(data)
        places = [place for name in NAMES for place in (root / name, *root.glob(f"*/{name}")) if place.is_file()]
        found = {place.relative_to(root).as_posix(): place for place in places}
    own = [name for name in NAMES if name in found]
    return [(path.rpartition("/")[0], found[path]) for path in own[:1] or sorted(found)]


def is_metadata(path: str) -> bool:
    """Tell whether a file in a folder, or in a folder in it, is a metadata file by its name."""
    return path.rpartition("/")[2] in NAMES and path.count("/") <= 1


def holds_labels(data: str) -> bool:
    """Tell whether a folder has a metadata file with file names and labels; without labels, folders are classes."""
    try:
        found = [set(open_table(table).columns) for _, table in tables_of(data)]
        return any("file_name" in columns and columns & {"label", "labels"} for columns in found)
    except LabelauditError:
        return False  # a table that cannot be read may be anything


def is_imagefolder(data: str) -> bool:
    """Recognise a local folder with a metadata file that holds labels."""
    return not address_of(data) and holds_labels(data)


@source("huggingface", recognises=is_imagefolder)
def read_imagefolder(data: str, settings: Settings) -> Dataset:
    """Read a folder whose metadata files list the images below them with their labels.

    Raises
    ------
    DatasetError
        As for a table; file names are relative to the metadata file.
    """
    tables = tables_of(data)
    if not tables:
        raise DatasetError(f"{printable(data)} has no metadata file. Expected one of {', '.join(NAMES)}.")
    rows = Rows(data, root_named(data, follow_links=settings.follow_links), settings)
    for folder, file in tables:
        table = open_table(file)
        rows.read(table, columns_of(table, settings.columns), below=folder, split=usual(folder) if folder else "")
    return rows.dataset()
