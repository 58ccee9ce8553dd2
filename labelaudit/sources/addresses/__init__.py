"""What is at an address that fsspec opens: ``s3://``, ``gs://``, ``https://`` and others.

``connecting`` finds what opens an address, ``requests`` repeats what fails, ``server`` lists and reads, ``ahead``
fetches before it is needed, ``images`` opens images, ``files`` tables and archives, and ``ranges`` parts of these.
"""

from collections.abc import Sequence
from pathlib import Path

from labelaudit.cache import digest_of, state_of
from labelaudit.names import address_of
from labelaudit.sources.addresses.files import RemoteFile, first_bytes, in_parts
from labelaudit.sources.addresses.images import Remote
from labelaudit.sources.addresses.server import Object, Server, folder_of

__all__ = [
    "DataFile",
    "Object",
    "Remote",
    "RemoteFile",
    "Server",
    "files_in",
    "first_bytes",
    "folder_of",
    "in_parts",
    "is_file",
    "local",
    "located",
    "place_of",
    "state_of_files",
    "validator_in",
]

DataFile = Path | RemoteFile
"""A file that holds a table, an archive or a shard."""


def located(data: str) -> DataFile:
    """Return the file that a path or an address names; nothing is opened."""
    address = address_of(data)
    return RemoteFile(address) if address else Path(data)


def is_file(file: DataFile) -> bool:
    """Tell whether there is a local file; of a remote one only its name is known yet."""
    return isinstance(file, RemoteFile) or file.is_file()


def local(file: DataFile) -> Path | None:
    """Return the path of a local file."""
    return None if isinstance(file, RemoteFile) else file


def place_of(file: DataFile) -> Path:
    """Return where a file is, for reports; never what is secret in its address."""
    return Path(str(file))


def files_in(address: str, *, below: bool = False) -> list[RemoteFile]:
    """Return the files in a folder at an address, with those in the folders below it if asked for, sorted."""
    server = Server(address.rstrip("/"))
    listing = server.listing() if below else server.listing_of("")
    return [RemoteFile(f"{address.rstrip('/')}/{path}") for path in sorted(listing)]


def validator_in(file: DataFile, name: object) -> str:
    """Return a text that changes with every change of a part of a remote file; empty for a local one."""
    return f"{file.state} {name}" if isinstance(file, RemoteFile) and file.state else ""


def state_of_files(files: Sequence[DataFile]) -> str:
    """Return a digest of what the file systems say of some files; empty if a change of one could go unseen."""
    states = [file.state if isinstance(file, RemoteFile) else state_of(file.parent, [file.name]) for file in files]
    return digest_of(*states) if all(states) else ""
