"""The callback that reports progress."""

from collections.abc import Callable

Track = Callable[[int, int], None]
"""Called with (done, total) while a stage works."""


def silently(done: int, total: int) -> None:
    """Ignore progress."""
