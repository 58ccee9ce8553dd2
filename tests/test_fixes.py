"""Plans are carried out and taken back: nothing is overwritten, nothing is lost."""

import os
import stat
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from labelaudit import Settings
from labelaudit.errors import OutputError
from labelaudit.fixes import carry_out, make_plan, undo
from labelaudit.fixes.moving import digest_of
from labelaudit.records import Action, Fix, FixPlan
from labelaudit.sources import read, rewritten

links = pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege on Windows")


def contents(folder: Path) -> dict[str, object]:
    """Return everything in a folder: bytes and permissions of files, targets of links, folders."""

    def about(path: Path) -> object:
        if path.is_symlink():
            return str(path.readlink())
        return (path.read_bytes(), stat.S_IMODE(path.stat().st_mode)) if path.is_file() else None

    return {path.relative_to(folder).as_posix(): about(path) for path in folder.rglob("*")}


def tree(root: Path, *names: str) -> Path:
    """Write files that hold their own names."""
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(f"was {name}".encode("utf-8", "surrogateescape"))
    return root


def relabel(root: Path, path: str, label: str, decided: str) -> Fix:
    return Fix(path, Action.RELABEL, label, decided, digest_of(root / path), "decided")


def remove(root: Path, path: str, label: str) -> Fix:
    return Fix(path, Action.QUARANTINE, label, "", digest_of(root / path), "a bad image")


def planned(root: Path, *wanted: Fix, quarantine: Path | None = None) -> FixPlan:
    return make_plan(read(root, Settings()), wanted, rewritten, quarantine=quarantine)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tree(tmp_path / "data", "cat/1.jpg", "cat/2.jpg", "cat/x/3.jpg", "dog/1.jpg", "dog/4.jpg")


def test_labels_are_corrected_and_taken_back(data: Path, tmp_path: Path) -> None:
    before, journal = contents(data), tmp_path / "journal.jsonl"
    fixes = [relabel(data, "cat/1.jpg", "cat", "dog"), relabel(data, "cat/x/3.jpg", "cat", "dog")]
    plan = planned(data, *fixes, remove(data, "dog/4.jpg", "dog"), quarantine=tmp_path / "bad")

    assert contents(data) == before
    assert carry_out(plan, journal) == (3, 0, ())
    assert {path for path in contents(data) if path.endswith(".jpg")} == {
        "cat/2.jpg",
        "dog/1.jpg",
        "dog/1-2.jpg",
        "dog/x/3.jpg",
    }
    assert (data / "dog/1-2.jpg").read_bytes() == b"was cat/1.jpg"
    assert (tmp_path / "bad/dog/4.jpg").read_bytes() == b"was dog/4.jpg"

    done = undo(journal)

    assert (done.restored, done.untouched, done.left) == (3, 0, ())
    assert contents(data) == before
    assert not (tmp_path / "bad").exists()
    assert undo(journal) == done._replace(restored=0, untouched=3)


def test_two_images_can_change_places(data: Path, tmp_path: Path) -> None:
    before = contents(data)
    plan = planned(data, relabel(data, "cat/1.jpg", "cat", "dog"), relabel(data, "dog/1.jpg", "dog", "cat"))
    carry_out(plan, tmp_path / "journal")

    assert (data / "dog/1-2.jpg").read_bytes() == b"was cat/1.jpg"
    assert (data / "cat/1-2.jpg").read_bytes() == b"was dog/1.jpg"
    undo(tmp_path / "journal")
    assert contents(data) == before


def test_names_that_differ_in_case_or_accents_only_get_numbers(tmp_path: Path) -> None:
    """They are the same on macOS and Windows, where the data may be copied to."""
    root = tree(tmp_path / "data", "cat/A.jpg", "cat/e\u0301.jpg", "dog/a.jpg", "dog/\u00e9.jpg")
    names = ("cat/A.jpg", "cat/e\u0301.jpg")

    plan = planned(root, *(relabel(root, name, "cat", "dog") for name in names))

    assert [fix.target for fix in plan.fixes] == ["dog/A-2.jpg", "dog/e\u0301-2.jpg"]


@pytest.mark.skipif(sys.platform == "darwin" or sys.platform == "win32", reason="one folder there")
def test_classes_that_differ_in_case_only_are_two(tmp_path: Path) -> None:
    root = tree(tmp_path / "data", "cat/1.jpg", "Cat/1.jpg", "dog/2.jpg")
    before = contents(root)
    carry_out(planned(root, relabel(root, "cat/1.jpg", "cat", "Cat")), tmp_path / "journal")

    assert (root / "Cat/1-2.jpg").read_bytes() == b"was cat/1.jpg"
    undo(tmp_path / "journal")
    assert contents(root) == before


def test_a_class_folder_is_found_where_an_inner_folder_has_its_name(tmp_path: Path) -> None:
    root = tree(
        tmp_path / "data", "train/cat/cat/1.jpg", "train/dog/2.jpg", "val/cat/3.jpg", "val/dog/4.jpg", "train/fox/5.jpg"
    )
    fixes = [relabel(root, "train/cat/cat/1.jpg", "cat", "dog"), relabel(root, "val/cat/3.jpg", "cat", "fox")]
    plan = planned(root, *fixes)

    assert [fix.target for fix in plan.fixes] == ["train/dog/cat/1.jpg", "val/fox/3.jpg"]
    before = contents(root)
    carry_out(plan, tmp_path / "journal")
    assert (root / "val/fox/3.jpg").exists()
    undo(tmp_path / "journal")
    assert contents(root) == before, "folders that were made are removed"


@pytest.mark.parametrize(
    ("fix", "reason"),
    [
        (("cat/1.jpg", "cat", "bird"), "there is no class 'bird' in this data"),
        (("cat/1.jpg", "cat", "../../etc"), "there is no class '../../etc' in this data"),
        (("cat/1.jpg", "cat", "cat"), "it has this label already"),
        (("../outside.jpg", "cat", "dog"), "it is not in the data set"),
        (("/etc/passwd", "cat", "dog"), "it is not in the data set"),
        (("cat/../../outside.jpg", "cat", "dog"), "it is not in the data set"),
    ],
)
def test_what_would_lead_elsewhere_is_left_alone(data: Path, fix: tuple[str, str, str], reason: str) -> None:
    path, label, decided = fix
    plan = planned(data, Fix(path, Action.RELABEL, label, decided, "0" * 64, "decided"))

    assert not plan.fixes
    assert [each.path for each in plan.left] == [path]
    assert reason in plan.left[0].reason


def test_without_a_quarantine_bad_images_stay(data: Path) -> None:
    plan = planned(data, remove(data, "cat/1.jpg", "cat"))

    assert not plan.fixes
    assert plan.left[0].reason == "to move it out, name a folder for it: --quarantine DIR"


@links
def test_links_are_moved_where_they_lead_to_the_same_file(tmp_path: Path) -> None:
    root = tree(tmp_path / "data", "cat/1.jpg", "dog/2.jpg")
    pool = tree(tmp_path / "pool", "p.jpg")
    (root / "cat/far.jpg").symlink_to(pool / "p.jpg")
    (root / "cat/up.jpg").symlink_to("../../pool/p.jpg")
    (root / "cat/near.jpg").symlink_to("1.jpg")
    before = contents(root)
    names = ("cat/far.jpg", "cat/up.jpg", "cat/near.jpg")
    plan = planned(root, *(relabel(root, name, "cat", "dog") for name in names))

    assert [fix.path for fix in plan.fixes] == ["cat/far.jpg", "cat/up.jpg"]
    assert plan.left[0].path == "cat/near.jpg"
    assert plan.left[0].reason == "it is a link that would lead elsewhere from its new folder"
    carry_out(plan, tmp_path / "journal")
    assert str((root / "dog/up.jpg").readlink()) == "../../pool/p.jpg"
    undo(tmp_path / "journal")
    assert contents(root) == before


@links
def test_images_behind_a_link_to_elsewhere_stay_there(tmp_path: Path) -> None:
    root = tree(tmp_path / "data", "dog/2.jpg", "fox/3.jpg")
    outside = tree(tmp_path / "outside", "cat/1.jpg")
    (root / "cat").symlink_to(outside / "cat")
    fixes = [relabel(root, "cat/1.jpg", "cat", "dog"), relabel(root, "dog/2.jpg", "dog", "cat")]

    plan = make_plan(read(root, Settings(follow_links=True)), fixes, rewritten)

    assert not plan.fixes
    assert [each.reason for each in plan.left] == [
        "it is not in the data set, or behind a link that leads out of it",
        "its new folder is behind a link that leads out of the data set",
    ]


@links
def test_two_names_of_one_folder_are_left_alone(tmp_path: Path) -> None:
    """As on file systems where the case of letters makes no difference, and a split has one of two spellings."""
    root = tree(tmp_path / "data", "cat/1.jpg", "fox/2.jpg")
    (root / "Cat").symlink_to(root / "cat")
    fixes = [relabel(root, "cat/1.jpg", "cat", "Cat")]

    plan = make_plan(read(root, Settings(follow_links=True)), fixes, rewritten)

    assert [each.reason for each in plan.left] == ["'cat' and 'Cat' are one folder in this file system"]


def test_what_changes_meanwhile_is_left_alone(data: Path, tmp_path: Path) -> None:
    names = ("cat/1.jpg", "cat/2.jpg")
    plan = planned(data, *(relabel(data, name, "cat", "dog") for name in names))
    (data / "cat/1.jpg").write_bytes(b"new")
    tree(data, "dog/2.jpg")
    done = carry_out(plan, tmp_path / "journal")

    assert done.moved == 0
    assert [each.reason for each in done.left] == [
        "it was changed or removed while labelaudit worked",
        "another file has taken the name dog/2.jpg while labelaudit worked",
    ]
    assert (data / "dog/2.jpg").read_bytes() == b"was dog/2.jpg"


def test_undo_names_what_the_user_changed_since(data: Path, tmp_path: Path) -> None:
    names = ("cat/1.jpg", "cat/2.jpg", "cat/x/3.jpg")
    carry_out(planned(data, *(relabel(data, name, "cat", "dog") for name in names)), tmp_path / "journal")
    (data / "dog/1-2.jpg").write_bytes(b"painted over")
    (data / "dog/2.jpg").unlink()
    tree(data, "cat/x/3.jpg").joinpath("cat/x/3.jpg").write_bytes(b"a new one")

    done = undo(tmp_path / "journal")

    assert done.restored == 0
    assert [f"{each.path}: {each.reason}" for each in done.left] == [
        f"cat/1.jpg: it was changed since it was moved; it is still at {data / 'dog/1-2.jpg'}",
        "cat/2.jpg: it no longer exists: neither there nor at dog/2.jpg",
        f"cat/x/3.jpg: another file has its name now; the image is still at {data / 'dog/x/3.jpg'}",
    ]
    assert (data / "cat/x/3.jpg").read_bytes() == b"a new one"
    assert (data / "dog/1-2.jpg").read_bytes() == b"painted over"


def test_undo_keeps_what_was_put_in_folders_that_were_made(data: Path, tmp_path: Path) -> None:
    plan = planned(data, remove(data, "cat/1.jpg", "cat"), quarantine=tmp_path / "bad")
    carry_out(plan, tmp_path / "journal")
    tree(tmp_path / "bad", "cat/mine.txt")
    undo(tmp_path / "journal")

    assert (data / "cat/1.jpg").read_bytes() == b"was cat/1.jpg"
    assert list(contents(tmp_path / "bad")) == ["cat", "cat/mine.txt"]


@pytest.mark.skipif(sys.platform != "linux", reason="only here may a name hold any bytes")
def test_names_with_any_bytes_are_moved(tmp_path: Path) -> None:
    names = ("cat/a\nb\t'\".jpg", os.fsdecode(b"cat/\xff\xfe.jpg"), "cat/-rf.jpg", "cat/\u2028.jpg")
    root = tree(tmp_path / "data", *names, "dog/1.jpg", "cat/left.jpg")
    before = contents(root)
    done = carry_out(planned(root, *(relabel(root, name, "cat", "dog") for name in names)), tmp_path / "journal")

    assert done.moved == 4
    assert (root / "dog/a\nb\t'\".jpg").exists()
    assert undo(tmp_path / "journal").restored == 4
    assert contents(root) == before


def test_a_name_that_would_be_too_long_is_cut(tmp_path: Path) -> None:
    name = "n" * 251 + ".jpg"
    root = tree(tmp_path / "data", f"cat/{name}", f"dog/{name}")

    plan = planned(root, relabel(root, f"cat/{name}", "cat", "dog"))

    assert plan.fixes[0].target == f"dog/{'n' * 249}-2.jpg"
    assert carry_out(plan, tmp_path / "journal").moved == 1


@pytest.fixture
def closed() -> Iterator[Path]:
    """A data set that the user, who is nobody special, may read and not write to."""
    with tempfile.TemporaryDirectory() as name:
        root = tree(Path(name) / "data", "cat/1.jpg", "dog/1.jpg")
        for folder in (Path(name), root, root / "cat", root / "dog"):
            folder.chmod(0o555)
        privileged = os.geteuid() == 0
        if privileged:
            os.seteuid(65534)
        yield root
        if privileged:
            os.seteuid(0)
        for folder in (Path(name), root, root / "cat", root / "dog"):
            folder.chmod(0o755)


@pytest.mark.skipif(sys.platform == "win32", reason="permissions of another kind")
def test_a_folder_without_permission_is_named_before_anything_changes(closed: Path) -> None:
    plan, before = planned(closed, relabel(closed, "cat/1.jpg", "cat", "dog")), contents(closed)

    with pytest.raises(OutputError, match=r"nothing was changed: no permission to write to the folder .*cat"):
        carry_out(plan, closed.parent / "journal")

    assert contents(closed) == before
