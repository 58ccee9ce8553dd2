"""The pictures of a page: which files are read for them, and which never are."""

import hashlib
import io
import os
from pathlib import Path

import pytest
from PIL import Image

from labelaudit.illustrations import draw
from labelaudit.records import Illustration, Size
from labelaudit.sources import Files

SIZE = Size(32, 2_000)


def png(colour: str = "red") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (64, 48), colour).save(out, "PNG")
    return out.getvalue()


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "data" / "cat").mkdir(parents=True)
    (tmp_path / "data" / "cat" / "1.png").write_bytes(png())
    (tmp_path / "secret.png").write_bytes(png())
    return tmp_path / "data"


def look(root: Path, path: str, *, follow_links: bool = False, data: bytes = png()) -> Illustration:
    found = draw(Files(root, confined=not follow_links), {path: [SIZE]}, {path: digest(data)}, jobs=1)
    assert list(found) == [(path, SIZE)]
    return found[path, SIZE]


def test_a_picture_keeps_its_proportions(root: Path) -> None:
    found = look(root, "cat/1.png")

    assert (found.width, found.height, found.missing) == (32, 24, "")
    with Image.open(io.BytesIO(found.webp)) as image:
        assert (image.format, image.size) == ("WEBP", (32, 24))


def test_a_file_is_read_once_for_all_its_sizes(root: Path) -> None:
    sizes = [Size(16, 2_000), SIZE]
    found = draw(Files(root, confined=True), {"cat/1.png": sizes}, {"cat/1.png": digest(png())}, jobs=2)

    assert [each.width for each in found.values()] == [16, 32]


@pytest.mark.parametrize("follow_links", [False, True])
@pytest.mark.parametrize("path", ["../secret.png", "cat/../../secret.png", "cat/../cat/1.png"])
def test_a_path_never_leads_upwards(root: Path, path: str, follow_links: bool) -> None:
    assert look(root, path, follow_links=follow_links) == (b"", 0, 0, "leads out of the folder")


@pytest.mark.parametrize("follow_links", [False, True])
def test_a_path_is_never_absolute(root: Path, follow_links: bool) -> None:
    for path in (root.parent / "secret.png", root / "cat" / "1.png"):
        assert look(root, str(path), follow_links=follow_links).missing == "leads out of the folder"


def test_links_lead_out_only_where_they_may(root: Path) -> None:
    try:
        (root / "dog").symlink_to(root.parent, target_is_directory=True)
        (root / "cat" / "2.png").symlink_to(root.parent / "secret.png")
        (root / "cat" / "3.png").symlink_to(root / "cat" / "1.png")
    except OSError:
        pytest.skip("no links here")

    for path in ("dog/secret.png", "cat/2.png"):
        assert look(root, path).missing == "leads out of the folder"
        assert look(root, path, follow_links=True).webp
    assert look(root, "cat/3.png").webp


def test_a_folder_that_is_a_link_itself_is_read(root: Path) -> None:
    try:
        (root.parent / "link").symlink_to(root, target_is_directory=True)
    except OSError:
        pytest.skip("no links here")
    assert look(root.parent / "link", "cat/1.png").webp


def test_what_changed_since_the_scan_is_not_shown(root: Path) -> None:
    assert look(root, "cat/1.png", data=png("blue")) == (b"", 0, 0, "changed since the scan")


@pytest.mark.parametrize("path", ["cat/gone.png", "cat", "cat/\0.png", "cat/" + "x" * 300 + ".png"])
def test_what_is_no_file_is_not_shown(root: Path, path: str) -> None:
    assert look(root, path).missing


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_a_pipe_is_not_waited_for(root: Path) -> None:
    os.mkfifo(root / "cat" / "pipe.png")
    assert look(root, "cat/pipe.png").missing == "not there any more"


def test_what_can_not_be_decoded_says_why(root: Path) -> None:
    (root / "cat" / "1.png").write_bytes(png()[:60])
    assert look(root, "cat/1.png", data=png()[:60]).missing
