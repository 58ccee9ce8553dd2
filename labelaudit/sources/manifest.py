"""A table of images and their labels: CSV, TSV, JSON Lines or Parquet."""

from pathlib import Path

from labelaudit.errors import DatasetError
from labelaudit.names import printable
from labelaudit.records import Dataset
from labelaudit.settings import Settings
from labelaudit.sources import source
from labelaudit.sources.parquet import has_images
from labelaudit.sources.rows import Rows
from labelaudit.sources.tables import FORMATS, columns_of, open_table


def is_manifest(data: str) -> bool:
    """Recognise a file by its ending, unless it is a Parquet file that holds the images themselves."""
    path = Path(data)
    return path.suffix.lower() in FORMATS and path.is_file() and not has_images(data)


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
    rows = Rows(data, root_of(table.path, settings), settings)
    rows.read(table, columns_of(table, settings.columns))
    return rows.dataset()


def root_of(table: Path, settings: Settings) -> Path:
    """Return the folder that the paths of a table are relative to.

    Raises
    ------
    DatasetError
        The user names one that does not exist.
    """
    root = Path(settings.root) if settings.root else table.parent
    if not root.is_dir():
        raise DatasetError(f"--root {printable(str(root))}: there is no such folder. Name the one of the images.")
    return root
