"""Zip files."""

import zipfile
import zlib
from pathlib import Path
from threading import Lock

from labelaudit.errors import DatasetError, UnreadableImage
from labelaudit.images import MAX_BYTES
from labelaudit.names import printable

ENCRYPTED = 0x1
"""The flag of a file in a zip file that is encrypted."""


class Zip:
    """A zip file.

    Raises
    ------
    DatasetError
        It is damaged or encrypted.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._zip = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError) as error:
            raise DatasetError(
                f"{printable(str(path))} is no whole zip file: {printable(str(error))}. Download or pack it again."
            ) from error
        self._files = {info.filename.removeprefix("./"): info for info in self._zip.infolist() if not info.is_dir()}
        self.sizes = {name: info.file_size for name, info in self._files.items()}
        self._opening = Lock()
        locked = next((name for name, info in self._files.items() if info.flag_bits & ENCRYPTED), "")
        if locked:
            raise DatasetError(
                f"{printable(str(path))} is encrypted, such as {printable(locked)}. Unpack it with its password, and "
                "scan the folder."
            )

    def read(self, name: str) -> bytes:
        """Return the bytes of a file, or just enough of them to show that it is too large."""
        try:
            with self._opening:  # the count of open files is not thread-safe
                member = self._zip.open(self._files[name])
            try:
                return member.read(min(self.sizes[name], MAX_BYTES) + 1)
            finally:
                with self._opening:
                    member.close()
        except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError, ValueError) as error:
            raise UnreadableImage(f"damaged in the archive ({printable(str(error))})") from error
