"""What a process of a cluster runs: a function that arrives pickled, is loaded once, and is called for many items."""

import pickle
import sys
from collections.abc import Callable
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from socket import gethostname
from threading import Lock
from typing import Any

from labelaudit.engine.threads import available_cores
from labelaudit.errors import EngineError

PACKAGES = ("numpy", "openvino", "pillow")
"""Packages that measure images: with other versions a cluster would not give the results of one machine."""

_loaded: dict[str, Callable[[Any], Any]] = {}
"""The function that this process runs, by its token; only the last one is kept."""

_loading = Lock()


@cache
def versions() -> dict[str, str]:
    """Return the versions that have to be the same in all processes."""
    import labelaudit

    found = {"labelaudit": labelaudit.__version__, "Python": f"{sys.version_info.major}.{sys.version_info.minor}"}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "none"
    return found


def check_versions(expected: dict[str, str]) -> None:
    """Check that this process has the versions of the program that sent the work.

    Raises
    ------
    EngineError
        One differs.
    """
    for name, wanted in expected.items():
        found = versions().get(name, "none")
        if found != wanted:
            package = "labelaudit[dask]" if name == "labelaudit" else name
            todo = f"Start it with Python {wanted}" if name == "Python" else f"pip install '{package}=={wanted}'"
            raise EngineError(
                f"a Dask worker on {gethostname()} has {name} {found}, and this program {wanted}. Their results "
                f"could differ, so nothing is computed there. For that worker: {todo}, then start it again."
            )


def run(token: str, expected: dict[str, str], pickled: bytes, item: bytes) -> bytes:
    """Call a function in this process.

    Parameters
    ----------
    token
        Identifies the function.
    expected
        The versions of the program that sent it.
    pickled, item
        The function and its argument, pickled.

    Returns
    -------
    bytes
        What it returned, pickled.
    """
    check_versions(expected)
    with _loading:
        if token not in _loaded:
            function = pickle.loads(pickled)
            _loaded.clear()
            _loaded[token] = function
        function = _loaded[token]
    return pickle.dumps(function(pickle.loads(item)), pickle.HIGHEST_PROTOCOL)


def threads_here() -> int:
    """Return the number of threads that call functions in this process: those of the Dask worker, else one per core."""
    if "distributed" in sys.modules:
        from distributed import get_worker

        try:
            return int(get_worker().state.nthreads)
        except ValueError:
            pass
    return available_cores()
