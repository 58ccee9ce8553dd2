import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from typer.testing import Result

from labelaudit.checks.similar_class_names import similar_class_names
from labelaudit.findings import Finding, Severity
from labelaudit.settings import Settings
from labelaudit.sources import read

from .photos import encoded, evidence

Run = Callable[..., Result]
COMPOSED, DECOMPOSED = (unicodedata.normalize(form, "ch\u00e2teau") for form in ("NFC", "NFD"))


def write(root: Path, counts: dict[str, int]) -> Path:
    for place, (name, count) in enumerate(counts.items()):
        (root / name).mkdir(parents=True)
        for number in range(count):
            image = Image.new("RGB", (8, 8), (number, place, 0))
            (root / name / f"{number}.png").write_bytes(encoded(image, "PNG"))
    return root


def found(root: Path, counts: dict[str, int]) -> list[Finding]:
    write(root, counts)
    if len(read(root, Settings()).classes) < len({name.rpartition("/")[2] for name in counts}):
        pytest.skip("this file system takes the names for one")
    return list(similar_class_names.find(evidence(root)))


@pytest.mark.parametrize(
    ("one", "other", "difference"),
    [
        ("Disc", "disc", "case"),
        ("STRASSE", "stra\u00dfe", "case"),
        ("hot dog", "hot_dog", "spaces, '_' or '-'"),
        ("hot-dog", "hotdog", "spaces, '_' or '-'"),
        ("1-2", "1_2", "spaces, '_' or '-'"),
        ("Hot Dog", "hot__dog", "case and spaces, '_' or '-'"),
        ("\uff23at", "Cat", "Unicode form (NFC, NFD)"),
        ("\uff23at", "cat", "Unicode form (NFC, NFD) and case"),
    ],
)
def test_spellings_of_one_name(one: str, other: str, difference: str, tmp_path: Path) -> None:
    findings = found(tmp_path, {one: 3, other: 2, "square": 2})

    assert [finding.severity for finding in findings] == [Severity.WARNING]
    assert findings[0].message.startswith(f"class names that differ only in {difference} are probably one class: ")
    assert "(3 images)" in findings[0].message
    assert "(2 images)" in findings[0].message


@pytest.mark.parametrize(
    "names", [("1-2", "12"), ("cat", "cats"), ("model 3", "model 30"), ("resume", "r\u00e9sum\u00e9"), ("a-1", "a1")]
)
def test_other_names_are_not_similar(names: tuple[str, str], tmp_path: Path) -> None:
    assert not found(tmp_path, dict.fromkeys(names, 2))


def test_names_that_look_the_same_are_told_apart(tmp_path: Path) -> None:
    findings = found(tmp_path, {f"train/{COMPOSED}": 2, f"test/{DECOMPOSED}": 1, "train/square": 2, "test/square": 2})

    assert len(findings) == 1
    assert findings[0].message == (
        "class names that differ only in Unicode form (NFC, NFD) are probably one class: "
        "'cha\\u0302teau' (1 image in test), 'ch\\xe2teau' (2 images in train)"
    )


def test_three_spellings_are_one_finding(tmp_path: Path) -> None:
    (finding,) = found(tmp_path, {"Disc": 1, "dIsc": 1, "disc": 1, "square": 1})

    assert finding.message.count("1 image") == 3
    assert (finding.path, finding.subject) == ("Disc/", "Disc/ dIsc/ disc/")


def test_a_baseline_accepts_it(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "data", {"train/A": 4, "test/a": 3, "train/B": 4, "test/B": 3})
    words = ("scan", "data", "--select", "similar-class-names", "--strict")
    done = run(*words)
    assert done.stdout.startswith("A/: LA406 class names that differ only in case are probably one class: ")
    assert done.stdout.endswith(": 'A' (4 images in train), 'a' (3 images in test)\n")
    assert done.exit_code == 1

    assert run("baseline", "data", "--path", "A/", "--reason", "letters").exit_code == 0
    assert run(*words).exit_code == 0
