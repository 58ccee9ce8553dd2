"""Take the screenshots of the documentation, with an installed Chromium, of the digits that ``labelaudit demo`` writes.

python docs/screenshots.py
"""

import io
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

IMAGES = Path(__file__).parent / "images"
LABELAUDIT = [sys.executable, "-m", "labelaudit"]
WIDTH, HEIGHT = 1100, 760
LARGEST = 200_000
"""Bytes of a picture in the repository."""


def main() -> None:
    """Write all screenshots."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        digits, page_file = Path(folder) / "digits", Path(folder) / "report.html"
        subprocess.run([*LABELAUDIT, "demo", "--keep", digits, "-q"], check=True, stdout=subprocess.DEVNULL)
        scan = [*LABELAUDIT, "scan", digits, "--report", f"html={page_file}", "--exit-zero", "-q", "--limit", "0"]
        subprocess.run(scan, check=True)
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        page.goto(page_file.as_uri())
        IMAGES.mkdir(exist_ok=True)
        save(page.screenshot(), "report")
        page.get_by_label("View").select_option("list")
        save(page.locator("article").first.screenshot(), "finding")
        save(reviewed(browser, digits, Path(folder)), "review")
        browser.close()


def reviewed(browser: Browser, digits: Path, folder: Path) -> bytes:
    """Return a screenshot of a review in which three images are decided."""
    command = [*LABELAUDIT, "review", digits, "--decisions", folder / "decisions.json", "-q"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
            page.goto(server.stdout.readline().strip() if server.stdout else "")
            page.locator(".tile").first.wait_for()
            for place, key in enumerate("aku", start=1):
                page.keyboard.press(key)
                page.locator(f".tile[aria-posinset='{place}'] .answer", has_not_text="saving").wait_for()
            page.locator(".status.fresh").first.wait_for(state="detached")
            return page.screenshot()
        finally:
            server.kill()


def save(screenshot: bytes, name: str) -> None:
    """Save a screenshot as a WebP file without loss of detail in text."""
    path = IMAGES / f"{name}.webp"
    Image.open(io.BytesIO(screenshot)).convert("RGB").save(path, quality=85, method=6)
    if path.stat().st_size > LARGEST:
        raise SystemExit(f"{path} has {path.stat().st_size:,} bytes, more than {LARGEST:,}")


if __name__ == "__main__":
    main()
