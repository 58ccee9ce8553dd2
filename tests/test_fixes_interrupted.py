"""A process that is killed, and a disk that is full."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from labelaudit.fixes import carry_out, undo
from labelaudit.fixes.moving import part_of
from labelaudit.records import FixPlan

from .test_fixes import contents, remove, tree

posix = pytest.mark.skipif(sys.platform == "win32", reason="signals and limits of another kind")

PROGRAM = """
import sys
from pathlib import Path
from labelaudit.fixes import carry_out, undo
from labelaudit.fixes.moving import digest_of
from labelaudit.records import Action, Fix, FixPlan

action, root, journal, quarantine = sys.argv[1], *map(Path, sys.argv[2:])
print("ready", flush=True)
if action == "undo":
    undo(journal)
else:
    fixes = []
    for path in sorted((root / "cat").iterdir()):
        name = f"cat/{path.name}"
        away = path.name.endswith("0.jpg")
        action = Action.QUARANTINE if away else Action.RELABEL
        target = name if away else f"dog/{path.name}"
        fixes.append(Fix(name, action, "cat", "" if away else "dog", digest_of(path), "", target))
    carry_out(FixPlan(root, quarantine, tuple(fixes)), journal)
"""


def run_and_kill(action: str, folder: Path, quarantine: Path, moment: Callable[[], bool]) -> None:
    """Carry out or take back in another process, which is killed once a moment has come."""
    words = [sys.executable, "-c", PROGRAM, action, folder / "data", folder / "journal", quarantine]
    with subprocess.Popen([str(word) for word in words], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        while process.poll() is None and not moment():
            time.sleep(0)
        process.kill()


def another_disk(folder: Path) -> Path:
    """Return a folder on another file system, where there is one, so that files are copied to it."""
    memory = Path("/dev/shm")
    usable = memory.is_dir() and memory.stat().st_dev != folder.stat().st_dev and os.access(memory, os.W_OK)
    return memory / f"labelaudit-test-{os.getpid()}" if usable else folder / "bad"


@posix
@pytest.mark.parametrize("seed", range(20))
def test_a_killed_process_is_taken_back(tmp_path: Path, seed: int) -> None:
    """In every other case it is the undo that is killed."""
    names = [f"cat/{number:03d}.jpg" for number in range(400)]
    root = tree(tmp_path / "data", *names, "dog/other.jpg")
    quarantine = another_disk(tmp_path) / str(seed)
    quarantine.parent.mkdir(exist_ok=True)
    before = contents(root)
    stop = root / names[random.Random(seed).randrange(250)]

    if seed % 2:
        run_and_kill("fix", tmp_path, quarantine, lambda: not stop.exists())
    else:
        run_and_kill("fix", tmp_path, quarantine, lambda: False)
        run_and_kill("undo", tmp_path, quarantine, lambda: stop.exists())
    done = undo(tmp_path / "journal")

    assert done.restored > 0, "it was killed after the first"
    assert done.untouched > 0, "and before the last"
    assert done.left == ()
    assert contents(root) == before
    assert not quarantine.exists()
    quarantine.parent.rmdir()


def test_what_a_copy_has_left_is_removed(tmp_path: Path) -> None:
    """A copy from another disk was interrupted before, or after, the original was removed."""
    root = tree(tmp_path / "data", "cat/1.jpg", "cat/2.jpg", "dog/3.jpg")
    before = contents(root)
    fixes = [remove(root, name, "cat") for name in ("cat/1.jpg", "cat/2.jpg")]
    plan = FixPlan(root, tmp_path / "bad", tuple(fix._replace(target=fix.path) for fix in fixes))
    carry_out(plan, tmp_path / "journal")
    first, second = (plan.place(fix) for fix in plan.fixes)
    first.rename(part_of(first))
    first.touch()
    second.rename(root / "cat/2.jpg")
    second.touch()
    part_of(second).write_bytes(b"was c")

    done = undo(tmp_path / "journal")

    assert (done.restored, done.untouched, done.left) == (1, 1, ())
    assert contents(root) == before
    assert not (tmp_path / "bad").exists()


LIMITED = """
import resource, signal, sys
from pathlib import Path
from labelaudit.errors import LabelauditError
from labelaudit.fixes import carry_out
from labelaudit.fixes.moving import digest_of
from labelaudit.records import Action, Fix, FixPlan

root, journal, quarantine = map(Path, sys.argv[1:])
names = ["cat/1.jpg", "cat/2.jpg"]
fixes = tuple(Fix(n, Action.QUARANTINE, "cat", "", digest_of(root / n), "", n) for n in names)
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
limit = int(sys.stdin.read())
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
try:
    carry_out(FixPlan(root, quarantine, fixes), journal)
except LabelauditError as error:
    print(error)
"""


def limited(folder: Path, quarantine: Path, limit: int) -> str:
    """Carry out a plan where no file may be larger than a number of bytes, as on a disk that is full."""
    words = [sys.executable, "-c", LIMITED, folder / "data", folder / "journal", quarantine]
    done = subprocess.run(
        [str(word) for word in words], input=str(limit), capture_output=True, text=True, check=True, timeout=60
    )
    return done.stdout


@posix
def test_without_room_for_the_journal_nothing_changes(tmp_path: Path) -> None:
    root = tree(tmp_path / "data", "cat/1.jpg", "cat/2.jpg")
    before = contents(root)
    said = limited(tmp_path, tmp_path / "bad", 100)

    assert "can't write the journal" in said
    assert "Nothing was changed" in said
    assert contents(root) == before
    assert not (tmp_path / "journal").exists()


@pytest.mark.skipif(not Path("/dev/shm").is_dir(), reason="no second file system is known")
def test_without_room_for_a_copy_the_original_stays(tmp_path: Path) -> None:
    root = tree(tmp_path / "data", "cat/1.jpg", "cat/2.jpg")
    (root / "cat/2.jpg").write_bytes(b"2" * 5000)
    before, quarantine = contents(root), another_disk(tmp_path)
    said = limited(tmp_path, quarantine, 4000)

    assert "stopped after 1 of 2 images" in said
    assert (root / "cat/2.jpg").read_bytes() == b"2" * 5000
    assert [path for path in contents(quarantine) if path.endswith("jpg")] == ["cat/1.jpg"]
    assert undo(tmp_path / "journal").left == ()
    assert contents(root) == before
    assert not quarantine.exists()


@posix
def test_an_interruption_by_the_user_is_taken_back_too(tmp_path: Path) -> None:
    root = tree(tmp_path / "data", *(f"cat/{number}.jpg" for number in range(5)), "dog/x.jpg")
    before = contents(root)
    fixes = [remove(root, f"cat/{number}.jpg", "cat") for number in range(5)]
    plan = FixPlan(root, tmp_path / "bad", tuple(fix._replace(target=fix.path) for fix in fixes))

    def interrupt(done: int, total: int) -> None:
        if done == 3:
            signal.raise_signal(signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        carry_out(plan, tmp_path / "journal", track=interrupt)
    assert contents(root) != before
    assert undo(tmp_path / "journal").restored == 3
    assert contents(root) == before
