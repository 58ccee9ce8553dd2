"""The formats of soft labels, one per file; rows are written in blocks, so that not all of them need fit in memory."""

from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from labelaudit.errors import SettingsError
from labelaudit.names import printable
from labelaudit.records import BINARY, MILLION, SoftLabels, Track
from labelaudit.softlabels.formats.jsonl import write_jsonl
from labelaudit.softlabels.formats.npz import write_npz
from labelaudit.softlabels.formats.parquet import check_parquet, write_parquet
from labelaudit.softlabels.formats.table import write_csv

Write = Callable[[SoftLabels, BinaryIO, Track], None]

WRITERS: dict[str, Write] = {".csv": write_csv, ".jsonl": write_jsonl, ".npz": write_npz, ".parquet": write_parquet}
"""Formats by the ending of the file."""


def writer_of(path: Path | None) -> Write:
    """Return what writes a file with this ending; without a file it is CSV.

    Raises
    ------
    SettingsError
        No format has this ending.
    MissingExtraError
        The format needs a package that is not installed.
    """
    if path is None:
        return write_csv
    ending = path.suffix.lower()
    if ending not in WRITERS:
        *some, last = WRITERS
        raise SettingsError(
            f"--out {printable(str(path))}: the ending decides the format; expected {', '.join(some)} or {last}."
        )
    if ending == ".parquet":
        check_parquet()
    return WRITERS[ending]


def smallest(write: Write) -> float:
    """Return the smallest probability above 0 that a format holds."""
    return 1 / (MILLION if write in (write_csv, write_jsonl) else BINARY)
