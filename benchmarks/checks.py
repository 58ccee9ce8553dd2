"""Measure the time of all checks except LA101 and LA301: whole scans with and without them, in turn.

    python benchmarks/checks.py IMAGES [--pairs N]

IMAGES holds a folder for each class (or splits that hold them). A scan without them computes no small gray images and
no statistics, finds no copies, computes no outlier scores and runs only LA101 and LA301. Nothing is cached. Peak
memory is that of the whole process.
"""

import argparse
import json
import statistics
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

SCAN = "scan", "--no-cache", "--no-baseline", "--exit-zero", "--quiet", "--format", "json"


def main() -> None:
    """Run the scans, or one of them in this process."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("images", type=Path)
    parser.add_argument("--pairs", type=int, default=3)
    parser.add_argument("--one", choices=("all", "bare"), help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one:
        scan(asked.images, bare=asked.one == "bare")
        return
    print("| pair | with all checks | without | ratio | peak, with | without |\n|---|---|---|---|---|---|")
    ratios, more = [], []
    for pair in range(asked.pairs):
        (took, peak), (took_bare, peak_bare) = (measured(asked.images, kind) for kind in ("all", "bare"))
        ratios.append(took / took_bare)
        more.append(peak - peak_bare)
        print(
            f"| {pair + 1} | {took:.1f} s | {took_bare:.1f} s | {ratios[-1]:.3f} | {peak:.0f} MB | {peak_bare:.0f} MB |"
        )
    print(f"\nmedian ratio {statistics.median(ratios):.3f}, {statistics.median(more):.0f} MB more")


def measured(images: Path, kind: str) -> tuple[float, float]:
    """Return the seconds and the peak megabytes of a scan in a process of its own."""
    start = time.perf_counter()
    command = [sys.executable, __file__, str(images), "--one", kind]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return time.perf_counter() - start, json.loads(done.stderr.splitlines()[-1])


def scan(images: Path, *, bare: bool) -> None:
    """Scan in this process, and say its peak memory in megabytes on stderr."""
    import resource

    import labelaudit.observations.look
    import labelaudit.probabilities
    from labelaudit.audit import audit  # noqa: F401  what is put into its module stays there
    from labelaudit.cli import main as labelaudit_main
    from labelaudit.images import GREY_EDGE
    from labelaudit.records import STATISTICS, Copies, Likeness, Observations

    def no_copies(observed: Observations, *, jobs: int) -> Copies:
        total = len(observed.rows)
        return Copies(np.arange(total), (Likeness.IDENTICAL,) * total)

    options = list(SCAN)
    if bare:
        look = labelaudit.observations.look
        look.grey = lambda _: np.zeros((GREY_EDGE, GREY_EDGE), np.uint8)
        look.statistics = lambda *_: np.zeros(STATISTICS, np.float32)
        sys.modules["labelaudit.audit"].find_copies = no_copies
        sys.modules["labelaudit.probabilities.out_of_sample"].strangeness = lambda features, *_, **__: np.zeros(
            len(features)
        )
        options += ["--select", "LA101", "--select", "LA301"]
    sys.argv = ["labelaudit", *options, str(images)]
    try:
        labelaudit_main()
    except SystemExit as end:
        if end.code:
            raise
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, file=sys.stderr)


if __name__ == "__main__":
    main()
