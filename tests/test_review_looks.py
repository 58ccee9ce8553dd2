"""The page of a review in a real browser: contrast, keyboard and screen reader, phones, hostile names, many images."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from labelaudit.engine import Threads
from labelaudit.names import printable
from labelaudit.review import columns
from labelaudit.reviewing import Review, open_review
from labelaudit.settings import Settings

from .browsers import CONTRAST, PHONE
from .conftest import Shapes
from .reviews import Served, served
from .windows import Window, until


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_word_can_be_read(review: Served, open_window: Callable[..., Window], scheme: str) -> None:
    window = open_window(review, color_scheme=scheme)
    window.press("k", "a", "u", "b")
    window.says(4, "bad image")
    window.page.wait_for_timeout(300)
    assert window.page.evaluate(CONTRAST) == []
    window.press("Enter")
    window.page.locator(".candidates").wait_for()

    assert window.page.evaluate(CONTRAST) == []
    window.press("c")
    assert window.page.evaluate(CONTRAST) == []


def test_it_can_be_used_by_keyboard_and_ear(window: Window) -> None:
    page = window.page
    label = window.tile(1).get_attribute("aria-label")

    assert "given" in label and "p_error" in label and window.tile(1).get_attribute("title") in label
    assert window.tile(1).get_attribute("aria-setsize") == "120"
    assert page.locator(".tile[tabindex='0']").count() == 1
    assert page.evaluate(
        "[...document.querySelectorAll('select, input')].every(each => each.labels.length || each.ariaLabel)"
    )
    assert page.evaluate(
        "[...document.querySelectorAll('button')].every(each => each.textContent.trim() || each.ariaLabel)"
    )
    window.press("End")
    assert window.current() == 120
    assert page.evaluate("document.activeElement.ariaPosInSet") == "120"
    window.press("Tab")
    assert page.evaluate("document.activeElement.name") == "keep"
    window.press("Shift+Tab", "Home", "Enter", "?")
    assert page.locator("#help").is_visible()
    window.press("Escape", "Escape")
    assert page.locator("dialog[open]").count() == 0
    assert page.evaluate("document.activeElement.ariaPosInSet") == "1"
    order = page.locator(".tile").evaluate_all("all => all.map(each => Number(each.ariaPosInSet))")
    assert order == sorted(order)


def test_it_fits_on_a_phone(review: Served, open_window: Callable[..., Window]) -> None:
    window = open_window(review, viewport=PHONE, has_touch=True, is_mobile=True)
    page = window.page

    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert page.locator("#filter").is_hidden()
    window.tile(2).tap()
    page.locator("#detail .candidates").wait_for()
    boxes = page.locator("#detail .actions button").evaluate_all(
        "all => all.map(each => each.getBoundingClientRect().height)"
    )
    assert min(boxes) >= 44
    page.locator("#detail").get_by_role("button", name="Keep").tap()
    page.locator("#detail [name=close]").tap()
    window.says(2, "keep")
    page.locator("summary").tap()
    assert page.locator("#filter").is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


NAMES = (
    '"><img src=x onerror="window.hit=1">.png',
    "'onload='window.hit=2.png",
    "<script>window.hit=3<.png",
    "{{ 7 * 7 }}{% raw %}${window.hit=4}.png",
    "&lt;b&gt;.png",
    "bad\udcff.png",
    "\x1b[31m\n.png",
    "\u202egpj.png",
    "long" * 60 + ".png",
)
"""Of files; a class has the first of them, too."""


def test_no_name_becomes_markup(own_shapes: Shapes, tmp_path: Path, open_window: Callable[..., Window]) -> None:
    folder = own_shapes.root / "circle"
    images = sorted(folder.iterdir())
    try:
        for image, name in zip(images[:3] + sorted((own_shapes.root / "cross").iterdir()), NAMES, strict=True):
            image.rename(image.with_name(name))
        folder.rename(own_shapes.root / NAMES[0])
    except (OSError, ValueError):
        pytest.skip("this file system allows no such names")
    with served(open_review(own_shapes.root, engine=Threads(2)), tmp_path / "decisions.json") as review:
        window = open_window(review)
        page = window.page
        page.locator("[name=sort]").select_option("path")
        for _ in NAMES:
            window.press("a", "Enter")
            page.locator("#detail .candidates").wait_for()
            window.press("c", "Escape", "Escape", "ArrowRight")
        page.locator("[name=show]").select_option("all")
        until(lambda: page.locator(".tile").count() == 18)
        titles = page.locator(".tile").evaluate_all("all => all.map(each => each.title)")
        classes = set(page.locator(".tile .classes bdi").all_inner_texts())

    assert {printable(f"cross/{name}") for name in NAMES[3:]} <= set(titles)
    assert NAMES[0] in classes
    assert page.evaluate("window.hit") is None
    assert page.locator("main img:not(.frame img), main script").count() == 0
    assert all(each.isprintable() for each in titles)


def test_five_thousand_images_scroll_smoothly(
    tmp_path: Path, draw_shapes: Callable[..., Shapes], open_window: Callable[..., Window]
) -> None:
    root = draw_shapes(tmp_path / "many", each=1_667, wrong=60, size=16).root
    paths = sorted(path.relative_to(root).as_posix() for path in root.rglob("*.png"))
    features = np.random.default_rng(0).normal([[len(path.split("/")[0])] for path in paths], 0.1, (len(paths), 16))
    np.savez(tmp_path / "features.npz", paths=np.array(paths), features=features.astype(np.float32))
    settings = Settings(features=f"npz:{tmp_path / 'features.npz'}")  # what they show is no matter here
    with served(open_review(root, settings, engine=Threads(2)), tmp_path / "decisions.json") as review:
        window = open_window(review)
        page = window.page
        frames = page.evaluate(SCROLL)
        window.press("End")

        assert window.current() == 5_001
        assert page.locator(".tile").count() < 120
        assert frames["most"] < 120
        assert frames["empty"] == 0
        assert frames["median"] < 50
        until(lambda: page.evaluate("[...document.querySelectorAll('.frame img')].every(each => each.complete)"))
        window.press("k")
        window.says(5_001, "keep")


SCROLL = """async () => {
    const [times, counts] = [[], []];
    let empty = 0;
    let before = performance.now();
    const bottom = document.documentElement.scrollHeight - innerHeight;
    for (let step = 0; step <= 120; step += 1) {
        scrollTo(0, (bottom * step) / 120);
        await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
        times.push((performance.now() - before) / 2);
        before = performance.now();
        counts.push(document.querySelectorAll(".tile").length);
        empty += !document.elementFromPoint(innerWidth / 2, innerHeight / 2).closest(".grid");
    }
    times.sort((a, b) => a - b);
    return {median: times[60], most: Math.max(...counts), empty};
}"""
"""Scrolls through everything, and returns the median time of a frame in milliseconds, the largest number of tiles that
existed at once, and how often the middle of the window showed none."""


def test_it_says_that_not_all_images_are_listed(
    shapes_review: Review, tmp_path: Path, open_window: Callable[..., Window], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(columns, "LISTED", 20)
    with served(shapes_review, tmp_path / "decisions.json") as review:
        window = open_window(review)
        listed = len(review.ask("everything").json["rows"])

        assert 20 <= listed < 120
        assert window.tile(1).get_attribute("aria-setsize") == str(listed)
        assert f"The {listed} most suspicious images are listed" in window.page.locator("#unlisted").inner_text()
        assert window.complaints == []


def test_a_decided_image_shows_no_other_suggestion(window: Window) -> None:
    window.press("k", "a", "b")
    window.says(3, "bad image")
    until(lambda: window.tile(1).locator(".suggested").count() == 0)

    assert window.tile(2).locator(".suggested").count() == 1
    assert window.tile(3).locator(".suggested").count() == 0
