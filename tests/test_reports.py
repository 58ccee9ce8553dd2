import csv
import io
import json
import os
from dataclasses import replace

import numpy as np
import pytest
from rich.console import Console

from labelaudit.audit import conclude
from labelaudit.errors import ReportError
from labelaudit.findings import Finding, Severity
from labelaudit.records import Audit
from labelaudit.reports import FORMATS, render
from labelaudit.reports.parse import parse
from labelaudit.reports.scores import scores
from labelaudit.reports.terminal import terminal

HOSTILE = (
    "cat/[red]bold[/red].jpg",
    "cat/new\nline.jpg",
    "::error::x/1.jpg",
    "=cmd|' /C calc'!A0/1.jpg",
    "cat/bad\udcff.jpg",
    "cat/\x1b[31m.jpg",
    'cat/a,"b".jpg',
)


@pytest.fixture
def hostile(shapes_audit: Audit) -> Audit:
    """An audit whose findings have hostile names."""
    findings = tuple(
        Finding(
            "LA101",
            "mislabeled",
            Severity.ERROR,
            path,
            "given 'a', looks like 'b' (p_error 0.90)",
            "=a",
            "@b",
            0.9,
            "0",
        )
        for path in HOSTILE
    )
    dataset = shapes_audit.dataset
    return replace(
        shapes_audit, dataset=replace(dataset, paths=(*HOSTILE, *dataset.paths[len(HOSTILE) :])), findings=findings
    )


@pytest.mark.parametrize("name", [name for name in FORMATS if name != "metrics"])
def test_every_format_holds_every_finding_and_no_control_character(name: str, hostile: Audit) -> None:
    report = render(conclude(hostile), name)

    assert report.count("LA101") >= len(HOSTILE)
    assert "\x1b" not in report or name == "csv"
    assert report.endswith("\n")


def test_text_is_one_line_a_finding(hostile: Audit) -> None:
    lines = render(conclude(hostile), "text").splitlines()

    assert len(lines) == len(HOSTILE)
    assert lines[0] == "cat/[red]bold[/red].jpg: LA101 given 'a', looks like 'b' (p_error 0.90)"
    assert lines[1].startswith("cat/new\\x0aline.jpg: ")
    assert lines[2].startswith("./::error::x/1.jpg: ")
    assert lines[4].startswith("cat/bad\\xff.jpg: ")


def test_json_is_strict_and_keeps_the_very_bytes(hostile: Audit) -> None:
    report = json.loads(render(conclude(hostile), "json").encode("ascii"))

    assert report["schema_version"] == "1.2"
    assert [finding["path"] for finding in report["findings"]][4] == "cat/bad\\xff.jpg"
    assert report["findings"][4]["uri"] == "cat/bad%FF.jpg"
    assert report["gate"]["passed"] is False
    assert report["summary"]["findings"] == {"LA101": len(HOSTILE)}


def test_json_can_be_read_back(hostile: Audit) -> None:
    written = render(conclude(hostile), "json")

    assert render(parse(written), "json") == written
    assert [finding.path for finding in parse(written).findings] == list(HOSTILE)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"schema_version": "1.0"}', "[" * 10_000, "null", '"a"'])
def test_what_is_no_report_is_refused(text: str) -> None:
    with pytest.raises(ReportError, match="not a report"):
        parse(text)


def test_a_report_of_another_age_is_refused(shapes_audit: Audit) -> None:
    written = render(conclude(shapes_audit), "json").replace('"schema_version": "1.2"', '"schema_version": "2.0"')

    with pytest.raises(ReportError, match=r"schema version 2\.0"):
        parse(written)


def test_json_without_findings_is_whole(shapes_audit: Audit) -> None:
    clean = replace(shapes_audit, findings=())

    assert json.loads(render(conclude(clean), "json"))["findings"] == []


def test_csv_gives_back_the_paths_and_no_formula(hostile: Audit) -> None:
    rows = list(csv.DictReader(io.StringIO(render(conclude(hostile), "csv"))))

    assert [os.path.normpath(row["path"]) for row in rows] == [os.path.normpath(path) for path in HOSTILE]
    assert not any(value.startswith(("=", "@", "+", "-")) for row in rows for value in row.values())


def test_the_terminal_reads_no_name_as_markup(hostile: Audit) -> None:
    console = Console(file=io.StringIO(), width=160, force_terminal=False, highlight=False)
    console.print(terminal(conclude(hostile), limit=3))
    shown = console.file.getvalue()  # type: ignore[attr-defined]

    assert "cat/[red]bold[/red].jpg" in shown
    assert "... and 4 more; to see all, type: --limit 7" in shown
    assert "out-of-sample accuracy" in shown


def test_scores_have_the_promised_columns(shapes_audit: Audit) -> None:
    rows = list(csv.DictReader(io.StringIO(scores(shapes_audit))))
    flagged = {finding.path for finding in shapes_audit.findings if finding.code == "LA101"}

    assert list(rows[0]) == ["path", "label", "suggested", "p_label", "p_suggested", "loss", "p_error", "flagged"]
    assert [row["path"] for row in rows] == list(shapes_audit.dataset.paths)
    assert {row["path"] for row in rows if row["flagged"] == "1"} == flagged
    for row in rows:
        assert 0 <= float(row["p_error"]) <= 1
    given = shapes_audit.beliefs.probability(shapes_audit.dataset.labels)
    np.testing.assert_allclose([float(row["p_label"]) for row in rows], given, atol=1e-6)
    np.testing.assert_allclose([float(row["loss"]) for row in rows], -np.log(np.maximum(given, 1e-12)), atol=1e-6)
