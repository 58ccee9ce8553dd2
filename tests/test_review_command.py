"""``labelaudit review`` as somebody starts it, and ends it with Ctrl-C."""

import builtins
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest
from typer.testing import Result

from labelaudit.decisions import NAME, dump, parse
from labelaudit.records import Decision, Decisions, Ruling

from .conftest import Shapes

Run = Callable[..., Result]


@contextmanager
def started(root: Path, *words: object, folder: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Start the command in a folder, and give the address that it prints."""
    command = [sys.executable, "-m", "labelaudit", "review", str(root), *map(str, words)]
    streams: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    paths = os.pathsep.join([str(Path(__file__).parent.parent), os.environ.get("PYTHONPATH", "")])
    with subprocess.Popen(command, cwd=folder, env={**os.environ, "PYTHONPATH": paths}, **streams) as process:
        try:
            yield process, process.stdout.readline().strip() if process.stdout else ""
        finally:
            process.kill()


def post(address: str, **asked: Any) -> Any:
    front = re.match("http://[^/]+", address)
    headers = {"Content-Type": "application/json", "Origin": front[0] if front else ""}
    request = Request(f"{address}decide", json.dumps({"window": "one", "since": 9, **asked}).encode(), headers)
    with urlopen(request, timeout=60) as answer:
        return json.load(answer)


@pytest.mark.skipif(os.name != "posix", reason="Ctrl-C cannot be sent to another process here")
def test_it_ends_with_ctrl_c_and_resumes(own_shapes: Shapes, tmp_path: Path) -> None:
    with started(own_shapes.root, folder=tmp_path) as (process, address):
        post(address, rows=[0, 1], ruling="keep", classes=[0, 0])
        post(address, rows=[2], ruling="bad-image", classes=[0])
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)

    assert process.returncode == 0, err
    assert out == ""
    assert err.splitlines()[-2] == f"3 images are decided: {NAME}"
    assert err.splitlines()[-1] == f"  correct the labels: labelaudit fix {own_shapes.root.name}"
    assert "Traceback" not in err
    with (
        started(own_shapes.root, folder=tmp_path) as (_, address),
        urlopen(f"{address}everything", timeout=60) as answer,
    ):
        assert len(json.load(answer)["answers"]) == 3


@pytest.mark.skipif(os.name != "posix", reason="a process is killed in another way here")
def test_nothing_that_was_shown_is_lost_when_it_is_killed(own_shapes: Shapes, tmp_path: Path) -> None:
    with started(own_shapes.root, folder=tmp_path) as (process, address):
        for row in range(5):
            post(address, rows=[row], ruling="unsure", classes=[0])
        process.kill()

    assert len(parse((tmp_path / NAME).read_text(encoding="utf-8")).made) == 5


def test_what_others_decided_is_added_and_where_they_differ_is_kept(own_shapes: Shapes, tmp_path: Path) -> None:
    digest = "ab" * 32
    for name, ruling in (("anna", Ruling.KEEP), ("ben", Ruling.UNSURE)):
        (tmp_path / f"{name}.json").write_text(dump(Decisions((Decision(digest, "cat", ruling),))), encoding="utf-8")
    words = ("--merge", "anna.json", "--merge", "ben.json", "--decisions", "ours.json")
    with started(own_shapes.root, *words, folder=tmp_path) as (_, address):
        assert address.startswith("http://127.0.0.1:")

    assert len(parse((tmp_path / "ours.json").read_text(encoding="utf-8")).conflicts) == 1


def test_what_cannot_work_is_an_error_before_the_scan(
    run: Run, own_shapes: Shapes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    broken = tmp_path / "broken.json"
    broken.write_text("{", encoding="utf-8")
    image = own_shapes.root / "circle" / "circle000.png"
    cases = [
        (("--decisions", broken), "broken.json"),
        (("--decisions", tmp_path / "no" / "file.json"), "no folder"),
        (("--decisions", own_shapes.root / "circle" / "new.png"), "new.png"),
        (("--decisions", image), "circle000.png"),
        (("--merge", tmp_path / "gone.json"), "gone.json"),
        (("--base-url", "hub"), "--base-url hub"),
    ]
    for words, said in cases:
        result = run("review", own_shapes.root, *words)
        assert (result.exit_code, said in result.stderr) == (2, True), result.output
        assert result.stdout == ""
    assert not (tmp_path / NAME).exists()


def test_without_its_libraries_it_says_how_to_install_them(
    run: Run, own_shapes: Shapes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = builtins.__import__

    def refuse(name: str, *rest: Any, **more: Any) -> Any:
        if name == "uvicorn":
            raise ImportError(name)
        return real(name, *rest, **more)

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(builtins, "__import__", refuse)
    result = run("review", own_shapes.root)

    assert result.exit_code == 2
    assert "pip install 'labelaudit[review]'" in result.stderr


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="another program opens the browser here")
def test_a_browser_is_started_without_the_token(
    own_shapes: Shapes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, programs = tmp_path / "asked", tmp_path / "bin"
    programs.mkdir()
    opener = programs / "xdg-open"
    opener.write_text(f'#!/bin/sh\nprintf %s "$1" >"{asked}.new" && mv "{asked}.new" "{asked}"\n', encoding="utf-8")
    opener.chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")
    with started(own_shapes.root, "--open", folder=tmp_path) as (_, address):
        for _ in range(200):
            if asked.exists():
                break
            time.sleep(0.05)
        entry = asked.read_text(encoding="utf-8")
        assert entry != address
        with urlopen(entry, timeout=60) as page:
            assert page.url == address
