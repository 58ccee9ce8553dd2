"""The file systems of fsspec, by the scheme of an address."""

import logging
from typing import TYPE_CHECKING, Any

from labelaudit.errors import DatasetError, MissingExtraError
from labelaudit.names import printable, without_secrets
from labelaudit.sources.addresses.requests import reason_of

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem

QUIET = ("fsspec", "s3fs", "gcsfs")
"""Libraries that log what they try. Without a handler Python prints their warnings; what fails is raised as well."""

SILENCE = 60
"""Seconds after which a connection over HTTP that delivers nothing has failed; a whole file may take any time."""


def connected(address: str) -> tuple["AbstractFileSystem", str]:
    """Return the file system that opens an address, and the name of the folder or file in it."""
    for library in QUIET:
        logging.getLogger(library).addHandler(logging.NullHandler())
    shown, scheme = printable(without_secrets(address)), address.partition("://")[0]
    try:
        from fsspec.core import url_to_fs

        options = {"client_kwargs": _patient()} if scheme in ("http", "https") else {}
        system, root = url_to_fs(address, skip_instance_cache=True, **options)
    except ImportError as error:
        raise MissingExtraError(
            f"{shown}: what opens {printable(scheme)}:// is not installed ({printable(str(error))}). "
            "Type: pip install 'labelaudit[remote]'"
        ) from error
    except Exception as error:  # as each file system checks addresses and credentials
        raise DatasetError(
            f"{shown} cannot be opened: {reason_of(error)}. Expected an address such as s3://bucket/folder"
        ) from error
    return system, str(root).rstrip("/")


def _patient() -> dict[str, Any]:
    """Return the options of a connection over HTTP that lasts as long as something arrives."""
    from aiohttp import ClientTimeout

    return {"timeout": ClientTimeout(total=None, sock_connect=SILENCE, sock_read=SILENCE)}


def strictly(system: "AbstractFileSystem") -> dict[str, str]:
    """Return the options that make a listing fail if a folder cannot be listed; by default the folder is left out."""
    from fsspec.asyn import AsyncFileSystem
    from fsspec.spec import AbstractFileSystem

    kind = type(system)
    walks = (
        kind._find is AsyncFileSystem._find
        if issubclass(kind, AsyncFileSystem)
        else kind.find is AbstractFileSystem.find
    )
    return {"on_error": "raise"} if walks else {}
