"""Read a report from JSON, so that it can be converted without scanning again."""

import json
import re
from typing import Any

from labelaudit.errors import ReportError
from labelaudit.findings import Finding, Severity
from labelaudit.names import printable
from labelaudit.records import (
    SEPARATOR,
    Acceptance,
    Accepted,
    ClassNoise,
    ClassSize,
    Count,
    Doubt,
    Entry,
    Estimate,
    Explanation,
    Interval,
    Limits,
    Listed,
    PairNoise,
    PassedOver,
    Report,
    Rule,
    Tally,
    Verdict,
    doubt,
)
from labelaudit.reports.fields import (
    flag,
    lines,
    listed,
    number,
    path,
    setting,
    share,
    text,
    text_or_none,
    whole,
)
from labelaudit.reports.json import SCHEMA_VERSION

CODE = re.compile("[A-Z]+[0-9]*")


def parse(content: str) -> Report:
    """Return the report in a JSON text; class names are read as they were printed.

    Unknown keys are ignored, since a later version may have added them.

    Raises
    ------
    ReportError
        The text is not a report that this version of labelaudit can read.
    """
    try:
        data = json.loads(content)
        version = text(data["schema_version"])
        if version.partition(".")[0] != SCHEMA_VERSION.partition(".")[0]:
            raise ReportError(
                f"it has the schema version {version[:20]}, this labelaudit reads {SCHEMA_VERSION}. "
                "Scan again with --format json."
            )
        return _report(data)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        if isinstance(error, ReportError):
            raise
        raise ReportError("it is not a report that labelaudit scan --format json wrote.") from error


def _report(data: dict[str, Any]) -> Report:
    dataset, summary, noise = data["dataset"], data["summary"], data["noise"]
    rules = tuple(map(_rule, listed(data["rules"])))
    codes = {rule.code for rule in rules}
    classes = tuple(map(_size, listed(dataset["classes"])))
    several = flag(dataset.get("several_labels", False))
    findings = tuple(_finding(each, codes) for each in listed(data["findings"]))
    return Report(
        version=text(data["tool"]["version"]),
        location=path(dataset["location"]),
        rules=rules,
        settings={text(name): setting(each) for name, each in data["settings"].items()},
        classes=classes,
        splits=tuple(map(_size, listed(dataset["splits"]))),
        images=tuple(_image(each, classes, several=several) for each in listed(data["images"])),
        unreadable=whole(dataset["unreadable"]),
        families=whole(dataset.get("families") or 0),
        not_run=tuple(map(text, listed(dataset.get("rules_not_run", [])))),
        others=tuple(map(text, listed(dataset["other_files"]))),
        passed_over=tuple(map(_passed_over, listed(dataset.get("passed_over", [])))),
        judged=whole(summary["judged"]),
        accuracy=share(summary["out_of_sample_accuracy"]),
        believable=flag(summary["believable"]),
        wrong=_count(summary),
        caught=share(summary["caught_by_flags"]),
        class_noise=tuple(map(_class_noise, listed(noise["classes"]))),
        pair_noise=tuple(map(_pair_noise, listed(noise["pairs"]))),
        findings=findings,
        explanations={
            (finding.path, finding.about): _explanation(finding.path, each)
            for finding, each in zip(findings, data["findings"], strict=True)
            if "voters" in each
        },
        verdict=_verdict(data, findings, codes),
        doubt=_doubt(summary),
        tally=_tally(summary.get("decisions")),
        worth_a_look=tuple(_explanation(path(each["uri"]), each) for each in listed(data.get("worth_a_look", []))),
        several=several,
        written={
            finding.path: (path(each["written_at"]["uri"]), whole(each["written_at"].get("line", 0)))
            for finding, each in zip(findings, data["findings"], strict=True)
            if "written_at" in each
        },
    )


def _doubt(summary: dict[str, Any]) -> Doubt | None:
    """Return why the labels could not be judged, which versions before 1.2 did not say."""
    if "doubt" in summary:
        said = summary["doubt"]
        return None if said is None else Doubt(text(said["kind"]), text(said["reason"]))
    return doubt(whole(summary["judged"]), _count(summary), believable=flag(summary["believable"]))


def _tally(said: dict[str, Any] | None) -> Tally | None:
    """Return how many decisions apply, which versions before 1.2 did not say."""
    if said is None:
        return None
    counts = {name: whole(said[name]) for name in Tally._fields if name != "measured"}
    return Tally(**counts, measured=None if said["measured"] is None else _estimate(said["measured"]))


def _estimate(said: dict[str, Any]) -> Estimate:
    def interval(name: str) -> Interval | None:
        return None if said[name] is None else Interval(*(share(said[name][end]) for end in Interval._fields))

    counts = {name: whole(said[name]) for name in ("images", "drawn", "answered")}
    parts = [interval(name) for name in ("share", "precision", "recall")]
    if parts[0] is None:
        raise ValueError("a sample without a share")
    return Estimate(parts[0], parts[1], parts[2], **counts, stale=text_or_none(said["stale"]))


def _count(summary: dict[str, Any]) -> Count:
    return Count(*(number(summary["wrong_labels"][name]) for name in ("estimate", "low", "high")))


def _verdict(data: dict[str, Any], findings: tuple[Finding, ...], codes: set[str]) -> Verdict:
    gate, rows = data["gate"], data["findings"]
    accepted = [(_finding(each, codes), each) for each in listed(data["accepted"])]
    return Verdict(
        counted=tuple(finding for finding, each in zip(findings, rows, strict=True) if flag(each["counted"])),
        rate=share(gate["rate"]),
        reason=text(gate["reason"]),
        open=findings,
        accepted=tuple(
            Accepted(finding, Entry(*finding.key, printable(finding.path), *_decided(each)))
            for finding, each in accepted
        ),
        stale=tuple(map(_entry, listed(data["stale"]))),
        since=text_or_none(gate.get("changed_since")),
        unchanged=tuple(
            finding for finding, each in zip(findings, rows, strict=True) if flag(each.get("unchanged", False))
        ),
        limits=_limits(gate["limits"]) if "limits" in gate else Limits(),
    )


def _limits(each: dict[str, Any]) -> Limits:
    """Return what the gate allows, which versions before 1.2 did not say."""
    most, rate = each["max_issues"], each["max_rate"]
    return Limits(None if most is None else whole(most), None if rate is None else share(rate), flag(each["strict"]))


def _rule(each: dict[str, Any]) -> Rule:
    severity = Severity(each["severity"]).value
    return Rule(_code(each), text(each["name"]), severity, lines(each["summary"]), lines(each["page"]))


def _code(each: dict[str, Any]) -> str:
    code = text(each["code"])
    if not CODE.fullmatch(code):
        raise ValueError("a rule has no code")
    return code


def _size(each: dict[str, Any]) -> ClassSize:
    return ClassSize(text(each["name"]), whole(each["images"]))


def _passed_over(each: dict[str, Any]) -> PassedOver:
    return PassedOver(text(each["path"]), whole(each["files"]), text(each["reason"]))


def _image(each: list[Any], classes: tuple[ClassSize, ...], *, several: bool) -> Listed:
    uri, label, digest = listed(each)
    numbers = listed(label) if several else [label]
    return Listed(path(uri), SEPARATOR.join(classes[whole(number)].name for number in numbers), text(digest))


def _class_noise(each: dict[str, Any]) -> ClassNoise:
    return ClassNoise(text(each["label"]), whole(each["images"], 1), *_noise(each))


def _noise(each: dict[str, Any]) -> tuple[float, str, float]:
    return number(each["wrong"]), text(each["mostly"]), number(each.get("missing", 0))


def _pair_noise(each: dict[str, Any]) -> PairNoise:
    cleanlab = None if each["cleanlab"] is None else number(each["cleanlab"])
    return PairNoise(text(each["label"]), text(each["true"]), number(each["wrong"]), cleanlab)


def _finding(each: dict[str, Any], codes: set[str]) -> Finding:
    code = _code(each)
    if code not in codes:
        raise ValueError("a finding is of a rule that was not run")
    return Finding(
        code=code,
        name=text(each["name"]),
        severity=Severity(each["severity"]),
        path=path(each["uri"]),
        message=text(each["message"]),
        label=text(each["label"]),
        suggested=text_or_none(each["suggested"]),
        p_error=None if each["p_error"] is None else share(each["p_error"]),
        digest=text_or_none(each["digest"]),
        related=tuple(map(path, listed(each["related"]))),
        subject=text_or_none(each["subject"]),
    )


def _entry(each: dict[str, Any]) -> Entry:
    return Entry(_code(each), text(each["subject"]), text(each["label"]), text(each["path"]), *_decided(each))


def _decided(each: dict[str, Any]) -> tuple[Acceptance, str]:
    return Acceptance(each["decision"]), text(each["reason"])


def _explanation(image: str, each: dict[str, Any]) -> Explanation:
    return Explanation(
        path=image,
        label=text(each["label"]),
        suggested=text_or_none(each["suggested"]),
        p_error=0.0 if each["p_error"] is None else share(each["p_error"]),
        voters={
            text(name): (share(said["p_label"]), share(said["p_suggested"])) for name, said in each["voters"].items()
        },
        like_label=tuple(map(path, listed(each["nearest_of_label"]))),
        like_suggested=tuple(map(path, listed(each["nearest_of_suggested"]))),
    )
