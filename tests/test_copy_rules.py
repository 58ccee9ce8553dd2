"""Findings about copies: which rule, at which image, with which message."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import skimage
from PIL import Image, ImageOps

from labelaudit import Settings
from labelaudit.audit import audit
from labelaudit.checks import run_checks
from labelaudit.engine import Threads
from labelaudit.findings import Finding
from labelaudit.records import Audit, Copies, Evidence, Likeness

from .conftest import Shapes

STRANGE = "right\u202eto left.png"


def photo(name: str) -> Image.Image:
    return Image.open(Path(skimage.__file__).parent / "data" / name).convert("RGB")


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory, draw_shapes: Callable[..., Shapes]) -> Audit:
    """Shapes in two splits, and photos that are in them more than once."""
    root = tmp_path_factory.mktemp("copied")
    for seed, split in enumerate(("test", "train")):
        draw_shapes(root / split, each=10 + 2 * seed, wrong=0, seed=seed)
    conflict = photo("astronaut.png")
    conflict.save(root / "train" / "circle" / STRANGE)
    conflict.save(root / "train" / "square" / "conflict.jpg", quality=50)
    double = photo("chelsea.png")
    double.resize((double.width // 2, double.height // 2)).save(root / "train" / "cross" / "a small one.png")
    double.save(root / "train" / "cross" / "double.jpg", quality=90)
    double.save(root / "train" / "cross" / "double.png")
    shutil.copy(root / "train" / "cross" / "double.png", root / "train" / "cross" / "twice.png")
    leak = photo("coffee.png")
    leak.save(root / "train" / "square" / "leak.png")
    ImageOps.mirror(leak).save(root / "test" / "square" / "leak.png")
    for number in range(8):
        photo("rocket.jpg").save(root / "test" / "cross" / f"many{number}.png")
    photo("camera.png").save(root / "test" / "circle" / "both.png")
    photo("camera.png").crop((10, 10, 502, 502)).save(root / "train" / "cross" / "both.png")
    return audit(root, Settings(), engine=Threads(2))


def found(audit: Audit, code: str) -> list[Finding]:
    return [finding for finding in audit.findings if finding.code == code]


def test_the_same_picture_in_two_classes_is_a_conflict(copied: Audit) -> None:
    both, conflict = sorted(found(copied, "LA102"), key=lambda finding: min(finding.path, *finding.related))
    rows = {path: row for row, path in enumerate(copied.dataset.paths)}

    assert {both.path, *both.related} == {"test/circle/both.png", "train/cross/both.png"}
    assert {conflict.path, *conflict.related} == {f"train/circle/{STRANGE}", "train/square/conflict.jpg"}
    assert "(cropped)" in both.message
    assert "(re-encoded)" in conflict.message
    for finding in (both, conflict):
        p_errors = [copied.beliefs.p_error[rows[path]] for path in (finding.path, *finding.related)]
        label = finding.path.split("/")[1]
        assert finding.p_error == max(p_errors)
        assert finding.label == label
        assert finding.message.startswith(f"given '{label}', the same picture as ")
        assert bool(finding.suggested) == (finding.p_error >= 0.5)
        assert "\u202e" not in finding.message


def test_copies_in_one_class_are_duplicates(copied: Audit) -> None:
    double, many = sorted(found(copied, "LA201"), key=lambda finding: len(finding.related))

    assert double.path == "train/cross/double.png"  # of the largest the first without loss
    assert set(double.related) == {f"train/cross/{name}" for name in ("a small one.png", "double.jpg", "twice.png")}
    assert "train/cross/twice.png (exact)" in double.message
    assert "train/cross/a small one.png (resized)" in double.message
    assert "train/cross/double.jpg (re-encoded)" in double.message
    assert many.path == "test/cross/many0.png"
    assert len(many.related) == 7
    assert many.message.endswith("test/cross/many5.png (exact) and 2 more")


def test_the_same_picture_in_two_splits_is_a_leak(copied: Audit) -> None:
    both, leak = found(copied, "LA202")

    assert (both.path, both.related) == ("test/circle/both.png", ("train/cross/both.png",))
    assert (leak.path, leak.related) == ("test/square/leak.png", ("train/square/leak.png",))
    assert leak.message == "of split 'test', the same picture as train/square/leak.png in 'train' (mirrored)"


def test_without_splits_nothing_leaks(copied: Audit) -> None:
    dataset = replace(copied.dataset, splits=("",) * len(copied.dataset))
    evidence = Evidence(dataset, copied.observed, copied.copies, copied.beliefs, copied.settings)
    codes = [finding.code for finding in run_checks(evidence)]

    assert "LA202" not in codes
    assert codes.count("LA201") == 3


def test_a_group_is_known_by_its_members_and_not_by_their_names(copied: Audit) -> None:
    dataset = replace(copied.dataset, paths=tuple(f"{row:05d}.png" for row in range(len(copied.dataset))))
    renamed = Evidence(dataset, copied.observed, copied.copies, copied.beliefs, copied.settings)
    keys = {finding.key for finding in copied.findings if finding.code in ("LA102", "LA201", "LA202")}

    assert len(keys) == 6
    assert keys <= {finding.key for finding in run_checks(renamed)}


def test_a_conflict_is_the_same_whichever_of_its_images_the_model_suspects(copied: Audit) -> None:
    before = {finding.key: finding for finding in found(copied, "LA102")}
    p_error = copied.beliefs.p_error.copy()
    for finding in before.values():
        p_error[copied.dataset.paths.index(finding.path)] = 0
        p_error[[copied.dataset.paths.index(path) for path in finding.related]] = 1
    tipped = replace(copied.beliefs, p_error=p_error)
    evidence = Evidence(copied.dataset, copied.observed, copied.copies, tipped, copied.settings)
    now = {finding.key: finding for finding in run_checks(evidence) if finding.code == "LA102"}

    assert len(before) == 2
    assert before.keys() == now.keys()
    for key, finding in before.items():
        assert (finding.path, finding.label) != (now[key].path, now[key].label)
        assert finding.fingerprint == now[key].fingerprint


def test_a_conflict_is_another_when_a_label_changes(copied: Audit) -> None:
    labels = copied.dataset.labels.copy()
    for finding in found(copied, "LA102"):
        row = copied.dataset.paths.index(finding.path)
        labels[row] = 3 - labels[row] - labels[copied.dataset.paths.index(finding.related[0])]
    dataset = replace(copied.dataset, labels=labels)
    evidence = Evidence(dataset, copied.observed, copied.copies, copied.beliefs, copied.settings)
    keys = {finding.key for finding in run_checks(evidence) if finding.code == "LA102"}

    assert len(keys) == 2
    assert not keys & {finding.key for finding in copied.findings}


def test_a_further_copy_makes_a_new_finding(copied: Audit) -> None:
    dataset, groups = copied.dataset, copied.copies.groups
    for finding in found(copied, "LA201"):
        row = dataset.paths.index(finding.path)
        further = next(
            other
            for other in range(len(dataset))
            if (groups == groups[other]).sum() == 1
            and (dataset.labels[other], dataset.splits[other]) == (dataset.labels[row], dataset.splits[row])
        )
        larger = groups.copy()
        larger[further] = groups[row]
        copies = Copies(larger, copied.copies.likeness)
        evidence = Evidence(dataset, copied.observed, copies, copied.beliefs, copied.settings)

        assert finding.subject not in {each.subject for each in run_checks(evidence)}


@pytest.mark.parametrize(("pairs", "conflicts"), [(4, 4), (5, 0)])
def test_classes_that_mirror_each_other_are_no_conflict(small_audit: Audit, pairs: int, conflicts: int) -> None:
    """Arrows to the left and to the right: each is the mirrored image of another."""
    labels = small_audit.dataset.labels
    left, right = (np.flatnonzero(labels == label)[:pairs] for label in (0, 1))
    for likeness in (Likeness.MIRRORED, Likeness.FLIPPED, Likeness.ROTATED):
        assert conflicting(small_audit, left, right, likeness) == conflicts
    for likeness in (Likeness.CROPPED, Likeness.LETTERBOXED, Likeness.BRIGHTNESS):
        assert conflicting(small_audit, left, right, likeness) == pairs


def test_a_picture_in_three_classes_by_its_orientation_is_no_conflict(small_audit: Audit) -> None:
    """Arrows to the left, up and down: each is in all three classes."""
    labels = small_audit.dataset.labels
    rows = [np.flatnonzero(labels == label)[:5] for label in range(3)]
    middles, others = np.tile(rows[0], 2), np.concatenate(rows[1:])

    assert conflicting(small_audit, middles, others, Likeness.ROTATED) == 0
    assert conflicting(small_audit, middles[:6], others[:6], Likeness.ROTATED) == 1


def conflicting(audit: Audit, middles: np.ndarray, others: np.ndarray, likeness: Likeness) -> int:
    """Count the conflicts if some images were copies of others."""
    groups, kinds = np.arange(len(audit.dataset)), [Likeness.IDENTICAL] * len(audit.dataset)
    for middle, other in zip(middles, others, strict=True):
        groups[other], kinds[other] = middle, likeness
    evidence = Evidence(audit.dataset, audit.observed, Copies(groups, tuple(kinds)), audit.beliefs, audit.settings)
    return sum(finding.code == "LA102" for finding in run_checks(evidence))
