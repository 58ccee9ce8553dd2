"""Changes of whole data sets that are carried out, killed and taken back.

python benchmarks/fix.py DATA ... [--kills 20] [--seed 0]

Each data set is copied to a temporary folder. Half of its images, drawn at random, get another label at random, and a
tenth is called bad. ``labelaudit fix --apply`` and then ``--undo`` have to leave the same tree: the same paths, bytes
and permissions. The same is done with a process that is killed (SIGKILL) at a random file; *midway* counts how many of
these runs had moved some files and not all. Times are processor time of the whole command, user and system, with a
cache that knows the images.
"""

import argparse
import hashlib
import os
import random
import resource
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

from labelaudit.decisions import decide, dump
from labelaudit.fixes import digest_of
from labelaudit.records import Dataset, Decision, Decisions, Ruling
from labelaudit.settings import Settings
from labelaudit.sources import read

ROW = "| {:<14} | {:>6} | {:>7} | {:>7} | {:>6} | {:>6} | {:<9} | {:<15} |"


def contents(folder: Path) -> dict[str, tuple[str, int]]:
    """Return the bytes, as a digest, and the permissions of everything in a folder."""
    return {
        path.relative_to(folder).as_posix(): (
            hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "",
            stat.S_IMODE(path.stat().st_mode),
        )
        for path in folder.rglob("*")
    }


def decisions_about(dataset: Dataset, root: Path, draw: random.Random) -> Decisions:
    """Decide about the images of a data set at random."""
    made = []
    for path, label in zip(dataset.paths, dataset.labels.tolist(), strict=True):
        chance = draw.random()
        given = dataset.classes[label]
        if chance < 0.1:
            made.append(Decision(digest_of(root / path), given, Ruling.BAD_IMAGE))
        elif chance < 0.6:
            other = draw.choice([name for name in dataset.classes if name != given])
            made.append(Decision(digest_of(root / path), given, Ruling.RELABEL, other))
    return decide(Decisions(), *made)


class Case:
    """A copy of a data set, and what is done with it."""

    def __init__(self, data: Path, work: Path, draw: random.Random) -> None:
        self.root, self.work, self.draw = work / "data", work, draw
        shutil.copytree(data, self.root)
        dataset = read(self.root, Settings())
        self.images = len(dataset)
        decisions = decisions_about(dataset, self.root, draw)
        (work / "decisions.json").write_text(dump(decisions), encoding="utf-8")
        self.decided = len(decisions.made)
        self.before = contents(self.root)

    def command(self, *words: str) -> list[str]:
        places = [
            "--quarantine",
            "bad",
            "--journal",
            "journal",
            "--decisions",
            "decisions.json",
            "--cache-dir",
            "cache",
        ]
        splits = [word for name in ("train", "validation", "test") for word in ("--split", name)]
        named = splits if (self.root / "train").is_dir() else []
        apply = ["fix", "data", *places, *named, *words]
        return [sys.executable, "-m", "labelaudit", *(apply if words else ["fix", "--undo", "journal"])]

    def run(self, *words: str) -> float:
        """Run a command to its end and return its processor time in seconds."""
        start = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(self.command(*words), cwd=self.work, check=True, capture_output=True)
        end = resource.getrusage(resource.RUSAGE_CHILDREN)
        return end.ru_utime + end.ru_stime - start.ru_utime - start.ru_stime

    def killed(self, point: str) -> int:
        """Carry out the plan and kill the process once it has moved a file; return how many it has moved."""
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        with subprocess.Popen(self.command("--apply"), cwd=self.work, **quiet) as process:
            while process.poll() is None and os.path.lexists(self.root / point):
                time.sleep(0)
            process.send_signal(signal.SIGKILL)
        return len(self.moved())

    def moved(self) -> list[str]:
        """Return the files that are gone from where they were."""
        return [path for path, what in self.before.items() if what[0] and not os.path.lexists(self.root / path)]

    def is_restored(self) -> bool:
        (self.work / "journal").unlink()
        return contents(self.root) == self.before and not (self.work / "bad").exists()


def measured(data: Path, work: Path, kills: int, draw: random.Random) -> Iterable[str]:
    case = Case(data, work, draw)
    case.run("--format", "json")  # fills the cache
    apply = case.run("--apply")
    moved = sorted(case.moved())
    undo = case.run()
    whole = "identical" if case.is_restored() else "DIFFERENT"
    restored = halfway = 0
    for _ in range(kills):
        halfway += 0 < case.killed(draw.choice(moved)) < len(moved)
        case.run()
        restored += case.is_restored()
    name = data.name if data.name != "images" else data.parent.name
    yield ROW.format(
        name, case.images, len(moved), f"{apply:.1f} s", f"{undo:.1f} s", halfway, whole, f"{restored} of {kills}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", nargs="+", type=Path)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    print(ROW.format("data", "images", "moved", "apply", "undo", "midway", "tree", "killed, undone"), flush=True)
    for data in given.data:
        with tempfile.TemporaryDirectory() as work:
            for line in measured(data, Path(work), given.kills, random.Random(given.seed)):
                print(line, flush=True)


if __name__ == "__main__":
    main()
