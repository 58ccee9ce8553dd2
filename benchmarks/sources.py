"""Measure what a source costs beside the folder: archives, a server with delays, and a table of a million rows.

python benchmarks/sources.py DATA OUT    writes archives, images and the table to OUT; prints wall and CPU time
"""

import os
import shutil
import statistics
import subprocess
import sys
import tarfile
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROWS = 1_000_000
IMAGES = 2_000
DELAY = 0.02
RUNS = 3

SERVE = """
import sys
from pathlib import Path
from tests import servers
with servers.serving(Path(sys.argv[1]), servers.Behaviour(delay=float(sys.argv[2]), once=int(sys.argv[3]))) as address:
    print(address, flush=True)
    sys.stdin.read()
"""

READ = """
import resource, sys, time
from labelaudit.settings import Settings
from labelaudit.sources import read
dataset = read(sys.argv[1], Settings())
print(len(dataset), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""


def scan(data: object, *words: str) -> tuple[float, float]:
    """Return seconds of wall and of CPU time of a scan without a cache."""
    before, start = os.times(), time.perf_counter()
    command = [
        sys.executable,
        "-m",
        "labelaudit",
        "scan",
        str(data),
        "--no-cache",
        "-q",
        "--exit-zero",
        "-f",
        "metrics",
    ]
    subprocess.run([*command, *words], check=True, stdout=subprocess.DEVNULL)
    after = os.times()
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return time.perf_counter() - start, cpu


def compared(kinds: dict[str, object]) -> None:
    """Scan each kind in turn, several times, and print the medians and their ratio to the first."""
    runs = [{name: scan(data) for name, data in kinds.items()} for _ in range(RUNS)]
    first = next(iter(kinds))
    for name in kinds:
        wall, cpu = (statistics.median(run[name][which] for run in runs) for which in (0, 1))
        ratios = [statistics.median(run[name][which] / run[first][which] for run in runs) for which in (0, 1)]
        print(f"{name:24} wall {wall:6.2f} s ({ratios[0]:.2f})   CPU {cpu:6.2f} s ({ratios[1]:.2f})", flush=True)


def packed(data: Path, out: Path) -> dict[str, object]:
    """Return the folder, and archives of it."""
    with zipfile.ZipFile(out / "data.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(data.rglob("*")):
            archive.write(path, path.relative_to(data))
    with tarfile.open(out / "data.tar", "w") as archive:
        archive.add(data, ".")
    return {"folder": data, "zip": out / "data.zip", "tar": out / "data.tar"}


def part_of(data: Path, out: Path) -> Path:
    """Return a folder with some of the images, each n-th of them."""
    files = sorted(path for path in data.rglob("*") if path.is_file() and path.parent != data)
    for path in files[:: max(1, len(files) // IMAGES)][:IMAGES]:
        place = out / "part" / path.relative_to(data)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, place)
    return out / "part"


@contextmanager
def serving(folder: Path, once: int) -> Iterator[str]:
    """Serve a folder from another process; give its address."""
    command = [sys.executable, "-c", SERVE, str(folder), str(DELAY), str(once)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout
        yield server.stdout.readline().strip()
        server.kill()


def table(out: Path) -> Path:
    """Write a table of a million rows and the empty files that it names."""
    with (out / "labels.csv").open("w", encoding="utf-8") as file:
        file.write("path,label,split,group\n")
        for number in range(ROWS):
            path = f"many/{number // 1000:04d}/photo_{number:07d}.jpg"
            if number % 1000 == 0:
                (out / path).parent.mkdir(parents=True, exist_ok=True)
            (out / path).touch()
            file.write(f"{path},class {number % 50},{'train' if number % 5 else 'val'},patient{number // 7}\n")
    return out / "labels.csv"


def main(data: Path, out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    compared(packed(data, out))
    part = part_of(data, out)
    with serving(part, 0) as steady, serving(part, 10) as failing:
        compared({"2,000 local": part, "server, 20 ms": steady, "server, 10 % fail once": failing})
    before, start = os.times(), time.perf_counter()
    done = subprocess.run([sys.executable, "-c", READ, str(table(out))], check=True, capture_output=True, text=True)
    rows, memory = done.stdout.split()
    after = os.times()
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    print(f"{int(rows):,} rows: CPU {cpu:.1f} s, wall with writing {time.perf_counter() - start:.1f} s, {memory} MB")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
