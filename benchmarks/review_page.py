"""Measure the page of a review: until it is shown, until a decision is saved, until the queue is ranked anew.

python benchmarks/review_page.py DATA    prints a table; needs labelaudit[review] and a Chromium

Seconds are elapsed time, with the processor time of labelaudit (without the browser) in brackets: on a busy machine,
only the latter can be compared.
"""

import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path
from threading import Thread
from typing import Any

from playwright.sync_api import sync_playwright

from labelaudit.cli.review import File
from labelaudit.review import Session, address_of, bind
from labelaudit.review.server import configured
from labelaudit.reviewing import open_review

DECISIONS = 20


class Watch:
    """The time since it was made."""

    def __init__(self) -> None:
        self._begun = time.perf_counter(), time.process_time()

    @property
    def read(self) -> tuple[float, float]:
        """Elapsed seconds, and seconds of processor time of this process."""
        return time.perf_counter() - self._begun[0], time.process_time() - self._begun[1]

    def __str__(self) -> str:
        return shown(*self.read)


def shown(elapsed: float, processor: float) -> str:
    return f"{elapsed:.2f} s ({processor:.2f} s)"


def main() -> None:
    """Scan, serve, and measure."""
    begun = time.perf_counter()
    opened = open_review(sys.argv[1])
    print(f"{len(opened.audit.dataset):,} images scanned in {time.perf_counter() - begun:.1f} s")
    with tempfile.TemporaryDirectory() as folder, bind() as listening, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium") or shutil.which("google-chrome"), args=["--no-sandbox"]
        )
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        watch = Watch()
        session = Session(opened, File(Path(folder) / "decisions.json"))
        address = address_of(listening)
        server = configured(session, address)
        Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True).start()
        page.goto(address.url)
        page.locator(".tile").first.wait_for()
        print(f"page shown after the scan: {watch}")
        while not page.evaluate("[...document.querySelectorAll('.frame img')].every(each => each.complete)"):
            time.sleep(0.01)
        print(f"with its pictures: {watch}")
        decide(page, session)
        server.should_exit = True
        browser.close()


def decide(page: Any, session: Session) -> None:
    """Decide some images, one after another."""
    saved, ranked = [], []
    for place in range(1, DECISIONS + 1):
        before, watch = session.ranked, Watch()
        page.keyboard.press("k")
        page.locator(f".tile[aria-posinset='{place}'] .answer.keep").wait_for()
        saved.append(watch.read)
        while session.ranked == before:
            time.sleep(0.005)
        ranked.append(watch.read)
    for name, times in (("saved and shown", saved), ("queue ranked anew", ranked[1:])):
        elapsed, processor = zip(*times, strict=True)
        middle, most = (
            shown(statistics.median(elapsed), statistics.median(processor)),
            shown(max(elapsed), max(processor)),
        )
        print(f"decision to {name}: median {middle}, most {most}")
    print(f"the first ranking, for which the models are fitted: {shown(*ranked[0])}")


if __name__ == "__main__":
    main()
