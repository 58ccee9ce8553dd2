"""Families by file names, and findings about families."""

import json
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from typer.testing import Result

from labelaudit import Settings
from labelaudit.audit import audit, conclude
from labelaudit.checks import CHECKS
from labelaudit.checks.shortcut import shortcut
from labelaudit.copies import find_families, like_named, named_groups
from labelaudit.engine import Threads
from labelaudit.errors import SettingsError
from labelaudit.records import Audit, Copies, Dataset, Evidence, Likeness
from labelaudit.reports.headlines import headlines
from labelaudit.sources import Files
from labelaudit.summary.explanation import explanation
from tests.conftest import Shapes
from tests.photos import encoded, evidence, folders, pieces

Run = Callable[..., Result]


def dataset(*paths: str) -> Dataset:
    """Images whose class is the folder that follows the split, or the first folder."""
    ordered = sorted(paths)
    names = [path.split("/")[path.startswith(("train/", "test/"))] for path in ordered]
    splits = tuple(path.split("/")[0] if path.startswith(("train/", "test/")) else "" for path in ordered)
    classes = tuple(sorted(set(names)))
    return Dataset(Files(Path()), classes, tuple(ordered), np.array([classes.index(name) for name in names]), splits)


def groups(rule: str, *paths: str) -> list[list[str]]:
    """Return the groups of two images and more."""
    images = dataset(*paths)
    named = named_groups(images, Settings(group_by=rule))
    members: dict[int, list[str]] = {}
    for path, group in zip(images.paths, named.tolist(), strict=True):
        members.setdefault(group, []).append(path)
    return [each for each in members.values() if len(each) > 1]


def test_the_stem_is_the_name_without_its_last_part() -> None:
    paths = ("cat/img_7_aug1.jpg", "dog/img_7_aug2.png", "cat/img_8_aug1.jpg", "cat/lone.jpg")

    assert groups("stem", *paths) == [["cat/img_7_aug1.jpg", "dog/img_7_aug2.png"]]


def test_where_originals_are_beside_their_variants_they_are_the_stem_and_are_not_related_to_each_other() -> None:
    paths = ("cat/img_7.jpg", "cat/img_7_aug1.jpg", "cat/img_8.jpg", "cat/img_8_aug1.jpg", "cat/img_9.jpg")

    assert groups("stem", *paths) == [["cat/img_7.jpg", "cat/img_7_aug1.jpg"], ["cat/img_8.jpg", "cat/img_8_aug1.jpg"]]


def test_the_parent_is_the_folder_below_the_class_in_any_split_and_class() -> None:
    paths = ("train/cat/p7/1.jpg", "test/dog/p7/1.jpg", "train/cat/p8/1.jpg", "train/cat/1.jpg", "train/cat/2.jpg")

    assert groups("parent", *paths) == [["test/dog/p7/1.jpg", "train/cat/p7/1.jpg"]]


def test_a_regular_expression_relates_what_it_or_its_groups_match() -> None:
    paths = ("cat/a-p1-x.jpg", "cat/b-p1-y.jpg", "dog/a-p2-x.jpg", "cat/none.jpg")

    assert groups("p[0-9]", *paths) == [["cat/a-p1-x.jpg", "cat/b-p1-y.jpg"]]
    assert groups("/(.)-p[0-9]-(.)", *paths) == [["cat/a-p1-x.jpg", "dog/a-p2-x.jpg"]]


@pytest.mark.parametrize("rule", ["stem", "parent", "patient[0-9]+"])
def test_a_rule_that_relates_nothing_is_an_error_that_shows_what_is_expected(rule: str) -> None:
    with pytest.raises(SettingsError, match=r"no image belongs to a group .* cat/1\.jpg; expected stem"):
        named_groups(dataset("cat/1.jpg", "dog/2.jpg"), Settings(group_by=rule))


def test_a_rule_that_groups_nothing_is_told_before_images_are_read(
    run: Run, own_shapes: Shapes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.modules["labelaudit.audit"], "observe", None)
    for command in ("scan", "bench"):
        done = run(command, own_shapes.root, "--no-cache", "--group-by", "patient[0-9]+")
        assert (done.exit_code, "no image belongs to a group by this rule" in done.stderr) == (2, True)


def test_a_regular_expression_that_is_not_valid_is_an_error(run: Run, own_shapes: object) -> None:
    done = run("scan", getattr(own_shapes, "root"), "--group-by", "p[0-9")  # noqa: B009  the class is the fixture's

    assert done.exit_code == 2
    assert "not a valid regular expression" in done.stderr


def test_names_relate_images_only_where_the_pictures_agree() -> None:
    images = pieces(12)
    greys = np.stack([np.asarray(image.convert("L").resize((48, 48), Image.Resampling.BOX)) for image in images])
    greys[1] = np.roll(greys[0], 8, axis=1) // 2 + 20  # a shift, so that circles around the middle are not alike
    names = dataset(*(f"cat/film_{number:05d}.jpg" for number in range(10)), "cat/x.jpg", "cat/y.jpg")
    others = [[11 - row, (row + 5) % 12, (row + 7) % 12] for row in range(12)]  # 0 and 1 are not neighbours
    far = (np.array(others, np.int32), np.zeros((12, 3), np.float32))

    assert find_families(greys, np.arange(12), *far).tolist() == list(range(12))
    families = find_families(greys, np.arange(12), *far, like_named(names))
    assert families.tolist() == [0, 0, *range(2, 12)]
    every = dataset(*(f"cat/img_{number:05d}.jpg" for number in range(12)))
    assert len(like_named(every)[0]) == 0  # a name that all images share says nothing


def test_images_that_the_user_names_are_held_out_together_whatever_they_show(tmp_path: Path) -> None:
    for number, image in enumerate(pieces(40)):
        folder = tmp_path / "ab"[number % 2]
        folder.mkdir(exist_ok=True)
        (folder / f"p{number % 10}-{number}.jpg").write_bytes(encoded(image))
    settings = Settings(features="efficientnet-lite0-small", group_by="p[0-9]")
    named = audit(tmp_path, settings, engine=Threads(2))
    alone = audit(tmp_path, replace(settings, group_by="none"), engine=Threads(2))

    assert len(np.unique(named.copies.families)) <= 10
    assert len(np.unique(alone.copies.families)) == len(np.unique(alone.copies.groups))
    assert not np.array_equal(named.beliefs.probabilities, alone.beliefs.probabilities)


def test_a_class_of_too_few_families_is_not_judged_and_this_is_reported(tmp_path: Path) -> None:
    for number, image in enumerate(pieces(60)):
        folder = tmp_path / "ab"[number % 2]
        folder.mkdir(exist_ok=True)
        patient = number % 4 if number % 2 else number  # class b: images of two patients
        (folder / f"p{patient}-{number}.jpg").write_bytes(encoded(image))
    result = audit(tmp_path, Settings(features="efficientnet-lite0-small", group_by="p[0-9]+"), engine=Threads(2))

    assert not result.beliefs.judged[result.dataset.labels == 1].any()
    assert "LA405" in {finding.code for finding in result.findings}


def split_evidence(root: Path, families: list[int], copies: list[int]) -> Evidence:
    """Six images, three in each split, with families and groups by hand."""
    for number, image in enumerate(pieces(6)):
        for label in ("a", "b"):
            (root / ("test", "train")[number >= 3] / label).mkdir(parents=True, exist_ok=True)
        path = root / ("test", "train")[number >= 3] / "ab"[number % 2] / f"{number}.jpg"
        path.write_bytes(encoded(image))
    seen = evidence(root)
    order = [int(Path(path).stem) for path in seen.dataset.paths]
    groups, related = (np.array([order.index(each[number]) for number in order]) for each in (copies, families))
    return replace(seen, copies=Copies(groups, (Likeness.IDENTICAL,) * 6, related))


def test_a_family_in_two_splits_is_reported_once_and_copies_alone_are_not(tmp_path: Path) -> None:
    related = list(CHECKS["LA203"].find(split_evidence(tmp_path, [0, 1, 2, 0, 0, 2], [0, 1, 2, 3, 4, 2])))

    (finding,) = related
    assert finding.path == "test/a/0.jpg"
    assert finding.message == "of split 'test', related to train/a/4.jpg in 'train' and train/b/3.jpg in 'train'"
    assert finding.related == ("train/a/4.jpg", "train/b/3.jpg")


def test_the_summary_counts_families(tmp_path: Path, run: Run) -> None:
    for number, image in enumerate(pieces(5)):
        folder = tmp_path / "data" / "ab"[number % 2]
        folder.mkdir(parents=True, exist_ok=True)
        for member, shown in enumerate((image, image.rotate(5))):
            (folder / f"{number}_{member}.jpg").write_bytes(encoded(shown))
    result = audit(tmp_path / "data", Settings(features="efficientnet-lite0-small", group_by="stem"), engine=Threads(2))

    assert ("images", "10, 5 families, in 2 classes") in headlines(conclude(result))
    done = run("scan", tmp_path / "data", "--group-by", "stem", "--quality", "fast", "--format", "json", "--exit-zero")
    assert json.loads(done.stdout)["dataset"]["families"] == 5


def test_what_is_said_of_a_small_class_and_of_shortcuts_counts_families(tmp_path: Path) -> None:
    root = folders(tmp_path, 3, 30)
    for path in sorted((root / "b").iterdir()):
        with Image.open(path) as image:
            path.write_bytes(encoded(image, "PNG"))
    seen = evidence(root)
    rows = np.arange(len(seen.dataset))
    families = np.where(seen.dataset.labels == 1, rows[seen.dataset.labels == 1][0], rows)
    together = replace(seen, copies=replace(seen.copies, families=families))
    judged = Audit(seen.dataset, seen.observed, together.copies, seen.beliefs, (), Settings())

    assert [finding.path for finding in shortcut.find(seen)] == ["b/"]
    assert list(shortcut.find(together)) == []
    assert (
        "class 'b' has 1 independent image;"
        in explanation(judged, int(families[seen.dataset.labels == 1][0])).not_judged
    )
