"""Plant poor images in a folder of photos, and count how many are found.

python benchmarks/poor_images.py plant IMAGES OUT    copies the folder; one in twenty of each kind is made poor
python benchmarks/poor_images.py labelaudit OUT      LA302 on it, as a table by kind
python benchmarks/poor_images.py cleanvision OUT     CleanVision's default issues on it; needs cleanvision alone

"none" counts images that were not changed.
"""

import csv
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image, ImageFilter

SHARE = 0.05

Harm = Callable[[Image.Image, np.random.Generator], Image.Image]


def dark(image: Image.Image, random: np.random.Generator) -> Image.Image:
    return image.point(lambda value: value * 0.05)


def blank(image: Image.Image, random: np.random.Generator) -> Image.Image:
    return Image.new("RGB", image.size, tuple(random.integers(0, 256, 3).tolist()))


def blurred(image: Image.Image, random: np.random.Generator) -> Image.Image:
    return image.filter(ImageFilter.GaussianBlur(6 * image.width / 400))


def noisy(image: Image.Image, random: np.random.Generator) -> Image.Image:
    noise = random.normal(0, 40, (image.height, image.width, 3))
    return Image.fromarray((np.asarray(image) + noise).clip(0, 255).astype(np.uint8))


def tiny(image: Image.Image, random: np.random.Generator) -> Image.Image:
    return image.resize((16, max(1, round(16 * image.height / image.width))))


def strip(image: Image.Image, random: np.random.Generator) -> Image.Image:
    high = max(1, image.width // 8)
    top = (image.height - high) // 2
    return image.crop((0, top, image.width, top + high))


KINDS: dict[str, Harm] = {each.__name__: each for each in (dark, blank, blurred, noisy, tiny, strip)}


def plant(images: Path, out: Path) -> None:
    """Copy a folder; give one image in twenty each kind of harm, as JPEG, and write truth.csv beside it."""
    shutil.copytree(images, out / "images")
    paths = sorted(path for path in (out / "images").rglob("*") if path.suffix.lower() in (".jpg", ".jpeg", ".png"))
    random = np.random.default_rng(0)
    order, each = random.permutation(len(paths)), round(SHARE * len(paths))
    truth = dict.fromkeys(paths, "none")
    for number, (kind, harm) in enumerate(KINDS.items()):
        for row in order[number * each : (number + 1) * each]:
            with Image.open(paths[row]) as image:
                harmed = harm(image.convert("RGB"), random)
            harmed.save(paths[row], "JPEG", quality=90)
            truth[paths[row]] = kind
    with (out / "truth.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows((path.relative_to(out / "images").as_posix(), kind) for path, kind in truth.items())


def found_by_labelaudit(images: Path) -> dict[str, str]:
    """Return the faults of each image that LA302 names."""
    words = ["scan", str(images), "--select", "LA302", "--format", "json", "--exit-zero", "-q"]
    done = subprocess.run([sys.executable, "-m", "labelaudit", *words], capture_output=True, text=True, check=True)
    findings = json.loads(done.stdout)["findings"]
    return {each["path"]: each["message"] for each in findings}


def found_by_cleanvision(images: Path) -> dict[str, str]:
    """Return the issues of each image that CleanVision names, duplicates left out."""
    from cleanvision import Imagelab

    lab = Imagelab(data_path=str(images))
    lab.find_issues(verbose=False)
    names = [name for name in lab.issues.columns if name.startswith("is_") and "duplicates" not in name]
    found = lab.issues[lab.issues[names].any(axis=1)]
    return {
        Path(path).relative_to(images.resolve()).as_posix(): ", ".join(name for name in names if row[name])
        for path, row in found.iterrows()
    }


def table(out: Path, found: dict[str, str]) -> None:
    """Print how many of each kind were found."""
    with (out / "truth.csv").open(newline="", encoding="utf-8") as file:
        truth = dict(csv.reader(file))
    for kind in (*KINDS, "none"):
        paths = [path for path, given in truth.items() if given == kind]
        hits = [path for path in paths if path in found]
        print(f"{kind:8} {len(hits):5} of {len(paths):5}  {len(hits) / max(len(paths), 1):.1%}")
    for path in sorted(found):
        if truth[path] == "none":
            print(f"  none: {path}: {found[path]}")


def main(command: str, *folders: str) -> None:
    """Do one of the three."""
    if command == "plant":
        plant(Path(folders[0]), Path(folders[1]))
    else:
        out = Path(folders[0])
        find = found_by_labelaudit if command == "labelaudit" else found_by_cleanvision
        table(out, find(out / "images"))


if __name__ == "__main__":
    main(*sys.argv[1:])
