"""Time and memory of writing soft labels: python benchmarks/soft_files.py [IMAGES] [CLASSES] [ENDING ...]

The posterior of images that are drawn at random, with 24 candidates each, is written in each format by a process of its
own, whose peak memory includes the soft labels themselves. The rows of csv, npz and Parquet are read back and have to
sum to exactly one. POSIX only.
"""

import resource
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from labelaudit.records import Dataset, SoftLabels
from labelaudit.softlabels.formats import WRITERS
from labelaudit.sources.files import Files

CANDIDATES = 24
UNIT = 1024 if sys.platform == "linux" else 1
ROWS = 10_000


def drawn(images: int, classes: int) -> SoftLabels:
    """Return the soft labels of a data set that never was."""
    random = np.random.default_rng(0)
    labels = random.integers(0, classes, images)
    width = min(CANDIDATES, classes)
    paths = tuple(f"{label:03d}/{number:07d}.jpg" for number, label in enumerate(labels.tolist()))
    dataset = Dataset(Files(Path()), tuple(f"{k:03d}" for k in range(classes)), paths, labels, ("",) * images)
    return SoftLabels(
        dataset=dataset,
        labels=labels,
        candidates=(labels[:, None] + np.arange(width)) % classes,
        shares=random.dirichlet((9, *[0.05] * (width - 1)), images),
        eps=0.0,
        weights=np.zeros(0),
        certain=np.zeros(images, dtype=np.bool_),
        mode="posterior",
    )


def write(images: int, classes: int, out: Path) -> None:
    """Write a file, and print how long that took and the peak of the process, before and after, in GB."""
    soft = drawn(images, classes)
    before, start, calls = peak(), time.process_time(), []
    with out.open("wb") as file:
        WRITERS[out.suffix](soft, file, lambda done, total: calls.append((done, total)))
    if calls[-1] != (images, images):
        raise SystemExit("progress did not end with the last image")
    took = time.process_time() - start
    print(f"| {out.suffix} | {took:.0f} s | {before:.2f} | {peak():.2f} | {len(calls):,} |", end=" ", flush=True)


def peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * UNIT / 1e9


def sums(out: Path, classes: int) -> Iterator[Any]:
    """Yield the sums of the rows of a file, in whole millionths or as they are, divided by what makes one."""
    if out.suffix == ".csv":
        with out.open(encoding="utf-8") as file:
            next(file)
            for line in file:
                yield sum(int(cell.replace(".", "")) for cell in line.split(",")[2:]) / 1_000_000
    elif out.suffix == ".npz":
        with zipfile.ZipFile(out) as archive, archive.open("probabilities.npy") as member:
            np.lib.format.read_magic(member)
            np.lib.format.read_array_header_1_0(member)
            while block := member.read(4 * classes * ROWS):
                yield from np.frombuffer(block, np.float32).reshape(-1, classes).sum(axis=1)
    elif out.suffix == ".parquet":
        from pyarrow.parquet import ParquetFile

        for batch in ParquetFile(out).iter_batches(ROWS, columns=["probabilities"]):
            yield from batch["probabilities"].flatten().to_numpy().reshape(-1, classes).sum(axis=1)


def main(images: int = 1_000_000, classes: int = 100, *endings: str) -> None:
    """Measure each format."""
    print("| format | CPU | GB before | GB at its peak | progress, times | rows that do not sum to one |")
    print("|---|---|---|---|---|---|", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        for ending in endings or WRITERS:
            out = Path(folder) / f"labels{ending}"
            subprocess.run([sys.executable, __file__, "write", str(images), str(classes), out], check=True)
            found = list(sums(out, classes))
            print(f"{sum(each != 1 for each in found)} of {len(found):,} |", flush=True)
            out.unlink()


if __name__ == "__main__":
    if sys.argv[1:2] == ["write"]:
        write(int(sys.argv[2]), int(sys.argv[3]), Path(sys.argv[4]))
    else:
        main(*map(int, sys.argv[1:3]), *sys.argv[3:])
