"""What ``labelaudit fix`` prints."""

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from rich.console import Console
from typer.testing import Result

from labelaudit.decisions import decide, dump
from labelaudit.fixes.moving import digest_of
from labelaudit.records import Action, Decision, Decisions, Fix, FixPlan, LeftAlone, Ruling
from labelaudit.reports.plan_table import plan_table
from labelaudit.reports.plans import PLANS

from .conftest import Shapes

Run = Callable[..., Result]


@pytest.mark.skipif(sys.platform != "linux", reason="only here may a name hold any character")
def test_hostile_names_print_nothing_that_acts(run: Run, tmp_path: Path, draw_shapes: Callable[..., Shapes]) -> None:
    root = draw_shapes(tmp_path / "data", each=4, wrong=0).root
    odd = root / "circle" / "::error::\n\x1b[31m##[x].png"
    (root / "circle/circle000.png").rename(odd)
    decision = Decision(digest_of(odd), "circle", Ruling.RELABEL, "square")
    (tmp_path / "d.json").write_text(dump(decide(Decisions(), decision)))
    done = run("fix", root, "--decisions", tmp_path / "d.json", "--apply", "--journal", tmp_path / "j")

    assert done.exit_code == 0
    assert "\x1b" not in done.output
    assert not any(line.startswith("::") for line in done.output.splitlines())
    assert (root / "square" / odd.name).exists()
    assert run("fix", "--undo", tmp_path / "j").exit_code == 0
    assert odd.exists()


def test_a_table_on_a_terminal_is_of_limited_length() -> None:
    fixes = tuple(Fix(f"cat/{n}.jpg", Action.RELABEL, "cat", "dog", "", "decided", f"dog/{n}-2.jpg") for n in range(60))
    left = tuple(LeftAlone(f"test/{n}.jpg", "in the split 'test'") for n in range(5))
    console = Console(width=80)
    with console.capture() as shown:
        console.print(plan_table(FixPlan(Path("data"), None, fixes, left), 50, width=80, folder="data/"))
    lines = shown.get().splitlines()

    assert lines[0].split() == ["data/cat/0.jpg", "relabel", "'cat'", "to", "'dog',", "as", "dog/0-2.jpg", "(decided)"]
    assert lines[50] == "... and 10 more changes; --format json has all of them"
    assert lines[51] == "left alone: test/0.jpg, test/1.jpg, test/2.jpg and 2 more: in the split 'test'"


def test_a_plan_is_as_its_schema_promises(run: Run) -> None:
    """No key more and none less, also where names hold bytes that are no text."""
    digest = "0" * 64
    fixes = (
        Fix("a/\udcff\n.jpg", Action.RELABEL, "a", "b", digest, "p_error 0.99", "b/\udcff\n-2.jpg", 0.987654321),
        Fix("a/2.jpg", Action.QUARANTINE, "a", "", digest, "bad image", "a/2.jpg"),
        Fix("a/3.jpg", Action.RELABEL, "a", "b", digest, "decided"),
    )
    written = PLANS["json"](FixPlan(Path(), None, fixes, (LeftAlone("a/\udcfe.jpg", "why"),)))
    plan, schema = json.loads(written), json.loads(run("schema", "plan").stdout)
    validator = Draft202012Validator(schema)

    validator.validate(plan)
    json.dumps(plan, ensure_ascii=False).encode("utf-8")
    assert plan["fixes"][0]["target"] == "b/\\xff\\x0a-2.jpg"
    assert set(plan) == set(schema["properties"])
    assert {key for fix in plan["fixes"] for key in fix} == set(schema["$defs"]["fix"]["properties"])
    for name in ("fixes", "left_alone"):
        for key in schema["$defs"]["fix" if name == "fixes" else "left"]["required"]:
            broken = json.loads(written)
            del broken[name][0][key]
            assert not validator.is_valid(broken), key
            broken[name][0][key] = 1
            assert not validator.is_valid(broken), key
    assert not validator.is_valid(plan | {"schema_version": "2.0"})
    assert validator.is_valid(plan | {"schema_version": "1.7", "more": 1})
