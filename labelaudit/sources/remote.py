"""A folder at an address that fsspec opens: ``s3://``, ``gs://``, ``https://`` and others."""

from labelaudit.errors import DatasetError
from labelaudit.names import address_of, printable
from labelaudit.records import Dataset
from labelaudit.settings import Settings
from labelaudit.sources import source
from labelaudit.sources.addresses import Remote, Server, located
from labelaudit.sources.archive import ENDINGS
from labelaudit.sources.folder import read_tree
from labelaudit.sources.huggingface import holds_labels, is_metadata, read_imagefolder
from labelaudit.sources.parquet import read_parquet
from labelaudit.sources.stored import Stored, listings_of
from labelaudit.sources.tables import FORMATS
from labelaudit.sources.webdataset import read_webdataset


def is_remote_folder(data: str) -> bool:
    """Recognise an address that is not that of a table or an archive, by its ending."""
    return bool(address_of(data)) and not located(data).name.lower().endswith((*FORMATS, *ENDINGS))


@source("remote", recognises=is_remote_folder)
def read_remote(data: str, settings: Settings) -> Dataset:
    """List a folder of class folders, of shards or of Parquet files at an address, with one listing.

    Raises
    ------
    DatasetError
        There is nothing, it is refused, or it cannot be listed; or as for a folder.
    MissingExtraError
        fsspec, or what it needs for the kind of address, is not installed.
    """
    server = Server(address_of(data).rstrip("/"))
    files = server.listing()
    if not files:
        raise DatasetError(
            f"{printable(server.shown)} lists no files, or a folder in it no longer exists. Expected a folder; over "
            "https:// the server has to list its folders. A table or an archive is named by its own address."
        )
    if all(path.endswith(".tar") for path in files):
        return read_webdataset(data, settings)
    if any(map(is_metadata, files)) and holds_labels(data):
        return read_imagefolder(data, settings)
    if any(path.endswith(".parquet") for path in files):
        return read_parquet(data, settings)
    top = Stored(server.shown, "", listings_of(files))
    return read_tree(top, lambda above: Remote(server, files), settings)
