"""An installed Chromium for the tests of pages."""

import shutil
from collections.abc import Iterator
from typing import Any

import pytest

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")

QUIET = ("background-networking", "component-update", "quic", "sync")
ARGUMENTS = ["--no-sandbox", "--no-first-run", *(f"--disable-{name}" for name in QUIET)]
"""A browser of Debian neither has a sandbox as root nor keeps from asking its maker for updates."""

WIDE, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}

CONTRAST = """() => {
    const canvas = document.createElement("canvas").getContext("2d", {willReadFrequently: true});
    const over = (...colours) => {
        for (const colour of colours) { canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1); }
        return [...canvas.getImageData(0, 0, 1, 1).data.slice(0, 3)];
    };
    const light = rgb => rgb.map(each => each / 255)
        .map(each => each <= 0.04045 ? each / 12.92 : ((each + 0.055) / 1.055) ** 2.4)
        .reduce((sum, each, at) => sum + each * [0.2126, 0.7152, 0.0722][at], 0);
    const found = [];
    for (const element of document.querySelectorAll("body *")) {
        const words = [...element.childNodes].some(each => each.nodeType === 3 && each.data.trim());
        if (!words || !element.checkVisibility()) continue;
        const grounds = [];
        for (let at = element; at; at = at.parentElement) grounds.unshift(getComputedStyle(at).backgroundColor);
        const ink = getComputedStyle(element).color;
        const [one, two] = [over("white", ...grounds), over("white", ...grounds, ink)].map(light);
        const ratio = (Math.max(one, two) + 0.05) / (Math.min(one, two) + 0.05);
        if (ratio < 4.5) found.push(`${element.outerHTML.slice(0, 80)}: ${ratio}`);
    }
    return found;
}"""
"""Returns the elements whose words have too little contrast to be read (WCAG 2.2, 1.4.3)."""


def launched() -> Iterator[Any]:
    """Yield a browser, or skip where there is none."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        pytest.skip("no Chromium is installed")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()
