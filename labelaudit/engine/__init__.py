"""Engines, one per file: each maps a function over chunks of work and yields the results in the order of the chunks.

Only this package knows where work is done; a stage is given an engine and does not know which it is.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from labelaudit.engine.engine import Engine as Engine
from labelaudit.engine.threads import Later as Later
from labelaudit.engine.threads import Threads as Threads
from labelaudit.engine.threads import available_cores as available_cores
from labelaudit.engine.threads import in_order as in_order
from labelaudit.engine.threads import one_thread_each as one_thread_each
from labelaudit.engine.threads import threads as threads
from labelaudit.engine.worker import threads_here as threads_here

if TYPE_CHECKING:
    from distributed import Client as Client


@contextmanager
def engine_of(jobs: int | None, dask: "str | Client | None" = None) -> Iterator[Engine]:
    """Provide an engine: so many threads, by default one per core, and with *dask* the workers of a Dask cluster.

    Parameters and errors are those of :func:`labelaudit.engine.connecting.connected`.
    """
    if dask is None:
        yield threads(jobs)
        return
    from labelaudit.engine.connecting import connected

    with connected(dask, jobs) as engine:
        yield engine
