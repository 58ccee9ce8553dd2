"""What changed in the data since a git revision."""

from typing import NamedTuple


class Changes(NamedTuple):
    """The paths of the files that were added or changed, relative to the data set, POSIX, and since which revision."""

    since: str
    paths: frozenset[str]
