"""What is wanted of images: decisions of people, suggestions of the model, and copies."""

from collections.abc import Iterable

import pytest

from labelaudit.findings import Finding, Severity
from labelaudit.fixes import Image, Wanted, by_model, by_people, followed, without_copies
from labelaudit.records import Action, Decision, Decisions, Ruling

CAT = Image("cat/0.jpg", "cat", "0" * 64)
DOG = Image("dog/1.jpg", "dog", "1" * 64)
FOX = Image("fox/2.jpg", "fox", "2" * 64)
IMAGES = (CAT, DOG, FOX)
CLASSES = ("cat", "dog", "fox")


def decided(image: Image, ruling: Ruling, label: str = "") -> Decision:
    return Decision(image.digest, image.label, ruling, label)


def wants(wanted: Wanted) -> list[tuple[str, str, str]]:
    return [(fix.path, fix.action.value, fix.decided) for fix in wanted.fixes]


def reasons(wanted: Wanted) -> dict[str, str]:
    return {each.path: each.reason for each in wanted.left}


def test_people_correct_labels_and_remove_bad_images() -> None:
    decisions = Decisions(
        (decided(CAT, Ruling.RELABEL, "dog"), decided(DOG, Ruling.BAD_IMAGE), decided(FOX, Ruling.KEEP))
    )

    wanted = by_people(IMAGES, decisions, CLASSES)

    assert wants(wanted) == [("cat/0.jpg", "relabel", "dog"), ("dog/1.jpg", "quarantine", "")]
    assert not wanted.left


@pytest.mark.parametrize("changed", [CAT._replace(label="dog"), CAT._replace(digest="f" * 64)])
def test_a_decision_is_about_one_content_with_one_label(changed: Image) -> None:
    """Once the label was corrected, or the image replaced, nothing is left to do."""
    assert by_people([changed], Decisions((decided(CAT, Ruling.RELABEL, "dog"),)), CLASSES) == Wanted()


def test_decisions_that_contradict_each_other_change_nothing() -> None:
    torn = Decisions((decided(CAT, Ruling.RELABEL, "dog"), decided(CAT, Ruling.KEEP)))
    wanted = by_people(IMAGES, torn, CLASSES)

    assert not wanted.fixes
    assert reasons(wanted) == {"cat/0.jpg": "decisions contradict each other: keep and relabel as 'dog'; decide again"}


def test_a_decision_names_classes_as_they_are_printed() -> None:
    image = CAT._replace(label="a\nb")
    decision = Decision(image.digest, "a\\x0ab", Ruling.RELABEL, "c\\x0ad")

    fixes = by_people([image], Decisions((decision,)), ("a\nb", "c\nd")).fixes

    assert [(fix.label, fix.decided) for fix in fixes] == [("a\nb", "c\nd")]


def flag(image: Image, suggested: str, p_error: float, severity: Severity = Severity.ERROR) -> Finding:
    return Finding("LA101", "mislabeled", severity, image.path, "", image.label, suggested, p_error, image.digest)


def test_the_model_is_followed_where_nobody_decided() -> None:
    findings = [flag(CAT, "dog", 0.99), flag(DOG, "fox", 0.95), flag(FOX, "cat", 0.97)]
    decisions = Decisions((decided(DOG, Ruling.KEEP), decided(FOX, Ruling.UNSURE)))
    wanted = by_model(IMAGES, findings, decisions)

    assert wants(wanted) == [("cat/0.jpg", "relabel", "dog")]
    assert (wanted.fixes[0].p_error, wanted.fixes[0].reason) == (0.99, "p_error 0.99")


def test_the_model_is_not_followed_where_it_could_not_judge() -> None:
    wanted = by_model(IMAGES, [flag(CAT, "dog", 0.99, Severity.INFO)], Decisions())

    assert not wanted.fixes
    assert "could not be judged well enough (LA405)" in reasons(wanted)["cat/0.jpg"]


def test_a_label_that_was_changed_because_of_the_model_is_not_changed_again() -> None:
    fixes = by_model(IMAGES, [flag(CAT, "dog", 0.99)], Decisions()).fixes
    decisions = Decisions(followed(fixes))
    changed = CAT._replace(label="dog", path="dog/0.jpg")

    assert [each.says for each in decisions.made] == ["followed as 'dog'"]
    assert by_model([changed], [flag(changed, "fox", 0.99)], decisions) == Wanted()
    assert wants(by_model(IMAGES, [flag(CAT, "dog", 0.99)], decisions)) == wants(Wanted(fixes)), "it was taken back"
    assert by_people(IMAGES, decisions, CLASSES) == Wanted()


def copies(*images: Image) -> Finding:
    first, *others = images
    related = tuple(each.path for each in others)
    return Finding("LA201", "duplicate", Severity.WARNING, first.path, "", first.label, related=related)


SAME = tuple(Image(f"cat/{name}.jpg", "cat", name * 64) for name in "abc")
A, B, C = SAME


def removed(wanted: Wanted) -> list[str]:
    return sorted(fix.path for fix in wanted.fixes if fix.action is Action.QUARANTINE)


def test_all_copies_but_the_one_to_keep_are_moved_out() -> None:
    wanted = without_copies(SAME, [copies(B, A, C)], Wanted(), lambda *_: True)

    assert removed(wanted) == [A.path, C.path]
    assert {fix.reason for fix in wanted.fixes} == {f"a copy of {B.path}"}


def test_only_copies_in_the_sense_that_is_wanted_are_moved_out() -> None:
    wanted = without_copies(SAME, [copies(A, B, C)], Wanted(), lambda keep, other: other == C.path)

    assert removed(wanted) == [C.path]


def people(*decisions: Decision, images: Iterable[Image] = SAME) -> Wanted:
    return by_people(images, Decisions(decisions), CLASSES)


def test_an_image_that_is_moved_out_is_not_the_one_to_keep() -> None:
    wanted = without_copies(SAME, [copies(A, B, C)], people(decided(A, Ruling.BAD_IMAGE)), lambda *_: True)

    assert removed(wanted) == [A.path, C.path]
    assert {fix.path: fix.reason for fix in wanted.fixes}[C.path] == f"a copy of {B.path}"


def test_copies_that_get_different_labels_are_left_alone() -> None:
    wanted = without_copies(SAME, [copies(A, B, C)], people(decided(A, Ruling.RELABEL, "dog")), lambda *_: True)

    assert wants(wanted) == [(A.path, "relabel", "dog")]
    assert set(reasons(wanted)) == {B.path, C.path}
    together = people(*(decided(each, Ruling.RELABEL, "dog") for each in SAME))
    assert removed(without_copies(SAME, [copies(A, B, C)], together, lambda *_: True)) == [B.path, C.path]


def test_other_findings_move_nothing_out() -> None:
    finding = copies(A, B)
    for code in ("LA102", "LA202"):
        assert without_copies(SAME, [Finding(code, "", finding.severity, A.path, "", related=(B.path,))], Wanted(),
                              lambda *_: True) == Wanted()  # fmt: skip
