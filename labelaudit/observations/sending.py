"""Reading images in this process or in another one, to which it is sent with everything that it needs."""

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from labelaudit.engine import threads_here
from labelaudit.errors import EngineError, LabelauditError, UnreadableImage
from labelaudit.images import Window
from labelaudit.names import printable
from labelaudit.observations.extractors import extractor_of
from labelaudit.observations.kept import Kept, Seen
from labelaudit.observations.look import Look, key_of_rows
from labelaudit.records import Dataset, Source
from labelaudit.settings import Settings


class Known:
    """Which results the cache of the sender has. They are looked up there, so that no row is sent to a worker.

    Eight bytes of each digest are enough: where two files share them, the sender finds no row and reads the file.

    Parameters
    ----------
    kept
        The results.
    """

    def __init__(self, kept: Kept) -> None:
        self._files = _starts(kept.digests())
        self._scaled = {kind: _starts(digests) for kind, digests in kept.scaled_digests().items()}

    def find(self, digest: bytes) -> Seen | None:
        """Tell whether the result for a file is known."""
        return Seen(digest, None, known=True) if _among(self._files, digest) else None

    def find_unread(self, validator: bytes) -> Seen | None:
        """Return None: the bytes are read, so that their digest tells whether the result is known."""
        return None

    def find_scaled(self, file: Seen) -> Seen | None:
        """Tell whether the row of an image of more than 8 bits is known."""
        kind = file.depth.kind if file.depth else ""
        return file._replace(known=True) if kind in self._scaled and _among(self._scaled[kind], file.digest) else None


class Sent(NamedTuple):
    """What another process needs to read images as this one does.

    Attributes
    ----------
    source, settings
        The source of the images, and the settings that name the extractor.
    name
        The name of the features.
    key
        Digest of everything that results depend on besides the files.
    known
        The files whose results are known.
    windows
        The windows of images of more than 8 bits.
    scaled
        Whether it is those images that are read.
    sample, digest
        An image, and the SHA-256 of its bytes: the other process has to read the same.
    """

    source: Source
    settings: Settings
    name: str
    key: str
    known: Known
    windows: dict[str, Window]
    scaled: bool
    sample: str
    digest: bytes


class Reading:
    """Reads images, given their paths; with *scaled*, those of more than 8 bits, given what was seen of them.

    Pickled and loaded in another process, it reads the same images there.

    Parameters
    ----------
    look
        Reads them.
    dataset, settings
        The data set, and the settings that name the extractor.
    kept
        The cached results.
    name
        The name of the features.
    scaled
        See above.
    """

    def __init__(
        self, look: Look, dataset: Dataset, settings: Settings, kept: Kept, name: str, *, scaled: bool = False
    ) -> None:
        self._look, self._dataset, self._settings, self._kept = look, dataset, settings, kept
        self._name, self._scaled = name, scaled

    def __call__(self, items: list[Any]) -> list[Seen]:
        """Read some images."""
        return self._look.scaled(items) if self._scaled else self._look(items)

    def __reduce__(self) -> tuple[Any, ...]:
        sample, digest = _first_that_opens(self._dataset)
        sent = Sent(
            source=self._dataset.source,
            settings=_elsewhere(self._settings),
            name=self._name,
            key=self._kept.key,
            known=Known(self._kept),
            windows=self._look.windows,
            scaled=self._scaled,
            sample=sample,
            digest=digest,
        )
        return _received, (sent,)


class _Received:
    """Reads images for another process."""

    def __init__(self, look: Look, *, scaled: bool) -> None:
        self._look, self._scaled = look, scaled

    def __call__(self, items: list[Any]) -> list[Seen]:
        return self._look.scaled(items) if self._scaled else self._look(items)


def _received(sent: Sent) -> _Received:
    """Prepare to read images in this process.

    Raises
    ------
    EngineError
        The data set cannot be opened here, or the same file would give another result.
    """
    _check_same_images(sent)
    extractor = extractor_of(sent.settings)
    if key_of_rows(extractor, sent.name) != sent.key:
        raise EngineError(
            "a worker has other code of labelaudit, another network or other versions of its packages, so that results "
            "could differ. Install the same everywhere, and start the worker again."
        )
    look = Look(sent.source, extractor, sent.known, threads_here())
    look.windows = sent.windows
    return _Received(look, scaled=sent.scaled)


def _check_same_images(sent: Sent) -> None:
    shown, sample = printable(sent.source.shown), printable(sent.sample)
    try:
        digest = hashlib.sha256(sent.source.open(sent.sample)).digest() if sent.sample else b""
    except LabelauditError:
        raise
    except (OSError, UnreadableImage) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else error
        raise EngineError(
            f"a worker cannot open {sample} in {shown} ({printable(str(reason))}). Workers open images themselves: "
            "mount the data set at the same path on each machine, or scan it at an address such as s3://bucket/folder."
        ) from error
    if digest != sent.digest:
        raise EngineError(f"a worker finds other bytes in {sample} of {shown} than this machine. Mount the same files.")


def _first_that_opens(dataset: Dataset) -> tuple[str, bytes]:
    """Return the first image that can be opened, with the digest of its bytes; nothing if there is none."""
    for path in dataset.paths:
        try:
            return path, hashlib.sha256(dataset.source.open(path)).digest()
        except (OSError, UnreadableImage):
            continue
    return "", b""


def _elsewhere(settings: Settings) -> Settings:
    """Return settings whose extractor is the same in a process with another working folder."""
    kind, colon, path = settings.features.partition(":")
    if not colon or not Path(path).exists():  # a model may also be named as in the hub that it comes from
        return settings
    return replace(settings, features=f"{kind}:{Path(path).absolute()}")


def _starts(digests: list[bytes]) -> NDArray[np.uint64]:
    return np.sort(np.frombuffer(b"".join(digest[:8] for digest in digests), np.uint64))


def _among(starts: NDArray[np.uint64], digest: bytes) -> bool:
    start = np.frombuffer(digest[:8], np.uint64)[0]
    place = int(np.searchsorted(starts, start))
    return place < len(starts) and bool(starts[place] == start)
