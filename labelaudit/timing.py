"""Log what is read, what comes from the cache, and how long each stage takes, for ``--verbose`` and for programs.

The logger is ``labelaudit``, the level INFO. Times are never part of a result.
"""

import functools
import logging
import time
from collections.abc import Callable
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

LOG = logging.getLogger("labelaudit")


def timed(stage: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Return a decorator that logs how many seconds a function takes.

    Parameters
    ----------
    stage
        What the function does, such as ``reading images``.
    """

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        @functools.wraps(function)
        def run(*args: P.args, **kwargs: P.kwargs) -> R:
            start = time.perf_counter()
            result = function(*args, **kwargs)
            LOG.info("%s: %.2f s", stage, time.perf_counter() - start)
            return result

        return run

    return decorate
