"""Compare a scan by workers of a Dask cluster on this machine with a scan by threads.

    python -m benchmarks.cluster DATA [--rounds 3] [--kills 10]

Scans DATA without a cache in one process with two threads, and with two workers of one thread each, in turn. Prints for
each the time and the processor time, that of all processes included, and the largest difference of ``p_error``. Then
one of two workers is killed at a random point of a scan, *kills* times, and the findings and ``p_error`` are compared.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from labelaudit.audit import audit
from labelaudit.engine import Threads, engine_of
from labelaudit.records import Audit
from tests.clusters import cluster

WORKERS = 2


def scan(data: Path, scores: Path, *words: str) -> tuple[float, float]:
    """Scan in a process of its own; return its time and the processor time of it and its workers, in seconds."""
    before, start = os.times(), time.monotonic()
    command = [sys.executable, "-m", "labelaudit", "scan", str(data), "--no-cache", "--exit-zero", "--quiet"]
    subprocess.run([*command, "--scores", str(scores), *words], check=True, stdout=subprocess.DEVNULL)
    after = os.times()
    used = after.children_user + after.children_system - before.children_user - before.children_system
    return time.monotonic() - start, used


def p_error(scores: Path) -> NDArray[np.float64]:
    """Return the column ``p_error`` of a file of scores."""
    lines = scores.read_text(encoding="utf-8").splitlines()
    column = lines[0].split(",").index("p_error") - len(lines[0].split(","))
    return np.array([float(line.split(",")[column]) for line in lines[1:]])


def compare(data: Path, folder: Path, rounds: int) -> None:
    """Print the times of both ways, and the difference of their results."""
    ways = {"threads": ("--jobs", str(WORKERS)), "workers": ("--dask", f"local:{WORKERS}")}
    for _ in range(rounds):
        took = {name: scan(data, folder / f"{name}.csv", *words) for name, words in ways.items()}
        difference = abs(p_error(folder / "threads.csv") - p_error(folder / "workers.csv")).max()
        ratios = [workers / threads for threads, workers in zip(took["threads"], took["workers"], strict=True)]
        print(
            f"threads {took['threads'][0]:.1f} s, workers {took['workers'][0]:.1f} s: {ratios[0]:.2f}; processor time "
            f"{ratios[1]:.2f}; p_error differs by at most {difference:.1e}",
            flush=True,
        )


def kill(data: Path, folder: Path, expected: Audit, seconds: float) -> None:
    """Kill one of two workers after a while, and print whether the results are the same."""
    with cluster(folder) as started, engine_of(None, started.address) as engine:
        started.worker()
        doomed = started.worker()
        timer = threading.Timer(seconds, doomed.kill)
        timer.start()
        result = audit(data, engine=engine)
        early = doomed.poll() is not None
        timer.cancel()
    same = result.findings == expected.findings
    difference = abs(result.beliefs.p_error - expected.beliefs.p_error).max()
    print(
        f"a worker killed after {seconds:.1f} s ({'during' if early else 'not during'} the scan): "
        f"{'the same findings' if same else 'OTHER FINDINGS'}, p_error differs by at most {difference:.1e}",
        flush=True,
    )


def main() -> None:
    """Compare, then kill workers."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--kills", type=int, default=10)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        compare(asked.data, Path(place), asked.rounds)
    start = time.monotonic()
    expected = audit(asked.data, engine=Threads(WORKERS))
    longest = time.monotonic() - start
    random = np.random.default_rng(0)
    for _ in range(asked.kills):
        with tempfile.TemporaryDirectory() as place:
            kill(asked.data, Path(place), expected, float(random.uniform(0, longest)))


if __name__ == "__main__":
    main()
