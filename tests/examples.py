"""The examples of the documentation: ``console`` blocks run in bash, ``python`` blocks in one interpreter a page.

python -m tests.examples    runs all console blocks and writes what they print into the pages
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

from .recipes import ROOT, bash

DOCS = ROOT / "docs"
DIGITS = "digits"
FENCE = re.compile(r"^```(console|python)\n(.*?)^```$", re.M | re.S)


class Block(NamedTuple):
    """An example: its language and its text."""

    language: str
    text: str


def pages() -> list[Path]:
    """Return the pages with examples that are run."""
    written = sorted((*DOCS.glob("*.md"), *DOCS.glob("how-to/*.md"), *DOCS.glob("concepts/*.md")))
    return [page for page in written if blocks(page.read_text(encoding="utf-8"))]


def blocks(text: str) -> list[Block]:
    """Return the examples of a page, in order."""
    return [Block(*found) for found in FENCE.findall(text)]


def commands(text: str) -> list[tuple[str, list[str]]]:
    """Return the commands of a console block, each with the lines that are shown below it."""
    found: list[tuple[str, list[str]]] = []
    for line in text.splitlines():
        if line.startswith("$ "):
            found.append((line[2:], []))
        else:
            found[-1][1].append(line)
    return found


def printed(command: str, folder: Path, home: Path) -> list[str]:
    """Return what a command prints, stdout and then stderr, as it is when neither is a terminal."""
    done = bash(f"({command}) || true", folder, HOME=str(home), COLUMNS="100", LABELAUDIT_NO_PROGRESS="1")
    return [line.rstrip() for line in (done.stdout + done.stderr).splitlines()]


def shape(line: str) -> str:
    """Return a line without its numbers and spacing: last digits differ from one kind of processor to another."""
    return re.sub(r" +", " ", re.sub(r"\d[\d,.]*", "#", line))


def data_set(folder: Path) -> Path:
    """Write the digits of the demo, which most pages scan; *folder* is the home, too, where the cache lies."""
    program = [sys.executable, "-m", "labelaudit", "demo", "--keep", str(folder / DIGITS), "-q", "--no-progress"]
    subprocess.run(program, check=True, cwd=ROOT, env={**os.environ, "HOME": str(folder)}, capture_output=True)
    return folder / DIGITS


def workplace(page: Path, digits: Path, folder: Path) -> Path:
    """Return an empty folder to run a page in; the digits lie there unless the page makes them."""
    folder.mkdir(parents=True)
    if "labelaudit demo --keep" not in page.read_text(encoding="utf-8"):
        shutil.copytree(digits, folder / DIGITS)
    return folder


def rewritten(text: str, folder: Path, home: Path) -> str:
    """Return a page with the output of its console blocks brought up to date."""

    def replaced(found: re.Match[str]) -> str:
        if found[1] == "python":
            return found[0]
        lines: list[str] = []
        for command, _ in commands(found[2]):
            lines += [f"$ {command}", *printed(command, folder, home)]
        return "\n".join(["```console", *lines, "```"])

    return FENCE.sub(replaced, text)


def main() -> None:
    """Bring all pages up to date."""
    with tempfile.TemporaryDirectory() as home:
        digits = data_set(Path(home))
        for page in pages():
            folder = workplace(page, digits, Path(home) / page.stem / "work")
            text = rewritten(page.read_text(encoding="utf-8"), folder, Path(home))
            page.write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
