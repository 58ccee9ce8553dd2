"""Measure the time and the peak memory of scans by the number of images, each in a process of its own; POSIX only.

    python benchmarks/scale.py features 10000 100000 1000000     stored features (N, 1280) of 100 classes
    python benchmarks/scale.py images 20000 100000               drawn images of 16 x 16 pixels in a folder
    ... --in DIR     make the data here, and leave it for the next run (1 M: 14 GB; 100,000 files: .4 GB)
    ... --plot FILE  draw what was measured as an SVG

5 % of the labels are wrong, and 1 % of the images are copies of others. Seconds of processor time are given as well as
those of the clock, since other programs may be running. The peak is the largest resident size of the whole process.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

WIDTH, CLASSES, WRONG, COPIED = 1280, 100, 0.05, 0.01
LEADING = 64
"""Number of directions in which the features of classes differ."""

CHUNK = 10_000


def features_of(images: int, folder: Path) -> Path:
    """Write stored features, small pictures and labels of so many images; what is there stays."""
    place = folder / f"features-{images}"
    if (place / "labels.npy").exists():
        return place
    place.mkdir(parents=True, exist_ok=True)
    shapes = {"features": ("<f4", (WIDTH,)), "greys": ("u1", (48, 48)), "thumbnails": ("u1", (768,))}
    columns = {
        name: np.lib.format.open_memmap(place / f"{name}.npy", "w+", kind, (images, *shape))
        for name, (kind, shape) in shapes.items()
    }
    random = np.random.default_rng(0)
    true = random.integers(0, CLASSES, images)
    centres = random.standard_normal((CLASSES, LEADING), dtype=np.float32)
    directions = random.standard_normal((LEADING, WIDTH), dtype=np.float32)
    for start in range(0, images, CHUNK):
        rows = slice(start, min(start + CHUNK, images))
        count = rows.stop - start
        shown = 0.5 * centres[true[rows]] + random.standard_normal((count, LEADING), dtype=np.float32)
        features = shown @ directions + 4 * random.standard_normal((count, WIDTH), dtype=np.float32)
        coarse = random.integers(0, 256, (count, 6, 6, 3)).astype(np.uint8)
        copies = np.flatnonzero(random.random(count) < COPIED)
        copies = copies[copies > 0]
        features[copies], coarse[copies] = features[copies - 1], coarse[copies - 1]
        columns["features"][rows] = features
        columns["greys"][rows] = coarse.mean(axis=3).repeat(8, axis=1).repeat(8, axis=2)
        columns["thumbnails"][rows] = coarse.repeat(3, axis=1).repeat(3, axis=2)[:, 1:17, 1:17].reshape(count, -1)
    wrong = random.random(images) < WRONG
    labels = np.where(wrong, (true + random.integers(1, CLASSES, images)) % CLASSES, true)
    for column in columns.values():
        column.flush()
    np.save(place / "wrong.npy", wrong)
    np.save(place / "labels.npy", labels)
    return place


def images_of(images: int, folder: Path) -> Path:
    """Draw so many PNG files of 16 x 16 pixels in ten class folders; what is there stays."""
    from PIL import Image

    place = folder / f"images-{images}"
    if (place / "whole").exists():
        return place / "data"
    random = np.random.default_rng(0)
    for label in range(10):
        (place / "data" / f"class-{label}").mkdir(parents=True, exist_ok=True)
    base = random.integers(40, 216, (10, 4, 4, 3))
    for number in range(images):
        true = number % 10
        label = (true + 1) % 10 if random.random() < WRONG else true
        pixels = base[true] + random.normal(0, 25, (4, 4, 3))
        pixels = pixels.repeat(4, axis=0).repeat(4, axis=1) + random.normal(0, 12, (16, 16, 3))
        drawn = Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))
        drawn.save(place / "data" / f"class-{label}" / f"{number:07}.png", compress_level=1)
    (place / "whole").touch()
    return place / "data"


def measure_features(folder: Path, jobs: int) -> dict[str, Any]:
    """Judge stored features; return seconds of processor time by stage, and what was found."""
    from labelaudit.audit import believe, compare, place, related
    from labelaudit.cache import Cache
    from labelaudit.checks import run_checks
    from labelaudit.engine import threads
    from labelaudit.records import Evidence
    from labelaudit.settings import Settings

    dataset, observed = stored(folder)
    spent: dict[str, float] = {}

    def step(name: str, work: Callable[[], Any]) -> Any:
        before = processor_time()
        found = work()
        spent[name] = round(processor_time() - before, 1)
        print(f"  {name}: {spent[name]} s, {peak() / 1e9:.2f} GB", file=sys.stderr, flush=True)
        return found

    engine, settings = threads(jobs), Settings()
    with tempfile.TemporaryDirectory(dir=folder) as own:
        cache = Cache(Path(own))
        embedding = place(observed, cache, engine)
        step("axes and neighbors", embedding.result)
        copies = step("copies", lambda: compare(observed, embedding, cache, engine))
        parts = (dataset, observed, embedding, copies, settings, cache, engine)
        copies = step("families", lambda: related(*parts))
        beliefs = step("labels", lambda: believe(dataset, observed, embedding, copies, settings, cache, engine))
    findings = step("rules", lambda: run_checks(Evidence(dataset, observed, copies, beliefs, settings)))
    wrong = np.load(folder / "wrong.npy")
    flagged = beliefs.flagged(dataset, settings)
    return spent | {
        "flagged": int(flagged.sum()),
        "precision": float(wrong[flagged].mean()),
        "recall": float(flagged[wrong].mean()),
        "findings": len(findings),
        "digest": digest(beliefs),
    }


def stored(place: Path) -> tuple[Any, Any]:
    """Return the data set, and the observations of its images as memory-mapped files."""
    import hashlib

    from labelaudit.records import Dataset, Observations, Source, Statistics

    class Stored(Source):
        def open(self, path: str) -> bytes:
            raise FileNotFoundError(path)

    labels = np.load(place / "labels.npy")
    features, greys, thumbnails = (
        np.load(place / f"{name}.npy", mmap_mode="r") for name in ("features", "greys", "thumbnails")
    )
    count = len(labels)
    digests = tuple(hashlib.sha256(str(row).encode()).hexdigest() for row in range(count))
    usual = np.tile(np.array([128, 200, 50, 1, 1, 10, -1], np.float32), (count, 1))
    classes = tuple(f"class-{label:03}" for label in range(CLASSES))
    paths = tuple(f"{row:07}.png" for row in range(count))
    dataset = Dataset(Stored("stored features"), classes, paths, labels, ("",) * count)
    observed = Observations(
        rows=np.arange(count),
        digests=digests,
        pictures=digests,
        features=features,
        blocks=(WIDTH,),
        thumbnails=thumbnails,
        greys=greys,
        sizes=np.full((count, 2), 48, np.int32),
        formats=("PNG",) * count,
        statistics=Statistics.of(usual),
        skipped=(),
        others=(),
    )
    return dataset, observed


def digest(beliefs: Any) -> str:
    """Return a digest of what decides the results, to compare versions."""
    from labelaudit.cache import digest_of

    return digest_of(beliefs.p_error, beliefs.suggested, beliefs.probabilities, beliefs.posterior, beliefs.strangeness)


def measure_images(place: Path, jobs: int) -> dict[str, Any]:
    """Scan drawn images with an empty cache, and again; each in a process of its own, through the command line."""
    found: dict[str, Any] = {}
    with tempfile.TemporaryDirectory(dir=place.parent) as folder:
        words = [sys.executable, "-m", "labelaudit", "scan", str(place), "--cache-dir", folder, "--exit-zero"]
        words += [
            "--format",
            "json",
            "--out",
            f"{folder}/report.json",
            "--jobs",
            str(jobs),
            "--verbose",
            "--no-baseline",
        ]
        for which in ("cold", "warm"):
            start, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
            code = f"import subprocess,resource,sys\nrun = subprocess.run({words!r})\n"
            code += "sys.exit(run.returncode) if run.returncode else None\n"
            code += "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
            done = subprocess.run([sys.executable, "-c", code], check=True, stdout=subprocess.PIPE, text=True)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
            found |= {which: round(spent, 1), f"{which} clock": round(time.monotonic() - start, 1)}
            found[f"{which} peak"] = int(done.stdout) * unit() / 1e9
    return {"processor": found["cold"], "peak": found["cold peak"], **found}


def processor_time() -> float:
    """Return the seconds that all cores have worked for this process."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def peak() -> int:
    """Return the largest resident size of this process, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit()


def unit() -> int:
    """Return the bytes of a unit of ``ru_maxrss``."""
    return 1 if sys.platform == "darwin" else 1024


def one(kind: str, images: int, folder: Path, jobs: int) -> dict[str, Any]:
    """Measure one size in this process."""
    start, before = time.monotonic(), processor_time()
    if kind == "images":
        return measure_images(images_of(images, folder), jobs)
    found = measure_features(folder / f"features-{images}", jobs)
    clock = round(time.monotonic() - start, 1)
    return {"processor": round(processor_time() - before, 1), "clock": clock, "peak": peak() / 1e9, **found}


def plot(measured: list[dict[str, Any]]) -> str:
    """Return an SVG of the time and the peak memory over the number of images."""
    most = max(each["images"] for each in measured)
    panels = []
    for left, key, name in ((0, "processor", "seconds of processor time"), (330, "peak", "peak memory, GB")):
        top = max(each[key] for each in measured) * 1.1
        places = [(50 + 250 * each["images"] / most, 190 - 160 * each[key] / top) for each in measured]
        line = " ".join(f"{x:.0f},{y:.0f}" for x, y in [*([(50, 190)] if key == "processor" else []), *places])
        dots = "".join(
            f'<circle cx="{x:.0f}" cy="{y:.0f}" r="3"/><text x="{x:.0f}" y="{y - 8:.0f}">{each[key]:.3g}</text>'
            f'<text x="{x:.0f}" y="206">{each["images"]:,}</text>'
            for (x, y), each in zip(places, measured, strict=True)
        )
        panels.append(
            f'<g transform="translate({left})"><text x="175" y="16">{name}</text><path d="M50 190H305M50 190V24"/>'
            f'<polyline points="{line}"/>{dots}</g>'
        )
    style = (
        "text{font:11px sans-serif;text-anchor:middle;fill:#666}path,polyline{fill:none;stroke:#888}"
        "polyline{stroke:#2563eb;stroke-width:2}circle{fill:#2563eb}"
    )
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 660 216" role="img">'
        f"<title>Time and memory by the number of images</title><style>{style}</style>{''.join(panels)}</svg>\n"
    )


def main() -> None:
    """Measure each size in a process of its own: one begins with the peak of the one that started it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kind", choices=("features", "images"))
    parser.add_argument("sizes", type=int, nargs="+")
    parser.add_argument("--in", dest="folder", type=Path)
    parser.add_argument("--plot", type=Path)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one:
        print(json.dumps(one(asked.kind, asked.sizes[0], asked.folder, asked.jobs)))
        return
    measured = []
    with tempfile.TemporaryDirectory() as own:
        folder = asked.folder or Path(own)
        for images in asked.sizes:
            make = features_of if asked.kind == "features" else images_of
            make_and_measure = [sys.executable, __file__, asked.kind, str(images), "--in", str(folder), "--one"]
            make(images, folder)
            done = subprocess.run([*make_and_measure, "--jobs", str(asked.jobs)], check=True, stdout=subprocess.PIPE)
            measured.append({"images": images, **json.loads(done.stdout)})
            print(json.dumps(measured[-1]), flush=True)
    if asked.plot:
        asked.plot.write_text(plot(measured), encoding="utf-8")


if __name__ == "__main__":
    main()
