"""Connections to Dask schedulers, on this machine or elsewhere."""

import logging
import re
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

from labelaudit.engine.dask import POLL, Dask
from labelaudit.engine.threads import Later, available_cores
from labelaudit.errors import EngineError, MissingExtraError, SettingsError
from labelaudit.names import printable

if TYPE_CHECKING:
    from distributed import Client

ANSWER = 10
"""Seconds in which a scheduler has to answer."""

FORMS = "Expected the address of a scheduler, such as tcp://10.0.0.1:8786, or local, or local:4 for four workers."


@contextmanager
def connected(where: "str | Client", jobs: int | None = None) -> Iterator[Dask]:
    """Provide an engine that uses a Dask cluster.

    Parameters
    ----------
    where
        Address of a scheduler; or ``local`` or ``local:N``, which starts N workers of one thread on this machine and
        ends them afterwards, by default one per core; or a client, which is left open.
    jobs
        Number of threads of this process for work on arrays in memory, by default one per core.

    Raises
    ------
    SettingsError
        It is none of these.
    EngineError
        The scheduler does not answer.
    """
    try:
        import distributed
    except ImportError as error:
        raise MissingExtraError(
            f"dask.distributed cannot be imported ({printable(str(error))}). Type: pip install 'labelaudit[dask]'"
        ) from None
    jobs = jobs or available_cores()
    with ExitStack() as opened:
        if not isinstance(where, str):
            if not isinstance(where, distributed.Client):
                raise SettingsError(f"dask is {printable(repr(where))}. {FORMS} Or give a distributed.Client.")
            yield Dask(where, jobs)
            return
        opened.enter_context(_silent())
        local = re.fullmatch(r"local(?::(\d{1,4}))?", where)
        if local and local[1] != "0":
            address: Any = opened.enter_context(_local_cluster(int(local[1] or jobs)))
        elif re.match(r"(tcp|tls|ws|wss|ucx)://.", where):
            address = where
        else:
            raise SettingsError(f"--dask {printable(where)}: {FORMS}")
        try:
            client = _client(address).result(ANSWER + 2 * POLL)  # it waits for ever for a port that does not answer
        except (OSError, ValueError, TypeError, RuntimeError) as error:
            raise EngineError(
                f"there is no Dask scheduler that answers within {ANSWER} seconds at {printable(where)} "
                f"({printable(str(error) or 'nothing came back')}). Start one with: dask scheduler"
            ) from error
        opened.callback(client.close, timeout=POLL)
        yield Dask(client, jobs)


def _client(address: Any) -> "Later[Client]":
    from distributed import Client

    return Later(lambda: Client(address, timeout=ANSWER, set_as_default=False, name="labelaudit"))


@contextmanager
def _local_cluster(workers: int) -> Iterator[Any]:
    """Start processes on this machine that listen on the loopback only; their files are deleted afterwards."""
    from distributed import LocalCluster

    with (
        tempfile.TemporaryDirectory(prefix="labelaudit-dask-") as folder,
        LocalCluster(
            n_workers=workers,
            threads_per_worker=1,
            memory_limit=0,  # as for threads: without a limit, nothing is written to the disk
            host="127.0.0.1",
            dashboard_address="127.0.0.1:0",
            local_directory=folder,
            silence_logs=logging.CRITICAL,
        ) as cluster,
    ):
        yield cluster


@contextmanager
def _silent() -> Iterator[None]:
    """Keep Dask's log and its warnings about versions off stderr: we check versions and report errors ourselves."""
    names = [name for name in logging.root.manager.loggerDict if name.partition(".")[0] in ("distributed", "tornado")]
    before = {name: logging.getLogger(name).disabled for name in names}
    try:
        for name in names:
            logging.getLogger(name).disabled = True
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", module=r"distributed(\..*)?")
            yield
    finally:
        for name, disabled in before.items():
            logging.getLogger(name).disabled = disabled
