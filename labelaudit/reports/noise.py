"""The number of wrong labels between each two classes, as lines and as a table."""

from labelaudit.names import printable
from labelaudit.records import PairNoise, Report
from labelaudit.reports.sides import sides

SHOWN = 20
"""Maximum number of pairs of classes, those with the most wrong labels first."""

HEADINGS = ("given", "truly", "wrong labels", "by cleanlab")


def noise_lines(report: Report) -> list[tuple[str, str]]:
    """Return the noise as headlines, safe to print; none if it was not requested."""
    if not report.settings.get("second_opinion"):
        return []
    return [("noise", line) for line in (*map(_line, report.pair_noise[:SHOWN]), *_cut(report))]


def noise_table(report: Report) -> str:
    """Return the noise as a table, safe to print; empty if it was not requested."""
    if not report.settings.get("second_opinion"):
        return ""
    rows = [HEADINGS, *map(_row, report.pair_noise[:SHOWN])]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        f"{given:<{widths[0]}}  {true:<{widths[1]}}  {wrong:>{widths[2]}}  {cleanlab:>{widths[3]}}"
        for given, true, wrong, cleanlab in rows
    ]
    return "\n".join(["noise: labels that are expected to be wrong", *lines, *_cut(report)]) + "\n"


def _cut(report: Report) -> list[str]:
    """Return a line if there are no pairs, or more than are shown."""
    left = len(report.pair_noise) - SHOWN
    if not report.pair_noise:
        return ["none between any two classes"]
    return [f"... and {left:,} more pairs of classes (JSON has all)"] if left > 0 else []


def _line(pair: PairNoise) -> str:
    given, true, wrong, cleanlab = _row(pair)
    return f"given {given}, truly {true}: {wrong}" + (f" (cleanlab: {cleanlab})" if pair.cleanlab is not None else "")


def _row(pair: PairNoise) -> tuple[str, str, str, str]:
    cleanlab = "-" if pair.cleanlab is None else f"{pair.cleanlab:,.1f}"
    given, true = map(printable, sides(pair.label, pair.true))
    return f"'{given}'", f"'{true}'", f"{pair.wrong:,.1f}", cleanlab
