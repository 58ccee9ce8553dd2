"""Tar files."""

import io
import tarfile
from collections.abc import Sequence
from typing import Any

from labelaudit.errors import DatasetError, LabelauditError, UnreadableImage
from labelaudit.images import MAX_BYTES
from labelaudit.names import printable
from labelaudit.sources.addresses import DataFile, first_bytes

COMPRESSED = {b"\x1f\x8b": "gunzip", b"BZh": "bunzip2", b"\xfd7zXZ": "unxz", b"\x28\xb5\x2f\xfd": "unzstd"}
"""First bytes of a tar file that is compressed as a whole, and what decompresses it."""


SAMPLED = 2**20
"""Bytes by which the kind of a tar file at an address is recognised: a few images and their labels."""


class Tar:
    """A tar file without compression: the images in a compressed one cannot be read one by one.

    Raises
    ------
    DatasetError
        It is damaged or compressed.
    """

    def __init__(self, path: DataFile) -> None:
        self.path = path
        start = first_bytes(path, 6)
        for mark, command in COMPRESSED.items():
            if start.startswith(mark):
                raise DatasetError(
                    f"{printable(str(path))} is compressed as a whole, so that images in it cannot be read one by one. "
                    f"Decompress it, and scan the tar file: {command} -k {printable(path.name)}"
                )
        self._places: dict[str, int] = {}
        self.sizes: dict[str, int] = {}
        try:
            with path.open("rb") as file, tarfile.open(fileobj=file, mode="r:") as members:
                for member in members:
                    if member.isreg() and not member.issparse():
                        name = member.name.removeprefix("./")
                        self._places[name], self.sizes[name] = member.offset_data, member.size
        except LabelauditError:
            raise  # of the server, not of the archive
        except (tarfile.TarError, ValueError, EOFError) as error:
            raise DatasetError(
                f"{printable(str(path))} is no whole tar file: {printable(str(error))}. Download or pack it again."
            ) from error

    def __getstate__(self) -> dict[str, Any]:
        """Return where the file and its members are, for another process that opens it."""
        return {**vars(self), "path": self.path.absolute()}

    def expect(self, names: Sequence[str]) -> None:
        """Do nothing: a local file is fast, and a remote one was copied."""

    def read(self, name: str) -> bytes:
        """Return the bytes of a file, or just enough of them to show that it is too large."""
        size = min(self.sizes[name], MAX_BYTES + 1)
        with self.path.open("rb") as file:  # each reader has its own position in the file
            file.seek(self._places[name])
            data = file.read(size)
        if len(data) < size:
            raise UnreadableImage("the archive was cut off while it was read")
        return data


def first_names(path: DataFile) -> list[str]:
    """Return the names of the first files in a tar file; none if it is no tar file."""
    start = io.BytesIO(first_bytes(path, SAMPLED))
    names = []
    try:
        with tarfile.open(fileobj=start, mode="r:") as members:
            for member in members:
                names.append(member.name.removeprefix("./"))
    except (tarfile.TarError, ValueError, EOFError):
        return names  # the sample ends in the middle of a file
    return names
