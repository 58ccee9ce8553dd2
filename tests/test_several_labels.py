"""Images with several labels: which are wrong or missing, and what reports, the gate and commands make of it."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest

from labelaudit import Settings
from labelaudit.audit import audit as run_audit
from labelaudit.audit import conclude
from labelaudit.cache import Cache
from labelaudit.decisions.baseline import accept
from labelaudit.difference import compare
from labelaudit.engine import Threads
from labelaudit.errors import ModelError, SettingsError
from labelaudit.gate import Gate
from labelaudit.records import Acceptance, Audit, Baseline, End, MultiBeliefs
from labelaudit.reports import FORMATS, render
from labelaudit.reports.headlines import headlines
from labelaudit.reports.parse import parse
from labelaudit.reports.scores import scores
from labelaudit.settings import ClassSettings

from .conftest import SHAPES
from .several import Several, several_shapes, write_table

SCHEMA = Path(__file__).parents[1] / "labelaudit" / "schemas" / "report-1.schema.json"


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Several:
    return several_shapes(tmp_path_factory.mktemp("several") / "data")


@pytest.fixture(scope="module")
def scanned(drawn: Several) -> Callable[..., Audit]:
    """Audit a table of the drawn images, each of which is measured once."""
    cache = Cache(drawn.table.parent.with_name("cache"))

    def scan(table: Path = drawn.table, **settings: Any) -> Audit:
        return run_audit(table, Settings(**settings), cache=cache, engine=Threads(2))

    return scan


@pytest.fixture(scope="module")
def audited(scanned: Callable[..., Audit]) -> Audit:
    return scanned(second_opinion=True)


def planted(drawn: Several) -> set[tuple[str, str, str]]:
    """Return the code, the image and the label of each planted error."""
    wrong = np.argwhere(drawn.given != drawn.true).tolist()
    return {("LA104" if drawn.given[row, k] else "LA105", f"{row:03d}.png", SHAPES[k]) for row, k in wrong}


def found(result: Audit) -> set[tuple[str, str, str]]:
    codes = ("LA104", "LA105")
    return {(each.code, each.path, each.about) for each in result.findings if each.code in codes}


def beliefs_of(result: Audit) -> MultiBeliefs:
    assert isinstance(result.beliefs, MultiBeliefs)
    return result.beliefs


def test_wrong_and_missing_labels_are_found_and_named(drawn: Several, audited: Audit) -> None:
    flagged, wrong = found(audited), planted(drawn)

    assert len(flagged & wrong) >= 0.75 * len(wrong)
    assert len(flagged - wrong) <= 0.2 * len(flagged)
    missing = next(each for each in audited.findings if each.code == "LA105")
    assert (missing.label, missing.message) == (
        "",
        f"'{missing.suggested}' is probably missing (p_error {missing.p_error:.2f})",
    )
    extra = next(each for each in audited.findings if each.code == "LA104")
    assert (extra.suggested, extra.message) == ("", f"'{extra.label}' is probably wrong (p_error {extra.p_error:.2f})")


def test_the_number_of_wrong_labels_is_estimated(drawn: Several, audited: Audit) -> None:
    beliefs, wrong = beliefs_of(audited), int((drawn.given != drawn.true).sum())

    assert beliefs.wrong.low <= wrong <= beliefs.wrong.high
    assert 0.7 * wrong <= beliefs.wrong.estimate <= 1.4 * wrong
    assert beliefs.p_wrong.sum() == pytest.approx(beliefs.wrong.estimate)


def test_correct_labels_pass(drawn: Several, scanned: Callable[..., Audit]) -> None:
    clean = write_table(drawn.table.with_name("clean.jsonl"), drawn.true)

    result = scanned(clean)
    assert len(found(result)) <= 2
    assert beliefs_of(result).wrong.estimate < 10


def test_images_without_labels_are_images(drawn: Several, audited: Audit) -> None:
    assert len(audited.dataset) == len(drawn.true)
    assert "" in audited.dataset.classes
    np.testing.assert_array_equal(audited.dataset.given, drawn.given)


def test_the_number_of_threads_changes_nothing(drawn: Several, audited: Audit) -> None:
    alone = run_audit(drawn.table, Settings(second_opinion=True), engine=Threads(1))
    assert scores(alone) == scores(audited)


def test_only_rules_for_several_labels_are_run(drawn: Several, audited: Audit, scanned: Callable[..., Audit]) -> None:
    rules = {rule.code for rule in conclude(audited).rules}
    assert {"LA104", "LA105", "LA201", "LA402"} <= rules
    assert rules.isdisjoint({"LA101", "LA103", "LA403", "LA404"})

    with pytest.raises(SettingsError, match=r"several labels per image\. Select LA104 and LA105"):
        scanned(select=("LA101",))


def test_thresholds_and_rules_of_single_labels_apply(drawn: Several, scanned: Callable[..., Audit]) -> None:
    classes = (ClassSettings(name="cross", min_p_error=1.0), ClassSettings(name="circle", ignore=("LA105",)))
    flagged = found(scanned(per_class=classes))

    assert {label for _, _, label in flagged} == {"circle", "square"}
    assert ("LA105", "circle") not in {(code, label) for code, _, label in flagged}
    with pytest.raises(SettingsError, match="'crosses'"):
        scanned(per_class=(ClassSettings(name="crosses"),))


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_every_format_names_the_label(audited: Audit, name: str) -> None:
    report = conclude(audited)
    shown = render(report, name)
    assert "LA105" in shown
    assert name in ("concise", "metrics") or report.findings[0].about in shown


def test_the_json_report_fits_its_schema_and_is_read_back(audited: Audit) -> None:
    report = conclude(audited)
    content = render(report, "json")
    data = json.loads(content)

    jsonschema.validate(data, json.loads(SCHEMA.read_text(encoding="utf-8")))
    assert data["dataset"]["several_labels"]
    images = {uri: [SHAPES[number] for number in labels] for uri, labels, _ in data["images"]}
    assert images["000.png"] == [SHAPES[k] for k in np.flatnonzero(audited.dataset.given[0])]
    again = parse(content)
    for name in ("json", "text", "csv", "junit"):
        assert render(again, name) == render(report, name)


def test_the_page_offers_no_decisions(audited: Audit) -> None:
    page = render(conclude(audited), "html")
    assert "data-digest=" not in page.partition("<main")[2].replace('data-digest=""', "")
    assert "no circle" in page


def test_headlines_tell_wrong_from_missing(audited: Audit) -> None:
    lines = [value for name, value in headlines(conclude(audited)) if name == "by class"]
    assert any("wrong" in line and line.endswith("missing") for line in lines)


def test_scores_have_a_row_for_each_image_and_label(drawn: Several, audited: Audit) -> None:
    rows = list(csv.DictReader(io.StringIO(scores(audited))))

    assert list(rows[0]) == ["path", "label", "given", "p_present", "loss", "p_error", "flagged", "cleanlab"]
    assert len(rows) == drawn.given.size
    flagged = {(row["path"], row["label"]) for row in rows if row["flagged"] == "1"}
    assert flagged == {(path, label) for _, path, label in found(audited)}
    for row in rows:
        present, given = float(row["p_present"]), row["given"] == "1"
        assert float(row["cleanlab"]) == pytest.approx(1 - present if given else present, abs=1e-5)


def test_cleanlab_counts_missing_and_extra_labels(drawn: Several, audited: Audit) -> None:
    assert audited.second_opinion is not None
    assert audited.second_opinion.shape == (3, 2)
    missing, extra = (drawn.true & ~drawn.given).sum(), (drawn.given & ~drawn.true).sum()
    assert 0.3 * missing <= audited.second_opinion[:, 0].sum() <= 3 * missing
    assert 0.3 * extra <= audited.second_opinion[:, 1].sum() <= 3 * extra


def test_a_baseline_accepts_single_labels_until_they_change(
    drawn: Several, audited: Audit, scanned: Callable[..., Audit]
) -> None:
    accepted = accept(Baseline(), audited.findings, "known", Acceptance.DEFERRED)
    verdict = conclude(audited, Gate(), accepted).verdict
    assert verdict.passed
    assert not verdict.stale
    assert len({finding.key for finding in audited.findings}) == len(audited.findings)

    repaired = write_table(drawn.table.with_name("repaired.jsonl"), drawn.true)
    after = conclude(scanned(repaired), Gate(), accepted)
    changed = {(code, path, label) for code, path, label in found(audited) & planted(drawn)}
    stale = {(each.code, each.path, each.label) for each in after.verdict.stale}
    assert {each for each in stale if each[0] in ("LA104", "LA105")} == changed

    fixed = compare(conclude(audited), after).fixed
    ends = {(each.finding.code, each.finding.path, each.finding.about): each.end for each in fixed}
    assert all(ends[key] is End.RELABELLED for key in changed)


def test_rare_and_constant_labels_are_not_judged(drawn: Several, scanned: Callable[..., Audit]) -> None:
    rows = [json.loads(line) for line in drawn.table.read_text(encoding="utf-8").splitlines()]
    for number, row in enumerate(rows):
        row["labels"] += ["drawn"] + (["rare"] if number < 2 else [])
    table = drawn.table.with_name("rare.jsonl")
    table.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")

    result = scanned(table)
    said = {(each.code, each.path) for each in result.findings if each.code in ("LA401", "LA405")}
    assert said == {("LA401", "rare/"), ("LA405", "drawn/")}
    assert beliefs_of(result).judged_labels.tolist() == [True, True, False, False, True]
    assert not {label for _, _, label in found(result)} & {"rare", "drawn"}


def test_labels_drawn_at_random_are_not_judged(drawn: Several, scanned: Callable[..., Audit]) -> None:
    random = np.random.default_rng(99)
    table = write_table(drawn.table.with_name("random.jsonl"), random.random(drawn.true.shape) < 0.5)

    verdict = conclude(scanned(table)).verdict
    assert "none of them could be judged" in verdict.not_judged_message
    assert not any(each.code in ("LA104", "LA105") for each in verdict.open)


def test_conflicting_copies_are_found(drawn: Several, scanned: Callable[..., Audit]) -> None:
    (drawn.table.parent / "copy.png").write_bytes((drawn.table.parent / "000.png").read_bytes())
    lines = drawn.table.read_text(encoding="utf-8") + json.dumps({"path": "copy.png", "labels": ["other"]}) + "\n"
    table = drawn.table.with_name("copied.jsonl")
    table.write_text(lines, encoding="utf-8")

    conflicts = [each for each in scanned(table).findings if each.code == "LA102"]
    assert len(conflicts) == 1
    assert {conflicts[0].path, *conflicts[0].related} == {"000.png", "copy.png"}


def own_probabilities(folder: Path, probabilities: np.ndarray[Any, Any], *classes: str) -> str:
    """Write predicted probabilities of the drawn images as the user's own model has them; return the path."""
    paths = [f"{row:03d}.png" for row in range(len(probabilities))]
    np.savez(folder / "probs.npz", paths=paths, classes=classes or SHAPES, probabilities=probabilities)
    return str(folder / "probs.npz")


def test_own_probabilities_of_single_labels_are_a_voter(
    drawn: Several, audited: Audit, tmp_path: Path, scanned: Callable[..., Audit]
) -> None:
    random = np.random.default_rng(3)
    good = np.where(drawn.true, 0.9, 0.1) + random.uniform(-0.1, 0.1, drawn.true.shape)

    result = scanned(probs=own_probabilities(tmp_path, good))
    assert "given" in beliefs_of(result).by_voter
    assert found(result) >= {each for each in planted(drawn) if each in found(audited)}
    assert len(found(result) & planted(drawn)) >= 0.9 * len(planted(drawn))


def test_bad_probabilities_of_single_labels_are_refused(
    drawn: Several, tmp_path: Path, scanned: Callable[..., Audit]
) -> None:
    with pytest.raises(ModelError, match="in-sample"):
        scanned(probs=own_probabilities(tmp_path, np.where(drawn.given, 0.99, 0.01)))
    with pytest.raises(ModelError, match=r"above one.*output of a sigmoid"):
        scanned(probs=own_probabilities(tmp_path, np.where(drawn.given, 1.5, 0.0)))
    with pytest.raises(ModelError, match="no class 'square'"):
        scanned(probs=own_probabilities(tmp_path, np.full(drawn.given.shape, 0.5), "circle", "cross", "star"))
