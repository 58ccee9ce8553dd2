"""Measure what a source costs beside the folder: archives, a server with delays, and tables of a million rows.

python benchmarks/sources.py DATA OUT [archives|server|tables]

It writes archives, images and tables to OUT, and prints wall and CPU time.
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
its = servers.Behaviour(delay=float(sys.argv[2]), once=int(sys.argv[3]), parts=True)
with servers.serving(Path(sys.argv[1]), its) as address:
    print(address, flush=True)
    sys.stdin.read()
"""

READ = """
import sys
from pathlib import Path
from labelaudit.settings import Settings
from labelaudit.sources import read
dataset = read(sys.argv[1], Settings())
status = Path("/proc/self/status").read_text()  # the limit of getrusage is inherited from the process that started it
print(len(dataset), int(status.partition("VmHWM:")[2].split()[0]) // 1024)
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


def rows(out: Path) -> Iterator[dict[str, str]]:
    """Yield a million rows, and write the empty files that they name."""
    for number in range(ROWS):
        path = out / f"many/{number // 1000:04d}/photo_{number:07d}.jpg"
        if number % 1000 == 0:
            path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
        yield {
            "path": path.relative_to(out).as_posix(),
            "label": f"class {number % 50}",
            "split": "train" if number % 5 else "val",
            "group": f"patient{number // 7}",
        }


def tables(out: Path) -> list[Path]:
    """Write the same table as CSV, JSON Lines and Parquet."""
    import pandas

    frame = pandas.DataFrame.from_records(list(rows(out)))
    frame.to_csv(out / "labels.csv", index=False)
    frame.to_json(out / "labels.jsonl", orient="records", lines=True)
    frame.to_parquet(out / "labels.parquet", index=False)
    return [out / f"labels.{ending}" for ending in ("csv", "jsonl", "parquet")]


def read(table: Path) -> None:
    """Read a table in another process, check that its files exist, and print what it takes."""
    before, start = os.times(), time.perf_counter()
    done = subprocess.run([sys.executable, "-c", READ, str(table)], check=True, capture_output=True, text=True)
    wall, after = time.perf_counter() - start, os.times()
    count, memory = done.stdout.split()
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    print(f"{table.name:24} {int(count):,} rows: wall {wall:.1f} s, CPU {cpu:.1f} s, {memory} MB", flush=True)


def main(data: Path, out: Path, which: str = "") -> None:
    """Measure archives, a server and tables, or only one of these."""
    out.mkdir(parents=True, exist_ok=True)
    if which in ("", "archives"):
        compared(packed(data, out))
    if which in ("", "server"):
        part = part_of(data, out)
        zipped = shutil.make_archive(str(out / "zipped" / "part"), "zip", part)
        with serving(part, 0) as steady, serving(part, 10) as failing, serving(Path(zipped).parent, 0) as archive:
            kinds = {"2,000 local": part, "server, 20 ms": steady, "server, 10 % fail once": failing}
            compared(kinds | {"zip on the server, 20 ms": f"{archive}/part.zip"})
    if which in ("", "tables"):
        for table in tables(out):
            read(table)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), *sys.argv[3:])
