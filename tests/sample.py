"""A small report with hostile names, and its golden files in every format.

python -m tests.sample writes tests/golden/, a file for each format: read what changed as its consumer would.
"""

import hashlib
from collections.abc import Callable
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path

from labelaudit.decisions.baseline import accept, dump
from labelaudit.difference import compare
from labelaudit.findings import Finding, Severity
from labelaudit.names import printable
from labelaudit.records import (
    Acceptance,
    Accepted,
    Baseline,
    ClassNoise,
    ClassSize,
    Count,
    Entry,
    Estimate,
    Explanation,
    Interval,
    Listed,
    PairNoise,
    PassedOver,
    Report,
    Rule,
    Tally,
    Verdict,
)
from labelaudit.reports import FORMATS, render
from labelaudit.reports.differences import DIFFERENCES
from labelaudit.settings import ClassSettings, Settings

GOLDEN = Path(__file__).parent / "golden"

NAMES = (
    "train/cat/[red]bold[/red].jpg",
    "train/cat/new\nline.jpg",
    "::error::x/cat/1.jpg",
    "=cmd|' /C calc'!A0/cat/1.jpg",
    "train/cat/bad\udcff.jpg",
    "train/cat/\x1b[31m.jpg",
    'train/cat/a,"b".jpg',
    "train/cat/]]>&<x>\ufffe.jpg",
    "train/cat/##vso[task.complete]%0A.jpg",
    "##[stop-commands]x/cat/2.jpg",
    "train/cat/@team `|` ![x](y) <b>.jpg",
    "train/cat/a b#?%2e;caf\u00e9.jpg",
    "-rf/cat/right\u202eto left.jpg",
    "train/cat/[click](1).jpg",
)
CLASSES = ("=cat", "d|og <b>", "owl\u2028")


def page(summary: str) -> str:
    return f"{summary}\n\nWhat it finds\n    What `it` finds.\n\nWhat to do\n    Look at <it>, & mend it."


RULES = tuple(
    Rule(code, name, severity, summary, page(summary))
    for code, name, severity, summary in (
        ("LA101", "mislabeled", "error", "The label is probably wrong."),
        ("LA102", "conflicting-duplicates", "error", "The same picture is in two or more classes."),
        ("LA301", "unreadable", "error", "The file can't be read."),
        ("LA401", "too-few", "warning", "This class has too few images to be judged."),
        ("LA103", "ambiguous", "info", "Two classes fit this image about equally well."),
    )
)


def digest(name: str) -> str:
    return hashlib.sha256(name.encode("utf-8", "surrogateescape")).hexdigest()


def found(code: str, path: str, message: str, **more: object) -> Finding:
    rule = next(rule for rule in RULES if rule.code == code)
    return Finding(code, rule.name, Severity(rule.severity), path, message, **more)  # type: ignore[arg-type]


def mislabeled(path: str, p_error: float, label: str = CLASSES[0]) -> Finding:
    message = f"given '{label}', looks like 'd|og <b>' (p_error {p_error:.2f})"
    return found("LA101", path, message, label=label, suggested=CLASSES[1], p_error=p_error, digest=digest(path))


FINDINGS = (
    *(mislabeled(path, 0.99 - number / 100) for number, path in enumerate(NAMES)),
    found(
        "LA102",
        "train/cat/twin.jpg",
        "given '=cat', the same picture as train/cat/new\\x0aline.jpg in 'd|og <b>' (cropped)",
        label=CLASSES[0],
        suggested=CLASSES[1],
        p_error=0.75,
        related=(NAMES[-2], NAMES[1], NAMES[4]),
        subject=digest("a group"),
    ),
    found("LA301", "train/cat/empty.jpg", "empty file", label=CLASSES[0], digest=digest("")),
    found("LA401", "owl\u2028/", "class 'owl\\u2028' has 1 image", label=CLASSES[2]),
    found(
        "LA103",
        "test/cat/either.jpg",
        "given '=cat', as much like 'd|og <b>'",
        label=CLASSES[0],
        suggested=CLASSES[1],
        p_error=0.4,
        digest=digest("either"),
    ),
)
ACCEPTED = mislabeled("train/cat/fine.jpg", 0.6)
STALE = Entry("LA101", digest("gone"), "=cat", "train/cat/gone.jpg", Acceptance.DEFERRED, "day one")


def report() -> Report:
    """Return a report that fails, with every kind of finding and every hostile name."""
    images = [*NAMES, "train/cat/twin.jpg", "train/cat/fine.jpg", "test/cat/either.jpg", "train/owl/1.jpg"]
    first = FINDINGS[0]
    return Report(
        version="1.2.3",
        location="data sets/pets",
        written={"train/cat/twin.jpg": ("::labels,\n.csv", 17)},
        rules=tuple(sorted(RULES)),
        settings=asdict(Settings(per_class=(ClassSettings(name="=cat", min_p_error=0.9, ignore=("LA2",)),))),
        classes=(ClassSize(CLASSES[0], 16), ClassSize(CLASSES[1], 1_234), ClassSize(CLASSES[2], 1)),
        splits=(ClassSize("test", 1), ClassSize("train", 1_250)),
        images=tuple(Listed(path, CLASSES[0], digest(path)) for path in sorted(images)),
        unreadable=1,
        others=("notes\x1b.txt",),
        passed_over=(
            PassedOver("::extra\n", 1, "beside the splits"),
            PassedOver("val<b>|", 1_234, "unlabelled, without class folders"),
        ),
        judged=1_250,
        accuracy=0.91234,
        believable=True,
        wrong=Count(20.25, 15.5, 31.125),
        caught=0.625,
        class_noise=(ClassNoise(CLASSES[0], 16, 12.5, CLASSES[1]),),
        pair_noise=(PairNoise(CLASSES[0], CLASSES[1], 12.25, None), PairNoise(CLASSES[1], CLASSES[0], 7.5, 8.25)),
        findings=FINDINGS,
        explanations={
            (first.path, first.label): Explanation(
                first.path, CLASSES[0], CLASSES[1], 0.99, {"ridge": (0.01, 0.98)}, (NAMES[1],), (NAMES[4], NAMES[2])
            )
        },
        verdict=Verdict(
            counted=FINDINGS[:-2],
            rate=16 / 1_252,
            reason="16 findings count, 0 allowed (--max-issues 0)",
            open=FINDINGS,
            accepted=(Accepted(ACCEPTED, Entry(*ACCEPTED.key, ACCEPTED.path, Acceptance.CORRECT, "a | <tabby>")),),
            stale=(STALE,),
        ),
        tally=Tally(
            looked_at=60,
            wrong=12,
            unsure=2,
            bad_images=1,
            fixed=7,
            followed=3,
            conflicts=2,
            measured=Estimate(
                Interval(0.0161, 0.0054, 0.0412), Interval(0.81, 0.62, 0.95), Interval(0.64, 0.31, 1.0), 1_250, 50, 47
            ),
        ),
        worth_a_look=(
            Explanation(NAMES[4], CLASSES[0], CLASSES[1], 0.25, {"ridge": (0.7, 0.2)}, (NAMES[1],), ()),
            Explanation("train/cat/twin.jpg", CLASSES[0], CLASSES[1], 0.125, {"ridge": (0.8, 0.1)}, (), (NAMES[2],)),
        ),
    )


def before() -> Report:
    """Return an earlier report: some findings ended, one image was moved, most findings are new."""
    gone, relabelled = (mislabeled(f"train/cat/{name}|<b>.jpg", 0.9) for name in ("gone", "relabelled"))
    elsewhere = replace(FINDINGS[0], path="train/cat/@elsewhere.jpg")
    now = report()
    return replace(
        now,
        findings=(elsewhere, FINDINGS[1], gone, relabelled, ACCEPTED),
        images=tuple(Listed(each.path, CLASSES[0], each.digest) for each in (gone, relabelled)),
    )


def after() -> Report:
    """Return the report of today, in which one image has another label."""
    now, (*_, relabelled, _) = report(), before().findings
    return replace(now, images=(*now.images, Listed("train/dog/1.jpg", CLASSES[1], relabelled.digest)))


def many(count: int) -> Report:
    """Return a report with as many findings, nearly all of which count, at paths of 250 hostile characters."""
    long = "train/cat/" + "]]>&<b>|`@x ](y)\n\x1b,;%::\u202e'\"=##[\udcff\u00e9" * 6
    paths = [f"{long[:240]}{number:06d}.jpg" for number in range(count)]
    wrong = tuple(mislabeled(path, 0.9) for path in paths)
    group = replace(FINDINGS[-4], related=tuple(paths[:5]), message=" and ".join(map(printable, paths[:5])))
    findings = (*wrong[: -count // 10], *(replace(group, path=path) for path in paths[-count // 10 :]), *FINDINGS[-2:])
    small = report()
    return replace(
        small,
        images=tuple(Listed(path, CLASSES[0], digest(path)) for path in paths),
        findings=findings,
        explanations={
            (each.path, each.label): Explanation(
                each.path,
                CLASSES[0],
                CLASSES[1],
                0.9,
                {"ridge": (0.1, 0.8)},
                tuple(paths[number - 3 : number]),
                tuple(paths[number - 6 : number - 3]),
            )
            for number, each in enumerate(wrong)
        },
        verdict=replace(small.verdict, counted=findings[:-2], open=findings),
    )


def baseline() -> str:
    """Return a baseline that accepts all findings."""
    return dump(accept(Baseline(), FINDINGS, 'because "so" \u2028'))


def written() -> dict[str, Callable[[], str]]:
    """Return what writes each golden file; a page for a browser is looked at there."""
    return {
        **{name: partial(lambda name: render(report(), name), name) for name in FORMATS if name != "html"},
        **{
            f"diff-{name}": partial(lambda name: DIFFERENCES[name](compare(before(), after())), name)
            for name in DIFFERENCES
        },
        "baseline": baseline,
    }


def encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


if __name__ == "__main__":
    for path in GOLDEN.iterdir():
        path.unlink()
    for name, write in written().items():
        (GOLDEN / name).write_bytes(encoded(write()))
