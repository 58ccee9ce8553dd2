"""Measure the page of a review: until it is shown, until a decision is saved, until the queue is ranked anew.

python benchmarks/review_page.py DATA    prints a table; needs labelaudit[review] and a Chromium
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
        begun = time.perf_counter()
        session = Session(opened, File(Path(folder) / "decisions.json"))
        address = address_of(listening)
        server = configured(session, address)
        Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True).start()
        page.goto(address.url)
        page.locator(".tile").first.wait_for()
        print(f"page shown after the scan: {time.perf_counter() - begun:.2f} s")
        while not page.evaluate("[...document.querySelectorAll('.frame img')].every(each => each.complete)"):
            time.sleep(0.01)
        print(f"with its pictures: {time.perf_counter() - begun:.2f} s")
        decide(page, session)
        server.should_exit = True
        browser.close()


def decide(page: Any, session: Session) -> None:
    """Decide some images, one after another."""
    saved, ranked = [], []
    for place in range(1, DECISIONS + 1):
        before, begun = session.ranked, time.perf_counter()
        page.keyboard.press("k")
        page.locator(f".tile[aria-posinset='{place}'] .answer.keep").wait_for()
        saved.append(time.perf_counter() - begun)
        while session.ranked == before:
            time.sleep(0.005)
        ranked.append(time.perf_counter() - begun)
    for name, times in (("saved and shown", saved), ("queue ranked anew", ranked[1:])):
        print(f"decision to {name}: median {statistics.median(times):.2f} s, most {max(times):.2f} s")
    print(f"the first ranking, for which the models are fitted: {ranked[0]:.2f} s")


if __name__ == "__main__":
    main()
