from pathlib import Path

import pytest
from PIL import Image

from labelaudit.checks.imbalance import imbalance
from labelaudit.findings import Severity

from .photos import encoded, evidence


def folders_of(root: Path, counts: dict[str, int]) -> Path:
    for name, count in counts.items():
        (root / name).mkdir()
        for number in range(count):
            (root / name / f"{number}.png").write_bytes(encoded(Image.new("RGB", (8, 8), (number, 0, 0)), "PNG"))
    return root


def test_one_finding_at_the_smallest_names_both_ends(tmp_path: Path) -> None:
    root = folders_of(tmp_path, {"cat": 22, "dog": 2, "elk": 1, "fox": 9})
    findings = list(imbalance.find(evidence(root)))

    assert [(finding.path, finding.severity) for finding in findings] == [("elk/", Severity.INFO)]
    assert findings[0].message == (
        "class 'elk' has 1 image, 'cat' has 22 images; 2 of 4 classes have less than a tenth of that"
    )


@pytest.mark.parametrize("counts", [{"cat": 20, "dog": 2}, {"cat": 5, "dog": 5}])
def test_up_to_ten_times_is_no_finding(tmp_path: Path, counts: dict[str, int]) -> None:
    assert not list(imbalance.find(evidence(folders_of(tmp_path, counts))))
