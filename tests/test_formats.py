"""Each format, read back by the rules of those who take it; with the names that broke reports before."""

import json
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from itertools import permutations
from pathlib import Path
from urllib.parse import unquote_to_bytes
from xml.etree import ElementTree

import pytest
from markdown_it import MarkdownIt
from typer.testing import Result

from labelaudit.audit import conclude
from labelaudit.findings import Finding, Severity
from labelaudit.gate import Gate
from labelaudit.records import Audit, ClassNoise, ClassSize, Listed, PairNoise, Report
from labelaudit.reports import FORMATS, render
from labelaudit.reports.markdown import page

from .conftest import Shapes
from .test_reports import HOSTILE

Run = Callable[..., Result]

MORE = ("cat/]]>&<x>\ufffe.jpg", "cat/##vso[task.complete]%0A.jpg", "cat/@team `|` ![x](y).jpg")


@pytest.fixture
def report(shapes_audit: Audit) -> Report:
    """A report with every kind of finding and every hostile name."""
    errors = [
        Finding("LA101", "mislabeled", Severity.ERROR, path, "given 'a', looks like '@b'", "a", "@b", 0.9, f"{number}")
        for number, path in enumerate((*HOSTILE, *MORE))
    ]
    twin = replace(errors[0], path="cat/twin.jpg", related=(HOSTILE[1], HOSTILE[4]))
    warning = Finding("LA401", "too-few", Severity.WARNING, "owl/", "class 'owl' has 1 image", "owl")
    note = Finding("LA301", "unreadable", Severity.INFO, "cat/note.jpg", "x", "cat", digest="n")
    audit = replace(shapes_audit, findings=(*errors, twin, warning, note))
    return conclude(audit, Gate(fail_on=("LA101",)), location="data sets/pets")


def place(path: str) -> str:
    return f"data sets/pets/{path}"


def test_concise_is_one_short_line_a_finding(report: Report) -> None:
    lines = render(report, "concise").splitlines()

    assert len(lines) == len(report.findings)
    assert lines[0] == "cat/[red]bold[/red].jpg: LA101 mislabeled"


def test_jsonl_is_the_findings_of_json(report: Report) -> None:
    lines = [json.loads(line) for line in render(report, "jsonl").splitlines()]

    assert lines == json.loads(render(report, "json"))["findings"]
    assert Counter(line["counted"] for line in lines) == {True: len(report.findings) - 2, False: 2}


def test_metrics_are_nested_numbers_under_stable_names(report: Report, shapes_audit: Audit) -> None:
    def scalars(value: object) -> bool:
        if isinstance(value, dict):
            return all(scalars(each) for each in value.values())
        return isinstance(value, int | float)

    def names(value: object) -> object:
        return {name: names(each) for name, each in value.items()} if isinstance(value, dict) else None

    figures = json.loads(render(report, "metrics"))
    clean = json.loads(render(conclude(replace(shapes_audit, findings=())), "metrics"))
    assert scalars(figures)
    assert names(figures) == names(clean)
    assert figures["findings"]["LA101"] == len(report.findings) - 2
    assert clean["passed"] is True


def test_sarif_has_what_github_demands(report: Report) -> None:
    run = json.loads(render(report, "sarif"))["runs"][0]
    rules = run["tool"]["driver"]["rules"]

    for rule in rules:
        assert 0 < len(rule["shortDescription"]["text"]) <= 1024
        assert rule["help"]["markdown"].count("## ") == 6
        assert rule["defaultConfiguration"]["level"] in {"note", "warning", "error"}
        assert "security-severity" not in rule["properties"]
    for result, finding in zip(run["results"], report.findings, strict=True):
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"] == finding.code
        assert result["message"]["text"]
        uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        assert re.fullmatch(r"[A-Za-z0-9%/._~-]+", uri)
        assert not uri.startswith("/")
        assert unquote_to_bytes(uri).decode("utf-8", "surrogateescape") == place(finding.path)
        assert result["partialFingerprints"]["primaryLocationLineHash"].startswith(finding.fingerprint)
        assert 0 <= result.get("rank", 0) <= 100
    assert run["automationDetails"]["id"] == "labelaudit/data%20sets/pets/"
    assert len(run["results"][len(HOSTILE) + len(MORE)]["relatedLocations"]) == 2


def test_sarif_leaves_out_what_was_accepted_and_stays_below_the_limit(report: Report) -> None:
    many = tuple(replace(report.findings[0], digest=str(number)) for number in range(25_100))
    run = json.loads(render(replace(report, findings=many), "sarif"))["runs"][0]

    assert len(run["results"]) == 25_000
    clean = json.loads(render(replace(report, findings=()), "sarif"))["runs"][0]
    assert clean["results"] == []


def test_junit_fails_what_counts_and_always_has_a_test(report: Report) -> None:
    root = ElementTree.fromstring(render(report, "junit").encode())
    suite = root[0].findall("testcase")
    totals = root[0].attrib
    outcomes = Counter(child.tag for case in suite for child in case)

    assert outcomes == {"failure": len(report.findings) - 2, "skipped": 2, "system-out": len(report.classes)}
    assert int(totals["tests"]) == len(suite) == len(report.findings) + len(report.classes)
    assert int(totals["failures"]) == outcomes["failure"]
    assert len({(case.attrib["classname"], case.attrib["name"]) for case in suite}) == len(suite)
    clean = ElementTree.fromstring(render(replace(report, findings=()), "junit").encode())
    assert len(clean[0].findall("testcase")) == len(report.classes)


def github_command(line: str) -> tuple[str, dict[str, str], str]:
    """Read a workflow command as the runner does."""
    match = re.fullmatch(r"::(error|warning|notice) (.*?)::(.*)", line)
    assert match, line
    fields = dict(field.split("=", 1) for field in match[2].split(","))
    for mark, code in ((":", "%3A"), (",", "%2C"), ("\r", "%0D"), ("\n", "%0A"), ("%", "%25")):
        fields = {name: value.replace(code, mark) for name, value in fields.items()}
    return match[1], fields, match[3].replace("%0A", "\n").replace("%25", "%")


def test_github_gets_ten_annotations_of_a_kind(report: Report) -> None:
    commands = [github_command(line) for line in render(report, "github").splitlines()]

    assert Counter(kind for kind, _, _ in commands) == {"error": 10, "warning": 1, "notice": 1}
    assert commands[0][1]["file"] == place("cat/[red]bold[/red].jpg")
    assert commands[2][1]["file"] == place("::error::x/1.jpg")
    assert commands[9][2] == f"... and {len(report.findings) - 2 - 9} more"
    assert commands[10][1] == {"file": place("owl/"), "title": "LA401 too-few"}


def test_gitlab_gets_a_fingerprint_for_each(report: Report) -> None:
    rows = json.loads(render(report, "gitlab"))

    assert len({row["fingerprint"] for row in rows}) == len(rows) == len(report.findings)
    for row in rows:
        assert row["severity"] in {"info", "minor", "major", "critical", "blocker"}
        assert row["location"]["lines"]["begin"] == 1
        assert not row["location"]["path"].startswith(("/", "./"))
    assert json.loads(render(replace(report, findings=()), "gitlab")) == []


def test_azure_gets_commands_that_no_name_breaks(report: Report) -> None:
    lines = render(report, "azure").splitlines()

    assert len(lines) == len(report.findings)
    for line in lines[:-1]:
        command = r"##vso\[task\.logissue type=(error|warning);sourcepath=([^;\]]*);code=LA\d+;\]([^\]]*)"
        assert re.fullmatch(command, line), line
    assert lines[-1] == place("cat/note.jpg: LA301 x")


def test_markdown_shows_every_name_and_obeys_none(report: Report) -> None:
    shown = MarkdownIt("gfm-like", {"linkify": False}).render(render(report, "markdown"))

    assert shown.split("</table>")[1].count("<tr>") == 1 + len(report.findings)
    assert "<img" not in shown
    assert "<a " not in shown
    assert "<code>cat/@team `|` ![x](y).jpg</code>" in shown
    assert not re.search(r"(?<!<code>cat/)@\w", re.sub(r"<code>.*?</code>", "", shown))


def test_markdown_stays_below_its_limit(report: Report) -> None:
    many = replace(report, findings=tuple(replace(report.findings[0], path="@" * 200) for _ in range(5_000)))

    assert 50_000 < len(page(many, 60_000).encode()) <= 60_000
    assert " more\n" in page(many, 60_000)
    assert len(page(many, 1_000_000).encode()) <= 1_000_000


@pytest.mark.parametrize("name", list(FORMATS))
def test_a_report_that_was_read_back_gives_the_same_bytes(name: str, report: Report) -> None:
    from labelaudit.reports.parse import parse

    assert render(parse(render(report, "json")), name) == render(report, name)


@pytest.mark.parametrize("name", list(FORMATS))
def test_odd_names_of_classes_are_the_same_when_they_are_read_back(name: str, shapes_audit: Audit) -> None:
    from labelaudit.reports.parse import parse

    odd = ("\n=cat", "[bold]", "zebra", "\udcff\udcfe")
    flagged = [
        Finding("LA101", "mislabeled", Severity.ERROR, f"{label}/{number}.jpg", "x", label, suggested, 0.9, f"{number}")
        for number, (label, suggested) in enumerate(permutations(odd, 2))
    ]
    report = replace(
        conclude(replace(shapes_audit, findings=tuple(flagged))),
        classes=tuple(ClassSize(label, 9) for label in odd),
        images=tuple(Listed(each.path, each.label, each.digest * 64) for each in flagged),
        class_noise=tuple(ClassNoise(label, 9, 2.0, odd[0]) for label in odd[1:]),
        pair_noise=tuple(PairNoise(*pair, 2.0, None) for pair in permutations(odd, 2)),
        settings={"second_opinion": True, "per_class": [{"name": odd[3]}]},
    )

    assert render(parse(render(report, "json")), name) == render(report, name)


def test_several_reports_from_one_scan(
    run: Run, shapes: Shapes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    summary = tmp_path / "summary.md"
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    monkeypatch.chdir(shapes.root.parent)
    paths = {name: tmp_path / name for name in ("sarif", "junit")}
    words = [word for name, path in paths.items() for word in ("--report", f"{name}={path}")]
    done: Result = run("scan", "data", *words, "--metrics", tmp_path / "m.json", "--github-summary", "--github-summary")

    assert done.exit_code == 1
    assert json.loads(paths["sarif"].read_text())["runs"][0]["automationDetails"]["id"] == "labelaudit/data/"
    assert ElementTree.fromstring(paths["junit"].read_text()).tag == "testsuites"
    assert json.loads((tmp_path / "m.json").read_text())["images"] == 120
    assert summary.read_text().startswith("### labelaudit: failed")
    assert run("scan", "data", "--report", "sarif").exit_code == 2
    assert run("scan", "data", "--report", "json=a", "--report", "csv=a").exit_code == 2
