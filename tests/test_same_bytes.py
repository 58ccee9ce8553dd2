"""The same bytes from processes with different numbers of threads, with and without a cache."""

import os
import subprocess
import sys
from pathlib import Path

from .conftest import Shapes


def test_processes_write_the_same_bytes(shapes: Shapes, tmp_path: Path) -> None:
    results = set()
    for number, (jobs, cache) in enumerate([(1, "one"), (8, "one"), (2, "other")]):
        names = [tmp_path / f"{number}.{kind}" for kind in ("json", "sarif", "junit", "csv")]
        report, sarif, junit, scores = map(str, names)
        words = ["scan", str(shapes.root), "--exit-zero", "--format", "json", "--out", report, "--jobs", str(jobs)]
        words += ["--report", f"sarif={sarif}", "--report", f"junit={junit}", "--scores", scores]
        environment = os.environ | {"PYTHONHASHSEED": str(number)}
        place = ["--cache-dir", str(tmp_path / cache)]
        subprocess.run([sys.executable, "-m", "labelaudit", *words, *place], check=True, env=environment)
        results.add(tuple(name.read_bytes() for name in names))

    assert len(results) == 1
