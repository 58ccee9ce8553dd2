"""Serialize records of arrays without pickle: only numbers and texts.

A file is a magic line, the checksum of the rest, the length of the index, the index as JSON (name, type and shape of
each array), and the arrays.
"""

import json
import math
import struct
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any, BinaryIO, TypeVar, get_args, get_origin, get_type_hints

import numpy as np

from labelaudit.cache.store import IN_MEMORY, Store, pieces_of

MAGIC = b"labelaudit arrays 1\n"
HEAD = struct.Struct("<II")
KINDS = "biufU"
"""Kinds of arrays in NumPy's notation: numbers, and texts of fixed length."""

Arrays = dict[str, np.ndarray[Any, Any]]
T = TypeVar("T")


class BrokenFile(ValueError):  # noqa: N818  reported as a note, never fatal
    """A cache file is damaged."""


def contents_of(arrays: Arrays) -> Iterator[bytes | memoryview]:
    """Yield the contents of a file with these arrays, in pieces."""
    index = json.dumps([[name, array.dtype.str, array.shape] for name, array in arrays.items()]).encode()
    checksum = zlib.crc32(index)
    for array in arrays.values():
        for piece in pieces_of(array):
            checksum = zlib.crc32(piece, checksum)
    yield MAGIC + HEAD.pack(checksum, len(index))
    yield index
    for array in arrays.values():
        yield from pieces_of(array)


def read_arrays(file: BinaryIO, size: int, store: Store = IN_MEMORY) -> Arrays:
    """Return the arrays of a file.

    Parameters
    ----------
    file
        Open for reading.
    size
        Number of its bytes.
    store
        Makes the arrays.

    Raises
    ------
    BrokenFile
        Its contents are not those of :func:`contents_of`.
    """
    head = file.read(len(MAGIC) + HEAD.size)
    if len(head) < len(MAGIC) + HEAD.size or not head.startswith(MAGIC):
        raise BrokenFile("not a cache file")
    expected, length = HEAD.unpack_from(head, len(MAGIC))
    index = file.read(min(length, size))
    arrays, checksum = {}, zlib.crc32(index)
    for name, dtype, shape in _checked(index, size - len(head) - length):
        arrays[name] = store.empty(shape, dtype)
        for piece in pieces_of(arrays[name]):
            if file.readinto(piece) != len(piece):  # type: ignore[attr-defined]  # all our files can do so
                raise BrokenFile("it is shorter than it says")
            checksum = zlib.crc32(piece, checksum)
    if checksum != expected:
        raise BrokenFile("the checksum does not match")
    return arrays


def _checked(index: bytes, size: int) -> list[tuple[str, np.dtype[Any], tuple[int, ...]]]:
    """Return name, type and shape of arrays, after checking that they take exactly *size* bytes."""
    found = []
    try:
        for name, kind, shape in json.loads(index):
            dtype = np.dtype(str(kind))
            if dtype.kind not in KINDS or min(shape, default=0) < 0:
                raise BrokenFile("it contains other types than numbers and texts")
            found.append((str(name), dtype, tuple(map(int, shape))))
    except (TypeError, ValueError, OverflowError, RecursionError) as error:
        raise BrokenFile(str(error)) from error
    if sum(math.prod(shape) * dtype.itemsize for _, dtype, shape in found) != size:
        raise BrokenFile("it is shorter or longer than it says")
    return found


def taken_apart(record: Any, prefix: str = "") -> Arrays:
    """Return the arrays, numbers and texts of a record, including nested records and mappings, by dotted name."""
    arrays: Arrays = {}
    parts = (
        record.items() if isinstance(record, Mapping) else ((f.name, getattr(record, f.name)) for f in fields(record))
    )
    for name, part in parts:
        if is_dataclass(part) or isinstance(part, Mapping):
            arrays |= taken_apart(part, f"{prefix}{name}.")
        else:
            arrays[f"{prefix}{name}"] = np.ascontiguousarray(part)
    return arrays


def put_together(kind: type[T], arrays: Arrays, prefix: str = "") -> T:
    """Return the record from its parts; the inverse of :func:`taken_apart`.

    Raises
    ------
    BrokenFile
        A part of it is missing.
    """
    hints = get_type_hints(kind)
    parts: dict[str, Any] = {}
    for field in fields(kind):  # type: ignore[arg-type]  # a record is a dataclass
        name, hint = f"{prefix}{field.name}", hints[field.name]
        if is_dataclass(hint):
            parts[field.name] = put_together(hint, arrays, f"{name}.")  # type: ignore[arg-type]
        elif get_origin(hint) is dict:
            start = f"{name}."
            parts[field.name] = {key.removeprefix(start): arrays[key] for key in arrays if key.startswith(start)}
        elif name not in arrays:
            raise BrokenFile(f"{name} is missing")
        elif get_origin(hint) is tuple:
            parts[field.name] = tuple(map(get_args(hint)[0], arrays[name].tolist()))
        else:
            parts[field.name] = arrays[name].item() if hint in (int, float, bool) else arrays[name]
    return kind(**parts)
