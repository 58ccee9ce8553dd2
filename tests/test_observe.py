import hashlib
import os
import shutil
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from labelaudit.engine import Threads
from labelaudit.errors import DatasetError
from labelaudit.observations import observe
from labelaudit.records import Observations
from labelaudit.settings import Settings
from labelaudit.sources import read

from .conftest import Shapes


def seen(root: Path, *, jobs: int = 2, features: str = "none") -> Observations:
    settings = Settings(features=features)
    return observe(read(root, settings), settings, engine=Threads(jobs))


def test_broken_files_are_values_with_a_reason(own_shapes: Shapes) -> None:
    (own_shapes.root / "circle" / "empty.jpg").write_bytes(b"")
    (own_shapes.root / "circle" / "words.jpg").write_bytes(b"words")
    (own_shapes.root / "cross" / "notes.txt").write_bytes(b"words")
    shutil.copy(own_shapes.root / "cross" / "cross000.png", own_shapes.root / "cross" / "really_png.jpg")
    dataset = read(own_shapes.root, Settings())
    observed = observe(dataset, Settings(features="none"), engine=Threads(2))

    assert [(file.path, file.label, file.reason) for file in observed.skipped] == [
        ("circle/empty.jpg", "circle", "empty file"),
        ("circle/words.jpg", "circle", "text, not an image"),
    ]
    assert observed.others == ("cross/notes.txt",)
    assert len(observed.rows) == 19
    assert "cross/really_png.jpg" in dataset.take(observed.rows).paths


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege on Windows")
def test_a_link_to_nowhere_is_a_value_too(own_shapes: Shapes) -> None:
    (own_shapes.root / "cross" / "gone.png").symlink_to("nowhere")

    assert seen(own_shapes.root).skipped[0].reason == "cannot be opened: No such file or directory"


def test_digests_know_the_bytes_and_the_picture(own_shapes: Shapes) -> None:
    first = own_shapes.root / "circle" / "circle000.png"
    with Image.open(first) as image:
        image.save(own_shapes.root / "square" / "again.bmp")
    observed = seen(own_shapes.root)
    paths = read(own_shapes.root, Settings()).paths
    a, b = paths.index("circle/circle000.png"), paths.index("square/again.bmp")

    assert observed.digests[a] == hashlib.sha256(first.read_bytes()).hexdigest()
    assert observed.digests[a] != observed.digests[b]
    assert observed.pictures[a] == observed.pictures[b]
    assert len(set(observed.pictures)) == len(observed.pictures) - 1


def test_threads_and_neighbours_change_no_feature(own_shapes: Shapes) -> None:
    all_of_them = seen(own_shapes.root, jobs=1, features="efficientnet-lite0").features
    assert np.array_equal(all_of_them, seen(own_shapes.root, jobs=3, features="efficientnet-lite0").features)

    (own_shapes.root / "circle" / "circle000.png").unlink()  # every other image moves to another place of its batch
    assert np.array_equal(all_of_them[1:], seen(own_shapes.root, features="efficientnet-lite0").features)


def test_a_class_without_any_readable_image_is_left_to_the_checks(own_shapes: Shapes) -> None:
    for path in (own_shapes.root / "circle").iterdir():
        path.write_bytes(b"")

    assert len(seen(own_shapes.root).rows) == 12


def test_one_readable_class_is_not_enough(own_shapes: Shapes) -> None:
    for folder in ("circle", "square"):
        for path in (own_shapes.root / folder).iterdir():
            path.write_bytes(b"")

    with pytest.raises(
        DatasetError, match=r"images of one class only, 'cross', .* 12 files cannot be read; the first: circle"
    ):
        seen(own_shapes.root)


def test_no_readable_image_at_all(own_shapes: Shapes) -> None:
    for path in own_shapes.root.rglob("*.png"):
        path.write_bytes(b"x")

    with pytest.raises(DatasetError, match="holds no image that can be read; at least two classes need"):
        seen(own_shapes.root)


def test_progress_is_told_to_the_end(own_shapes: Shapes) -> None:
    told: list[tuple[int, int]] = []
    settings = Settings(features="none")
    observe(
        read(own_shapes.root, settings),
        settings,
        engine=Threads(2),
        track=lambda done, total: told.append((done, total)),
    )

    assert told[0] == (0, 18)
    assert told[-1] == (18, 18)
    assert told == sorted(told)


@pytest.mark.skipif(sys.platform != "linux", reason="only here may a name hold any bytes")
def test_a_name_that_is_no_text_is_read_all_the_same(own_shapes: Shapes) -> None:
    source = own_shapes.root / "circle" / "circle000.png"
    shutil.copy(source, os.fsdecode(os.fsencode(own_shapes.root / "circle") + b"/bad\xff.png"))

    assert len(seen(own_shapes.root).rows) == 19
