"""Measure how many wrong labels are found that all images of one original share.

python benchmarks/families.py plant PHOTOS OUT [KIND ...] [--originals 700] [--wrong 35]
python benchmarks/families.py measure OUT

PHOTOS holds a folder for each class; splits above them are pooled. *plant* draws originals, gives some of them a wrong
label and writes every member of their families below that label, with random names. *measure* judges each kind three
times: with duplicates alone held out together, with families as they are found, and with the true families. An original
counts as found, or as a false flag, if one of its members is flagged.
"""

import argparse
import csv
import hashlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageEnhance, ImageOps

from labelaudit import Settings
from labelaudit.audit import audit
from labelaudit.engine import Threads, available_cores, in_order
from labelaudit.probabilities import embed, out_of_sample
from labelaudit.records.copies import first_rows

EDGE = 320
"""Pixels of the longer side of what is written."""

Rows = NDArray[np.int64]

Change = Callable[[Image.Image, np.random.Generator, float], Image.Image]


def turned(image: Image.Image, random: np.random.Generator, most: float = 12) -> Image.Image:
    """Rotate by up to *most* degrees about the centre; the corners become black."""
    return image.rotate(float(random.uniform(-most, most)), resample=Image.Resampling.BICUBIC)


def darkened(image: Image.Image, random: np.random.Generator) -> Image.Image:
    return ImageEnhance.Brightness(image).enhance(float(random.uniform(0.65, 1.1)))


def cropped(image: Image.Image, random: np.random.Generator, share: float = 0.1) -> Image.Image:
    """Cut off *share* of the width and of the height, at a random place."""
    left, top = random.uniform(0, share, 2) * image.size
    width, height = (1 - share) * image.width, (1 - share) * image.height
    return image.crop((round(left), round(top), round(left + width), round(top + height)))


def all_three(image: Image.Image, random: np.random.Generator, _: float) -> Image.Image:
    return cropped(darkened(turned(image, random), random), random)


def frame(image: Image.Image, _: np.random.Generator, place: float) -> Image.Image:
    """Return what a camera sees that moves slowly across: 70 % of the width and of the height."""
    left, top = round(0.3 * image.width * place), round(0.3 * image.height * 0.5)
    return image.crop((left, top, left + round(0.7 * image.width), top + round(0.7 * image.height)))


def panned(image: Image.Image, _: np.random.Generator, place: float) -> Image.Image:
    """Return 40 % of the width of what a camera sees that pans across: the first and the last frame share nothing."""
    left = round(0.6 * image.width * place)
    return image.crop((left, 0, left + round(0.4 * image.width), image.height))


def tile(image: Image.Image, _: np.random.Generator, place: float) -> Image.Image:
    """Return one of four quarters, which share nothing but what they show."""
    row, column = divmod(round(4 * place), 2)
    width, height = image.width // 2, image.height // 2
    return image.crop((column * width, row * height, (column + 1) * width, (row + 1) * height))


def colours(image: Image.Image, random: np.random.Generator, _: float) -> Image.Image:
    saturated = ImageEnhance.Color(image).enhance(float(random.uniform(0.4, 1.6)))
    return ImageEnhance.Contrast(saturated).enhance(float(random.uniform(0.7, 1.3)))


KINDS: dict[str, tuple[int, Change | None]] = {
    "originals": (1, None),
    "thrice": (3, all_three),
    "ten-times": (10, all_three),
    "twenty-times": (20, all_three),
    "any-angle": (3, lambda image, random, _: turned(image, random, 180)),
    "crops-20": (3, lambda image, random, _: cropped(image, random, 0.2)),
    "darker": (3, lambda image, random, _: ImageEnhance.Brightness(image).enhance(float(random.uniform(0.5, 0.8)))),
    "colours": (3, colours),
    "mirrored": (3, lambda image, random, _: all_three(ImageOps.mirror(image), random, 0)),
    "off-centre": (3, lambda image, random, _: cropped(turned(image, random, 180), random)),
    "film": (12, frame),
    "long-film": (30, frame),
    "named-film": (12, frame),
    "pan": (12, panned),
    "tiles": (4, tile),
}
"""Members of each family, and how each but the first comes of the original (each of a film, of a pan and of tiles)."""

PARTS = (frame, panned, tile)
"""What shows a part of the original, so that no member is the original itself."""


def photos(root: Path) -> list[tuple[Path, str]]:
    """Return the images below a folder with their labels, sorted."""
    found = (path for path in root.rglob("*") if path.suffix.lower() in (".jpg", ".jpeg", ".png"))
    return sorted((path, path.parent.name) for path in found)


def plant(root: Path, out: Path, kinds: list[str], originals: int, wrong: int) -> None:
    """Write the data sets, and beside each a truth.csv: path, original, whether its label is wrong."""
    random = np.random.default_rng(0)
    listed = photos(root)
    drawn = [listed[row] for row in sorted(random.permutation(len(listed))[:originals])]
    classes = sorted({label for _, label in listed})
    misplaced = set(random.permutation(len(drawn))[:wrong].tolist())
    given = [
        str(random.choice([name for name in classes if name != label])) if number in misplaced else label
        for number, (_, label) in enumerate(drawn)
    ]

    def write(kind: str, number: int) -> list[str]:
        members, change = KINDS[kind]
        with Image.open(drawn[number][0]) as opened:
            image = opened.convert("RGB")
        image.thumbnail((EDGE, EDGE))
        lines = []
        for member in range(members):
            own = np.random.default_rng((number, member))
            shown = change(image, own, member / members) if change and (member or change in PARTS) else image
            name = hashlib.sha256(f"{number} {member}".encode()).hexdigest()[:12]
            name = f"video{number:04d}_frame_{member:05d}" if kind == "named-film" else name
            path = out / kind / "images" / given[number] / f"{name}.jpg"
            path.parent.mkdir(parents=True, exist_ok=True)
            shown.save(path, quality=90)
            lines.append(f"{given[number]}/{name}.jpg,{number},{int(number in misplaced)}")
        return lines

    for kind in kinds:
        lines = [
            line
            for each in in_order(lambda number, kind=kind: write(kind, number), range(len(drawn)), available_cores())
            for line in each
        ]
        (out / kind / "truth.csv").write_text("\n".join(["path,original,wrong", *lines]) + "\n", encoding="utf-8")


def shared(families: Rows, originals: Rows) -> float:
    """Return the share of the pairs of images of one original that are in one family; 1 if there are no pairs."""

    def pairs(groups: Rows) -> int:
        counts = np.unique(groups, return_counts=True, axis=0)[1]
        return int((counts * (counts - 1) // 2).sum())

    return pairs(np.column_stack([families, originals])) / pairs(originals) if pairs(originals) else 1.0


def mixed(families: Rows, originals: Rows) -> float:
    """Return the share of the images whose family holds images of several originals."""
    found = np.unique(np.column_stack([families, originals]), axis=0)[:, 0]
    return float((np.bincount(found, minlength=len(families))[families] > 1).mean())


def measure(out: Path) -> None:
    """Print a line for each kind and for each way to hold images out together."""
    for root in sorted(path.parent for path in out.glob("*/truth.csv")):
        with (root / "truth.csv").open(encoding="utf-8", newline="") as file:
            truth = {row["path"]: row for row in csv.DictReader(file)}
        settings, jobs = Settings(), available_cores()
        result = audit(root / "images", settings, engine=Threads(jobs))
        originals = np.array([int(truth[path]["original"]) for path in result.dataset.paths])
        wrong = np.array([truth[path]["wrong"] == "1" for path in result.dataset.paths])
        embedding = embed(result.observed, jobs=jobs)
        ways = {"duplicates": result.copies.groups, "families": result.copies.families, "true families": originals}
        for name, families in ways.items():
            families = first_rows(families)
            copies = replace(result.copies, families=families, scenes=families)
            beliefs = out_of_sample(result.dataset, result.observed, embedding, copies, settings, jobs=jobs)
            flagged = set(originals[beliefs.flagged(result.dataset, settings)].tolist())
            planted = set(originals[wrong].tolist())
            print(
                f"{root.name:14} {name:14} {len(np.unique(families)):5} families of {len(originals):5} images, "
                f"{shared(families, originals):.1%} of the pairs, {mixed(families, originals):.1%} mixed, found "
                f"{len(flagged & planted)} of {len(planted)}, false {len(flagged - planted)}, count "
                f"{beliefs.wrong.estimate:.0f} of {wrong.sum()}"
            )


def main() -> None:
    """Plant or measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    planting = commands.add_parser("plant")
    planting.add_argument("photos", type=Path)
    planting.add_argument("out", type=Path)
    planting.add_argument("kinds", nargs="*", metavar="KIND")
    planting.add_argument("--originals", type=int, default=700)
    planting.add_argument("--wrong", type=int, default=35)
    commands.add_parser("measure").add_argument("out", type=Path)
    asked = parser.parse_args()
    if asked.command == "measure":
        measure(asked.out)
        return
    plant(asked.photos, asked.out, asked.kinds or list(KINDS), asked.originals, asked.wrong)


if __name__ == "__main__":
    main()
