"""Measure processor time and size of each format for 25,000 findings with long, hostile names.

    python -m benchmarks.reports [--findings N]

No image is read: the report is an enlarged version of that in `tests/sample.py`.
"""

import argparse
import gzip
import time
from collections.abc import Callable

from labelaudit.difference import compare
from labelaudit.records import Report
from labelaudit.reports import FORMATS, render
from labelaudit.reports.differences import DIFFERENCES
from labelaudit.reports.markdown import STEP_SUMMARY, page
from labelaudit.reports.parse import parse
from tests.sample import before, encoded, many


def main() -> None:
    """Print a row for each format."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--findings", type=int, default=25_000)
    report = many(parser.parse_args().findings)
    print("| format | time | size | gzip |\n|---|---|---|---|")
    for name, write in writers(report).items():
        start = time.process_time()
        written = encoded(write())
        took = time.process_time() - start
        print(f"| {name} | {took:.2f} s | {megabytes(written)} | {megabytes(gzip.compress(written))} |", flush=True)
    saved = render(report, "json")
    start = time.process_time()
    parse(saved)
    print(f"\nread back from JSON: {time.process_time() - start:.2f} s")


def writers(report: Report) -> dict[str, Callable[[], str]]:
    """Return what writes each format."""
    difference = compare(before(), report)
    return {
        **{name: lambda name=name: render(report, name) for name in FORMATS},
        "step summary": lambda: page(report, STEP_SUMMARY),
        **{f"diff, {name}": lambda name=name: DIFFERENCES[name](difference) for name in DIFFERENCES},
    }


def megabytes(content: bytes) -> str:
    return f"{len(content) / 1e6:.2f} MB"


if __name__ == "__main__":
    main()
