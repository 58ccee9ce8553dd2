"""Whether files are as they were when they were read, by what the file system says of them.

Nothing is opened, so that a hundred thousand files take less than a second. A scan does not rely on it: it reads and
hashes every file.
"""

import os
import time
from collections.abc import Iterable
from pathlib import Path

from labelaudit.cache.folder import Cache
from labelaudit.cache.keys import digest_of, key_of
from labelaudit.records import Dataset
from labelaudit.settings import Settings

SETTLED = 2.0
"""Seconds after a change from which a further one is seen: the coarsest clock of a file system, that of FAT."""


def unchanged_key(listed: Dataset, settings: Settings, cache: Cache) -> str:
    """Return a key of the listed files and their labels while none of them changes; empty if there is none.

    Features and probabilities that the user brings are not covered, so that there is no key with them.
    """
    given = listed.features is not None or listed.probabilities is not None
    if cache.folder is None or given or ":" in settings.features or settings.probs:
        return ""
    state = listed.source.state(listed.paths)
    return key_of(listed.classes, listed.labels, listed.paths, state) if state else ""


def state_of(root: Path, paths: Iterable[str]) -> str:
    """Return a digest of the identity, size and times of files; empty if a change of one could go unseen.

    Parameters
    ----------
    root
        A folder.
    paths
        Files below it, POSIX.
    """
    latest = (time.time() - SETTLED) * 1e9
    states = []
    for path in paths:
        try:
            found = os.stat(f"{root}/{path}")  # noqa: PTH116  there are many files, and this is twice as fast
        except OSError:
            return ""
        if max(found.st_mtime_ns, found.st_ctime_ns) > latest:
            return ""
        states.append(f"{found.st_ino} {found.st_size} {found.st_mtime_ns} {found.st_ctime_ns} {path}")
    return digest_of(*states)
