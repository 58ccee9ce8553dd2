"""Check that the same images give the same bytes: scans with 1, 2 and 8 threads, with and without a cache.

    python benchmarks/same_bytes.py IMAGES [--runs N]

IMAGES holds a folder for each class (or splits that hold them). Each scan is a separate process with its own hash seed,
and writes JSON, SARIF, JUnit and the scores. Every second one uses the cache of the one before it. Exits with 1 if they
are not all the same.
"""

import argparse
import hashlib
import subprocess
import sys
import tempfile
from itertools import cycle, islice
from pathlib import Path

WAYS = [(jobs, cache) for jobs in (1, 2, 8) for cache in ("cold", "warm")]


def main() -> int:
    """Scan again and again, and count the different results."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("images", type=Path)
    parser.add_argument("--runs", type=int, default=20)
    asked = parser.parse_args()
    digests = set()
    with tempfile.TemporaryDirectory() as place:
        for number, (jobs, cache) in enumerate(islice(cycle(WAYS), asked.runs)):
            if cache == "cold":
                kept = Path(place) / f"cache-{number}"
            digest = scan(asked.images, Path(place), jobs, kept)
            digests.add(digest)
            print(f"{number + 1:2} jobs {jobs}, {cache}: {digest[:16]}", flush=True)
    print(f"{asked.runs} runs, {len(digests)} different results")
    return 0 if len(digests) == 1 else 1


def scan(images: Path, place: Path, jobs: int, cache: Path) -> str:
    """Scan in a process of its own; return the digest of all that it wrote."""
    written = [place / name for name in ("report.json", "sarif", "junit", "scores.csv")]
    report, sarif, junit, scores = map(str, written)
    words = ["scan", str(images), "--format", "json", "--out", report, "--report", f"sarif={sarif}"]
    words += ["--report", f"junit={junit}", "--scores", scores, "--jobs", str(jobs), "--cache-dir", str(cache)]
    words += ["--no-baseline", "--exit-zero", "--quiet"]
    subprocess.run([sys.executable, "-m", "labelaudit", *words], check=True)
    return hashlib.sha256(b"\0".join(path.read_bytes() for path in written)).hexdigest()


if __name__ == "__main__":
    sys.exit(main())
