"""From files to observations: what was seen of each file becomes a row of every column."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from labelaudit.cache import NO_CACHE, Cache
from labelaudit.errors import DatasetError
from labelaudit.images import ENDINGS
from labelaudit.names import printable
from labelaudit.observations.extractors import EXTRACTORS
from labelaudit.observations.look import Look
from labelaudit.parallel import in_order
from labelaudit.records import Dataset, Observations, Skipped, Statistics, Track, silently
from labelaudit.settings import Settings

AT_ONCE = 32
"""Files that a thread looks at in one go: fewer cost more in handing over than in reading, once they are known."""

AHEAD = 32
"""Goes that may be ready before their turn: while one thread starts the extractor, the others go on."""


def observe(
    dataset: Dataset, settings: Settings, cache: Cache = NO_CACHE, *, jobs: int = 1, track: Track = silently
) -> Observations:
    """Read every image of a data set in *jobs* threads; decode and measure those that the cache does not know.

    Raises
    ------
    DatasetError
        Fewer than two classes have an image that can be read.
    """
    cache.keep_out_of(dataset.root)
    extractor = EXTRACTORS[settings.features]
    look = Look(extractor, settings.features, cache, jobs)
    columns = _columns(look.row_type, len(dataset))
    readable: list[int] = []
    digests: list[str] = []
    skipped: list[Skipped] = []
    others: list[str] = []
    row = 0
    track(0, len(dataset))
    with look:
        for batch in in_order(look, _batches(dataset, AT_ONCE), look.threads, ahead=AHEAD):
            rows = np.array([file.row for file in batch if file.row is not None], look.row_type)
            for name, column in columns.items():
                column[len(readable) : len(readable) + len(rows)] = rows[name]
            for file in batch:
                look.keep(file)
                if file.row is not None:
                    readable.append(row)
                    digests.append(file.digest.hex())
                elif Path(dataset.paths[row]).suffix.lower() in ENDINGS:
                    label = dataset.classes[dataset.labels[row]]
                    skipped.append(Skipped(dataset.paths[row], label, file.reason, file.digest.hex()))
                else:
                    others.append(dataset.paths[row])
                row += 1
            track(row, len(dataset))

    found = np.array(readable, dtype=np.int64)
    _check_enough(dataset, found, skipped)
    columns = {name: column[: len(found)] for name, column in columns.items()}
    return Observations(
        rows=found,
        digests=tuple(digests),
        pictures=tuple(picture.tobytes().hex() for picture in columns["picture"]),
        features=columns["features"],
        blocks=extractor.blocks,
        thumbnails=columns["thumbnail"],
        greys=columns["grey"],
        sizes=columns["size"],
        formats=tuple(name.decode() for name in columns["format"].tolist()),
        statistics=Statistics.of(columns["statistics"]),
        skipped=tuple(skipped),
        others=tuple(others),
    )


def _columns(row_type: np.dtype[Any], total: int) -> dict[str, NDArray[Any]]:
    types = {name: row_type[name] for name in row_type.names or ()}
    return {name: np.empty((total, *kind.shape), kind.base) for name, kind in types.items()}


def _batches(dataset: Dataset, size: int) -> Iterator[list[Path]]:
    for start in range(0, len(dataset), size):
        yield [dataset.root / path for path in dataset.paths[start : start + size]]


def _check_enough(dataset: Dataset, rows: NDArray[np.int64], skipped: list[Skipped]) -> None:
    present = np.unique(dataset.labels[rows])
    if len(present) >= 2:
        return
    shown = printable(str(dataset.root))
    found = "no image" if not len(present) else f"images of one class only, '{printable(dataset.classes[present[0]])}',"
    why = (
        f" {len(skipped)} files can't be read; the first: {printable(skipped[0].path)}: {skipped[0].reason}."
        if skipped
        else ""
    )
    raise DatasetError(
        f"{shown} holds {found} that can be read; at least two classes need readable images.{why} "
        "Mend or replace the files, then scan again."
    )
