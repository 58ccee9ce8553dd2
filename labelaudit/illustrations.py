"""Thumbnails for the HTML pages. Files are read again; those of a report must have the digest that was scanned."""

import hashlib
from collections.abc import Iterable, Mapping
from functools import partial

from labelaudit.engine import in_order
from labelaudit.errors import UnreadableImage
from labelaudit.images import shrink
from labelaudit.records import Illustration, Size, Source, Track, silently
from labelaudit.timing import timed

Illustrations = dict[tuple[str, Size], Illustration]


@timed("drawing thumbnails")
def draw(
    source: Source,
    wanted: Mapping[str, Iterable[Size]],
    digests: Mapping[str, str] | None,
    *,
    jobs: int,
    track: Track = silently,
) -> Illustrations:
    """Make thumbnails of some images; each is opened once.

    Parameters
    ----------
    source
        Opens the images. Paths are not trusted, since they may come from a JSON report.
    wanted
        Sizes by path.
    digests
        SHA-256 of the scanned bytes, by path: a file that has changed since then is not shown. Without them files are
        shown as they are.
    jobs
        Threads.
    track
        Called with (images done, images in total).
    """
    sizes = sorted((path, tuple(sorted(each))) for path, each in wanted.items())
    drawn: Illustrations = {}
    look = partial(_look, source=source, digests=digests)
    for done, (path, found) in enumerate(in_order(look, sizes, jobs), start=1):
        drawn |= {(path, size): each for size, each in found.items()}
        track(done, len(sizes))
    return drawn


def draw_one(source: Source, path: str, digest: str, size: Size) -> Illustration:
    """Make a thumbnail of one image; parameters as for :func:`draw`."""
    return _look((path, (size,)), source=source, digests={path: digest})[1][size]


def _look(
    asked: tuple[str, tuple[Size, ...]], *, source: Source, digests: Mapping[str, str] | None
) -> tuple[str, dict[Size, Illustration]]:
    path, sizes = asked
    try:
        data = _read(source, path)
        if digests is not None and hashlib.sha256(data).hexdigest() != digests[path]:
            raise UnreadableImage("changed since the scan")
        return path, {size: shrink(data, size) for size in sizes}
    except UnreadableImage as error:
        return path, dict.fromkeys(sizes, Illustration(b"", missing=str(error)))


def _read(source: Source, path: str) -> bytes:
    try:
        return source.open(path)
    except (FileNotFoundError, KeyError) as error:
        raise UnreadableImage("not there any more") from error
    except OSError as error:
        raise UnreadableImage(f"cannot be opened: {error.strerror or error}") from error
