"""Each format as its consumer reads it: by its schema, its parser, or the rules in its source code."""

import csv
import io
import json
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote_to_bytes

import jsonschema
import pytest
import xmlschema
from junitparser import Failure, JUnitXml, Skipped

from labelaudit.names import printable
from labelaudit.reports import render

from .sample import FINDINGS, NAMES, report, written

SCHEMAS = Path(__file__).parent / "schemas"

GITLAB = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "severity", "location"],
        "additionalProperties": False,
        "properties": {
            "description": {"type": "string", "minLength": 1},
            "check_name": {"type": "string", "minLength": 1},
            "fingerprint": {"type": "string", "minLength": 1},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "type": "object",
                "required": ["path", "lines"],
                "properties": {
                    "path": {"type": "string", "pattern": "^(?!/|\\./)."},
                    "lines": {"type": "object", "required": ["begin"], "properties": {"begin": {"type": "integer"}}},
                },
            },
        },
    },
}
"""What GitLab's documentation says of a code quality report."""


def test_sarif_is_valid() -> None:
    schema = json.loads((SCHEMAS / "sarif-2.1.0-rtm.5.json").read_text(encoding="utf-8"))
    log = json.loads(render(report(), "sarif"))

    jsonschema.Draft4Validator(schema).validate(log)
    assert len(log["runs"][0]["results"]) == len(FINDINGS)


def test_sarif_has_all_that_github_asks_for_and_no_link_of_ours() -> None:
    (run,) = json.loads(render(report(), "sarif"))["runs"]

    def texts(value: object) -> list[str]:
        if isinstance(value, dict):
            return [text for each in value.values() for text in texts(each)]
        if isinstance(value, list):
            return [text for each in value for text in texts(each)]
        return [value] if isinstance(value, str) else []

    assert all(texts(run))  # GitHub takes no empty text
    for rule in run["tool"]["driver"]["rules"]:
        assert rule["shortDescription"]["text"]
        assert rule["fullDescription"]["text"]
        assert rule["help"]["text"]
    for result in run["results"]:
        assert len(result["locations"]) == 1
        physical = result["locations"][0]["physicalLocation"]
        assert set(physical["region"]) == {"startLine", "startColumn", "endLine", "endColumn"}
        assert not re.search(r"(?<!\\)\]\(", result["message"]["text"])
    assert any(r"[click\](1)" in result["message"]["text"] for result in run["results"])


def test_junit_is_valid_for_jenkins() -> None:
    xmlschema.XMLSchema(str(SCHEMAS / "junit-10.xsd")).validate(render(report(), "junit"))


def test_junit_counts_what_counts() -> None:
    (suite,) = JUnitXml.fromstring(render(report(), "junit").encode())
    kinds = Counter(type(result) for case in suite for result in case.result)
    names = {case.name for case in suite}

    classes_not_judged = 1  # LA401
    expected = {Failure: len(FINDINGS) - 2, Skipped: 2 + classes_not_judged}
    assert kinds == {Failure: suite.failures, Skipped: suite.skipped} == expected
    assert suite.tests == len(list(suite)) == len(FINDINGS) + 3
    assert {f"data sets/pets/{printable(path)}" for path in NAMES} <= names


@pytest.mark.parametrize("name", ["json", "metrics", "markdown", "html", "sarif", "junit", "github", "azure"])
def test_what_was_accepted_is_counted_and_not_listed(name: str) -> None:
    verdict = report().verdict
    more = render(replace(report(), verdict=replace(verdict, accepted=verdict.accepted * 7_531)), name)

    assert re.search("7,?531", more)
    assert "7531" not in render(report(), name)
    assert name == "json" or "fine.jpg" not in more


def test_junit_has_no_two_tests_of_one_name() -> None:
    (suite,) = JUnitXml.fromstring(render(replace(report(), findings=(*FINDINGS, *FINDINGS)), "junit").encode())
    names = [(case.classname, case.name) for case in suite]

    assert len(set(names)) == len(names) == 2 * len(FINDINGS) + 3


def test_gitlab_is_as_documented() -> None:
    rows = json.loads(render(report(), "gitlab"))

    jsonschema.validate(rows, GITLAB)
    assert len({row["fingerprint"] for row in rows}) == len(rows) == len(FINDINGS)


def test_csv_gives_back_what_was_found_and_no_formula() -> None:
    text = render(report(), "csv")
    rows = list(csv.DictReader(io.StringIO(text, newline=""), strict=True))

    assert [row["path"].removeprefix("./") for row in rows] == [finding.path for finding in FINDINGS]
    related = [unquote_to_bytes(uri).removeprefix(b"./") for row in rows for uri in row["related"].split()]
    assert related == [path.encode("utf-8", "surrogateescape") for each in FINDINGS for path in each.related]
    for row in rows:
        assert not any(value.startswith(("=", "@", "+", "-", "\t", "\r")) for value in row.values())


GITHUB_PROPERTY = (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%"))
GITHUB_DATA = (("%0D", "\r"), ("%0A", "\n"), ("%25", "%"))
AZURE = (("%3B", ";"), ("%0D", "\r"), ("%0A", "\n"), ("%5D", "]"), ("%AZP25", "%"))
Command = tuple[str, dict[str, str], str]


def unescaped(text: str, escapes: tuple[tuple[str, str], ...]) -> str:
    for code, mark in escapes:
        text = text.replace(code, mark)
    return text


def fields(text: str, between: str, escapes: tuple[tuple[str, str], ...]) -> dict[str, str]:
    pairs = (each.split("=", 1) for each in text.split(between) if each)
    return {pair[0]: unescaped(pair[1], escapes) for pair in pairs if len(pair) == 2 and pair[1]}


def github_command(line: str) -> Command | None:
    """Parse a line of output as GitHub's runner does: first by the new syntax, then by the old."""
    if match := re.match(r"\s*::(.*?)::(.*)", line):
        name, _, properties = match[1].partition(" ")
        return name, fields(properties.strip(), ",", GITHUB_PROPERTY), unescaped(match[2], GITHUB_DATA)
    if match := re.search(r"##\[(.*?)\](.*)", line):
        return match[1], {}, match[2]
    return None


def azure_command(line: str) -> Command | None:
    """Parse a line of output as Azure's agent does: a command may be anywhere in it."""
    if match := re.search(r"##vso\[(.*?)\](.*)", line):
        name, _, properties = match[1].partition(" ")
        return name, fields(properties, ";", AZURE), unescaped(match[2], AZURE)
    return None


def test_github_gets_what_was_meant() -> None:
    commands = [github_command(line) for line in render(report(), "github").splitlines()]
    places = [f"data sets/pets/{printable(finding.path)}" for finding in FINDINGS]

    for command, finding, place in zip(commands[:9], FINDINGS, places, strict=False):
        message = f"{place}: {printable(finding.message)}"
        assert command == ("error", {"file": place, "title": "LA101 mislabeled"}, message)
    assert commands[9] == ("error", {"title": "labelaudit"}, "... and 7 more")
    assert [command and command[0] for command in commands[10:]] == ["warning", "notice", "notice"]
    assert commands[12] == ("notice", {"title": "labelaudit"}, "1 accepted before")
    assert not any(map(azure_command, render(report(), "github").splitlines()))


def test_azure_gets_what_was_meant() -> None:
    *lines, note, accepted = render(report(), "azure").splitlines()

    for line, finding in zip(lines, FINDINGS, strict=False):
        place = f"data sets/pets/{printable(finding.path)}"
        meant = {"type": finding.severity.value, "sourcepath": place, "code": finding.code}
        if finding.path in report().written:
            meant |= {"sourcepath": "data sets/pets/::labels,\\x0a.csv", "linenumber": "17"}
        said = f"{place}: {finding.code} {printable(finding.message)}"
        assert azure_command(line) == ("task.logissue", meant, said)
    assert azure_command(note) is None
    assert accepted == "accepted before: 1"
    assert len(lines) == len(FINDINGS) - 1


@pytest.mark.parametrize("name", sorted(written().keys() - {"github", "azure", "csv"}))
def test_no_name_is_an_order_to_ci(name: str) -> None:
    """Tables are excluded: they contain exact paths and are written to files."""
    lines = written()[name]().splitlines()

    assert [line for line in lines if github_command(line) or azure_command(line)] == []
    assert len(lines) > 5
