"""25,000 findings with long, hostile paths: every format stays within the limits of its consumer."""

import gzip
import json
from collections import Counter
from xml.etree import ElementTree

import pytest

from labelaudit.difference import compare
from labelaudit.records import Report
from labelaudit.reports import render
from labelaudit.reports.differences import DIFFERENCES
from labelaudit.reports.markdown import STEP_SUMMARY, page

from .sample import before, encoded, many

MB = 1_000_000


@pytest.fixture(scope="module")
def large() -> Report:
    return many(25_000)


def test_sarif_is_within_github_s_limits(large: Report) -> None:
    written = encoded(render(large, "sarif"))
    (run,) = json.loads(written)["runs"]

    assert len(run["results"]) == 25_000 < len(large.findings)
    assert len(gzip.compress(written, compresslevel=6)) < 10 * MB
    for result in run["results"]:
        assert len(result["relatedLocations"]) <= 100
    assert {result["level"] for result in run["results"]} == {"error"}  # what is left out is the least grave


def test_junit_is_within_gitlab_s_limits(large: Report) -> None:
    written = encoded(render(large, "junit"))

    assert len(written) < 30 * MB
    assert len(ElementTree.fromstring(written)[0].findall("testcase")) == len(large.findings) + len(large.classes)


def test_pages_are_within_github_s_limits(large: Report) -> None:
    for written in (render(large, "markdown"), DIFFERENCES["markdown"](compare(before(), large))):
        assert 10_000 < len(written) < 65_536
        assert " more\n" in written
    assert 900_000 < len(encoded(page(large, STEP_SUMMARY))) < 1024 * 1024


def test_annotations_are_within_github_s_limits(large: Report) -> None:
    lines = render(large, "github").splitlines()

    assert Counter(line.split(" ")[0] for line in lines) == {"::error": 10, "::warning": 1, "::notice": 2}
    assert lines[9] == "::error title=labelaudit::... and 24,991 more"


def test_gitlab_keeps_every_finding_apart(large: Report) -> None:
    rows = json.loads(render(large, "gitlab"))

    assert len({row["fingerprint"] for row in rows}) == len(rows) == len(large.findings)
