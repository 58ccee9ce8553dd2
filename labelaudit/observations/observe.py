"""From files to observations: each file's bytes are read once, hashed, decoded and turned into features."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from labelaudit.errors import DatasetError, UnreadableImage
from labelaudit.images import ENDINGS, GREY_EDGE, MAX_BYTES, THUMBNAIL, Picture, decode, grey, thumbnail
from labelaudit.names import printable
from labelaudit.observations.extractors import EXTRACTORS
from labelaudit.observations.statistics import statistics
from labelaudit.parallel import in_order
from labelaudit.records import STATISTICS, Dataset, Observations, Skipped, Statistics, Track, silently
from labelaudit.settings import Settings


class Seen(NamedTuple):
    """One file after it was read: its picture, or the reason why there is none."""

    digest: str
    picture: Picture | None
    reason: str = ""


class Batch(NamedTuple):
    """Some files after they were read, and what was gathered of those that hold an image."""

    seen: list[Seen]
    pictures: list[str]
    features: NDArray[np.float32]
    thumbnails: NDArray[np.uint8]
    greys: NDArray[np.uint8]
    statistics: NDArray[np.float32]
    sizes: list[tuple[int, int]]
    formats: list[str]


def observe(dataset: Dataset, settings: Settings, *, jobs: int = 1, track: Track = silently) -> Observations:
    """Read, decode and measure every image of a data set, in *jobs* threads.

    Raises
    ------
    DatasetError
        Fewer than two classes have an image that can be read.
    """
    extractor = EXTRACTORS[settings.features]
    extract = extractor.start(jobs)

    def work(rows: range) -> Batch:
        seen = [_see(dataset.root / dataset.paths[row], extractor.size) for row in rows]
        found = [file.picture for file in seen if file.picture is not None]
        pixels = [picture.pixels for picture in found]
        return Batch(
            seen=[file._replace(picture=None) for file in seen],
            pictures=[hashlib.sha256(each.tobytes()).hexdigest() for each in pixels],
            features=extract(np.stack(pixels)) if pixels else np.empty((0, sum(extractor.blocks)), np.float32),
            thumbnails=np.array([thumbnail(each) for each in pixels], np.uint8).reshape(-1, THUMBNAIL),
            greys=np.array([grey(each) for each in pixels], np.uint8).reshape(-1, GREY_EDGE, GREY_EDGE),
            statistics=np.array([statistics(*each[:3]) for each in found], np.float32).reshape(-1, STATISTICS),
            sizes=[(picture.width, picture.height) for picture in found],
            formats=[picture.format for picture in found],
        )

    features = np.empty((len(dataset), sum(extractor.blocks)), dtype=np.float32)
    thumbnails = np.empty((len(dataset), THUMBNAIL), dtype=np.uint8)
    greys = np.empty((len(dataset), GREY_EDGE, GREY_EDGE), dtype=np.uint8)
    figures = np.empty((len(dataset), STATISTICS), dtype=np.float32)
    readable: list[int] = []
    digests: list[str] = []
    pictures: list[str] = []
    sizes: list[tuple[int, int]] = []
    formats: list[str] = []
    skipped: list[Skipped] = []
    others: list[str] = []
    row = 0
    track(0, len(dataset))
    for batch in in_order(work, _batches(len(dataset), extractor.batch), jobs):
        place = slice(len(readable), len(readable) + len(batch.features))
        features[place], thumbnails[place] = batch.features, batch.thumbnails
        greys[place], figures[place] = batch.greys, batch.statistics
        pictures += batch.pictures
        sizes += batch.sizes
        formats += batch.formats
        for file in batch.seen:
            if not file.reason:
                readable.append(row)
                digests.append(file.digest)
            elif Path(dataset.paths[row]).suffix.lower() in ENDINGS:
                label = dataset.classes[dataset.labels[row]]
                skipped.append(Skipped(dataset.paths[row], label, file.reason, file.digest))
            else:
                others.append(dataset.paths[row])
            row += 1
        track(row, len(dataset))

    rows = np.array(readable, dtype=np.int64)
    _check_enough(dataset, rows, skipped)
    return Observations(
        rows=rows,
        digests=tuple(digests),
        pictures=tuple(pictures),
        features=features[: len(rows)],
        blocks=extractor.blocks,
        thumbnails=thumbnails[: len(rows)],
        greys=greys[: len(rows)],
        sizes=np.array(sizes, dtype=np.int32).reshape(-1, 2),
        formats=tuple(formats),
        statistics=Statistics.of(figures[: len(rows)]),
        skipped=tuple(skipped),
        others=tuple(others),
    )


def _batches(total: int, size: int) -> Iterator[range]:
    return (range(start, min(start + size, total)) for start in range(0, total, size))


def _see(path: Path, size: int) -> Seen:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        return Seen("", None, f"can't be opened: {error.strerror}")
    digest = hashlib.sha256(data).hexdigest()
    try:
        return Seen(digest, decode(data, size))
    except UnreadableImage as reason:
        return Seen(digest, None, str(reason))


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
