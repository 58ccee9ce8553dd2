"""The examples of the documentation are run, and their output has the shape that the pages show."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from .examples import blocks, commands, data_set, pages, printed, shape, workplace
from .recipes import ROOT, needs_bash

PAGES = {page.relative_to(ROOT / "docs").as_posix(): page for page in pages()}


@pytest.fixture(scope="session")
def digits(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return data_set(tmp_path_factory.mktemp("digits"))


@needs_bash
@pytest.mark.parametrize("name", PAGES)
def test_the_examples_of_a_page_print_what_it_shows(name: str, digits: Path, tmp_path: Path) -> None:
    page = PAGES[name]
    folder, programs = workplace(page, digits, tmp_path / "work"), ""
    for block in blocks(page.read_text(encoding="utf-8")):
        if block.language == "python":
            programs += block.text
            continue
        for command, shown in commands(block.text):
            actual = printed(command, folder, digits.parent)
            assert {shape(line) for line in shown} <= {shape(line) for line in actual}, (command, actual)
            assert bool(shown) == bool(actual), (command, actual)
    if programs:
        done = subprocess.run([sys.executable, "-c", programs], cwd=folder, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr


def test_each_page_with_a_command_has_examples_that_are_run() -> None:
    assert {"tutorial.md", "how-to/python.md"} <= PAGES.keys()
    for name, page in PAGES.items():
        text = page.read_text(encoding="utf-8")
        assert not re.search(r"^```(bash|shell|pycon)", text, re.M), f"{name}: use console, sh or python"
