"""How a command ends on full disks, closed pipes and Ctrl-C."""

import os
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

from labelaudit.__main__ import main

from .conftest import Shapes

Run = Callable[..., Result]
COMMAND = [sys.executable, "-m", "labelaudit"]


@pytest.mark.skipif(sys.platform == "win32", reason="no devices with names")
def test_a_device_is_written_to_and_never_replaced(run: Run, shapes: Shapes) -> None:
    assert run("scan", shapes.root, "--exit-zero", "--out", "/dev/null").exit_code == 0
    assert Path("/dev/null").is_char_device()


def test_the_module_runs(shapes: Shapes) -> None:
    done = subprocess.run([*COMMAND, "scan", str(shapes.root), "-q"], capture_output=True, text=True)

    assert done.returncode == 1
    assert all(": LA" in line for line in done.stdout.splitlines())
    assert done.stderr == ""


@pytest.mark.skipif(sys.platform == "win32", reason="pipes close in another way")
def test_a_closed_pipe_ends_in_silence(shapes: Shapes) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run([*COMMAND, "scan", str(shapes.root), "-q"], stdout=writer, stderr=subprocess.PIPE, text=True)
    os.close(writer)

    assert (done.returncode, done.stderr) == (141, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no device that is always full")
@pytest.mark.parametrize("words", [["rules"], ["--version"], ["scan", "--help"]])
def test_a_full_disk_is_no_fault_of_ours(words: list[str]) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run([*COMMAND, *words], stdout=full, stderr=subprocess.PIPE, text=True)

    assert done.returncode == 2
    assert done.stderr == (
        "error: can't write to stdout: No space left on device. Write to a file on another disk: --out FILE\n"
    )


@pytest.mark.skipif(sys.platform == "win32", reason="there is no shell that closes streams")
def test_a_closed_stream_leaves_the_other(shapes: Shapes) -> None:
    command = shlex.join([*COMMAND, "scan", str(shapes.root)])
    without_talk = subprocess.run(f"{command} 2>&-", shell=True, capture_output=True, text=True)
    without_report = subprocess.run(f"{command} >&-", shell=True, capture_output=True, text=True)

    assert without_talk.returncode == without_report.returncode == 1
    assert ": LA101 given" in without_talk.stdout
    assert "failed: " in without_report.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="signals of another kind")
def test_ctrl_c_before_all_is_loaded_is_no_finding() -> None:
    code = (
        "import os, signal, sys\n"
        "class Interrupting:\n"
        "    def find_spec(self, name, *rest):\n"
        "        if name == 'labelaudit.cli.scan': os.kill(os.getpid(), signal.SIGINT)\n"
        "sys.meta_path.insert(0, Interrupting())\n"
        "from labelaudit.__main__ import main\n"
        "main()\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)

    assert (done.returncode, done.stderr) == (130, "interrupted\n")


def test_ctrl_c_before_a_command_has_begun_is_no_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("labelaudit.cli.configured.ConfiguredCommand.parse_args", interrupted)
    monkeypatch.setattr(sys, "argv", ["labelaudit", "rules"])
    with pytest.raises(SystemExit) as end:
        main()

    assert end.value.code == 130


@pytest.mark.skipif(sys.platform == "win32", reason="signals of another kind")
def test_ctrl_c_ends_with_130_and_no_traceback(tmp_path: Path, draw_shapes: Callable[..., Shapes]) -> None:
    data = draw_shapes(tmp_path / "data", each=400, wrong=0)
    slowly = [*COMMAND, "scan", str(data.root), "--quality", "best", "--jobs", "1", "--no-cache"]
    with subprocess.Popen(slowly, stderr=subprocess.PIPE, text=True) as process:
        time.sleep(3)
        process.send_signal(signal.SIGINT)
        _, told = process.communicate(timeout=30)

    assert (process.returncode, told.strip()) == (130, "interrupted")
