"""JSON reports are not trusted: they are read, or refused with a LabelauditError."""

import copy
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from typer.testing import Result

from labelaudit.difference import compare
from labelaudit.errors import ReportError
from labelaudit.records import Report
from labelaudit.reports import FORMATS, render
from labelaudit.reports.differences import DIFFERENCES
from labelaudit.reports.parse import parse

from .sample import before, report
from .test_consumers import azure_command, github_command

Run = Callable[..., Result]
VALID = render(report(), "json")

NESTED: Any = []
for _ in range(60):
    NESTED = [NESTED]

values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from(
        [
            10**400,
            -1,
            2**53,
            1e308,
            "\ud800",
            "\x1b[31m\n::error::x",
            "##vso[task.complete]",
            "](x)",
            "%FF%00",
            "1.0",
            NESTED,
        ]
    ),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Yield each place of a document that holds something: the object or list, and the key or number."""
    for key, each in value.items() if isinstance(value, dict) else enumerate(value):
        yield value, key
        if isinstance(each, dict | list):
            yield from places(each)


PLACES = len(list(places(json.loads(VALID))))


@st.composite
def documents(draw: st.DrawFn) -> str:
    """Draw a valid report of which some places hold something else, or nothing."""
    document = json.loads(VALID)
    for _ in range(draw(st.integers(1, 3))):
        found = list(places(document))
        holder, key = found[draw(st.integers(0, PLACES)) % len(found)]
        if draw(st.integers(0, 3)):
            holder[key] = copy.deepcopy(draw(values))
        else:
            del holder[key]
    return json.dumps(document)


@st.composite
def texts(draw: st.DrawFn) -> str:
    """Draw a valid report that was cut, or into which something was written."""
    start, end = sorted(draw(st.tuples(*[st.integers(0, len(VALID))] * 2)))
    return (
        VALID[:start]
        + draw(st.text(max_size=5) | st.sampled_from(["[" * 9_999, "NaN", "1e999", '{"a":', "9" * 5_000]))
        + VALID[end:]
    )


def use(content: str) -> Report | None:
    """Read a report, write it in every format, and compare it with another."""
    try:
        read = parse(content)
    except ReportError:
        return None
    formats = {name: render(read, name) for name in FORMATS}
    for name in DIFFERENCES:
        formats[f"diff-{name}"] = "".join(
            DIFFERENCES[name](compare(*pair)) for pair in ((before(), read), (read, before()))
        )
    json.loads(formats["json"], parse_constant=lambda constant: pytest.fail(f"{constant} is no JSON"))
    assert parse(formats["json"]) == read
    for name in formats.keys() - {"github", "azure", "csv", "html"}:
        assert not any(github_command(line) or azure_command(line) for line in formats[name].split("\n")), name
    for text in formats.values():
        text.encode("utf-8", "surrogateescape")
    return read


FUZZ = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


@FUZZ
@given(documents())
def test_a_report_with_other_values_is_read_or_refused(content: str) -> None:
    use(content)


@FUZZ
@given(texts())
@example(VALID.replace("0.91", "1e999"))
@example(VALID.replace("0.91", "NaN"))
@example(VALID.replace('"judged": 1250', '"judged": ' + "9" * 4000))
@example(VALID.replace('"images": 16,', '"images": 0,'))
@example(VALID.replace('"code": "LA101"', '"code": "LA999"', 1))
@example(VALID.replace("LA401", "\\u001b[31m"))
@example(VALID.replace("too-few", "\\n::error::x"))
@example(VALID.replace("day one", "\\ud800"))
def test_a_report_that_was_written_into_is_read_or_refused(content: str) -> None:
    use(content)


@pytest.mark.parametrize("code", ["", "la101", "LA401;]", "=1", "LA101 ", "LA401|<b>"])
def test_what_is_no_code_of_a_rule_is_refused(code: str) -> None:
    with pytest.raises(ReportError):
        parse(VALID.replace("LA401", code))


def test_a_report_of_a_later_version_is_read() -> None:
    document = json.loads(VALID)
    document["schema_version"] = "1.7"
    for holder, key in list(places(document)):
        if isinstance(holder[key], dict) and key not in ("findings", "voters"):
            holder[key]["a later key"] = 1
    read = use(json.dumps(document))

    assert read
    assert read.settings["a later key"] == 1
    assert replace(read, settings={}) == replace(parse(VALID), settings={})


@pytest.mark.parametrize(
    "content", [b"\xff\xfe", b"\x00", b"[" * 100_000, b'{"schema_version": "2\\u001b[31m.0"}', b"{}"]
)
def test_no_content_is_a_fault_of_ours(content: bytes, run: Run, tmp_path: Path) -> None:
    bad, good = tmp_path / "bad.json", tmp_path / "good.json"
    bad.write_bytes(content)
    good.write_text(VALID, encoding="utf-8")
    for words in (("report", bad), ("diff", bad, good), ("diff", good, bad)):
        done = run(*words)
        assert done.exit_code == 2
        assert done.stderr.startswith(f"error: {bad}: ")
        assert "itself failed" not in done.stderr
        assert "\x1b" not in done.stderr
