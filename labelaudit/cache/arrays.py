"""Serialize records of arrays without pickle: only numbers and texts.

A file is a magic line, the checksum of the rest, the length of the index, the index as JSON (name, type and shape of
each array), and the arrays.
"""

import json
import math
import struct
import zlib
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

import numpy as np

MAGIC = b"labelaudit arrays 1\n"
HEAD = struct.Struct("<II")
KINDS = "biufU"
"""Kinds of arrays in NumPy's notation: numbers, and texts of fixed length."""

Arrays = dict[str, np.ndarray[Any, Any]]
T = TypeVar("T")


class BrokenFile(ValueError):  # noqa: N818  reported as a note, never fatal
    """A cache file is damaged."""


def to_bytes(arrays: Arrays) -> bytes:
    """Return the contents of a file with these arrays."""
    contents = json.dumps([[name, array.dtype.str, array.shape] for name, array in arrays.items()]).encode()
    body = b"".join([contents, *(array.tobytes() for array in arrays.values())])
    return MAGIC + HEAD.pack(zlib.crc32(body), len(contents)) + body


def from_bytes(content: bytes) -> Arrays:
    """Return the arrays of a file.

    Raises
    ------
    BrokenFile
        It was not written by :func:`to_bytes`.
    """
    start = len(MAGIC) + HEAD.size
    if len(content) < start or not content.startswith(MAGIC):
        raise BrokenFile("not a cache file")
    checksum, length = HEAD.unpack_from(content, len(MAGIC))
    if zlib.crc32(memoryview(content)[start:]) != checksum:
        raise BrokenFile("the checksum does not match")
    arrays, place = {}, start + length
    try:
        for name, kind, shape in json.loads(content[start:place]):
            dtype = np.dtype(str(kind))
            if dtype.kind not in KINDS or min(shape, default=0) < 0:
                raise BrokenFile("it contains other types than numbers and texts")
            count = math.prod(shape)
            arrays[str(name)] = np.frombuffer(content, dtype, count, place).reshape(shape).copy()
            place += count * dtype.itemsize
    except (TypeError, ValueError, OverflowError) as error:
        raise BrokenFile(str(error)) from error
    return arrays


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
