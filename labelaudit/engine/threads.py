"""Threads whose results do not depend on their number.

Threads rather than processes: decoding, the network and linear algebra release the interpreter lock, nothing has to be
pickled, and the code works unchanged on Windows and macOS.
"""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from threading import Lock, Thread
from typing import Generic

from threadpoolctl import threadpool_limits

from labelaudit.engine.engine import Engine, Item, Result


def available_cores() -> int:
    """Return the number of cores that this process may use, at least 1."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@dataclass(frozen=True)
class Threads(Engine):
    """Threads of this process, by default one per core.

    Attributes
    ----------
    jobs
        Number of threads, at least 1.
    """

    jobs: int = field(default_factory=available_cores)

    def map(
        self, function: Callable[[Item], Result], items: Iterable[Item], *, ahead: int = 4, spare: int = 0
    ) -> Iterator[Result]:
        """Map in threads; parameters as for :meth:`Engine.map`."""
        return in_order(function, items, self.jobs + spare, ahead=ahead)


def threads(jobs: int | None) -> Threads:
    """Return so many threads, or one per core if it is None."""
    return Threads() if jobs is None else Threads(jobs)


def in_order(
    function: Callable[[Item], Result], items: Iterable[Item], jobs: int, *, ahead: int = 4
) -> Iterator[Result]:
    """Yield ``function(item)`` for each item, in the order of the items, computed by *jobs* threads.

    At most *ahead* items per thread are in progress or waiting, so that memory is bounded. If the consumer stops early
    (an error, Ctrl-C), items that have not been started are cancelled.
    """
    with ThreadPoolExecutor(max_workers=jobs) as pool:
        under_way: deque[Future[Result]] = deque()
        try:
            for item in items:
                under_way.append(pool.submit(function, item))
                if len(under_way) > ahead * jobs:
                    yield under_way.popleft().result()
            while under_way:
                yield under_way.popleft().result()
        finally:
            for future in under_way:
                future.cancel()


class Later(Generic[Result]):
    """A value that is computed in a background thread, or at the latest when it is requested.

    Parameters
    ----------
    make
        Computes the value; called once.
    """

    def __init__(self, make: Callable[[], Result]) -> None:
        self._make, self._made, self._begun = make, Future[Result](), False

    def begin(self) -> None:
        """Start the computation in a daemon thread."""
        if not self._begun:
            self._begun = True
            Thread(target=self._work, daemon=True).start()

    def result(self, timeout: float | None = None) -> Result:
        """Return the value, or raise the exception of its computation.

        Raises
        ------
        TimeoutError
            It is not there after *timeout* seconds.
        """
        self.begin()
        return self._made.result(timeout)

    def _work(self) -> None:
        try:
            self._made.set_result(self._make())
        except BaseException as error:
            self._made.set_exception(error)


_limits = ExitStack()
_users: list[object] = []
_counting = Lock()


@contextmanager
def one_thread_each() -> Iterator[None]:
    """Restrict BLAS to the calling thread, so that sums are computed in a fixed order.

    Several threads may be in this context at once; the former limit is restored when the last one leaves it.
    """
    user = object()
    with _counting:
        _users.append(user)
        _limits.enter_context(threadpool_limits(1))  # every time, since another library may have been loaded
    try:
        yield
    finally:
        with _counting:
            _users.remove(user)
            if not _users:
                _limits.close()
