"""Read soft labels back, whatever their format."""

import csv
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from labelaudit.errors import SoftLabelsError
from labelaudit.names import printable
from labelaudit.softlabels.formats.parquet import CLASSES, check_parquet

PREFIX = "p_"

Columns = tuple[list[str], list[str], list[str], Any, Any]
"""Paths, labels, classes, probabilities and weights."""


class LoadedLabels(NamedTuple):
    """Soft labels as they were written.

    Attributes
    ----------
    paths
        N paths of images in the data set.
    labels
        N hard labels.
    classes
        K classes: the order of the columns.
    probabilities
        float32 (N, K), rows summing to 1.
    weights
        float32 (N,): probability that the hard label is right; none if it was not written.
    """

    paths: tuple[str, ...]
    labels: tuple[str, ...]
    classes: tuple[str, ...]
    probabilities: NDArray[np.float32]
    weights: NDArray[np.float32] | None = None


def load(path: str | Path) -> LoadedLabels:
    """Read soft labels that ``labelaudit smooth`` has written, in any of its formats.

    Parameters
    ----------
    path
        The file; its ending names the format.

    Raises
    ------
    SoftLabelsError
        It cannot be read, or is not a table of soft labels.
    MissingExtraError
        It is a Parquet file, and pyarrow is not installed.
    """
    path = Path(path)
    shown = printable(str(path))
    read = READERS.get(path.suffix.lower())
    if read is None:
        raise SoftLabelsError(f"{shown}: the ending names the format; expected {', '.join(READERS)}.")
    try:
        paths, labels, classes, probabilities, weights = read(path)
        matrix = np.asarray(probabilities, dtype=np.float32).reshape(len(paths), len(classes))
        weighted = None if weights is None else np.asarray(weights, dtype=np.float32).reshape(len(paths))
    except OSError as error:
        raise SoftLabelsError(f"cannot read the soft labels {shown}: {error.strerror or error}.") from error
    except (ValueError, KeyError, TypeError, IndexError, csv.Error, zipfile.BadZipFile) as error:
        raise SoftLabelsError(
            f"{shown} is not a table of soft labels ({printable(str(error))}). Write it with labelaudit smooth."
        ) from error
    return LoadedLabels(tuple(paths), tuple(labels), tuple(classes), matrix, weighted)


def _csv(path: Path) -> Columns:
    with path.open(newline="", encoding="utf-8", errors="surrogateescape") as file:
        table = csv.reader(file)
        head = next(table, [])
        if head[:2] != ["path", "label"]:
            raise ValueError("its first columns are not path and label")
        first = 3 if head[2:3] == ["weight"] else 2
        classes = [name.removeprefix(PREFIX) for name in head[first:]]
        as_written = {f"'{name}": name for name in classes}
        paths, labels, rows, weights = [], [], [], []
        for row in table:
            paths.append(row[0].removeprefix("./"))
            labels.append(row[1] if row[1] in classes else as_written[row[1]])
            weights.append(float(row[2]))
            rows.append(np.array(row[first:], dtype=np.float32))
        return paths, labels, classes, np.array(rows), weights if first == 3 else None


def _npz(path: Path) -> Columns:
    with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
        weights = arrays.get("weights")
        names = (arrays[name].tolist() for name in ("paths", "labels", "classes"))
        return (*names, arrays["probabilities"], weights)


def _jsonl(path: Path) -> Columns:
    classes: list[str] = []
    paths, labels, rows, weights = [], [], [], []
    with path.open(encoding="utf-8") as file:
        for line in file:
            row = json.loads(line)
            classes = classes or row["classes"]
            paths.append(row["file_name"])
            labels.append(row["label"])
            rows.append(np.array(row["probabilities"], dtype=np.float32))
            weights.append(row.get("weight"))
    return paths, labels, classes, np.array(rows), weights if weights and weights[0] is not None else None


def _parquet(path: Path) -> Columns:
    check_parquet()
    from pyarrow.parquet import read_table

    table = read_table(path)
    classes = json.loads((table.schema.metadata or {})[CLASSES])
    shares = table["probabilities"].combine_chunks().flatten().to_numpy()
    weights = table["weight"].to_numpy() if "weight" in table.column_names else None
    return table["path"].to_pylist(), table["label"].to_pylist(), classes, shares, weights


READERS: dict[str, Callable[[Path], Columns]] = {".csv": _csv, ".jsonl": _jsonl, ".npz": _npz, ".parquet": _parquet}
"""Formats by the ending of the file."""
