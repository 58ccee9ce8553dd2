"""The same images through every source give the same findings and the same scores."""

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from labelaudit.audit import audit, conclude, illustrate
from labelaudit.cache import Cache
from labelaudit.engine import Threads
from labelaudit.records import Audit
from labelaudit.reports import render
from labelaudit.reports.scores import scores
from labelaudit.settings import Settings
from labelaudit.sources import read

from .conftest import Shapes
from .every_object import OBJECTS, OF_PIXELS, named_by
from .every_source import SOURCES


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Cache:
    """A cache of decoded images: every source has to hand over the very bytes, and nothing is decoded twice."""
    return Cache(tmp_path_factory.mktemp("observations"))


def usual(path: str) -> str:
    """Return the path that an image has in the folder; FiftyOne has all images in one folder."""
    return path.removeprefix("data/").replace("-", "/")


def digest_of_scores(result: Audit, usual: Callable[[str], str] = usual) -> str:
    lines = scores(result).splitlines()
    rows = [[usual(path), *rest] for path, *rest in (line.split(",") for line in lines)]
    return hashlib.sha256(repr(rows).encode()).hexdigest()


def found(result: Audit, usual: Callable[[str], str] = usual, *, digests: bool = True) -> list[tuple[object, ...]]:
    return [
        (
            each.code,
            usual(each.path),
            each.label,
            each.suggested,
            list(map(usual, each.related)),
            each.p_error,
            each.digest if digests else "",
        )
        for each in result.findings
    ]


@pytest.mark.parametrize("name", SOURCES)
def test_the_same_images_give_the_same_findings(
    name: str, shapes: Shapes, shapes_audit: Audit, cache: Cache, tmp_path: Path
) -> None:
    data = SOURCES[name](shapes.root, tmp_path)
    settings = Settings(root=str(shapes.root) if data.name.startswith("labels") else "")
    result = audit(data, settings, cache=cache, engine=Threads(2))

    assert found(result) == found(shapes_audit)
    assert digest_of_scores(result) == digest_of_scores(shapes_audit)
    report = conclude(result)
    page = render(illustrate(report, result.dataset.source, jobs=2), "html")
    assert page.count("<img") == render(illustrate(report, result.dataset.source, jobs=1), "html").count("<img") > 3


@pytest.mark.parametrize("name", OBJECTS)
def test_the_same_images_in_memory_give_the_same_findings(
    name: str, shapes: Shapes, shapes_audit: Audit, cache: Cache
) -> None:
    names, digests = named_by(shapes.root), name not in OF_PIXELS
    result = audit(OBJECTS[name](shapes.root), cache=cache, engine=Threads(2))

    def usual(path: str) -> str:
        return names.get(path, path)

    assert found(result, usual, digests=digests) == found(shapes_audit, digests=digests)
    assert digest_of_scores(result, usual) == digest_of_scores(shapes_audit)
    page = render(illustrate(conclude(result), result.dataset.source, jobs=2), "html")
    assert page.count("<img") == render(illustrate(conclude(shapes_audit), shapes_audit.dataset.source), "html").count(
        "<img"
    )


@pytest.mark.parametrize("name", OBJECTS)
def test_what_a_program_does_not_hold_is_not_opened(name: str, own_shapes: Shapes) -> None:
    source = read(OBJECTS[name](own_shapes.root), Settings()).source

    for path in ("../secret.png", "/etc/passwd", "circle/none.png", "000999", ""):
        with pytest.raises((OSError, ValueError)):
            source.open(path)


@pytest.mark.parametrize("name", SOURCES)
def test_what_is_not_listed_is_not_opened(name: str, own_shapes: Shapes, tmp_path: Path) -> None:
    data = SOURCES[name](own_shapes.root, tmp_path)
    settings = Settings(root=str(own_shapes.root) if data.name.startswith("labels") else "")
    source = read(data, settings).source

    for path in ("../secret.png", "/etc/passwd", "circle/none.png", ""):
        with pytest.raises((OSError, ValueError)):
            source.open(path)
