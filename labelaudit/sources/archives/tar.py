"""Tar files."""

import tarfile
from pathlib import Path

from labelaudit.errors import DatasetError, UnreadableImage
from labelaudit.images import MAX_BYTES
from labelaudit.names import printable

COMPRESSED = {b"\x1f\x8b": "gunzip", b"BZh": "bunzip2", b"\xfd7zXZ": "unxz", b"\x28\xb5\x2f\xfd": "unzstd"}
"""First bytes of a tar file that is compressed as a whole, and what decompresses it."""


class Tar:
    """A tar file without compression: the images in a compressed one cannot be read one by one.

    Raises
    ------
    DatasetError
        It is damaged or compressed.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        with path.open("rb") as file:
            start = file.read(6)
        for mark, command in COMPRESSED.items():
            if start.startswith(mark):
                raise DatasetError(
                    f"{printable(str(path))} is compressed as a whole, so that images in it cannot be read one by one. "
                    f"Decompress it, and scan the tar file: {command} -k {printable(path.name)}"
                )
        self._places: dict[str, int] = {}
        self.sizes: dict[str, int] = {}
        try:
            with tarfile.open(path, mode="r:") as members:
                for member in members:
                    if member.isreg() and not member.issparse():
                        name = member.name.removeprefix("./")
                        self._places[name], self.sizes[name] = member.offset_data, member.size
        except (tarfile.TarError, ValueError, EOFError) as error:
            raise DatasetError(
                f"{printable(str(path))} is no whole tar file: {printable(str(error))}. Download or pack it again."
            ) from error

    def read(self, name: str) -> bytes:
        """Return the bytes of a file, or just enough of them to show that it is too large."""
        size = min(self.sizes[name], MAX_BYTES + 1)
        with self.path.open("rb") as file:  # each reader has its own position in the file
            file.seek(self._places[name])
            data = file.read(size)
        if len(data) < size:
            raise UnreadableImage("the archive was cut off while it was read")
        return data
