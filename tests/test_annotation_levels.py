"""Every format marks findings that do not count, and lists those that count first."""

import io
import json
from collections import Counter
from dataclasses import replace

import pytest
from rich.console import Console

from labelaudit.audit import conclude
from labelaudit.findings import Finding, Severity
from labelaudit.gate import Gate
from labelaudit.records import Audit, Changes, Report
from labelaudit.reports import FORMATS, render
from labelaudit.reports.parse import parse
from labelaudit.reports.terminal import terminal

NEW = "cross/zz.png"


def report(audit: Audit, *changed: str, gate: Gate = Gate(), errors: int = 33) -> Report:
    """Return a report of as many errors, the least of which is about NEW, and of two warnings."""
    paths = [*(f"cross/{number:02d}.png" for number in range(errors - 1)), NEW]
    found = [
        Finding("LA101", "mislabeled", Severity.ERROR, path, "given 'cross'", "cross", "circle", 0.9, str(number))
        for number, path in enumerate(paths)
    ]
    dark = [
        Finding("LA302", "poor-image", Severity.WARNING, path, "dark", "cross", digest=path)
        for path in ("cross/00.png", NEW)
    ]
    return conclude(replace(audit, findings=(*found, *dark)), gate, changes=Changes("main~1", frozenset(changed)))


def kinds(text: str) -> Counter[str]:
    return Counter(line.split(" ")[0] for line in text.splitlines())


@pytest.mark.parametrize("name", ["text", "concise", "github", "azure", "markdown", "gitlab", "csv", "jsonl", "sarif"])
def test_what_counts_comes_first(name: str, shapes_audit: Audit) -> None:
    text = render(report(shapes_audit, NEW), name)

    assert 0 <= text.index("cross/zz") < (text.index("cross/01") if name != "github" else len(text))


def test_annotations_keep_what_fails_the_run_and_leave_out_what_has_not_changed(shapes_audit: Audit) -> None:
    lines = render(report(shapes_audit, NEW), "github").splitlines()

    assert [line for line in lines if line.startswith("::error ")] == [
        f"::error file={NEW},title=LA101 mislabeled::{NEW}: given 'cross'"
    ]
    assert kinds("\n".join(lines)) == {"::error": 1, "::warning": 1, "::notice": 1}
    assert lines[-1] == "::notice title=labelaudit::33 more about images that have not changed since main~1"


def test_a_run_that_passes_has_no_error_in_it(shapes_audit: Audit) -> None:
    for passing in (
        report(shapes_audit),
        report(shapes_audit, NEW, gate=Gate(fail_on=("LA3",), max_issues=1)),
        report(shapes_audit, NEW, gate=Gate(max_issues=1)),
    ):
        assert passing.verdict.passed
        assert "::error" not in render(passing, "github")
        assert "type=error" not in render(passing, "azure")
        assert not {"major", "critical", "blocker"} & {row["severity"] for row in json.loads(render(passing, "gitlab"))}


def test_what_the_gate_allows_is_a_warning(shapes_audit: Audit) -> None:
    assert kinds(render(report(shapes_audit, NEW, gate=Gate(max_issues=1)), "github"))["::warning"] == 2


def test_gitlab_misses_nothing_that_it_would_take_for_mended(shapes_audit: Audit) -> None:
    rows = json.loads(render(report(shapes_audit, NEW), "gitlab"))

    assert Counter(row["severity"] for row in rows) == {"major": 1, "minor": 1, "info": 33}


def test_people_are_told(shapes_audit: Audit) -> None:
    found = report(shapes_audit, NEW)
    console = Console(file=io.StringIO(), width=160, highlight=False)
    console.print(terminal(found, limit=50))
    shown = console.file.getvalue()  # type: ignore[attr-defined]

    assert render(found, "text").startswith(f"{NEW}: LA101 given 'cross'\n{NEW}: LA302 dark\n")
    assert render(found, "text").count(", does not count\n") == 33
    assert render(found, "azure").count(", does not count\n") == 33
    assert render(found, "markdown").count("does not count") == 33
    assert render(found, "html").count("does not count") == 33
    assert shown.index(NEW) < shown.index("do not count:") < shown.index("cross/01.png")
    headline = "LA101 mislabeled: 33, LA302 poor-image: 2 (1 counts: only images changed since main~1)"
    assert headline in " ".join(shown.split())


def test_an_error_that_the_gate_was_told_to_pass_over_does_not_count(shapes_audit: Audit) -> None:
    lines = render(report(shapes_audit, NEW, "cross/00.png", gate=Gate(fail_on=("LA302",))), "text").splitlines()

    assert lines[:2] == ["cross/00.png: LA302 dark", f"{NEW}: LA302 dark"]
    assert lines[2] == "cross/00.png: LA101 given 'cross', does not count"


@pytest.mark.parametrize("name", list(FORMATS))
def test_a_report_of_changes_is_the_same_when_it_is_read_back(name: str, shapes_audit: Audit) -> None:
    found = report(shapes_audit, NEW)

    assert render(parse(render(found, "json")), name) == render(found, name)


def test_a_report_of_before_there_were_changes_is_read(shapes_audit: Audit) -> None:
    document = json.loads(render(report(shapes_audit, NEW), "json"))
    del document["gate"]["changed_since"]
    for finding in document["findings"]:
        del finding["unchanged"]
    read = parse(json.dumps(document))

    assert (read.verdict.since, read.verdict.unchanged) == ("", ())
