"""The file of decisions, to be committed: sorted, with one entry per line, without dates or scores.

A file of accepted findings alone, which is a baseline, is read as well.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from labelaudit.decisions.baseline import ACCEPTED, combined, entry_of
from labelaudit.decisions.deciding import distinct, with_sample
from labelaudit.decisions.document import SCHEMA_VERSION, Document
from labelaudit.disk import parsed
from labelaudit.errors import BaselineError, DecisionsError
from labelaudit.names import printable
from labelaudit.records import Baseline, Decision, Decisions, Entry, Ruling, Sampled, Stratum
from labelaudit.timing import LOG

T = TypeVar("T")

NAME = ".labelaudit-decisions.json"
"""Default name of the file."""

CHANGES = (Ruling.RELABEL, Ruling.FOLLOWED)
"""Rulings that name another class."""

NONE = "it is no file of decisions"
"""Message for a file that cannot hold decisions."""


def parse(text: str) -> Decisions:
    """Return the decisions in *text*, which may also be a baseline.

    Raises
    ------
    DecisionsError
        The text holds no decisions, or has a version that cannot be read. It is never treated as empty.
    """
    document = Document(text, NONE, DecisionsError)
    baseline: list[Entry] = []
    made: list[Decision] = []
    for number, each in enumerate(document.listed("entries"), start=1):
        found = _read(_entry, each, f"entry {number}")
        if isinstance(found, Entry):
            baseline.append(found)
        else:
            made.append(found)
    decisions = Decisions(distinct(made), Baseline(combined(baseline)))
    for number, each in enumerate(document.listed("samples") if "samples" in document else [], start=1):
        decisions = with_sample(decisions, _read(_sampled, each, f"sample {number}"))
    return decisions


def load(path: Path | None) -> Decisions:
    """Read a file of decisions, or of a baseline; no file gives none.

    Raises
    ------
    DecisionsError
        The file cannot be read, or contains no decisions.
    """
    if path is None:
        return Decisions()
    LOG.info("decisions: %s", printable(str(path)))
    return parsed(path, "the decisions", parse, DecisionsError)


def dump(decisions: Decisions) -> str:
    """Return decisions as sorted JSON with one line for each entry."""
    entries = [{"verdict": ACCEPTED, **entry._asdict()} for entry in decisions.accepted.entries]
    entries += map(_written, decisions.made)
    samples = [
        {"name": each.name, "population": each.population, "strata": [part._asdict() for part in each.strata]}
        for each in decisions.samples
    ]
    lists = (("samples", samples), ("entries", entries))
    lines = ", ".join(f'"{name}": [\n{_lines(each)}\n]' for name, each in lists if each or name == "entries")
    return f'{{"schema_version": "{SCHEMA_VERSION}", {lines}}}\n'


def _lines(entries: list[dict[str, Any]]) -> str:
    return ",\n".join(map(json.dumps, entries))


def _written(decision: Decision) -> dict[str, Any]:
    """Return a decision as JSON has it, without what is empty."""
    fields = {"verdict": decision.ruling.value, **decision._asdict()}
    del fields["ruling"]
    always = ("verdict", "digest", "label", "path")
    return {name: value for name, value in fields.items() if value or name in always}


def _read(reader: Callable[[dict[str, Any]], T], each: Any, name: str) -> T:
    """Return what a part of the file holds.

    Raises
    ------
    DecisionsError
        The part is malformed; the message names it.
    """
    try:
        if not isinstance(each, dict):
            raise DecisionsError("it is no object")
        return reader(each)
    except (DecisionsError, BaselineError) as error:
        raise DecisionsError(f"{NONE}: {name} cannot be read: {error}.") from error


def _entry(each: dict[str, Any]) -> Entry | Decision:
    verdict = each.get("verdict", ACCEPTED)  # an entry of a baseline has none
    if verdict == ACCEPTED:
        return entry_of(each)
    if verdict not in list(Ruling):
        raise DecisionsError(f"the verdict is none of {', '.join([*Ruling, ACCEPTED])}")
    decision = Decision(
        _text(each, "digest"),
        _text(each, "label"),
        Ruling(verdict),
        _text(each, "decided", ""),
        _text(each, "path", ""),
        _text(each, "shown_by", ""),
        _number(each, "probability") if each.get("shown_by") else 0.0,
    )
    if not decision.digest:
        raise DecisionsError("the digest is empty")
    if bool(decision.decided) is not (decision.ruling in CHANGES):
        raise DecisionsError(f"'decided' names a class where the verdict is {' or '.join(CHANGES)}, and nowhere else")
    return decision


def _sampled(each: dict[str, Any]) -> Sampled:
    strata = each.get("strata")
    if not isinstance(strata, list) or not strata or not all(isinstance(part, dict) for part in strata):
        raise DecisionsError("the strata are no list of objects")
    return Sampled(_text(each, "name"), _text(each, "population"), tuple(map(_stratum, strata)))


def _stratum(part: dict[str, Any]) -> Stratum:
    images, drawn, flagged = _whole(part, "images", 1), _whole(part, "drawn", 0), part.get("flagged")
    if drawn > images:
        raise DecisionsError("more images are drawn from a stratum than it has")
    if not isinstance(flagged, bool):
        raise DecisionsError("a stratum is flagged or not: expected true or false")
    return Stratum(images, drawn, flagged)


def _whole(part: dict[str, Any], name: str, least: int) -> int:
    value = part.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value < 2**53:
        raise DecisionsError(f"'{name}' is no whole number from {least}")
    return value


def _text(each: dict[str, Any], name: str, default: str | None = None) -> str:
    value = each.get(name, default)
    if not isinstance(value, str):
        raise DecisionsError(f"'{name}' is no text")
    return printable(value)


def _number(each: dict[str, Any], name: str) -> float:
    value = each.get(name)
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 < value <= 1:
        raise DecisionsError(f"'{name}' is no number above 0 and at most 1")
    return float(value)
