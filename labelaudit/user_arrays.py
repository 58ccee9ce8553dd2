"""Arrays that the user brings in a file, such as embeddings: read without trusting them, and matched by path."""

import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from labelaudit.errors import ModelError
from labelaudit.names import printable

SHOWN = 3
"""Paths that a message names as examples."""


def read_npz(path: Path) -> dict[str, NDArray[Any]]:
    """Return the arrays of an npz file by name; nothing in it is unpickled.

    Raises
    ------
    ModelError
        The file does not exist, is damaged, is not an npz file or contains Python objects.
    """
    check_readable(path)
    shown = printable(str(path))
    try:
        if not zipfile.is_zipfile(path):
            raise zipfile.BadZipFile
        with np.load(path, allow_pickle=False) as archive:
            return {name: archive[name] for name in archive.files}
    except OSError as error:
        raise ModelError(f"{shown} cannot be read: {error.strerror or 'it is damaged'}.") from error
    except (
        NotImplementedError,
        RuntimeError,
        ValueError,
        EOFError,
        KeyError,
        AttributeError,
        TypeError,
        zipfile.BadZipFile,
        zlib.error,
    ) as error:
        why = "it contains Python objects" if "allow_pickle" in str(error) else "it is damaged or of another format"
        raise ModelError(
            f"{shown} is not an npz file of plain arrays: {why}. "
            "Write it with numpy.savez, paths as an array of strings: numpy.savez(file, paths=..., features=...)"
        ) from error
    except MemoryError as error:
        raise ModelError(f"{shown} declares arrays that are larger than the memory.") from error


def check_readable(path: Path) -> None:
    """Check that a file can be opened.

    Raises
    ------
    ModelError
        It cannot.
    """
    try:
        with path.open("rb"):
            return
    except OSError as error:
        raise ModelError(f"{printable(str(path))} cannot be read: {error.strerror}.") from error


def names_in(array: NDArray[Any], kind: str, where: str) -> list[str]:
    """Return the names in an array of a file: paths or classes.

    Raises
    ------
    ModelError
        They are not strings, or one occurs twice.
    """
    if array.ndim != 1 or array.dtype.kind not in "US":
        raise ModelError(
            f"{where}: '{kind}' is an array of {array.dtype} with shape {array.shape}; expected one string per entry."
        )
    try:
        names = [each.decode("utf-8") if isinstance(each, bytes) else str(each) for each in array.tolist()]
    except UnicodeDecodeError as error:
        raise ModelError(f"{where}: '{kind}' is not UTF-8: {printable(str(error))}.") from error
    check_once(names, kind, where)
    return names


def check_once(names: Sequence[str], kind: str, where: str) -> None:
    """Check that no name occurs twice.

    Raises
    ------
    ModelError
        One does.
    """
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise ModelError(f"{where}: '{printable(name)}' occurs twice in '{kind}'; expected each once.")
        seen.add(name)


def rows_of(wanted: Sequence[str], paths: Sequence[str], where: str) -> NDArray[np.int64]:
    """Return the row in a file of each image of a data set, int64 (N,).

    Parameters
    ----------
    wanted
        Paths of the N images in the data set.
    paths
        Paths in the file. Windows separators and a leading ``./`` make no difference; further paths are ignored.
    where
        The file, for messages.

    Raises
    ------
    ModelError
        An image is missing.
    """
    plain = [path.replace("\\", "/").removeprefix("./") for path in paths]
    check_once(plain, "paths", where)
    rows = {path: row for row, path in enumerate(plain)} | {path: row for row, path in enumerate(paths)}
    missing = [path for path in wanted if path not in rows]
    if missing:
        examples = ", ".join(map(printable, missing[:SHOWN])) + (", ..." if len(missing) > SHOWN else "")
        found = f"its paths look like '{printable(paths[0])}'" if paths else "it has no rows"
        raise ModelError(
            f"{where}: {len(missing):,} of {len(wanted):,} images are missing: {examples}; {found}. "
            "Expected a row for every readable image, with its path relative to the data set and / as separator."
        )
    return np.array([rows[path] for path in wanted], dtype=np.int64)
