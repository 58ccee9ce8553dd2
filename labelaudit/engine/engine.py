"""What all engines have in common."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


class Engine(ABC):
    """Maps a function over items.

    Attributes
    ----------
    jobs
        Number of threads of this process for work on arrays in memory, at least 1.
    """

    jobs: int

    @property
    def shown(self) -> str:
        """Where the work is done, for messages; empty for threads of this process."""
        return ""

    @abstractmethod
    def map(
        self, function: Callable[[Item], Result], items: Iterable[Item], *, ahead: int = 4, spare: int = 0
    ) -> Iterator[Result]:
        """Yield ``function(item)`` for each item, in the order of the items.

        Sums over the results therefore do not depend on how many items are in progress at once.

        Parameters
        ----------
        function
            May be called from any thread, and by another process if the engine has several.
        items
            The items.
        ahead
            Number of items per thread that may be in progress or waiting, so that memory is bounded.
        spare
            Number of threads in addition to ``jobs``, for work that partly waits for the interpreter lock.
        """
