"""``labelaudit demo``: scan real images with known label errors."""

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from labelaudit.cli import options
from labelaudit.cli.app import command
from labelaudit.cli.console import progress, say
from labelaudit.errors import OutputError
from labelaudit.names import printable

if TYPE_CHECKING:
    from labelaudit.records import Audit

SHARE = 0.03
"""Share of the labels that are replaced by wrong ones."""

SHOWN = 10


@command
def demo(
    messages: options.MessageOptions,
    keep: Annotated[
        Path | None, options.written(metavar="DIR", help="Keep the images in this new folder.", show_default=False)
    ] = None,
    seed: options.Seed = 0,
    jobs: options.Jobs = None,
) -> None:
    """Scan handwritten digits with known label errors.

    Writes the 1,797 digits of scikit-learn as images, replaces 3 % of the labels by wrong ones, scans them, and counts
    how many of the planted errors were found.
    """
    import tempfile

    from labelaudit.audit import audit, conclude
    from labelaudit.cli.delivery import show
    from labelaudit.engine import threads
    from labelaudit.settings import Settings

    if keep and keep.exists() and (not keep.is_dir() or any(keep.iterdir())):
        raise OutputError(f"{printable(str(keep))} exists and is not an empty folder. Name a new one: --keep digits")
    folder = keep or Path(tempfile.mkdtemp(prefix="labelaudit-demo-"))
    try:
        planted = write_digits(folder, seed)
        say(f"wrote 1,797 digits and planted {len(planted)} wrong labels; now: labelaudit scan", quiet=messages.quiet)
        with progress("reading images", then="judging labels", wanted=messages.progress) as track:
            result = audit(folder, Settings(seed=seed), engine=threads(jobs), track=track)
        show(conclude(result), limit=SHOWN, quiet=messages.quiet)
        typer.echo(tally(result, planted))
        if keep:
            typer.echo(f"The images are in {printable(str(keep))}. Type: labelaudit scan {printable(str(keep))}")
    finally:
        if not keep:
            shutil.rmtree(folder)


def write_digits(folder: Path, seed: int) -> dict[str, str]:
    """Write scikit-learn's digits as PNG files into class folders, some of them into a wrong one.

    Returns
    -------
    The true class of each image with a wrong label, by its path.
    """
    import numpy as np
    from PIL import Image
    from sklearn.datasets import load_digits

    digits = load_digits()
    random = np.random.default_rng(seed)
    wrong = set(random.choice(len(digits.target), round(SHARE * len(digits.target)), replace=False).tolist())
    planted = {}
    for number, (pixels, true) in enumerate(zip(digits.images, digits.target, strict=True)):
        given = (true + random.integers(1, 10)) % 10 if number in wrong else true
        path = folder / str(given) / f"{number:04d}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray((255 - pixels * 255 / 16).astype(np.uint8)).save(path)
        if number in wrong:
            planted[f"{given}/{path.name}"] = str(true)
    return planted


def tally(result: "Audit", planted: dict[str, str]) -> str:
    """Return how many planted errors were found, and how many other labels were flagged."""
    flagged = {finding.path: finding.suggested for finding in result.findings if finding.code == "LA101"}
    found = [path for path in planted if path in flagged]
    right = sum(flagged[path] == planted[path] for path in found)
    return (
        f"\nPlanted {len(planted)} wrong labels: {len(found)} found ({len(found) / len(planted):.0%}), "
        f"for {right} of them the right label was suggested. Flags that were not planted: {len(flagged) - len(found)}."
    )
