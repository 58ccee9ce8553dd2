"""Large arrays in memory-mapped temporary files, so that they take room on the disk and none in memory.

The files have no name, or are deleted by the system when the process ends in any way, so that none is left behind.
"""

import errno
import math
import mmap
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from labelaudit.errors import OutputError
from labelaudit.names import printable

LARGE = 2**26
"""Size in bytes from which an array is a file: the features of 6,000 images, or the small pictures of 30,000."""

SHARE = 32
"""Part of the memory from which an array is a file, since a scan has some ten arrays of N rows at a time."""

PIECE = 2**24
"""Bytes that are read or written at once."""


class Store:
    """Makes arrays for the columns of a data set, in memory if they are small.

    Parameters
    ----------
    folder
        Folder for the files; the system's folder for temporary files if none is given or it cannot be written.
    large
        Size in bytes from which an array is a file.
    memory
        Bytes of memory that a scan may use, 0 for any; with little, more arrays are files.
    """

    def __init__(self, folder: Path | None = None, *, large: int = LARGE, memory: int = 0) -> None:
        self.folder, self.memory = folder, memory
        self.large = min(large, memory // SHARE) if memory else large

    def empty(self, shape: tuple[int, ...], dtype: DTypeLike) -> NDArray[Any]:
        """Return an array of unspecified contents.

        Raises
        ------
        OutputError
            The disk has no room for it.
        """
        kind = np.dtype(dtype)
        size = math.prod(shape) * kind.itemsize
        if size < self.large:
            return np.empty(shape, kind)
        return np.frombuffer(self._mapped(size), kind).reshape(shape)

    def _mapped(self, size: int) -> mmap.mmap:
        folder = self._folder()
        try:
            with tempfile.TemporaryFile(dir=folder) as file:
                _reserve(file.fileno(), size)
                return mmap.mmap(file.fileno(), size)
        except OSError as error:
            raise OutputError(
                f"{size / 1e6:,.1f} MB of features cannot be written to {printable(str(folder))}: "
                f"{error.strerror}. Free space there, or name another folder with --cache-dir."
            ) from error

    def _folder(self) -> Path:
        if self.folder:
            try:
                self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                if os.access(self.folder, os.W_OK):
                    return self.folder
            except OSError:
                return Path(tempfile.gettempdir())  # the cache reports that it cannot be written
        return Path(tempfile.gettempdir())


def release(*arrays: NDArray[Any]) -> None:
    """Free the memory of arrays that are files; their contents are read again when they are used.

    Without it, everything that was once used counts as memory of the process until the system is short of memory.
    Arrays in memory are unchanged. Other systems than Linux may free the memory only when they need it.
    """
    for array in arrays:
        base: Any = array
        while isinstance(base, np.ndarray):
            base = base.base
        mapped = base.obj if isinstance(base, memoryview) else base
        if isinstance(mapped, mmap.mmap) and hasattr(mapped, "madvise"):
            mapped.madvise(mmap.MADV_DONTNEED)


def pieces_of(array: NDArray[Any]) -> Iterator[memoryview]:
    """Yield the bytes of an array in C order in pieces, and release each, so that little of a file is in memory."""
    whole = np.ascontiguousarray(array).reshape(-1).view(np.uint8) if array.nbytes else np.zeros(0, np.uint8)
    for start in range(0, len(whole), PIECE):
        yield whole[start : start + PIECE].data
        release(array)


def _reserve(handle: int, size: int) -> None:
    """Give a file its size with room on the disk, since writing to a map of a full disk would end the process."""
    if hasattr(os, "posix_fallocate"):
        try:
            os.posix_fallocate(handle, 0, size)
        except OSError as error:
            if error.errno not in (errno.EOPNOTSUPP, errno.EINVAL):
                raise
        else:
            return
    zeros = bytes(PIECE)
    for start in range(0, size, PIECE):
        os.write(handle, zeros[: min(PIECE, size - start)])


IN_MEMORY = Store(large=2**63 - 1)
"""A store whose arrays are all in memory."""
