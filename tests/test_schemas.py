"""Files contain exactly the keys of the schemas that ``labelaudit schema`` prints."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from typer.testing import Result

from labelaudit import Settings
from labelaudit.audit import audit, conclude
from labelaudit.decisions import SCHEMA_VERSION as BASELINE_VERSION
from labelaudit.decisions.baseline import accept, dump
from labelaudit.engine import Threads
from labelaudit.findings import Finding, Severity
from labelaudit.gate import Gate
from labelaudit.records import Audit, Baseline, Report
from labelaudit.reports import render
from labelaudit.reports.json import SCHEMA_VERSION as REPORT_VERSION
from labelaudit.reports.parse import parse

from .conftest import Shapes
from .sample import baseline, report

Run = Callable[..., Result]
Schema = dict[str, Any]
KINDS = {"report": lambda: json.loads(render(report(), "json")), "baseline": lambda: json.loads(baseline())}
kinds = pytest.mark.parametrize("kind", KINDS)


@pytest.fixture
def schema(run: Run) -> Callable[[str], Schema]:
    return lambda kind: json.loads(run("schema", kind).stdout)


def strictly(text: str) -> Any:
    """Read JSON strictly: without NaN and lone surrogates."""

    def refuse(constant: str) -> None:
        pytest.fail(f"{constant} is no JSON")

    value = json.loads(text, parse_constant=refuse)
    json.dumps(value, ensure_ascii=False).encode("utf-8")
    return value


def reports(shapes_audit: Audit, folder: Path, draw_shapes: Callable[..., Shapes]) -> Iterator[Report]:
    """Yield reports of every kind: failed and passed, with and without findings, splits, entries and judgements."""
    first, *_ = shapes_audit.findings
    gone = Finding("LA101", "mislabeled", Severity.ERROR, "x", "x", label="x", digest="0" * 64)
    yield report()
    yield parse(render(report(), "json"))
    yield replace(report(), findings=(), rules=(), images=(), classes=(), class_noise=(), pair_noise=())
    yield conclude(shapes_audit)
    yield conclude(shapes_audit, Gate(max_rate=1), accept(Baseline(), (first, gone), "why"), location="a b/\udcff")
    for split in ("test", "train"):
        draw_shapes(folder / split, each=2, wrong=0, seed=len(split))
    (folder / "test" / "circle" / "broken.png").write_bytes(b"")
    few = audit(
        folder, Settings(features="efficientnet-lite0-small", splits=("test",), second_opinion=True), engine=Threads(1)
    )
    assert not few.beliefs.judged.any()
    yield conclude(few)


def test_every_report_is_as_promised(
    schema: Callable[[str], Schema], shapes_audit: Audit, tmp_path: Path, draw_shapes: Callable[..., Shapes]
) -> None:
    whole = schema("report")
    a_line = {"$ref": "#/$defs/finding", "$defs": whole["$defs"]}
    for each in reports(shapes_audit, tmp_path, draw_shapes):
        Draft202012Validator(whole).validate(strictly(render(each, "json")))
        for line in render(each, "jsonl").splitlines():
            Draft202012Validator(a_line).validate(strictly(line))


def test_every_baseline_is_as_promised(schema: Callable[[str], Schema], shapes_audit: Audit) -> None:
    for text in (baseline(), dump(Baseline()), dump(accept(Baseline(), shapes_audit.findings, ""))):
        Draft202012Validator(schema("baseline")).validate(strictly(text))


@kinds
def test_a_schema_is_one(kind: str, schema: Callable[[str], Schema], run: Run) -> None:
    Draft202012Validator.check_schema(schema(kind))
    assert schema(kind)["$id"] == f"urn:labelaudit:schema:{kind}:1"
    assert (REPORT_VERSION, BASELINE_VERSION) == ("1.2", "1.0")
    assert run("schema").stdout == run("schema", "report").stdout
    assert run("schema", "nonsense").exit_code == 2


def keys_by_place(
    schema: Schema, value: Any, root: Schema, place: str = "#"
) -> Iterator[tuple[str, set[str], set[str]]]:
    """Yield of each object with named keys its place in the schema, the promised keys and those that are there."""
    if "$ref" in schema:
        place = schema["$ref"]
        schema = root["$defs"][place.removeprefix("#/$defs/")]
    if isinstance(value, dict):
        named = schema.get("properties")
        if named is not None:
            yield place, set(named), set(value)
        for key, each in value.items():
            inner = (named or {}).get(key) or schema.get("additionalProperties", {})
            yield from keys_by_place(inner, each, root, f"{place}/{key if named else '*'}")
    elif isinstance(value, list):
        for number, each in enumerate(value):
            fixed = schema.get("prefixItems")
            inner = fixed[number] if fixed else schema["items"]
            yield from keys_by_place(inner, each, root, f"{place}/*")


@kinds
def test_the_keys_are_those_of_the_schema(kind: str, schema: Callable[[str], Schema]) -> None:
    promised: dict[str, set[str]] = {}
    there: dict[str, set[str]] = defaultdict(set)
    for place, named, found in keys_by_place(schema(kind), KINDS[kind](), schema(kind)):
        promised[place] = named
        there[place] |= found

    assert promised == there
    assert len(promised) == {"report": 29, "baseline": 2}[kind]


def places(value: Any) -> Iterator[tuple[Any, str]]:
    """Yield each object of a document that has a key, with the key; of the members of a list the first."""
    if isinstance(value, dict):
        for key, each in value.items():
            yield value, key
            yield from places(each)
    elif isinstance(value, list) and value:
        yield from places(value[0])


LATER = {
    "changed_since",
    "decisions",
    "families",
    "group_by",
    "missing",
    "several_labels",
    "unchanged",
    "doubt",
    "not_judged",
    "worth_a_look",
    "layout",
    "limits",
    "onnx",
    "device",
    "probs",
    "passed_over",
    "rules_not_run",
    "columns",
    "written_at",
    "root",
    "source",
}
"""Keys that came with a later version."""

MAY_BE_MISSING = {"LA101", "LA102", "LA103", "LA301", "LA401", "ridge", "voters", *LATER}
"""What was found, who voted, the grounds of a finding that has none, and what came with a later version."""

OF_ANOTHER_KIND: dict[type, Any] = {
    list: {},
    dict: [],
    str: 0,
    int: "1",
    float: "1",
    bool: "true",
    type(None): [],
}


@kinds
def test_a_missing_or_mistyped_key_is_caught(kind: str, schema: Callable[[str], Schema]) -> None:
    document, validator = KINDS[kind](), Draft202012Validator(schema(kind))
    for holder, key in list(places(document)):
        value = holder.pop(key)
        needed = key not in MAY_BE_MISSING or (key == "voters" and "code" not in holder)  # findings may have no grounds
        assert validator.is_valid(document) != needed, key
        holder[key] = OF_ANOTHER_KIND[type(value)]
        assert not validator.is_valid(document), key
        holder[key] = value
    assert validator.is_valid(document)


@kinds
def test_a_key_of_a_later_version_is_allowed(kind: str, schema: Callable[[str], Schema]) -> None:
    document = KINDS[kind]()
    for member in (document, *(rows[0] for rows in document.values() if isinstance(rows, list))):
        if isinstance(member, dict):
            member["a key of a later version"] = 1

    Draft202012Validator(schema(kind)).validate(document | {"schema_version": "1.9"})
    assert not Draft202012Validator(schema(kind)).is_valid(document | {"schema_version": "2.0"})
