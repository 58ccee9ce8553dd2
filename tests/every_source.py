"""The same images as every kind of data set."""

import csv
import io
import json
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

Make = Callable[[Path, Path], Path]


def images_of(root: Path) -> list[tuple[str, str]]:
    """Return the path below the root and the label of each image."""
    paths = sorted(path.relative_to(root).as_posix() for path in root.rglob("*.png"))
    return [(path, path.partition("/")[0]) for path in paths]


def as_csv(root: Path, into: Path) -> Path:
    with (into / "labels.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([("path", "label"), *images_of(root)])
    return into / "labels.csv"


def as_jsonl(root: Path, into: Path) -> Path:
    lines = [json.dumps({"path": path, "label": label}) for path, label in images_of(root)]
    (into / "labels.jsonl").write_text("\n".join(lines), encoding="utf-8")
    return into / "labels.jsonl"


def as_parquet_table(root: Path, into: Path) -> Path:
    import pandas

    pandas.DataFrame(images_of(root), columns=["path", "label"]).to_parquet(into / "labels.parquet")
    return into / "labels.parquet"


def as_zip(root: Path, into: Path) -> Path:
    with zipfile.ZipFile(into / "data.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for path, _ in images_of(root):
            archive.write(root / path, path)
    return into / "data.zip"


def as_tar(root: Path, into: Path) -> Path:
    with tarfile.open(into / "data.tar", "w") as archive:
        archive.add(root, ".")
    return into / "data.tar"


def as_webdataset(root: Path, into: Path) -> Path:
    import webdataset

    with webdataset.TarWriter(str(into / "shard-000000.tar")) as shard:
        for path, label in images_of(root):
            sample = {"__key__": path.removesuffix(".png"), "png": (root / path).read_bytes(), "cls": label}
            shard.write(sample)
    return into / "shard-000000.tar"


def as_imagefolder(root: Path, into: Path) -> Path:
    import shutil

    shutil.copytree(root, into / "imagefolder")
    with (into / "imagefolder" / "metadata.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([("file_name", "label"), *images_of(root)])
    return into / "imagefolder"


def as_parquet(root: Path, into: Path) -> Path:
    """Write what ``datasets`` writes: bytes and path of each image, numbers of classes, and their names beside."""
    datasets = pytest.importorskip("datasets")
    rows = images_of(root)
    names = sorted({label for _, label in rows})
    features = datasets.Features(image=datasets.Image(), label=datasets.ClassLabel(names=names))

    def each() -> Iterator[dict[str, Any]]:
        for path, label in rows[::-1]:
            yield {"image": {"bytes": (root / path).read_bytes(), "path": path}, "label": names.index(label)}

    table = datasets.Dataset.from_list(list(each()), features=features)
    table.to_parquet(into / "images.parquet", batch_size=32)
    return into / "images.parquet"


def as_fiftyone(root: Path, into: Path) -> Path:
    data = into / "exported" / "data"
    data.mkdir(parents=True)
    rows = images_of(root)
    classes = sorted({label for _, label in rows})
    for path, _ in rows:
        (data / path.replace("/", "-")).write_bytes((root / path).read_bytes())
    labels = {path.replace("/", "-").removesuffix(".png"): classes.index(label) for path, label in rows}
    content = json.dumps({"classes": classes, "labels": labels})
    (into / "exported" / "labels.json").write_text(content, encoding="utf-8")
    return into / "exported"


def as_folder(root: Path, into: Path) -> Path:
    return root


SOURCES: dict[str, Make] = {
    "folder": as_folder,
    "csv": as_csv,
    "jsonl": as_jsonl,
    "parquet table": as_parquet_table,
    "imagefolder": as_imagefolder,
    "zip": as_zip,
    "tar": as_tar,
    "webdataset": as_webdataset,
    "parquet": as_parquet,
    "fiftyone": as_fiftyone,
}


def png(size: int = 8) -> bytes:
    """Return a small picture."""
    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", (size, size), "red").save(out, "PNG")
    return out.getvalue()
