import re
from pathlib import Path

import pytest

from labelaudit.checks import CHECKS
from labelaudit.checks.unreadable import APART, unreadable
from labelaudit.findings import Finding, Severity

from .photos import encoded, evidence, folders, pieces


def found(root: Path) -> list[Finding]:
    return list(unreadable.find(evidence(root)))


@pytest.mark.parametrize(
    ("name", "kind", "message"),
    [
        ("photo.png", "JPEG", "named .png, is JPEG"),
        ("photo.JPG", "PNG", "named .jpg, is PNG"),
        ("photo.svg", "WEBP", "named .svg, is WEBP"),
        ("photo.tif", "BMP", "named .tif, is BMP"),
        ("photo.jfif", "JPEG", None),
        ("photo.mpo", "JPEG", None),
        ("photo.jpeg", "MPO", None),
        ("photo.TIF", "TIFF", None),
        ("photo.pnm", "PPM", None),
        ("photo", "PNG", None),
        ("photo.dat", "PNG", None),
    ],
)
def test_ending_and_content_agree_or_are_a_warning(tmp_path: Path, name: str, kind: str, message: str | None) -> None:
    root = folders(tmp_path, 2, 1)
    (root / "a" / name).write_bytes(encoded(pieces(1)[0], kind))
    findings = found(root)

    assert [finding.message for finding in findings] == ([message] if message else [])
    assert all((finding.path, finding.label) == (f"a/{name}", "a") for finding in findings)
    assert all(finding.severity == Severity.WARNING and finding.digest for finding in findings)


def test_many_that_disagree_alike_are_one_finding(tmp_path: Path) -> None:
    root = folders(tmp_path, 2, 1)
    image = pieces(1)[0]
    for number in range(APART):
        (root / "a" / f"{number:02d}.png").write_bytes(encoded(image))
    assert len(found(root)) == APART

    (root / "b" / "last.png").write_bytes(encoded(image))
    finding = found(root)[0]
    assert len(found(root)) == 1
    assert (finding.path, finding.message) == ("a/00.png", f"named .png, is JPEG; so are {APART} others")
    assert finding.related == tuple(f"a/{number:02d}.png" for number in range(1, APART))


def test_the_page_lists_every_reason(tmp_path: Path) -> None:
    root = folders(tmp_path, 2, 1)
    whole = encoded(pieces(1)[0])
    for name, data in {
        "empty": b"",
        "half": whole[: len(whole) // 2],
        "words": b"words",
        "bytes": bytes(range(128, 256)),
    }.items():
        (root / "a" / f"{name}.jpg").write_bytes(data)
    (root / "a" / "broken.webp").write_bytes(encoded(pieces(1)[0], "WEBP")[:-99] + b"\xff" * 99)
    (root / "a" / "other.png").write_bytes(whole)
    page = " ".join(CHECKS["LA301"].page.split())
    reasons = {re.split(r" \(|: ", finding.message)[0] for finding in found(root)}

    assert reasons == {
        "broken image data",
        "empty file",
        "named .png, is JPEG",
        "not an image that can be read",
        "text, not an image",
        "truncated",
    }
    assert all(reason in page for reason in reasons)
