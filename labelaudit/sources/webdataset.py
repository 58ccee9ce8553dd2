"""Shards of WebDataset: tar files in which the image and the label of a sample are files of the same name."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath

from labelaudit.errors import DatasetError, UnreadableImage
from labelaudit.images import ENDINGS
from labelaudit.names import printable, without_secrets
from labelaudit.records import Dataset, PassedOver, Place, Source
from labelaudit.settings import Settings
from labelaudit.sources import source
from labelaudit.sources.addresses import (
    DataFile,
    RemoteFile,
    files_in,
    is_file,
    local,
    located,
    place_of,
    state_of_files,
    validator_in,
)
from labelaudit.sources.archives import Tar, Zip, first_names, open_archive
from labelaudit.sources.folder_names import split_name
from labelaudit.sources.listing import dataset_of
from labelaudit.sources.splits import check_splits
from labelaudit.sources.tables import label_column
from labelaudit.sources.tables.values import as_text

LABEL = "cls"
"""Ending of the files that hold labels."""

UNLABELLED = "samples without an image"


class Shards(Source):
    """Images in tar files, by the names of their samples.

    Parameters
    ----------
    data
        The tar file, or the folder of tar files.
    shards
        The tar files.
    places
        By the path of each image the number of its shard and its name there.
    """

    only_images = True

    def __init__(self, data: str, shards: Sequence[Tar | Zip], places: dict[str, tuple[int, str]]) -> None:
        super().__init__(without_secrets(data), Path(data) if Path(data).is_dir() else None)
        self._shards, self._places = shards, places

    def open(self, path: str) -> bytes:
        """Return the bytes of an image in a shard."""
        if path not in self._places:
            raise UnreadableImage("in no shard")
        shard, name = self._places[path]
        return self._shards[shard].read(name)

    def size(self, path: str) -> int:
        """Return the size of an image in bytes."""
        shard, name = self._places[path]
        return self._shards[shard].sizes[name]

    def file_of(self, path: str) -> Path | None:
        """Return the shard of an image if it is a local file."""
        return local(self._shards[self._places[path][0]].path)

    def written_at(self, path: str) -> Place | None:
        """Return the shard of an image: reports cannot point into it."""
        return Place(place_of(self._shards[self._places[path][0]].path)) if path in self._places else None

    def validator(self, path: str) -> str:
        """Return what the server says of the shard of an image at an address, and the name of the image in it."""
        shard, name = self._places[path]
        return validator_in(self._shards[shard].path, name)

    def state(self, paths: Sequence[str]) -> str:
        """Return a digest of what the file system or the server says of the shards."""
        return state_of_files([shard.path for shard in self._shards])


def shards_of(data: str) -> list[DataFile]:
    """Return the tar file, or those directly in a folder, sorted."""
    file = located(data)
    if isinstance(file, RemoteFile):
        return [file] if file.suffix.lower() == ".tar" else [each for each in files_in(data) if each.suffix == ".tar"]
    return [file] if is_file(file) else [*sorted(file.glob("*.tar"))]


def is_webdataset(data: str) -> bool:
    """Recognise a tar file that holds labels next to its images, or a local folder of such files."""
    if isinstance(located(data), RemoteFile) and not data.lower().endswith(".tar"):
        return False
    files = shards_of(data)
    if not files or any(path.suffix.lower() != ".tar" for path in files):
        return False
    try:
        names = first_names(files[0]) if isinstance(files[0], RemoteFile) else open_archive(files[0]).sizes
    except DatasetError:
        return False  # the reader reports the error
    described = {_key(name) for name in names if name.endswith(".json")}
    return any(name.endswith(f".{LABEL}") or (_is_image(name) and _key(name) in described) for name in names)


@source("webdataset", recognises=is_webdataset)
def read_webdataset(data: str, settings: Settings) -> Dataset:
    """Read shards whose samples hold an image and a label: ``0001.jpg`` and ``0001.cls``.

    The label may also be a key of ``0001.json``, which ``--columns label=KEY`` names.

    Raises
    ------
    DatasetError
        A shard is damaged, a sample has no label, or there are fewer than two classes.
    """
    files = shards_of(data)
    if not files:
        raise DatasetError(f"{printable(data)} holds no tar file. Expected shards such as train-000000.tar")
    shards = [open_archive(path) for path in files]
    wanted = label_column(settings.columns) or LABEL
    samples = [(number, *sample) for number, shard in enumerate(shards) for sample in _samples(shard, wanted)]
    splits = [_split(path) for path in files]
    chosen = check_splits(data, {split for split in splits if split}, settings.splits)
    samples = [sample for sample in samples if not chosen or splits[sample[0]] in chosen]
    twice = len({name for _, name, _ in samples}) < len(samples)
    paths = [f"{files[shard].stem}/{name}" if twice else name for shard, name, _ in samples]
    places = {path: (shard, name) for path, (shard, name, _) in zip(paths, samples, strict=True)}
    labels = [label for _, _, label in samples]
    without = 0 if chosen else sum(len(_keys(shard) - _keys_of_images(shard)) for shard in shards)
    dataset = dataset_of(
        Shards(data, shards, places), paths, labels, [splits[shard] for shard, _, _ in samples] if any(splits) else ()
    )
    return replace(dataset, passed_over=(PassedOver(".", without, UNLABELLED),)) if without else dataset


def _samples(shard: Tar | Zip, wanted: str) -> list[tuple[str, str]]:
    """Return the name of the image and the label of each sample with an image."""
    return [(name, _label(shard, _key(name), wanted)) for name in shard.sizes if _is_image(name)]


def _is_image(name: str) -> bool:
    return PurePosixPath(name).suffix.lower() in ENDINGS


def _label(shard: Tar | Zip, key: str, wanted: str) -> str:
    """Return the label of a sample.

    Raises
    ------
    DatasetError
        It has none.
    """
    shown = f"{printable(str(shard.path))}: the sample '{printable(key)}'"
    try:
        if f"{key}.{wanted}" in shard.sizes:
            label = shard.read(f"{key}.{wanted}").decode("utf-8").strip()
        else:
            about = json.loads(shard.read(f"{key}.json")) if f"{key}.json" in shard.sizes else {}
            label = as_text(about.get(wanted if wanted != LABEL else "label"), shown) if isinstance(about, dict) else ""
    except (ValueError, RecursionError) as error:
        raise DatasetError(f"{shown} has a label that cannot be read. Expected text in UTF-8, or JSON.") from error
    if not label:
        there = ", ".join(sorted({f".{name.rpartition('.')[2]}" for name in shard.sizes if _key(name) == key}))
        raise DatasetError(
            f"{shown} has no label; its files are {printable(there)}. Expected a file {printable(key)}.{wanted}, or a "
            "key of its .json file: --columns label=KEY"
        )
    return label


def _key(name: str) -> str:
    """Return the name of a sample: that of its files up to the first dot after the folders."""
    folder, slash, file = name.rpartition("/")
    return f"{folder}{slash}{file.partition('.')[0]}"


def _keys(shard: Tar | Zip) -> set[str]:
    return {_key(name) for name in shard.sizes}


def _keys_of_images(shard: Tar | Zip) -> set[str]:
    return {_key(name) for name in shard.sizes if _is_image(name)}


def _split(path: DataFile) -> str:
    found = split_name(path.stem)
    return found.split if found and not found.rest else ""
