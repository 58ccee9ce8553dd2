import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from markdown_it import MarkdownIt
from typer.testing import Result

from labelaudit.audit import conclude
from labelaudit.difference import compare
from labelaudit.findings import Finding, Severity
from labelaudit.records import Audit, End, Listed, Report
from labelaudit.reports.differences import markdown, text

from .conftest import Shapes

Run = Callable[..., Result]


def found(path: str, digest: str, label: str = "cat", **more: object) -> Finding:
    return Finding("LA101", "mislabeled", Severity.ERROR, path, "given, looks", label, "dog", 0.9, digest, **more)  # type: ignore[arg-type]


@pytest.fixture
def old(shapes_audit: Audit) -> Report:
    digests = ("kept", "moved", "relabelled", "removed", "quiet")
    return replace(
        conclude(shapes_audit),
        findings=(*(found(f"cat/{digest}.jpg", digest) for digest in digests), found("cat/group.jpg", "a group")),
        images=tuple(Listed(f"cat/{digest}.jpg", "cat", digest) for digest in digests),
    )


@pytest.fixture
def new(old: Report) -> Report:
    hostile = "cat/@somebody|`<b>\n.jpg"
    return replace(
        old,
        findings=(found("cat/kept.jpg", "kept"), found("cat/elsewhere.jpg", "moved"), found(hostile, "new")),
        images=(
            Listed("cat/kept.jpg", "cat", "kept"),
            Listed("cat/elsewhere.jpg", "cat", "moved"),
            Listed("dog/relabelled.jpg", "dog", "relabelled"),
            Listed("cat/quiet.jpg", "cat", "quiet"),
            Listed(hostile, "cat", "new"),
        ),
    )


def test_every_finding_has_one_fate(old: Report, new: Report) -> None:
    difference = compare(old, new)

    assert [finding.digest for finding in difference.new] == ["new"]
    assert {each.finding.digest: (each.end, each.label) for each in difference.fixed} == {
        "relabelled": (End.RELABELLED, "dog"),
        "removed": (End.REMOVED, ""),
        "quiet": (End.QUIET, ""),
        "a group": (End.QUIET, ""),
    }
    assert [(moved.before, moved.finding.path) for moved in difference.moved] == [
        ("cat/moved.jpg", "cat/elsewhere.jpg")
    ]
    assert difference.kept == 1


def test_nothing_differs_from_itself(old: Report) -> None:
    difference = compare(old, old)

    assert (difference.new, difference.fixed, difference.moved, difference.kept) == ((), (), (), 6)
    assert text(difference) == "0 new, 0 fixed, 0 moved, 6 still there\n"


def test_text_has_a_line_for_each(old: Report, new: Report) -> None:
    lines = text(compare(old, new)).splitlines()

    assert lines[0] == "+ cat/@somebody|`<b>\\x0a.jpg: LA101 given, looks"
    assert "- cat/relabelled.jpg: LA101 relabelled to 'dog'" in lines
    assert "> cat/elsewhere.jpg: LA101 was cat/moved.jpg" in lines
    assert lines[-1] == ("1 new, 4 fixed (1 relabelled, 1 removed, 2 no longer found), 1 moved, 2 still there")


def test_markdown_shows_names_and_obeys_none(old: Report, new: Report) -> None:
    written = markdown(compare(old, new))
    page = MarkdownIt("gfm-like", {"linkify": False}).render(written)

    assert "<code>cat/@somebody|`&lt;b&gt;\\x0a.jpg</code>" in page.replace("&#96;", "`")
    assert page.count("<tr>") == 1 + 1 + 1 + 4 + 1 + 1
    many = replace(new, findings=tuple(found(f"{'`' * 60}{number}.jpg", str(number)) for number in range(5000)))
    assert "and 4,950 more" in markdown(compare(old, many))
    long = tuple(found(f"{number}{'`' * 250}.jpg", str(number)) for number in range(500))
    moved = tuple(replace(each, path=f"_{each.path}") for each in long[:200])
    both = replace(old, findings=long[:400]), replace(old, findings=(*moved, *long[400:]))
    for difference in (compare(old, many), compare(*both)):
        assert 10_000 < len(markdown(difference)) < 65_536


def test_a_scan_is_compared_and_converted(run: Run, shapes: Shapes, tmp_path: Path) -> None:
    first, second = tmp_path / "first.json", tmp_path / "second.json"
    run("scan", shapes.root, "-f", "json", "--out", first)
    run("scan", shapes.root, "-f", "json", "--out", second, "--min-p-error", "0.999")
    done = run("diff", first, second)

    assert done.exit_code == 0
    assert done.stdout.splitlines()[-1].startswith("0 new, ")
    assert run("diff", first, second, "-f", "markdown").stdout.startswith("### labelaudit")
    assert run("report", first).stdout == run("scan", shapes.root).stdout
    assert run("report", first, "-f", "json").stdout == first.read_text()
    copy = tmp_path / "copy.json"
    assert run("report", first, "--report", f"json={copy}").stdout == ""
    assert json.loads(copy.read_text()) == json.loads(first.read_text())


@pytest.mark.parametrize("words", [["diff", "none.json", "none.json"], ["report", "none.json"], ["report", "."]])
def test_what_is_no_report_gets_2(run: Run, words: list[str]) -> None:
    done = run(*words)

    assert done.exit_code == 2
    assert "cannot be read" in done.stderr
