"""Archives, shards and files with image bytes: splits, and messages about invalid ones."""

import gzip
import io
import json
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from threading import Thread

import pytest

from labelaudit.errors import DatasetError
from labelaudit.records import Dataset, Place
from labelaudit.settings import Settings
from labelaudit.sources import kind_of, read

from .conftest import Shapes
from .every_source import as_parquet, as_tar, as_zip, png
from .test_folder import tree

Files = dict[str, bytes]
SPLITS = ("data/train/cat/1.png", "data/train/dog/2.png", "data/val/cat/3.png", "data/val/dog/4.png", "data/README.md")


def zipped(path: Path, files: Files) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def tarred(path: Path, files: Files) -> Path:
    with tarfile.open(path, "w") as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return path


def listed(path: Path, **settings: object) -> Dataset:
    return read(path, Settings(**settings))  # type: ignore[arg-type]


@pytest.mark.parametrize(("pack", "name"), [(zipped, "a.zip"), (tarred, "a.tar")])
def test_an_archive_is_read_like_its_folder(pack: Callable[[Path, Files], Path], name: str, tmp_path: Path) -> None:
    files = {
        **dict.fromkeys(SPLITS, b"x"),
        "__MACOSX/data/train/cat/1.png": b"",
        "data/.hidden/1.png": b"",
        "n.txt": b"",
    }
    packed, plain = listed(pack(tmp_path / name, files)), listed(tree(tmp_path / "plain", *files))

    assert packed.paths == plain.paths == tuple(sorted(SPLITS[:-1]))
    assert packed.splits == plain.splits == ("train", "train", "validation", "validation")
    assert packed.others == plain.others
    assert packed.passed_over == plain.passed_over
    assert listed(tmp_path / name, splits=("val",)).paths == SPLITS[2:4]
    assert packed.source.open(SPLITS[0]) == b"x"
    assert packed.source.size(SPLITS[0]) == 1
    assert packed.source.written_at(SPLITS[0]) == Place(tmp_path / name)
    with pytest.raises(DatasetError, match="labels cannot be changed"):
        packed.source.relabel(SPLITS[0], "dog")


def cut(path: Path) -> Path:
    path.write_bytes(path.read_bytes()[:700])
    return path


def encrypted(path: Path) -> Path:
    zipped(path, {"cat/1.png": png(), "dog/2.png": png()})
    content = bytearray(path.read_bytes())
    for mark, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.find(mark) + flags] |= 1
    path.write_bytes(content)
    return path


def compressed(path: Path) -> Path:
    path.write_bytes(gzip.compress(b"tar"))
    return path


PAIR = {"cat/1.png": png(64), "dog/2.png": png(64)}
BAD: dict[str, tuple[Callable[[Path], Path], str]] = {
    "no zip": (lambda root: tree(root, "a.zip") / "a.zip", "is no whole zip file.*Download or pack it again"),
    "cut zip": (lambda root: cut(zipped(root / "a.zip", {"cat/1.png": bytes(900)})), "is no whole zip file"),
    "no tar": (lambda root: tree(root, "a.tar") / "a.tar", "is no whole tar file"),
    "cut tar": (
        lambda root: cut(tarred(root / "a.tar", {"cat/1.png": bytes(900)})),
        "is no whole tar file: unexpected end of data",
    ),
    "upwards": (
        lambda root: zipped(root / "a.zip", {**PAIR, "../3.png": b"x"}),
        r"holds '\.\./3.png', a name that leads",
    ),
    "inner": (lambda root: tarred(root / "a.tar", {**PAIR, "a/../../3.png": b"x"}), "a name that leads out of it"),
    "absolute": (lambda root: tarred(root / "a.tar", {**PAIR, "/etc/3.png": b"x"}), "a name that leads out of it"),
    "encrypted": (lambda root: encrypted(root / "a.zip"), "is encrypted, such as cat/1.png. Unpack it"),
    "compressed": (lambda root: compressed(root / "a.tar.gz"), r"is compressed as a whole.*gunzip -k a\.tar\.gz"),
    "nested": (
        lambda root: zipped(root / "a.zip", {"cat/1.zip": b"PK", "dog/2.zip": b"PK"}),
        r"holds 2 \.zip files \(archives; unpack them first\)",
    ),
    "flat": (lambda root: zipped(root / "a.zip", {"1.png": b"", "2.png": b""}), "holds 2 images but no class folders"),
    "no label": (
        lambda root: tarred(root / "a.tar", {"1.png": b"x", "1.cls": b"0", "2.png": b"x", "2.txt": b"a cat"}),
        r"the sample '2' has no label; its files are \.png, \.txt.*2\.cls.*--columns label=KEY",
    ),
    "one label": (lambda root: tarred(root / "a.tar", {"1.png": b"x", "1.cls": b"0"}), "has one class, '0'"),
    "broken label": (
        lambda root: tarred(root / "a.tar", {"1.png": b"x", "1.cls": b"\xff"}),
        "label that cannot be read",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_archives(name: str, tmp_path: Path) -> None:
    make, said = BAD[name]

    with pytest.raises(DatasetError, match=said):
        listed(make(tmp_path))


@pytest.mark.parametrize("pack", [as_zip, as_tar])
def test_an_archive_is_read_by_many_threads(pack: Callable[[Path, Path], Path], tmp_path: Path) -> None:
    root = tmp_path / "data"
    for number in range(60):
        path = root / ("cat", "dog")[number % 2] / f"{number}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(bytes([number]) * 70_000)
    dataset, wrong = listed(pack(root, tmp_path)), list[str]()

    def look() -> None:
        for _ in range(20):
            wrong.extend(path for path in dataset.paths if dataset.source.open(path) != (root / path).read_bytes())

    threads = [Thread(target=look) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_a_damaged_member_is_unreadable(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", PAIR)
    content = bytearray(path.read_bytes())
    content[60] ^= 0xFF
    path.write_bytes(content)
    source = listed(path).source

    with pytest.raises(ValueError, match="damaged in the archive"):
        source.open("cat/1.png")
    assert source.open("dog/2.png") == PAIR["dog/2.png"]


def test_shards_are_splits_and_the_label_may_be_in_json(tmp_path: Path) -> None:
    for name, start in (("train-000000.tar", 0), ("train-000001.tar", 2), ("val-000000.tar", 0)):
        files = {}
        for number in range(start, start + 2):
            files[f"{number}.jpg"] = b"x"
            files[f"{number}.json"] = json.dumps({"kind": number % 2, "label": "same"}).encode()
        tarred(tmp_path / name, files)
    dataset = listed(tmp_path, columns=("label=kind",))

    assert kind_of(str(tmp_path)) == "webdataset"
    assert dataset.classes == ("0", "1")
    assert dataset.paths == tuple(
        f"{shard}/{number}.jpg"
        for shard, numbers in (("train-000000", "01"), ("train-000001", "23"), ("val-000000", "01"))
        for number in numbers
    )
    assert dataset.splits == ("train",) * 4 + ("validation",) * 2
    assert len(listed(tmp_path, columns=("label=kind",), splits=("val",))) == 2
    with pytest.raises(DatasetError, match="only the label can be named"):
        listed(tmp_path, columns=("path=kind",))


def test_parquet_shards_are_splits_and_rows_are_numbered(tmp_path: Path) -> None:
    pandas = pytest.importorskip("pandas")
    (tmp_path / "data").mkdir()
    for name in ("train-00000-of-00001", "test-00000-of-00001"):
        rows = {"image": [b"1", None, b"3"], "label": ["cat", "dog", None]}
        pandas.DataFrame(rows).to_parquet(tmp_path / "data" / f"{name}.parquet")
    dataset = listed(tmp_path)

    assert dataset.splits == ("test", "test", "train", "train")
    assert dataset.paths[1] == "test-00000-of-00001/0000001"
    assert dataset.source.open(dataset.paths[0]) == b"1"
    assert dataset.source.written_at(dataset.paths[1]) == Place(tmp_path / "data" / "test-00000-of-00001.parquet", 2)
    with pytest.raises(ValueError, match="the row holds no image"):
        dataset.source.open(dataset.paths[1])


def test_rows_are_opened_in_the_order_of_the_file(own_shapes: Shapes, tmp_path: Path) -> None:
    dataset = listed(as_parquet(own_shapes.root, tmp_path))

    assert dataset.source.order(dataset.paths) == list(range(len(dataset)))[::-1]


def test_metadata_in_the_folders_of_the_splits(tmp_path: Path) -> None:
    for split in ("train", "val"):
        tree(tmp_path / split, "images/1.png", "images/2.png")
        lines = [{"file_name": f"images/{number}.png", "label": number} for number in (1, 2)]
        (tmp_path / split / "metadata.jsonl").write_text("\n".join(map(json.dumps, lines)))
    dataset = listed(tmp_path)

    assert kind_of(str(tmp_path)) == "huggingface"
    assert dataset.paths[0] == "train/images/1.png"
    assert dataset.splits == ("train", "train", "validation", "validation")
    assert dataset.source.written_at("val/images/2.png") == Place(tmp_path / "val" / "metadata.jsonl", 2)
    assert dataset.source.folder == tmp_path


def test_metadata_without_labels_leaves_the_class_folders(tmp_path: Path) -> None:
    tree(tmp_path, "cat/1.png", "dog/2.png")
    (tmp_path / "metadata.csv").write_text("file_name,text\ncat/1.png,a cat\n")

    assert listed(tmp_path).classes == ("cat", "dog")


@pytest.mark.parametrize(
    ("labels", "said"),
    [
        ("{", "is not as FiftyOne writes it"),
        ('{"classes": ["a"], "labels": {"1": [0, 1]}}', "with one label for each image"),
        ('{"classes": ["a"], "labels": {"1": 7}}', "is not as FiftyOne writes it"),
        ('{"classes": ["a"], "labels": {"9": 0}}', "none of the 1 images in labels.json is in data/"),
        ('{"classes": ["a"], "labels": {"1": 0, "2": 0}}', "has one class, 'a'"),
    ],
)
def test_bad_exports_of_fiftyone(labels: str, said: str, tmp_path: Path) -> None:
    tree(tmp_path, "data/1.png", "data/2.png", "data/3.png")
    (tmp_path / "labels.json").write_text(labels)

    with pytest.raises(DatasetError, match=said):
        listed(tmp_path)


def test_an_export_of_fiftyone(tmp_path: Path) -> None:
    tree(tmp_path, "data/1.png", "data/2.jpg", "data/3.png", "data/4.png")
    labels = {"1": {"label": "cat"}, "2": "dog", "3": None}
    (tmp_path / "labels.json").write_text(json.dumps({"classes": None, "labels": labels}))
    dataset = listed(tmp_path)

    assert dataset.paths == ("data/1.png", "data/2.jpg")
    assert dataset.others == ("data/3.png", "data/4.png")
    assert dataset.source.written_at("data/1.png") == Place(tmp_path / "labels.json")
    with pytest.raises(DatasetError, match="labels cannot be changed"):
        dataset.source.relabel("data/1.png", "dog")


def test_a_tree_for_yolo_is_a_folder_with_splits(tmp_path: Path) -> None:
    root = tree(tmp_path, "train/cat/1.png", "train/dog/2.png", "val/cat/3.png", "test/dog/4.png", "data.yaml")

    assert kind_of(str(root)) == "folder"
    assert listed(root).splits == ("test", "train", "train", "validation")


def test_a_shard_without_labels_says_how_to_name_them(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "shard.tar", "w") as shard:
        for name, content in (("1.png", png(8)), ("1.kind", b"cat"), ("2.png", png(9)), ("2.kind", b"dog")):
            member = tarfile.TarInfo(name)
            member.size = len(content)
            shard.addfile(member, io.BytesIO(content))
    with pytest.raises(DatasetError, match=r"or labels, as 0001\.cls .*--source webdataset --columns label=ENDING"):
        read(tmp_path / "shard.tar", Settings())
    named = read(tmp_path / "shard.tar", Settings(source="webdataset", columns=("label=kind",)))
    assert named.classes == ("cat", "dog")
