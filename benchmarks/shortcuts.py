"""Change one class of a folder of photos, and print what LA404 reports.

python benchmarks/shortcuts.py IMAGES CLASS WORK    WORK is a folder to be made, for one changed copy at a time
"""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from PIL import Image, ImageOps

CHANGES: dict[str, tuple[Callable[[Image.Image], Image.Image], str]] = {
    "as it is": (lambda image: image, "JPEG"),
    "half as bright": (lambda image: image.point(lambda value: value * 0.5), "JPEG"),
    "0.7 as bright": (lambda image: image.point(lambda value: value * 0.7), "JPEG"),
    "half as large": (lambda image: image.resize((image.width // 2, image.height // 2)), "JPEG"),
    "as PNG": (lambda image: image, "PNG"),
    "white frame, 3 %": (lambda image: ImageOps.expand(image, image.width * 3 // 100, "white"), "JPEG"),
    "letterbox": (lambda image: ImageOps.pad(image, (image.width, image.width * 16 // 9)), "JPEG"),
    "grey": (lambda image: image.convert("L"), "JPEG"),
}


def found(images: Path) -> list[str]:
    """Return what LA404 says of a folder."""
    words = ["scan", str(images), "--select", "LA404", "--quality", "fast", "--format", "json", "--exit-zero", "-q"]
    done = subprocess.run([sys.executable, "-m", "labelaudit", *words], capture_output=True, text=True, check=True)
    return [each["message"] for each in json.loads(done.stdout)["findings"]]


def main(images: str, name: str, work: str) -> None:
    """Print the findings after each change."""
    for title, (change, kind) in CHANGES.items():
        copy = Path(work)
        shutil.copytree(images, copy)
        for path in sorted(path for path in copy.rglob("*") if path.is_file() and path.parent.name == name):
            with Image.open(path) as image:
                changed = change(image.convert("RGB"))
            changed.save(path, kind)
        messages = found(copy)
        print(f"{title}: {len(messages)}", *messages, sep="\n  ", flush=True)
        shutil.rmtree(copy)


if __name__ == "__main__":
    main(*sys.argv[1:])
