"""Files of the data set that changed since a git revision."""

from typing import NamedTuple


class Changes(NamedTuple):
    """The revision, and the paths of files that were added or changed since, relative to the data set, POSIX."""

    since: str
    paths: frozenset[str]
