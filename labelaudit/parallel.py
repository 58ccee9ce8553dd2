"""Threads that give the same answer however many there are.

Threads, not processes: decoding, the network and linear algebra all leave the interpreter free, nothing has to
be pickled, and the same code is safe on Windows and macOS.
"""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from threading import Lock, Thread
from typing import Generic, TypeVar

from threadpoolctl import threadpool_limits

Item = TypeVar("Item")
Result = TypeVar("Result")


def available_cores() -> int:
    """Return how many cores this process may use, at least 1."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def in_order(
    function: Callable[[Item], Result], items: Iterable[Item], jobs: int, *, ahead: int = 4
) -> Iterator[Result]:
    """Yield ``function(item)`` for each item, in the order of the items, computed by *jobs* threads.

    At most *ahead* items a thread are under way or waiting at once, so memory stays bounded; when the consumer stops
    early (an error, Ctrl-C) what has not been started never is.
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
    """What will be needed: begun aside where there is time for it, made at the latest when it is asked for.

    Parameters
    ----------
    make
        Makes it, once.
    """

    def __init__(self, make: Callable[[], Result]) -> None:
        self._make, self._made, self._begun = make, Future[Result](), False

    def begin(self) -> None:
        """Begin to make it, in a thread that does not keep the program from ending."""
        if not self._begun:
            self._begun = True
            Thread(target=self._work, daemon=True).start()

    def result(self) -> Result:
        """Return it, or raise what making it raised."""
        self.begin()
        return self._made.result()

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
    """Hold BLAS to the thread that calls it: the threads are ours, so that sums are added up in one order.

    Several threads may do so at once: what BLAS was allowed before is given back when the last of them is done.
    """
    user = object()
    with _counting:
        _users.append(user)
        _limits.enter_context(threadpool_limits(1))  # each time: another library may have been loaded since
    try:
        yield
    finally:
        with _counting:
            _users.remove(user)
            if not _users:
                _limits.close()
