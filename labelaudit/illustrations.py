"""The pictures of a page: the few files that it shows are read once more, and held against what was scanned."""

import hashlib
import os
from collections.abc import Iterable, Mapping
from functools import partial
from pathlib import Path, PurePath

from labelaudit.errors import UnreadableImage
from labelaudit.images import load, shrink
from labelaudit.parallel import in_order
from labelaudit.records import Illustration, Size, Track, silently

Illustrations = dict[tuple[str, Size], Illustration]


def draw(
    root: Path,
    wanted: Mapping[str, Iterable[Size]],
    digests: Mapping[str, str],
    *,
    follow_links: bool,
    jobs: int,
    track: Track = silently,
) -> Illustrations:
    """Draw small pictures of some images, each read once.

    Parameters
    ----------
    root
        The folder that was scanned.
    wanted
        Sizes, by path below the folder.
    digests
        SHA-256 of the bytes that were scanned, by path: a file that has changed since is no longer what was judged.
    follow_links
        Whether links may lead out of the folder. Paths never may.
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
    asked: tuple[str, tuple[Size, ...]], *, root: Path, inside: Path | None, digests: Mapping[str, str]
) -> tuple[str, dict[Size, Illustration]]:
    path, sizes = asked
    try:
        data = _read(root, path, inside)
        if hashlib.sha256(data).hexdigest() != digests[path]:
            raise UnreadableImage("changed since the scan")
        return path, {size: shrink(data, size) for size in sizes}
    except UnreadableImage as error:
        return path, dict.fromkeys(sizes, Illustration(b"", missing=str(error)))


def _read(root: Path, path: str, inside: Path | None) -> bytes:
    """Return the bytes of an image; a path may come out of a file that anybody wrote."""
    pure = PurePath(path)
    try:
        place = Path(os.path.realpath(root / pure))
        if pure.anchor or ".." in pure.parts or (inside and not place.is_relative_to(inside)):
            raise UnreadableImage("leads out of the folder")
        if not place.is_file():  # reading a pipe or a device could wait for ever
            raise UnreadableImage("not there any more")
        return load(place)
    except UnreadableImage:
        raise
    except OSError as error:
        raise UnreadableImage(f"can't be opened: {error.strerror}") from error
    except ValueError as error:  # a name that no file can have
        raise UnreadableImage("not there any more") from error
