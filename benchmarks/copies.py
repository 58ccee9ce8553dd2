"""Plant copies among photos, and compare how many of them each tool finds.

python benchmarks/copies.py plant SET FOLDER...    draw 4,000 photos from folders, copies among them, into a new SET
python benchmarks/copies.py labelaudit SET         recall of each kind, and wrongly grouped images
python benchmarks/copies.py imagededup SET         the same of imagededup's pHash at its default distance
python benchmarks/copies.py cleanvision SET        the same of CleanVision's exact and near duplicates
python benchmarks/copies.py many [IMAGES]          time and memory on small random images
python benchmarks/copies.py controls WORK          images grouped in sets without copies

The other tools have to be installed. Images that are in the folders twice count as errors for all tools.
"""

import csv
import resource
import string
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageDraw, ImageEnhance, ImageFont, ImageOps

if TYPE_CHECKING:
    from labelaudit.records import Copies, Dataset

PHOTOS = 4000
PLANTED = 160
"""Copies of each kind; 40 of them stand in the class of their original, the rest in any."""

Pairs = set[tuple[str, str]]


def cropped(image: Image.Image, left: float, top: float, right: float, bottom: float) -> Image.Image:
    """Cut off shares of the width and the height."""
    width, height = image.size
    return image.crop(
        (round(left * width), round(top * height), round((1 - right) * width), round((1 - bottom) * height))
    )


def letterboxed(image: Image.Image, bars: int) -> Image.Image:
    """Fit a photo into a square, or a square one into 4:3, between bars of one grey level."""
    edge = max(image.size)
    size = (edge, edge) if image.width != image.height else (edge * 4 // 3, edge)
    return ImageOps.pad(image, size, Image.Resampling.LANCZOS, color=(bars, bars, bars))


def kinds(random: np.random.Generator) -> dict[str, tuple[Callable[[Image.Image], Image.Image], int]]:
    """Return what is done to a photo, and the JPEG quality it is then saved with; exact copies are not in it."""
    left, top = random.uniform(0, 0.05, 2)
    quarters, bars = int(random.choice([90, 270])), int(random.choice([0, 114, 255]))
    brightness = random.uniform(0.75, 1.25)
    return {
        "half the size": (
            lambda image: image.resize((image.width // 2, image.height // 2), Image.Resampling.LANCZOS),
            90,
        ),
        "JPEG quality 30": (lambda image: image, 30),
        "5 % cropped": (lambda image: cropped(image, left, top, 0.05 - left, 0.05 - top), 90),
        "5 % cropped at each side": (lambda image: cropped(image, 0.05, 0.05, 0.05, 0.05), 90),
        "mirrored": (ImageOps.mirror, 90),
        "upside down": (ImageOps.flip, 90),
        "turned by a quarter": (lambda image: image.rotate(quarters, expand=True), 90),
        "letterboxed": (lambda image: letterboxed(image, bars), 90),
        "brightness 75 to 125 %": (lambda image: ImageEnhance.Brightness(image).enhance(brightness), 90),
    }


def plant(root: Path, folders: list[Path]) -> None:
    """Write a data set with two splits, and truth.csv: path, kind, original."""
    random = np.random.default_rng(0)
    found = [
        sorted(path for path in folder.rglob("*") if path.suffix.lower() in (".jpg", ".png")) for folder in folders
    ]
    names = ["exact", *kinds(random)]
    originals = min(PHOTOS - PLANTED * len(names), sum(map(len, found)))
    share = -(-originals // len(folders))
    drawn = [files[number] for files in found for number in random.permutation(len(files))[:share]][:originals]
    classes = sorted({path.parent.name for path in drawn})
    rows = []

    def place(label: str, name: str) -> Path:
        path = root / ("train", "test")[random.random() < 0.3] / label / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    for number, path in enumerate(drawn):
        copy = place(path.parent.name, f"{number:05d}{path.suffix}")
        copy.write_bytes(path.read_bytes())
        rows.append((copy, "", copy))
    for turn, number in enumerate(random.permutation(originals)[: PLANTED * len(names)].tolist()):
        source, kind = drawn[number], names[turn % len(names)]
        label = source.parent.name if random.random() < 0.25 else classes[random.integers(len(classes))]
        if kind == "exact":
            copy = place(label, f"copy{number:05d}{source.suffix}")
            copy.write_bytes(source.read_bytes())
        else:
            change, quality = kinds(random)[kind]
            copy = place(label, f"copy{number:05d}.jpg")
            with Image.open(source) as image:
                change(ImageOps.exif_transpose(image).convert("RGB")).save(copy, quality=quality)
        rows.append((copy, kind, rows[number][0]))
    with (root / "truth.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(
            (path.relative_to(root).as_posix(), kind, original.relative_to(root).as_posix())
            for path, kind, original in rows
        )


def among(groups: Iterable[Iterable[str]]) -> Pairs:
    """Return the pairs within groups."""
    return {pair for group in groups for pair in combinations(sorted(group), 2)}


def copies_in(root: Path) -> tuple["Dataset", "Copies"]:
    """Return a data set, and the copies that labelaudit finds in it."""
    from labelaudit.copies import find_copies
    from labelaudit.engine import available_cores
    from labelaudit.observations import observe
    from labelaudit.settings import Settings
    from labelaudit.sources import read

    settings = Settings(features="none")
    listed = read(root, settings)
    observed = observe(listed, settings)
    dataset = listed.take(observed.rows)
    start = time.perf_counter()
    copies = find_copies(observed, jobs=available_cores())
    print(f"of the time, find_copies: {time.perf_counter() - start:.2f} s")
    return dataset, copies


def by_labelaudit(root: Path) -> Pairs:
    dataset, copies = copies_in(root)
    return among([dataset.paths[row] for row in rows] for rows in copies.rows())


def by_imagededup(root: Path) -> Pairs:
    from imagededup.methods import PHash

    found = PHash(verbose=False).find_duplicates(image_dir=str(root), recursive=True)
    names = {name: Path(name).as_posix() for name in found}
    return {
        (min(pair), max(pair))
        for name, copies in found.items()
        for pair in ((names[name], names[copy]) for copy in copies)
    }


def by_cleanvision(root: Path) -> Pairs:
    from cleanvision import Imagelab

    lab = Imagelab(data_path=str(root), verbose=False)
    lab.find_issues({"exact_duplicates": {}, "near_duplicates": {}}, verbose=False)
    groups = [group for kind in ("exact_duplicates", "near_duplicates") for group in lab.info[kind]["sets"]]
    return among([Path(path).resolve().relative_to(root.resolve()).as_posix() for path in group] for group in groups)


TOOLS = {"labelaudit": by_labelaudit, "imagededup": by_imagededup, "cleanvision": by_cleanvision}


def judge(root: Path, find: Callable[[Path], Pairs]) -> None:
    """Print the recall of each kind, and how many images a tool takes for copies of what they are not."""
    with (root / "truth.csv").open(newline="", encoding="utf-8") as file:
        truth = list(csv.reader(file))
    original = {path: source for path, _, source in truth}
    start = time.perf_counter()
    pairs = find(root)
    print(f"{len(truth):,} images in {time.perf_counter() - start:.1f} s")
    for kind in ["exact", *kinds(np.random.default_rng(0))]:
        planted = [(min(path, source), max(path, source)) for path, what, source in truth if what == kind]
        print(f"{kind}: {sum(pair in pairs for pair in planted) / len(planted):.1%} of {len(planted)}")
    wrong = {path for pair in pairs if original[pair[0]] != original[pair[1]] for path in pair}
    print(f"grouped with other pictures: {len(wrong)}, {len(wrong) / len(truth):.2%}")


def many(images: int = 100_000) -> None:
    """Print what it takes to find the copies among many pictures.

    They come in families of a hundred that are alike, so that each picture has many to be compared with; in each
    family there is one copy, a little noisy.
    """
    from labelaudit.copies import find_copies
    from labelaudit.engine import available_cores
    from labelaudit.records import STATISTICS, Observations, Statistics

    random = np.random.default_rng(0)
    thumbnails, greys = np.empty((images, 768), np.uint8), np.empty((images, 48, 48), np.uint8)
    families = random.integers(0, 256, (-(-images // 100), 6, 6, 3))
    for row in range(images):
        mixed = 0.7 * families[row // 100] + 0.3 * random.integers(0, 256, families[0].shape)
        coarse = Image.fromarray(mixed.astype(np.uint8))
        picture = np.asarray(coarse.resize((48, 48), Image.Resampling.BICUBIC)).astype(np.int16)
        picture = np.clip(picture + random.integers(-9, 10, picture.shape), 0, 255).astype(np.uint8)
        greys[row] = np.asarray(Image.fromarray(picture).convert("L"))
        thumbnails[row] = np.asarray(Image.fromarray(picture).reduce(3)).ravel()
    copies = np.arange(0, images, 100)
    greys[copies + 1] = np.clip(greys[copies].astype(np.int16) + random.integers(-3, 4, (len(copies), 48, 48)), 0, 255)
    thumbnails[copies + 1] = thumbnails[copies]
    names = tuple(f"{number:08d}" for number in range(images))
    observed = Observations(
        rows=np.arange(images),
        digests=names,
        pictures=names,
        features=np.empty((images, 0), np.float32),
        blocks=(),
        thumbnails=thumbnails,
        greys=greys,
        sizes=np.full((images, 2), 64, np.int32),
        formats=("PNG",) * images,
        statistics=Statistics.of(np.zeros((images, STATISTICS), np.float32)),
        skipped=(),
        others=(),
    )
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.perf_counter()
    found = find_copies(observed, jobs=available_cores())
    seconds, peak = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    right = (found.groups[copies] == found.groups[copies + 1]).mean()
    print(f"{images:,} images in {seconds:.1f} s, peak {peak / 2**20:.2f} GB, {before / 2**20:.2f} of it before")
    print(f"{right:.1%} of the copies found, {len(found.rows())} groups for {len(copies)} copies")


def controls(work: Path) -> None:
    """Draw sets in which nothing is a copy, and print how many images are grouped, and as what."""
    import skimage.data
    from sklearn.datasets import load_digits

    random = np.random.default_rng(0)
    scene = np.asarray(Image.fromarray(skimage.data.coffee()).resize((400, 400)), np.float64)

    def letter(number: int) -> Image.Image:
        image = Image.new("RGB", (64, 64), "white")
        place, size = tuple(random.integers(2, 17, 2).tolist()), int(random.integers(36, 52))
        text = string.ascii_letters[number % 52]
        ImageDraw.Draw(image).text(place, text, fill="black", font=ImageFont.load_default(size))
        return image

    def before_a_fixed_camera(edge: int, flicker: float) -> Image.Image:
        picture = scene + random.normal(0, 3, scene.shape)
        left, top = random.integers(0, 400 - edge, 2)
        picture[top : top + edge, left : left + edge] = random.integers(0, 256, 3)
        picture *= random.uniform(1 - flicker, 1 + flicker)
        return Image.fromarray(np.clip(picture, 0, 255).astype(np.uint8))

    sets = {
        "handwritten digits of 8 x 8": [
            Image.fromarray((16 * each).clip(0, 255).astype(np.uint8)) for each in load_digits().images
        ],
        "letters in one font, at random places": [letter(number) for number in range(1560)],
        "a fixed camera, a square of 60 pixels in 400": [before_a_fixed_camera(60, 0) for _ in range(600)],
        "the same, brightness 80 to 120 %": [before_a_fixed_camera(60, 0.2) for _ in range(600)],
        "a fixed camera, a square of 30 pixels in 400": [before_a_fixed_camera(30, 0) for _ in range(600)],
    }
    for number, (name, images) in enumerate(sets.items()):
        for row, image in enumerate(images):
            path = work / str(number) / str(row % 2) / f"{row:05d}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            image.save(path)
        _, copies = copies_in(work / str(number))
        grouped = [row for rows in copies.rows() for row in rows]
        kinds_found = Counter(copies.likeness[row].value for row in grouped if copies.groups[row] != row)
        print(f"{name}: {len(grouped)} of {len(images)} grouped {dict(kinds_found)}")


if __name__ == "__main__":
    command, *words = sys.argv[1:]
    if command == "plant":
        plant(Path(words[0]), [Path(word) for word in words[1:]])
    elif command == "controls":
        controls(Path(words[0]))
    elif command == "many":
        many(*(int(word) for word in words))
    else:
        judge(Path(words[0]), TOOLS[command])
