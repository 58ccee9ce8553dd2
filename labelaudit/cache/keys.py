"""Cache keys: digests of everything that a result depends on, so that a stale result is never found."""

import hashlib
from dataclasses import fields, is_dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numpy as np

from labelaudit.cache.store import pieces_of

PACKAGE = Path(__file__).parents[1]

LENGTH = 32
"""Hexadecimal digits of a key: 128 bits."""


def digest_of(*parts: object) -> str:
    """Return the digest of values: arrays, records and tuples by their contents, other values by their ``repr``."""
    digest = hashlib.sha256()

    def add(part: object) -> None:
        if isinstance(part, np.ndarray):
            digest.update(f"{part.dtype.str}{part.shape}".encode())
            for piece in pieces_of(part):
                digest.update(piece)
        elif is_dataclass(part):
            for field in fields(part):
                digest.update(f"{field.name}=".encode())
                add(getattr(part, field.name))
        elif isinstance(part, tuple) and not all(isinstance(each, str) for each in part):
            digest.update(f"{len(part)} parts".encode())
            for each in part:
                add(each)
        else:
            digest.update(repr(part).encode("utf-8", "surrogatepass"))
        digest.update(b"\0")

    for part in parts:
        add(part)
    return digest.hexdigest()[:LENGTH]


@cache
def digest_of_code(*names: str) -> str:
    """Return the digest of the code in these files and folders of the package, or of all its code if none is given.

    A change to the code therefore invalidates earlier results without a version number that someone could forget to
    raise.
    """
    places = [PACKAGE / name for name in names] or [PACKAGE]
    files = sorted(file for place in places for file in (place.rglob("*.py") if place.is_dir() else [place]))
    return digest_of(*(part for file in files for part in (file.relative_to(PACKAGE).as_posix(), file.read_bytes())))


def key_of(*parts: object) -> str:
    """Return the cache key of a result that the current code computes from *parts*."""
    return digest_of(digest_of_code(), versions_of("numpy", "scipy"), *parts)


def versions_of(*packages: str) -> tuple[str, ...]:
    """Return the versions of packages; an empty string for one that is not installed."""
    return tuple(_version(package) for package in packages)


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""
