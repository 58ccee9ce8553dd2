"""The HTML page in a real browser, with hostile names."""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from labelaudit.records import Audit
from labelaudit.reports import render

from .browsers import CONTRAST, PHONE, WIDE
from .pages import FINE, HOSTILE, hostile_report, illustrated, noise

CARDS = len(HOSTILE) + 5


class Shown(NamedTuple):
    """The page as it is open, and what the browser said about it."""

    page: Any
    complaints: list[str]


@pytest.fixture(scope="module")
def address(shapes_audit: Audit, tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("page") / "page.html"
    report = illustrated(hostile_report(shapes_audit), noise(200))
    path.write_text(render(report, "html"), encoding="utf-8", newline="")
    return path.as_uri()


@pytest.fixture
def show(browser: Any, address: str) -> Iterator[Any]:
    contexts = []

    def open_page(**options: Any) -> Shown:
        context = browser.new_context(**{"viewport": WIDE, **options})
        contexts.append(context)
        page, complaints = context.new_page(), []
        page.on("console", lambda said: complaints.append(said.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "request",
            lambda asked: complaints.append(asked.url) if not asked.url.startswith(("file:", "data:image/webp")) else 0,
        )
        page.goto(address)
        return Shown(page, complaints)

    yield open_page
    for context in contexts:
        context.close()


def test_nothing_is_blocked_nothing_fails_and_no_name_runs(show: Any) -> None:
    page, complaints = show()
    page.locator("footer").scroll_into_view_if_needed()

    assert complaints == []
    assert page.evaluate("window.hit") is None
    assert page.evaluate("[...document.images].every(each => each.naturalWidth > 0)")
    assert page.locator("img").count() == len(HOSTILE) * 4 + 2 + 1 + 6


def test_the_policy_is_in_force(show: Any) -> None:
    page, complaints = show()
    page.evaluate(
        """() => {
            const add = (tag, set) => document.body.append(Object.assign(document.createElement(tag), set));
            add("script", {textContent: "window.hit = 1"});
            add("img", {src: "x", onerror: () => 0});
            document.body.setAttribute("onclick", "window.hit = 2");
            document.body.click();
        }"""
    )

    assert page.evaluate("window.hit") is None
    assert sum("Content Security Policy" in said for said in complaints) >= 3


def test_the_filter_shows_what_is_asked_for(show: Any) -> None:
    page, _ = show()
    visible, status = page.locator("article:visible"), page.get_by_role("status")

    assert status.inner_text() == f"{CARDS} of {CARDS} shown"
    page.locator("[name=rule]").select_option("LA101")
    assert visible.count() == len(HOSTILE)
    page.get_by_label("p_error from").fill("0.9")
    assert visible.count() == 2
    assert status.inner_text() == f"2 of {CARDS} shown"
    page.locator("[name=rule]").select_option("")
    assert visible.count() == 7
    page.locator("[name=class]").select_option(index=2)
    assert visible.count() == 2
    page.locator("[name=class]").select_option(index=1)
    assert visible.count() == 6


def test_it_can_be_read_without_javascript(show: Any) -> None:
    page, complaints = show(java_script_enabled=False)

    assert complaints == []
    assert page.locator("form").is_hidden()
    assert page.locator("article:visible").count() == CARDS
    assert page.get_by_role("heading", name="Findings").is_visible()
    assert page.locator("article img").first.is_visible()


@pytest.mark.parametrize("scripts", [True, False])
def test_it_fits_on_a_phone(show: Any, scripts: bool) -> None:
    page, _ = show(viewport=PHONE, java_script_enabled=scripts, has_touch=True)

    right = page.evaluate(
        "Math.max(...[...document.querySelectorAll('article *')].map(e => e.getBoundingClientRect().right))"
    )
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert right <= PHONE["width"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_word_can_be_read_by_day_and_night(show: Any, scheme: str) -> None:
    page, _ = show(color_scheme=scheme)
    red, green, blue = page.evaluate("getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number)")

    assert (red + green + blue > 600) is (scheme == "light")
    assert page.evaluate(CONTRAST) == []


def test_it_can_be_used_by_keyboard_and_ear(show: Any) -> None:
    page, _ = show()
    page.keyboard.press("Tab")

    assert page.evaluate("document.activeElement.className") == "skip"
    levels = page.evaluate(
        "[...document.querySelectorAll('h1, h2, h3, h4, h5, h6')].map(each => Number(each.tagName[1]))"
    )
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(deeper <= before + 1 for before, deeper in pairwise(levels))
    assert page.get_by_role("article").count() == CARDS
    assert page.get_by_role("img", name=FINE[1]).count() >= 1
    assert page.evaluate("document.documentElement.lang") == "en"
    assert page.evaluate("[...document.querySelectorAll('select, input')].every(each => each.labels.length)")


def test_it_can_be_printed(show: Any, tmp_path: Path) -> None:
    page, complaints = show(color_scheme="dark")
    page.emulate_media(media="print")

    assert page.locator("form").is_hidden()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(253, 253, 252)"
    assert page.pdf().startswith(b"%PDF")
    assert complaints == []
