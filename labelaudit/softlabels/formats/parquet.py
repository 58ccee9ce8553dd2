"""Parquet, for pandas, Polars, Spark and Hugging Face datasets; with the extra ``labelaudit[parquet]``."""

import json
from importlib.util import find_spec
from typing import BinaryIO

import numpy as np

from labelaudit.errors import MissingExtraError
from labelaudit.records import BINARY, SoftLabels, Track, silently
from labelaudit.softlabels.formats.text import check_text

CLASSES = b"labelaudit.classes"
"""Key of the names of the classes, as a JSON list, in the metadata of the file."""


def check_parquet() -> None:
    """Make sure that pyarrow is there.

    Raises
    ------
    MissingExtraError
        It is not installed.
    """
    if find_spec("pyarrow") is None:
        raise MissingExtraError("Parquet files need pyarrow. Type: pip install 'labelaudit[parquet]'")


def write_parquet(soft: SoftLabels, file: BinaryIO, track: Track = silently) -> None:
    """Write the columns ``path``, ``label``, ``weight`` if requested, and ``probabilities``.

    ``probabilities`` is a list of K float32 numbers in the order of the classes, which the metadata of the file names
    as ``labelaudit.classes``; each list sums to exactly 1 in any order.

    Raises
    ------
    MissingExtraError
        pyarrow is not installed.
    """
    check_parquet()
    import pyarrow
    from pyarrow.parquet import ParquetWriter

    dataset = soft.dataset
    check_text(dataset.paths, dataset.classes, ".parquet")
    columns = [("path", pyarrow.string()), ("label", pyarrow.string())]
    columns += [("weight", pyarrow.float32())] if len(soft.weights) else []
    columns += [("probabilities", pyarrow.list_(pyarrow.float32(), len(dataset.classes)))]
    schema = pyarrow.schema(columns, {CLASSES: json.dumps(dataset.classes).encode()})
    classes = np.array(dataset.classes, dtype=np.object_)
    with ParquetWriter(file, schema, compression="zstd") as table:
        for rows, block in soft.blocks(BINARY):
            shares = (block / np.float32(BINARY)).astype(np.float32)
            arrays = [
                pyarrow.array(dataset.paths[rows], pyarrow.string()),
                pyarrow.array(classes[soft.labels[rows]], pyarrow.string()),
            ]
            arrays += [pyarrow.array(soft.weights[rows], pyarrow.float32())] if len(soft.weights) else []
            arrays.append(pyarrow.FixedSizeListArray.from_arrays(pyarrow.array(shares.ravel()), len(dataset.classes)))
            table.write_table(pyarrow.Table.from_arrays(arrays, schema=schema))
            track(min(rows.stop, len(dataset)), len(dataset))
