"""Files of the data set that changed since a git revision."""

from collections.abc import Iterable
from typing import NamedTuple


class Changes(NamedTuple):
    """Files that changed since a git revision. Paths are relative to the data set, POSIX.

    Attributes
    ----------
    since
        The revision.
    paths
        Files that were added or changed since, or of which that is not known.
    tracked
        Files that git tracks; None if git tracks all files that are not in ``paths``.
    """

    since: str
    paths: frozenset[str]
    tracked: frozenset[str] | None = None

    def untracked(self, images: Iterable[str]) -> frozenset[str]:
        """Return the images of which git can't tell whether they changed.

        Git ignores them, or they are in a repository of their own or behind a symbolic link.
        """
        return frozenset() if self.tracked is None else frozenset(images) - self.tracked - self.paths

    def including(self, paths: frozenset[str]) -> "Changes":
        """Return the changes with further paths, which count as changed."""
        return self._replace(paths=self.paths | paths)
