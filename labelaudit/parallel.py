"""Threads that give the same answer however many there are.

Threads, not processes: decoding, the network and linear algebra all leave the interpreter free, nothing has to
be pickled, and the same code is safe on Windows and macOS.
"""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

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
