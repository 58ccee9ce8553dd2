"""Archives that are read in place, one format per file."""

import posixpath

from labelaudit.errors import DatasetError
from labelaudit.names import printable
from labelaudit.sources.addresses import DataFile
from labelaudit.sources.archives.tar import Tar, first_names
from labelaudit.sources.archives.zip import Zip

__all__ = ["Tar", "Zip", "first_names", "open_archive"]


def open_archive(path: DataFile) -> Tar | Zip:
    """Open a zip or tar file.

    Raises
    ------
    DatasetError
        It cannot be read, or holds a name that leads out of it.
    """
    try:
        archive = Zip(path) if path.suffix.lower() == ".zip" else Tar(path)
    except OSError as error:
        raise DatasetError(f"{printable(str(path))} cannot be read: {error.strerror or error}.") from error
    for name in archive.sizes:
        if name.startswith(("/", "../")) or "\0" in name or posixpath.normpath(name) != name:
            raise DatasetError(
                f"{printable(str(path))} holds '{printable(name)}', a name that leads out of it or is not in its plain "
                "form. Expected names such as cat/1.jpg; pack the folder again."
            )
    return archive
