"""A table of images and their labels: CSV, TSV, JSON Lines or Parquet."""

from pathlib import Path

from labelaudit.names import address_of
from labelaudit.records import Dataset
from labelaudit.settings import Settings
from labelaudit.sources import source
from labelaudit.sources.addresses import folder_of, is_file, located
from labelaudit.sources.parquet import has_images
from labelaudit.sources.roots import Root, root_named
from labelaudit.sources.rows import Rows
from labelaudit.sources.tables import FORMATS, columns_of, open_table


def is_manifest(data: str) -> bool:
    """Recognise a file by its ending, unless it is a Parquet file that holds the images themselves."""
    file = located(data)
    return file.suffix.lower() in FORMATS and is_file(file) and not has_images(data)


@source("manifest", recognises=is_manifest)
def read_manifest(data: str, settings: Settings) -> Dataset:
    """Read a table whose columns are the path and the label of each image, and perhaps its split and its group.

    Raises
    ------
    DatasetError
        A column is missing, a path is absolute or leads out of the folder, no image is there, or there are fewer than
        two classes.
    """
    table = open_table(located(data))
    rows = Rows(data, root_of(data, settings), settings)
    rows.read(table, columns_of(table, settings.columns))
    return rows.dataset()


def root_of(data: str, settings: Settings) -> Root:
    """Return the folder that the paths of a table are relative to: by default the one that holds the table.

    Raises
    ------
    DatasetError
        The user names one that does not exist.
    """
    named = settings.root or (folder_of(data) if address_of(data) else str(Path(data).parent))
    return root_named(named, follow_links=settings.follow_links)
