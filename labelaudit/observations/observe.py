"""From files to observations: the measurements of each file become a row of every array."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from labelaudit.cache import NO_CACHE, Cache, Store, release, unchanged_key
from labelaudit.engine import Engine, Threads
from labelaudit.errors import DatasetError
from labelaudit.images import ENDINGS, windows_of
from labelaudit.memory import check_memory
from labelaudit.names import printable
from labelaudit.observations.extractors import Extractor, extractor_of
from labelaudit.observations.extractors.given import Given
from labelaudit.observations.kept import Kept, Seen, row_type
from labelaudit.observations.look import Look, key_of_rows
from labelaudit.observations.sending import Reading
from labelaudit.observations.without_images import without_images
from labelaudit.records import Dataset, Observations, Skipped, Statistics, Track, silently
from labelaudit.settings import Settings
from labelaudit.timing import LOG, timed

AT_ONCE = 32
"""Number of files per work item of a thread; with fewer, the overhead exceeds the time to read cached files."""

AHEAD = 32
"""Number of work items that may be finished ahead of their turn, while one thread starts the extractor."""


RESULTS = 3000
"""Bytes that the results for one image take in the cache, at most."""

SPARE = 1
"""Threads in addition to the requested number if no image is cached: while one thread waits for the interpreter lock,
another uses its core. Cached images mostly need the interpreter, so that one more thread would be slower."""

PIECE = 1024
"""Number of rows that are moved at once."""

Item = TypeVar("Item")


@timed("reading images")
def observe(
    dataset: Dataset,
    settings: Settings,
    cache: Cache = NO_CACHE,
    engine: Engine | None = None,
    *,
    track: Track = silently,
) -> Observations:
    """Read every image of a data set; decode and measure those that the cache does not know.

    Raises
    ------
    DatasetError
        Fewer than two classes have a readable image.
    ModelError
        The user's network or features cannot be used.
    SettingsError
        The images need more memory than a scan may use.
    OutputError
        The disk has no room for the features.
    """
    cache.keep_out_of(dataset.source.folder)
    if not dataset.source.has_images:
        return without_images(dataset)
    state = unchanged_key(dataset, settings, cache)  # before any file is read
    engine, extractor = engine or Threads(), _extractor(dataset, settings)
    if isinstance(extractor, Given):
        extractor.check(dataset.paths)
    check_memory(cache.store.memory, len(dataset))
    name = "given" if dataset.features is not None else settings.features.partition(":")[0]
    kept = Kept(cache, key_of_rows(extractor, name), row_type(extractor))
    cache.expect(len(dataset) * (kept.row_type.itemsize + RESULTS))
    look = Look(dataset.source, extractor, kept, engine.jobs, cache)
    gathered = _Gathered(dataset, kept, engine, track, cache.store)
    if isinstance(extractor, Given):
        settings = replace(settings, features="none")  # another process looks up nothing
    with closing(kept):
        reading = Reading(look, dataset, settings, kept, name)
        waiting = gathered.all_of(reading, [(row, dataset.paths[row]) for row in dataset.source.order(dataset.paths)])
        if waiting:
            look.windows = windows_of(file.depth for _, file in waiting if file.depth)
            kept.scale_by(look.windows)
            reading = Reading(look, dataset, settings, kept, name, scaled=True)
            gathered.all_of(reading, [(row, (dataset.paths[row], file)) for row, file in waiting])
    observed = replace(gathered.observations(extractor.blocks), state=state, identity=kept.key)
    if isinstance(extractor, Given):
        return extractor.added_to(observed, dataset.take(observed.rows).paths, cache.store)
    return observed


def _extractor(dataset: Dataset, settings: Settings) -> Extractor:
    """Return what extracts the features, or looks up those that the data set provides."""
    if dataset.features is None or settings.features == "none":
        return extractor_of(settings)
    return Given(dataset.paths, [dataset.features], dataset.features.shape[1:])


class _Gathered:
    """The results for the files of a data set by row; images of more than 8 bits are completed after all others."""

    def __init__(self, dataset: Dataset, kept: Kept, engine: Engine, track: Track, store: Store) -> None:
        self._dataset, self._kept, self._engine, self._track = dataset, kept, engine, track
        self._spare = SPARE if engine.jobs > 1 and not len(kept) else 0
        kinds = {name: kept.row_type[name] for name in kept.row_type.names or ()}
        self._columns = {name: store.empty((len(dataset), *kind.shape), kind.base) for name, kind in kinds.items()}
        self._digests: dict[int, str] = {}
        self._missing: dict[int, Seen] = {}
        self._new = self._unread = 0

    def all_of(self, see: Callable[[list[Item]], list[Seen]], items: list[tuple[int, Item]]) -> list[tuple[int, Seen]]:
        """Read files, and return those that need the ranges of values of all others."""
        waiting = []
        batches = [items[start : start + AT_ONCE] for start in range(0, len(items), AT_ONCE)]
        seen = self._engine.map(see, ([item for _, item in batch] for batch in batches), ahead=AHEAD, spare=self._spare)
        self._report()
        for batch, found in zip(batches, seen, strict=True):
            files = self._recalled(see, batch, found)
            for (row, _), file in zip(batch, files, strict=True):
                self._kept.add(file)
                self._new += file.new
                self._unread += file.unread
                if file.row is not None:
                    self._digests[row] = file.digest.hex()
                elif file.depth:
                    waiting.append((row, file))
                else:
                    self._missing[row] = file
            self._place([row for row, _ in batch], files)
            self._report()
        return waiting

    def _recalled(
        self, see: Callable[[list[Item]], list[Seen]], batch: list[tuple[int, Item]], files: list[Seen]
    ) -> list[Seen]:
        """Complete what another process has read by what is cached here."""
        return [
            (self._kept.recall(file) or see([item])[0]) if file.known else file
            for (_, item), file in zip(batch, files, strict=True)
        ]

    def _place(self, rows: list[int], files: list[Seen]) -> None:
        here = [row for row, file in zip(rows, files, strict=True) if file.row is not None]
        values = np.array([file.row for file in files if file.row is not None], self._kept.row_type)
        for name, column in self._columns.items():
            column[here] = values[name]
        release(*self._columns.values())

    def _report(self) -> None:
        self._track(len(self._digests) + len(self._missing), len(self._dataset))

    def observations(self, blocks: tuple[int, ...]) -> Observations:
        """Return the columns of the readable images, in the order of the data set."""
        dataset, found = self._dataset, np.array(sorted(self._digests), dtype=np.int64)
        skipped, others = [], []
        for row, file in sorted(self._missing.items()):
            path = dataset.paths[row]
            if dataset.source.only_images or Path(path).suffix.lower() in ENDINGS:
                skipped.append(Skipped(path, dataset.classes[dataset.labels[row]], file.reason, file.digest.hex()))
            else:
                others.append(path)
        LOG.info("images: %d readable, %d files decoded, the others from the cache", len(found), self._new)
        if self._unread:
            LOG.info("not read, since their source says that they have not changed: %d files", self._unread)
        _check_enough(dataset, found, skipped)
        columns = {name: _packed(column, found) for name, column in self._columns.items()}
        return Observations(
            rows=found,
            digests=tuple(self._digests[row] for row in found.tolist()),
            pictures=tuple(picture.tobytes().hex() for picture in columns["picture"]),
            features=columns["features"],
            blocks=blocks,
            thumbnails=columns["thumbnail"],
            greys=columns["grey"],
            sizes=columns["size"],
            formats=tuple(name.decode() for name in columns["format"].tolist()),
            statistics=Statistics.of(columns["statistics"]),
            skipped=tuple(skipped),
            others=tuple(others),
        )


def _packed(column: NDArray[Any], rows: NDArray[np.int64]) -> NDArray[Any]:
    """Move some rows, in ascending order, to the front of a column; in pieces, since a copy would double the memory."""
    if len(rows) == len(column):
        return column
    for start in range(0, len(rows), PIECE):
        piece = rows[start : start + PIECE]
        column[start : start + len(piece)] = column[piece]
        release(column)
    return column[: len(rows)]


def _check_enough(dataset: Dataset, rows: NDArray[np.int64], skipped: list[Skipped]) -> None:
    present = np.unique(dataset.labels[rows])
    if len(present) >= 2:
        return
    shown = printable(dataset.source.shown)
    found = "no image" if not len(present) else f"images of one class only, '{printable(dataset.classes[present[0]])}',"
    why = (
        f" {len(skipped)} files cannot be read; the first: {printable(skipped[0].path)}: {skipped[0].reason}."
        if skipped
        else ""
    )
    raise DatasetError(
        f"{shown} holds {found} that can be read; at least two classes need readable images.{why} "
        "Repair or replace the files, then scan again."
    )
