"""Real Dask schedulers and workers, each in a process of its own on the loopback."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

PATIENCE = 120
"""Seconds in which a process has to be ready on a busy machine."""

Process = subprocess.Popen[bytes]


class Cluster:
    """A scheduler, and workers that are started and killed one by one."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._file = folder, folder / "scheduler.json"
        self._started: list[Process] = []
        self.scheduler = self._start("scheduler", "--port", "0", "--scheduler-file", self._file)
        until(lambda: self._file.exists() and self._file.read_text(encoding="utf-8").strip().endswith("}"))
        self.address: str = json.loads(self._file.read_text(encoding="utf-8"))["address"]

    def worker(self, package: Path | None = None) -> Process:
        """Start a worker of one thread; with *package*, it imports labelaudit from that folder."""
        words = ["--nthreads", "1", "--no-nanny", "--local-directory", self._folder / "work"]
        return self._start("worker", self.address, *words, package=package)

    def end(self) -> None:
        for process in reversed(self._started):
            process.kill()
            process.wait()

    def _start(self, kind: str, *words: object, package: Path | None = None) -> Process:
        command = [sys.executable, "-m", f"distributed.cli.dask_{kind}", *map(str, words)]
        command += ["--host", "127.0.0.1", "--no-dashboard", "--dashboard-address", "127.0.0.1:0"]
        places = [package or Path(), Path(__file__).parents[1]]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, places))}
        with (self._folder / f"{kind}-{len(self._started)}.log").open("wb") as log:
            process = subprocess.Popen(command, cwd=self._folder, stdout=log, stderr=log, env=environment)
        self._started.append(process)
        return process


@contextmanager
def cluster(folder: Path) -> Iterator[Cluster]:
    """Provide a scheduler; everything that was started ends afterwards."""
    started = Cluster(folder)
    try:
        yield started
    finally:
        started.end()


def until(done: Callable[[], bool]) -> None:
    """Wait for a condition."""
    start = time.monotonic()
    while not done():
        assert time.monotonic() - start < PATIENCE
        time.sleep(0.05)


def slowly(item: int) -> tuple[int, int]:
    """Return the square of a number, and which process computed it."""
    time.sleep(0.01)
    return item * item, os.getpid()
