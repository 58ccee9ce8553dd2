"""Decisions: what a file of them holds, and what becomes of it when people decide again or merge their files."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from typer.testing import Result

from labelaudit.decisions import accepting, decide, dump, merge, parse, with_sample, withdraw
from labelaudit.decisions.baseline import accept
from labelaudit.decisions.baseline import dump as dump_baseline
from labelaudit.decisions.baseline import parse as parse_baseline
from labelaudit.decisions.file import CHANGES
from labelaudit.errors import DecisionsError
from labelaudit.findings import Finding, Severity
from labelaudit.names import printable
from labelaudit.records import Acceptance, Baseline, Decision, Decisions, Ruling, Sampled, Stratum

Run = Callable[..., Result]

FOUND = Finding("LA101", "mislabeled", Severity.ERROR, "cat/1.jpg", "x", "cat", "dog", 0.9, "d1")
SAMPLED = Sampled("sample-1", "f0", (Stratum(90, 5, False), Stratum(10, 5, True)))
KEPT = Decision("d1", "cat", Ruling.KEEP, "", "cat/1.jpg")
CHANGED = Decision("d2", "cat", Ruling.RELABEL, "dog", "cat/2.jpg", SAMPLED.stratum_name(1), 0.5)
FULL = Decisions((KEPT, CHANGED), accept(Baseline(), (FOUND,), "old", Acceptance.CORRECT), (SAMPLED,))

names = st.text(max_size=3).map(printable)
few = st.sampled_from(["a", "b"])
ruled = st.sampled_from([(each, "c" if each in CHANGES else "") for each in Ruling])
draws = st.sampled_from([("", 0.0), ("sample-1/0", 0.25), ("sample-2/1", 0.5)])
made = st.builds(
    lambda digest, label, ruling, path, draw: Decision(digest, label, *ruling, path, *draw),
    few,
    few,
    ruled,
    names,
    draws,
)
findings = st.builds(
    lambda digest: FOUND.__class__("LA101", "mislabeled", Severity.ERROR, digest, "", "a", digest=digest), few
)
sampled = st.builds(Sampled, st.sampled_from(["sample-1", "sample-2"]), few, st.just(SAMPLED.strata))


@st.composite
def decisions(draw: st.DrawFn) -> Decisions:
    """Return what one person may have decided."""
    found = decide(Decisions(), *draw(st.lists(made, max_size=4)))
    for each in draw(st.lists(sampled, max_size=2)):
        found = with_sample(found, each)
    kind = draw(st.sampled_from(Acceptance))
    return accepting(found, accept(Baseline(), draw(st.lists(findings, max_size=2)), draw(few), kind))


@given(decisions(), decisions(), decisions())
def test_the_order_of_merging_does_not_matter(one: Decisions, two: Decisions, three: Decisions) -> None:
    assert merge(merge(one, two), three) == merge(one, merge(two, three)) == merge(one, two, three)
    assert merge(one, two) == merge(two, one)
    assert merge(one, one) == one == merge(one, Decisions())


@given(decisions(), decisions())
def test_a_merge_loses_nothing_and_believes_no_contradiction(one: Decisions, other: Decisions) -> None:
    merged = merge(one, other)

    assert {(each.key, each.answer) for each in merged.made} == {
        (each.key, each.answer) for each in (*one.made, *other.made)
    }
    contradicted = {group[0].key for group in merged.conflicts}
    assert contradicted.isdisjoint(merged.settled())
    assert contradicted | merged.settled().keys() == {each.key for each in merged.made}
    assert {entry.key for entry in merged.accepted.entries} == {
        entry.key for entry in (*one.accepted.entries, *other.accepted.entries)
    }


@given(decisions(), decisions())
def test_what_is_written_is_read_again(one: Decisions, other: Decisions) -> None:
    merged = merge(one, other)
    text = dump(merged)

    assert parse(text) == merged
    assert dump(parse(text)) == text
    assert text.isascii()
    assert parse_baseline(text) == merged.accepted


def test_each_entry_has_a_line_without_what_is_empty() -> None:
    lines = dump(FULL).splitlines()

    assert [json.loads(line.removesuffix(",")) for line in lines[4:-1]] == [
        {"verdict": "keep", "digest": "d1", "label": "cat", "path": "cat/1.jpg"},
        {
            "verdict": "relabel",
            "digest": "d2",
            "label": "cat",
            "decided": "dog",
            "path": "cat/2.jpg",
            "shown_by": "sample-1/1",
            "probability": 0.5,
        },
    ]


def test_a_baseline_is_read_as_decisions_and_loses_nothing() -> None:
    text = dump_baseline(FULL.accepted)

    assert parse(text) == Decisions(accepted=FULL.accepted)
    assert parse_baseline(dump(parse(text))) == FULL.accepted


def test_who_decides_again_ends_a_conflict_and_leaves_the_sample_its_answer() -> None:
    other = decide(FULL, CHANGED._replace(decided="owl", shown_by="", probability=0.0))
    merged = merge(FULL, other)

    assert merged.conflicts == ((CHANGED, CHANGED._replace(decided="owl")),)
    assert merged.settled() == {KEPT.key: KEPT}
    again = Decision("d2", "cat", Ruling.UNSURE, path="cat/2.jpg")
    settled = decide(merged, again)
    assert not settled.conflicts
    assert settled.settled()[again.key] == again._replace(shown_by="sample-1/1", probability=0.5)
    assert withdraw(settled, again.key).made == (KEPT,)


def test_what_a_scan_suggested_never_contradicts_a_person() -> None:
    followed = CHANGED._replace(ruling=Ruling.FOLLOWED, decided="owl", shown_by="", probability=0.0)
    merged = merge(FULL, Decisions((followed,)))

    assert not merged.conflicts
    assert merged.settled()[CHANGED.key] == CHANGED
    assert Decisions((followed,)).settled() == {followed.key: followed}


def test_every_file_is_as_its_schema_promises(run: Run) -> None:
    schema = json.loads(run("schema", "decisions").stdout)
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    for each in (FULL, Decisions(), Decisions((KEPT,)), merge(FULL, Decisions((KEPT._replace(ruling=Ruling.UNSURE),)))):
        validator.validate(json.loads(dump(each)))
    for number, change in enumerate(MALFORMED):
        assert not validator.is_valid(changed(change)), number


MALFORMED: list[Callable[[dict[str, Any]], object]] = [
    lambda file: file.pop("schema_version"),
    lambda file: file.pop("entries"),
    lambda file: file.update(schema_version="2.0"),
    lambda file: file.update(entries={}),
    lambda file: file.update(samples={}),
    lambda file: file["entries"].append("keep"),
    lambda file: file["entries"][0].pop("reason"),
    lambda file: file["entries"][0].update(decision="fine"),
    lambda file: file["entries"][1].update(verdict="fine"),
    lambda file: file["entries"][1].update(verdict=["keep"]),
    lambda file: file["entries"][1].update(decided="dog"),
    lambda file: file["entries"][1].update(digest=""),
    lambda file: file["entries"][1].update(label=None),
    lambda file: file["entries"][2].pop("decided"),
    lambda file: file["entries"][2].pop("probability"),
    lambda file: file["entries"][2].update(probability=0),
    lambda file: file["entries"][2].update(probability=1.5),
    lambda file: file["entries"][2].update(probability=True),
    lambda file: file["samples"][0].pop("population"),
    lambda file: file["samples"][0].update(strata=[]),
    lambda file: file["samples"][0]["strata"][0].update(images=0),
    lambda file: file["samples"][0]["strata"][0].update(drawn=-1),
    lambda file: file["samples"][0]["strata"][0].update(flagged="no"),
]


def changed(change: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    file: dict[str, Any] = json.loads(dump(FULL))
    change(file)
    return file


@pytest.mark.parametrize(
    "text",
    [
        *(json.dumps(changed(change)) for change in MALFORMED),
        "",
        "[]",
        "null",
        "[" * 9999,
        "<<<<<<< ours\n" + dump(FULL),
        dump(FULL).replace('"drawn": 5', '"drawn": 91'),
        dump(FULL).replace('"probability": 0.5', '"probability": NaN'),
        '{"results": {}, "version": "1.5.0"}',
    ],
)
def test_what_holds_no_decisions_is_never_read_as_none(text: str) -> None:
    with pytest.raises(DecisionsError, match=r"it is no file of decisions: |it has the schema version 2"):
        parse(text)


def test_names_in_a_file_cannot_act_on_a_terminal() -> None:
    hostile = dump(Decisions((KEPT._replace(label="\x1b[31m", path="a\n::error::"),)))

    assert parse(hostile).made[0].label == r"\x1b[31m"
    assert parse(hostile).made[0].path == r"a\x0a::error::"
