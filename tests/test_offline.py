"""A scan opens no socket and writes nothing outside of the cache, checked by its system calls."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from .conftest import Shapes

WRITING = "openat,open,creat,mkdir,mkdirat,rename,renameat,renameat2,link,linkat,symlink,symlinkat,unlink,unlinkat"
TRACED = ["-e", f"trace=%network,{WRITING}", "-e", "signal=none", "--seccomp-bpf", "-f", "-qq"]
ADDRESSES = re.compile(r"AF_(?!UNIX)|connect\(|sendto\(|sendmsg\(|bind\(")
WRITES = re.compile(r"^\d+ +(?:open\w*\(.*O_(?:WRONLY|RDWR|CREAT)|(?:creat|mkdir|rename|link|symlink|unlink)\w*\()")
SEMAPHORE = re.compile(r'"/dev/shm/sem\.[\w.-]+"')
"""joblib, which scikit-learn imports, makes a semaphore and removes it, to see whether the system has them."""


def without_strace() -> str:
    """Return why no process can be traced here; empty if it can."""
    if not sys.platform.startswith("linux"):
        return "strace is for Linux"
    if not shutil.which("strace"):
        return "strace is not installed"
    tried = subprocess.run(["strace", *TRACED, "true"], capture_output=True, text=True)
    return f"strace can't trace here: {tried.stderr.strip()}" if tried.returncode else ""


@pytest.fixture(scope="module")
def strace() -> list[str]:
    reason = without_strace()
    if reason:
        pytest.skip(reason)
    return ["strace", *TRACED]


def tried_and_removed(path: str) -> bool:
    """Tell a temporary file that is gone again: old versions of SciPy try at import whether they can make one."""
    return Path(path).parent == Path(tempfile.gettempdir()) and not Path(path).exists()


def paths_written(trace: str) -> Iterator[str]:
    for line in trace.splitlines():
        if WRITES.match(line):
            yield from re.findall(r'"([^"]*)"', SEMAPHORE.sub("", line))


def run_traced(strace: list[str], home: Path, *command: str) -> tuple[subprocess.CompletedProcess[str], str]:
    """Run a program with its own HOME and a nearly empty environment."""
    record = home.parent / "trace"
    own = {name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ}
    done = subprocess.run(
        [*strace, "-o", str(record), sys.executable, *command],
        env={**own, "HOME": str(home), "PYTHONDONTWRITEBYTECODE": "1"}, cwd=home.parent, capture_output=True, text=True,
    )  # fmt: skip
    return done, record.read_text(encoding="utf-8", errors="replace")


def test_a_cold_scan_opens_no_socket_and_writes_only_to_the_cache(
    strace: list[str], tmp_path: Path, shapes: Shapes
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    everything = ["--noise", "--format", "json"]
    done, trace = run_traced(strace, home, "-m", "labelaudit", "scan", str(shapes.root), *everything)

    assert done.returncode == 1, done.stderr
    assert not [line for line in trace.splitlines() if ADDRESSES.search(line)]
    cache = home / ".cache"
    outside = [path for path in paths_written(trace) if not path.startswith((f"{cache}", "/dev/null"))]
    assert not [path for path in outside if not tried_and_removed(path)]
    assert [path.name for path in home.iterdir()] == [".cache"]
    assert [path.name for path in cache.iterdir()] == ["labelaudit"]


def test_the_trace_would_show_a_socket_and_a_file(strace: list[str], tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    code = (
        "import pathlib, socket; pathlib.Path('file').write_text(''); "
        "socket.socket(socket.AF_INET, socket.SOCK_DGRAM).connect(('127.0.0.1', 9))"
    )
    done, trace = run_traced(strace, home, "-c", code)

    assert done.returncode == 0, done.stderr
    assert ADDRESSES.search(trace)
    assert [path for path in paths_written(trace) if path != "/dev/null"] == ["file"]


def test_openvino_is_imported_without_its_telemetry() -> None:
    code = (
        "import sys\n"
        "from labelaudit.observations.extractors.openvino_import import import_openvino\n"
        "runtime = import_openvino()\n"
        "print('openvino_telemetry' in sys.modules, 'openvino.tools.ovc' in sys.modules, runtime.opset13.__name__)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.split() == ["False", "False", "openvino.opset13"]


def test_a_program_of_the_user_still_has_the_converter() -> None:
    """It is asked for by name alone: the converter itself would speak to the network."""
    code = (
        "import sys, types\n"
        "from labelaudit.observations.extractors.openvino_import import import_openvino\n"
        "import_openvino()\n"
        "converter = types.ModuleType('openvino.tools.ovc')\n"
        "converter.convert_model = 'the converter'\n"
        "sys.modules['openvino.tools.ovc'] = converter\n"
        "import openvino\n"
        "print(openvino.convert_model, hasattr(openvino, 'nothing'))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "the converter False"
