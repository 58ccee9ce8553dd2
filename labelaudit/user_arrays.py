"""Arrays that the user brings, such as embeddings: checked, and those in a file matched by path."""

import math
import os
import struct
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from labelaudit.cache import LARGE, release
from labelaudit.errors import ModelError
from labelaudit.names import printable

LENGTHS_AT = 26
"""Where the header of a file in a zip archive says how long its name and its extra field are."""

AT_ONCE = 2**13
"""Number of vectors that are checked at once."""

SHOWN = 3
"""Paths that a message names as examples."""

ROUNDED = 1e-3
"""Tolerance for the sum of a row of probabilities, which allows for half precision or three decimals."""


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
            return {name: _array(path, archive, name) for name in archive.files}
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


def _array(path: Path, archive: Any, name: str) -> NDArray[Any]:
    found = _mapped(path, archive.zip, name)
    array: NDArray[Any] = archive[name] if found is None else found
    return array


def _mapped(path: Path, archive: zipfile.ZipFile, name: str) -> NDArray[Any] | None:
    """Return a large array of numbers as a map of the file, which takes no memory; None if compressed or small."""
    member = next((each for each in archive.infolist() if each.filename == f"{name}.npy"), None)
    if member is None or member.compress_type != zipfile.ZIP_STORED or member.file_size < LARGE:
        return None
    with path.open("rb") as file:
        file.seek(member.header_offset + LENGTHS_AT)
        lengths = struct.unpack("<HH", file.read(4))
        file.seek(sum(lengths), os.SEEK_CUR)
        start = file.tell()
        major, _ = np.lib.format.read_magic(file)
        read = np.lib.format.read_array_header_1_0 if major == 1 else np.lib.format.read_array_header_2_0
        shape, columns_first, dtype = read(file)
        whole = dtype.kind in "fiu" and file.tell() - start + math.prod(shape) * dtype.itemsize == member.file_size
        if not whole or columns_first:
            return None
        return np.memmap(path, dtype, "r", file.tell(), shape).view(np.ndarray)


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


def as_features(values: Any, count: int) -> NDArray[np.float32]:
    """Return features that a program holds, float32 (N, D).

    Raises
    ------
    ModelError
        There are not *count* rows, or they are no vectors of finite numbers.
    """
    array = np.asarray(values)
    _check_count(array, "features", count)
    return check_features(array, range(count), "the array", "features")


def as_probabilities(values: Any, count: int) -> NDArray[np.float64]:
    """Return predicted probabilities that a program holds, float64 (N, K).

    Raises
    ------
    ModelError
        There are not *count* rows, or they are no probabilities.
    """
    array = np.asarray(values)
    _check_count(array, "probs", count)
    check_probabilities(array, range(count), "probs")
    return array.astype(np.float64)


def _check_count(array: NDArray[Any], name: str, count: int) -> None:
    if array.ndim != 2 or len(array) != count:
        raise ModelError(
            f"{name} is an array with shape {array.shape}; expected a row for each image, ({count:,}, ...)."
        )


def check_features(values: NDArray[np.generic], rows: Sequence[object], where: str, name: str) -> NDArray[np.float32]:
    """Return features as float32.

    Parameters
    ----------
    values
        Numbers (N, D).
    rows
        What the N rows are called in messages.
    where, name
        What holds the array, and its name, for messages.

    Raises
    ------
    ModelError
        They are no vectors of finite numbers.
    """
    if values.ndim != 2 or not values.shape[1] or values.dtype.kind not in "fiu":
        raise ModelError(
            f"{where}: '{name}' is an array of {values.dtype} with shape {values.shape}; "
            "expected a vector of numbers per image, (N, D)."
        )
    if len(values) != len(rows):
        raise ModelError(f"{where}: '{name}' has {len(values):,} rows and 'paths' {len(rows):,}; expected as many.")
    with np.errstate(over="ignore"):
        features = values.astype(np.float32, copy=values.flags.writeable)
    finite = np.ones(len(features), np.bool_)
    for start in range(0, len(features), AT_ONCE):
        finite[start : start + AT_ONCE] = np.isfinite(features[start : start + AT_ONCE]).all(axis=1)
        release(features)
    bad = np.flatnonzero(~finite)
    if len(bad):
        raise ModelError(f"{where}: {len(bad):,} vectors contain NaN or infinite values: {_named(rows, bad)}.")
    return features


def check_probabilities(
    values: NDArray[np.generic], rows: Sequence[object], where: str, *, several: bool = False
) -> None:
    """Check that the rows of an array are probabilities of all classes.

    Parameters
    ----------
    values
        Numbers (N, K).
    rows
        What the N rows are called in messages.
    where
        What holds the array, for messages.
    several
        Whether images may have several labels: each probability is then that of one label, and rows have any sum.

    Raises
    ------
    ModelError
        They are not.
    """
    if values.dtype.kind not in "fiu" or values.ndim != 2 or len(values) != len(rows):
        raise ModelError(
            f"{where}: the probabilities are an array of {values.dtype} with shape {values.shape}; "
            f"expected numbers, ({len(rows):,}, K)."
        )
    numbers = values.astype(np.float64)
    sums = ((numbers > 1).any(axis=1), "contain values above one")
    if not several:
        sums = (abs(numbers.sum(axis=1) - 1) > ROUNDED, "do not sum to one")
    for bad, what in (
        (~np.isfinite(numbers).all(axis=1), "contain NaN or infinite values"),
        ((numbers < 0).any(axis=1), "contain negative values"),
        sums,
    ):
        found = np.flatnonzero(bad)
        if len(found):
            raise ModelError(
                f"{where}: {len(found):,} rows {what}: {_named(rows, found)}. Expected probabilities of all classes, "
                f"such as the output of a {'sigmoid' if several else 'softmax'}."
            )


def _named(rows: Sequence[object], found: NDArray[np.int64]) -> str:
    return ", ".join(printable(str(rows[row])) for row in found[:SHOWN].tolist())
