"""Dask: items are mapped by worker processes, on this machine or on a cluster."""

import pickle
import time
import uuid
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import CancelledError
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from labelaudit.engine.engine import Engine, Item, Result
from labelaudit.engine.worker import versions
from labelaudit.errors import EngineError, LabelauditError
from labelaudit.names import printable

if TYPE_CHECKING:
    from distributed import Client, Future

WORKERS = 300
"""Seconds to wait for a worker while there is none: a batch system or an adaptive cluster may have to start it."""

LEAST = 256
"""Minimum number of items in progress: an adaptive cluster adds workers according to the work that waits."""

TOGETHER = 32
"""Number of results that are fetched at once if they are ready: each request takes some milliseconds."""

POLL = 1.0
"""Seconds between checks of whether there are workers, and how many."""

LARGEST = 2**28
"""Maximum number of bytes that are sent to each worker: 80 MB for ten million cached files, and no images in memory."""

CALL = "__import__('labelaudit.engine.worker', fromlist=['run']).run(*sent)"
"""Sent as text, so that neither the scheduler nor a worker imports labelaudit before the call: where it is missing,
the call fails, and not the worker, which would leave the scheduler waiting."""


class Dask(Engine):
    """Maps items on the workers of a Dask cluster, whose number may change at any time.

    The function is pickled once and loaded once in each worker. If a worker dies, its items are computed by others.

    Parameters
    ----------
    client
        Is connected to the scheduler.
    jobs
        Number of threads of this process for work on arrays in memory.
    """

    def __init__(self, client: "Client", jobs: int) -> None:
        self.jobs, self._client = jobs, client

    @property
    def shown(self) -> str:
        """The scheduler, its workers, and the address of its dashboard."""
        workers = self._client.nthreads()
        count = f"{len(workers)} workers with {sum(workers.values())} threads"
        return f"Dask at {self._address}: {count}, dashboard {self._client.dashboard_link}"

    def map(
        self, function: Callable[[Item], Result], items: Iterable[Item], *, ahead: int = 4, spare: int = 0
    ) -> Iterator[Result]:
        """Map on the workers; parameters as for :meth:`Engine.map`. Both function and items have to be picklable.

        Raises
        ------
        EngineError
            The function cannot be pickled, a worker cannot run it, no worker comes, or the scheduler does not answer.
        """
        under_way: deque[Future] = deque()
        workers = _Workers(self._client)
        with self._connected():
            submit = self._submitter(function)
            for item in items:
                under_way.append(submit(item))
                while len(under_way) >= max(ahead * workers.threads(), LEAST):
                    yield from self._first_results(under_way, workers)
            while under_way:
                yield from self._first_results(under_way, workers)

    @property
    def _address(self) -> str:
        return printable(str(self._client.scheduler.address if self._client.scheduler else "its scheduler"))

    def _submitter(self, function: Callable[[Any], Any]) -> Callable[[Any], "Future"]:
        """Return a function that starts the work on an item."""
        try:
            pickled = pickle.dumps(function, pickle.HIGHEST_PROTOCOL)
        except (pickle.PicklingError, TypeError, AttributeError) as error:
            raise EngineError(
                f"this data set cannot be opened by Dask workers ({printable(str(error))}). Leave out --dask."
            ) from error
        if len(pickled) > LARGEST:
            raise EngineError(
                f"this data set takes {len(pickled) / 2**20:,.0f} MiB to send to each Dask worker, and at most "
                f"{LARGEST / 2**20:,.0f} are allowed. Write the images to files that the workers can open."
            )
        token = uuid.uuid4().hex
        numbers = iter(range(2**62))
        sent = self._client.submit(bytes, pickled, key=f"labelaudit-function-{token}")  # each worker fetches it once

        def submit(item: Any) -> "Future":
            content = pickle.dumps(item, pickle.HIGHEST_PROTOCOL)
            key = f"labelaudit-{token}-{next(numbers)}"
            return self._client.submit(eval, CALL, {"sent": [token, versions(), sent, content]}, key=key)

        return submit

    def _first_results(self, under_way: "deque[Future]", workers: "_Workers") -> Iterator[Any]:
        """Wait for the first item, and yield its result and those that are ready and follow it."""
        self._wait_for(under_way[0], workers)
        ready: list[Future] = []
        while under_way and len(ready) < TOGETHER and under_way[0].done():
            future = under_way.popleft()
            if future.status == "error":
                raise self._explained(future)
            ready.append(future)
        for content in self._client.gather(ready):
            yield pickle.loads(content)

    def _wait_for(self, future: "Future", workers: "_Workers") -> None:
        from distributed import wait

        while not future.done():
            try:
                with self._client.as_current():
                    wait(future, timeout=POLL)
            except TimeoutError:
                workers.check()
        if future.cancelled():
            raise CancelledError

    def _explained(self, future: "Future") -> Exception:
        """Return the exception of an item; those of Dask as our own."""
        from distributed.scheduler import KilledWorker

        error = future.exception()
        if isinstance(error, KilledWorker):
            return EngineError(
                f"Dask workers at {self._address} died several times while they read the same images. The usual reason "
                "is too little memory: give each worker more memory or fewer threads. What was read is in the cache."
            )
        if isinstance(error, ImportError | AttributeError) and not isinstance(error, LabelauditError):
            return _without_package(self._address, error)
        return error if isinstance(error, Exception) else EngineError(f"Dask: {error!r}")

    @contextmanager
    def _connected(self) -> Iterator[None]:
        """Convert the errors of a lost connection to ours."""
        from distributed.client import ClosedClientError
        from distributed.comm import CommClosedError

        try:
            yield
        except LabelauditError:
            raise
        except (CancelledError, CommClosedError, ClosedClientError, OSError) as error:
            raise EngineError(
                f"the Dask scheduler at {self._address} does not answer any more. What was read is in the cache: scan "
                "again when it does, or without --dask."
            ) from error


class _Workers:
    """How many threads the workers have; asked at most once in POLL seconds."""

    def __init__(self, client: "Client") -> None:
        self._client, self._threads, self._asked, self._seen = client, 0, 0.0, time.monotonic()

    def threads(self) -> int:
        """Return the number of threads of all workers."""
        now = time.monotonic()
        if now - self._asked > POLL:
            self._threads, self._asked = sum(self._client.nthreads().values()), now
            self._seen = now if self._threads else self._seen
        return self._threads

    def check(self) -> None:
        """Check that there have been workers in the last WORKERS seconds.

        Raises
        ------
        EngineError
            There have not.
        """
        if not self.threads() and time.monotonic() - self._seen > WORKERS:
            raise EngineError(
                f"the Dask scheduler has had no worker for {WORKERS} seconds. Start one on each machine: "
                "dask worker tcp://HOST:8786"
            )


def _without_package(address: str, error: BaseException) -> EngineError:
    return EngineError(
        f"a worker of the Dask cluster at {address} cannot run this version of labelaudit "
        f"({printable(str(error))}). All workers need the same packages as this program: "
        f"pip install 'labelaudit[dask]=={versions()['labelaudit']}', then start them again."
    )
