"""Thumbnails for the HTML pages. Files are read again; those of a report must have the digest that was scanned."""

import hashlib
import os
from collections.abc import Iterable, Mapping
from functools import partial
from pathlib import Path, PurePath

from labelaudit.errors import UnreadableImage
from labelaudit.images import load, shrink
from labelaudit.parallel import in_order
from labelaudit.records import Illustration, Size, Track, silently
from labelaudit.timing import timed

Illustrations = dict[tuple[str, Size], Illustration]


@timed("drawing thumbnails")
def draw(
    root: Path,
    wanted: Mapping[str, Iterable[Size]],
    digests: Mapping[str, str] | None,
    *,
    follow_links: bool,
    jobs: int,
    track: Track = silently,
) -> Illustrations:
    """Make thumbnails of some images; each file is read once.

    Parameters
    ----------
    root
        The folder that was scanned.
    wanted
        Sizes by path relative to the folder.
    digests
        SHA-256 of the scanned bytes, by path: a file that has changed since then is not shown. Without them files are
        shown as they are.
    follow_links
        Whether symbolic links may lead out of the folder. Paths never may.
    jobs
        Threads.
    track
        Called with (images done, images in all).
    """
    inside = None if follow_links else Path(os.path.realpath(root))
    sizes = sorted((path, tuple(sorted(each))) for path, each in wanted.items())
    drawn: Illustrations = {}
    look = partial(_look, root=root, inside=inside, digests=digests)
    for done, (path, found) in enumerate(in_order(look, sizes, jobs), start=1):
        drawn |= {(path, size): each for size, each in found.items()}
        track(done, len(sizes))
    return drawn


def _look(
    asked: tuple[str, tuple[Size, ...]], *, root: Path, inside: Path | None, digests: Mapping[str, str] | None
) -> tuple[str, dict[Size, Illustration]]:
    path, sizes = asked
    try:
        data = _read(root, path, inside)
        if digests is not None and hashlib.sha256(data).hexdigest() != digests[path]:
            raise UnreadableImage("changed since the scan")
        return path, {size: shrink(data, size) for size in sizes}
    except UnreadableImage as error:
        return path, dict.fromkeys(sizes, Illustration(b"", missing=str(error)))


def _read(root: Path, path: str, inside: Path | None) -> bytes:
    """Return the bytes of an image. The path is not trusted, since it may come from a JSON report."""
    pure = PurePath(path)
    try:
        place = Path(os.path.realpath(root / pure))
        if pure.anchor or ".." in pure.parts or (inside and not place.is_relative_to(inside)):
            raise UnreadableImage("leads out of the folder")
        if not place.is_file():  # reading a pipe or a device could block
            raise UnreadableImage("not there any more")
        return load(place)
    except UnreadableImage:
        raise
    except OSError as error:
        raise UnreadableImage(f"can't be opened: {error.strerror}") from error
    except ValueError as error:  # not a valid file name
        raise UnreadableImage("not there any more") from error
