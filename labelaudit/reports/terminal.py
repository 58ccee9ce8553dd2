"""The report for a person at a terminal: a summary, then the findings, the most certain first."""

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from labelaudit.findings import Finding
from labelaudit.names import printable
from labelaudit.records import Audit, Count
from labelaudit.reports.noise import PairNoise, caught, class_noise, pair_noise

CLASSES_SHOWN = 5
PAIRS_SHOWN = 20

NOT_BELIEVABLE = (
    "the features hardly tell these classes apart, or there are too few images; what is flagged as mislabeled "
    "means little, and does not count at the gate unless --fail-on LA101 says so"
)

STYLES = {"error": "bold red", "warning": "yellow", "info": "cyan"}


def terminal(audit: Audit, limit: int) -> RenderableType:
    """Return the summary and at most *limit* findings, ready for a console. No file name is read as markup."""
    parts: list[RenderableType] = [summary(audit)]
    if audit.findings:
        parts += [Text(), _findings(audit.findings[:limit])]
    left = len(audit.findings) - limit
    if left > 0:
        parts += [Text(f"... and {left} more (--limit {len(audit.findings)} shows all)", style="dim")]
    return Group(*parts)


def summary(audit: Audit) -> RenderableType:
    """Return what was audited and what came of it, in a few lines."""
    table = Table.grid(padding=(0, 2))
    table.add_column(style="bold")
    table.add_column(overflow="fold")
    for name, value in summary_lines(audit):
        table.add_row(name, Text(value))
    return table


def summary_lines(audit: Audit) -> list[tuple[str, str]]:
    """Return the lines of the summary as pairs of what and how much."""
    dataset, beliefs = audit.dataset, audit.beliefs
    lines = [("images", f"{len(dataset):,} in {len(dataset.classes)} classes{_splits(audit)}")]
    others = sorted(dataset.others + audit.observed.others)
    if others:
        named = ", ".join(printable(name) for name in others[:3])
        lines.append(("passed over", f"{len(others):,} other files: {named}{', ...' if len(others) > 3 else ''}"))
    judged = int(beliefs.judged.sum())
    if judged:
        lines.append(("out-of-sample accuracy", f"{beliefs.accuracy:.1%}"))
        if not beliefs.believable:
            lines.insert(0, ("NOT TO BE BELIEVED", NOT_BELIEVABLE))
        lines.append(("wrong labels, estimated", _estimate(beliefs.wrong, judged)))
        lines += [("by class", str(each)) for each in class_noise(audit)[:CLASSES_SHOWN]]
        if any(finding.code == "LA101" for finding in audit.findings):
            lines.append(("caught by the flags", f"about {caught(audit):.0%} of the wrong labels"))
    if audit.second_opinion is not None:
        lines += [("noise", _pair(pair)) for pair in pair_noise(audit)[:PAIRS_SHOWN]]
    rules = [f"{code} {found[0].name}: {len(found):,}" for code, found in audit.by_rule().items()]
    lines.append(("findings", ", ".join(rules) or "none"))
    return lines


def _estimate(wrong: Count, judged: int) -> str:
    interval = f"90 % interval: {wrong.low:,.0f} to {wrong.high:,.0f}"
    return f"{wrong.estimate:,.0f} of {judged:,} ({wrong.estimate / judged:.1%}; {interval})"


def _pair(pair: PairNoise) -> str:
    theirs = "" if pair.cleanlab is None else f" (cleanlab: {pair.cleanlab:,.0f})"
    return f"given '{printable(pair.label)}', truly '{printable(pair.true)}': {pair.wrong:,.0f}{theirs}"


def _splits(audit: Audit) -> str:
    counts: dict[str, int] = {}
    for split in audit.dataset.splits:
        counts[split] = counts.get(split, 0) + 1
    named = [f"{split} {count:,}" for split, count in sorted(counts.items()) if split]
    return f" (splits: {', '.join(named)})" if named else ""


def _findings(findings: tuple[Finding, ...]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    table.add_column("rule", no_wrap=True)
    table.add_column("p_error", justify="right", no_wrap=True)
    table.add_column("given", overflow="fold")
    table.add_column("looks like", overflow="fold")
    table.add_column("path", overflow="fold")
    for finding in findings:
        style = STYLES[finding.severity.value]
        looks_like = Text(printable(finding.suggested)) if finding.suggested else Text(finding.message, style=style)
        certainty = "" if finding.p_error is None else f"{finding.p_error:.2f}"
        table.add_row(
            Text(finding.code, style=style),
            certainty,
            Text(printable(finding.label)),
            looks_like,
            Text(printable(finding.path)),
        )
    return table
