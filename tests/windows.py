"""Windows of a real browser on the page of a review."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from labelaudit.names import printable
from labelaudit.records import Ruling
from labelaudit.reviewing import Review

from .browsers import WIDE
from .reviews import Served, served


class Window(NamedTuple):
    """A window of a browser, and what the browser complained about."""

    page: Any
    complaints: list[str]

    def tile(self, place: int) -> Any:
        return self.page.locator(f".tile[aria-posinset='{place}']")

    def current(self) -> int:
        return int(self.page.locator(".tile.current").get_attribute("aria-posinset"))

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def says(self, place: int, words: str) -> None:
        """Wait until a tile shows a decision; none if there are no words."""
        if words:
            self.tile(place).locator(".answer", has_text=words).wait_for()
        else:
            self.tile(place).locator(".answer").wait_for(state="hidden")


@pytest.fixture
def review(shapes_review: Review, tmp_path: Path) -> Iterator[Served]:
    with served(shapes_review, tmp_path / "decisions.json") as found:
        yield found


@pytest.fixture
def open_window(browser: Any) -> Iterator[Callable[..., Window]]:
    contexts = []

    def make(review: Served, **options: Any) -> Window:
        context = browser.new_context(**{"viewport": WIDE, **options})
        contexts.append(context)
        return opened(context, review)

    yield make
    for context in contexts:
        context.close()


@pytest.fixture
def window(review: Served, open_window: Callable[..., Window]) -> Window:
    return open_window(review)


def opened(context: Any, review: Served) -> Window:
    page, complaints = context.new_page(), []
    page.on("console", lambda said: complaints.append(said.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(review.address.url)
    page.locator(".tile").first.wait_for()
    return Window(page, complaints)


def until(holds: Callable[[], bool]) -> None:
    """Wait until something holds. Playwright evaluates strings to wait, which the content security policy forbids."""
    for _ in range(200):
        if holds():
            return
        time.sleep(0.05)
    raise AssertionError("it never held")


def decided(review: Served) -> dict[str, tuple[Ruling, str]]:
    return {each.path: each.answer for each in review.decisions.made}


def queue(review: Served) -> list[str]:
    """Return the paths of all images, the most suspicious first."""
    found = review.ask("everything").json
    order = sorted(range(len(found["rows"])), key=lambda at: (-found["ranking"]["p_error"][at], found["rows"][at]))
    return [found["path"][at] for at in order]


def queue_path(review: Served, row: int) -> str:
    return printable(review.session.dataset.paths[row])
