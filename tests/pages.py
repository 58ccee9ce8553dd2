"""A report with everything that a page can show, including hostile file names."""

import io
from dataclasses import replace

import numpy as np
from PIL import Image

from labelaudit.audit import conclude
from labelaudit.findings import Finding, Severity
from labelaudit.images import shrink
from labelaudit.records import Audit, ClassSize, Explanation, Listed, PairNoise, Report
from labelaudit.reports import pictured

CAT, DOG = "cat<script>window.hit=1</script>", "dog\u202egod"

HOSTILE = (
    'cat/"><img src=x onerror="window.hit=2">.jpg',
    "cat/'onload='window.hit=3.jpg",
    "cat/<script>window.hit=4<.jpg",
    "cat/{{ 7 * 7 }}{% raw %}.jpg",
    "cat/&lt;b&gt;.jpg",
    "cat/bad\udcff.jpg",
    "cat/\x1b[31m\n.jpg",
    "cat/\u202egpj.exe",
    "cat/\u05d7\u05ea\u05d5\u05dc.jpg",
    "cat/" + "long" * 60 + ".jpg",
)

FINE = tuple(f"dog/{number}.jpg" for number in range(8))


def hostile_report(audit: Audit) -> Report:
    """Return a report on drawn images, without pictures."""
    names = [
        _finding("LA101", path, suggested=DOG, p_error=0.99 - 0.05 * number) for number, path in enumerate(HOSTILE)
    ]
    findings = (
        *names,
        _finding("LA102", FINE[0], related=(HOSTILE[0],)),
        _finding("LA202", FINE[1], related=(*FINE[2:], *HOSTILE[:2], "gone/1.jpg")),
        _finding("LA301", "cat/<b>empty.jpg", message="empty file"),
        Finding("LA401", "too-few", Severity.WARNING, f"{CAT}/", "this class has 2 images", CAT),
        Finding("XY900", "<i>plugin</i>", Severity.INFO, "<u>", "<u>"),
    )
    report = conclude(replace(audit, findings=findings), location="data/<pets>")
    grounds = {
        (path, CAT): Explanation(path, CAT, DOG, 0.9, {"<ridge>": (0.01, 0.9)}, (), (HOSTILE[0], *FINE[:2]))
        for path in HOSTILE
    }
    return replace(
        report,
        classes=(ClassSize(CAT, len(HOSTILE)), ClassSize(DOG, len(FINE))),
        images=tuple(Listed(path, CAT if path in HOSTILE else DOG, "0") for path in sorted(HOSTILE + FINE)),
        explanations=grounds,
        pair_noise=tuple(PairNoise(CAT, f"{DOG}{wrong}", wrong, None) for wrong in range(12, 0, -2)),
    )


def illustrated(report: Report, image: Image.Image) -> Report:
    """Return a report in which every picture shows *image*."""
    out = io.BytesIO()
    image.save(out, "PNG")
    wanted = pictured(report)
    drawn = {size: shrink(out.getvalue(), size) for size in set().union(*wanted.values())}
    return replace(
        report, illustrations={(path, size): drawn[size] for path, sizes in wanted.items() for size in sizes}
    )


def noise(edge: int = 300) -> Image.Image:
    """Return an image that hardly compresses."""
    return Image.fromarray(np.random.default_rng(0).integers(0, 256, (edge, edge, 3), dtype=np.uint8))


def _finding(
    code: str,
    path: str,
    *,
    message: str = "said of it",
    suggested: str = "",
    p_error: float | None = None,
    related: tuple[str, ...] = (),
) -> Finding:
    return Finding(code, "named", Severity.ERROR, path, message, CAT, suggested, p_error, "0", related)
