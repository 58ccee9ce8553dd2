"""The page as a grid in a real browser: sort, filters that stay, a closer look, decisions that are saved as a file."""

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from labelaudit.decisions import parse
from labelaudit.names import printable
from labelaudit.records import Audit, Ruling
from labelaudit.reports import render

from .browsers import PHONE, WIDE
from .pages import CAT, DOG, HOSTILE, hostile_report, illustrated, noise
from .windows import until


@pytest.fixture(scope="module")
def address(shapes_audit: Audit, tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("grid") / "page.html"
    report = illustrated(hostile_report(shapes_audit), noise(200))
    images = tuple(
        each._replace(digest=hashlib.sha256(each.path.encode("utf-8", "replace")).hexdigest()) for each in report.images
    )
    path.write_text(render(replace(report, images=images), "html"), encoding="utf-8", newline="")
    return path.as_uri()


@pytest.fixture
def page(browser: Any, address: str) -> Iterator[Any]:
    context = browser.new_context(viewport=WIDE, permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text))
    page.goto(address)
    yield page
    assert complaints == []
    context.close()


def first(page: Any) -> Any:
    return page.locator(".cards .card").first


def saved(page: Any) -> Any:
    with page.expect_download() as download:
        page.locator("#save").click()
    return parse(Path(download.value.path()).read_text(encoding="utf-8"))


def test_tiles_stand_side_by_side_and_the_list_is_one_choice_away(page: Any) -> None:
    tops = page.locator("article:visible").evaluate_all("each => each.map(one => one.getBoundingClientRect().top)")

    assert tops[0] == tops[1]
    page.get_by_label("View").select_option("list")
    tops = page.locator("article:visible").evaluate_all("each => each.map(one => one.getBoundingClientRect().top)")
    assert tops[0] < tops[1]


def test_the_filter_stays_in_sight_and_when_the_page_is_loaded_again(page: Any) -> None:
    page.get_by_label("p_error from").fill("0.9")
    page.get_by_label("View").select_option("list")
    page.mouse.wheel(0, 1_500)
    until(lambda: page.evaluate("scrollY") > 500)

    assert page.locator("form.filter").bounding_box()["y"] == 0
    before = page.locator("form [role=status]").inner_text()
    page.reload()
    assert page.get_by_label("p_error from").input_value() == "0.9"
    assert page.locator("form [role=status]").inner_text() == before


def test_a_filter_of_another_page_does_no_harm(page: Any) -> None:
    page.evaluate('sessionStorage.setItem(`labelaudit-filter ${location.pathname}`, \'{"rule": "no", "x": 1}\')')
    page.reload()

    assert page.locator("[name=rule]").input_value() == ""
    assert page.locator("article:visible").count() == len(HOSTILE) + 5


def test_findings_are_sorted_as_asked(page: Any) -> None:
    def paths() -> list[str]:
        found: list[str] = page.locator(".cards").first.locator(".path bdi").all_text_contents()
        return found

    reported = paths()
    page.get_by_label("Sort by").select_option("path")
    assert paths() == sorted(reported) != reported
    page.get_by_label("Sort by").select_option("certainty")
    assert paths()[: len(HOSTILE)] == list(map(printable, HOSTILE))
    page.get_by_label("Sort by").select_option("report")
    assert paths() == reported


def test_a_card_is_looked_at_closely_and_goes_back_to_its_place(page: Any) -> None:
    before = page.locator("article h3").all_text_contents()
    small = first(page).locator(".subject img").bounding_box()["height"]
    first(page).get_by_role("button", name="Look closer").click()
    dialog = page.locator("#closely")

    assert dialog.locator(".subject img").bounding_box()["height"] > 1.5 * small
    assert dialog.locator(".beside img").count() == 3
    page.keyboard.press("ArrowRight")
    assert dialog.locator(".path bdi").inner_text() == printable(HOSTILE[1])
    page.keyboard.press("Escape")
    until(lambda: page.evaluate("document.activeElement.className") == "open")
    assert page.locator("article h3").all_text_contents() == before


def test_the_path_is_copied(page: Any) -> None:
    page.locator(".cards .card").nth(1).get_by_role("button", name="Copy path").click()

    page.get_by_role("button", name="Copied").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == printable(HOSTILE[1])


def test_decisions_are_kept_and_saved_as_the_file_that_labelaudit_reads(page: Any) -> None:
    card = page.locator(".cards .card")
    card.nth(0).get_by_role("button", name="Keep").click()
    card.nth(1).get_by_role("button", name="→").click()
    card.nth(2).get_by_role("button", name="Look closer").click()
    page.keyboard.press("b")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("u")
    page.keyboard.press("ArrowRight")
    page.locator("#closely").get_by_label("Another class").select_option(printable(DOG))
    page.keyboard.press("Escape")
    page.reload()

    made = {each.path: each for each in saved(page).made}
    assert {path: made[printable(path)].ruling for path in HOSTILE[:5]} == dict(
        zip(HOSTILE, [Ruling.KEEP, Ruling.RELABEL, Ruling.BAD_IMAGE, Ruling.UNSURE, Ruling.RELABEL], strict=False)
    )
    assert {each.label for each in made.values()} == {CAT}
    assert made[printable(HOSTILE[4])].decided == printable(DOG)
    page.get_by_label("Show").select_option("decided")
    assert page.locator("article:visible").count() == 5
    assert page.evaluate("window.hit") is None


def test_a_decision_is_undone(page: Any) -> None:
    first(page).get_by_role("button", name="Keep").click()
    assert page.locator("#save").inner_text() == "Save 1 decision"
    first(page).get_by_role("button", name="→").press("z")

    assert page.locator("#save").is_hidden()


def test_nothing_can_be_decided_of_what_is_no_image(page: Any) -> None:
    page.get_by_label("View").select_option("list")
    page.locator("[name=rule]").select_option("LA401")

    assert page.locator("article:visible").count() == 1
    assert page.locator("article:visible .decide").count() == 0


def test_the_closer_look_fits_on_a_phone(browser: Any, address: str) -> None:
    context = browser.new_context(viewport=PHONE, has_touch=True)
    page = context.new_page()
    page.goto(address)
    page.locator(".open").first.tap()

    right = page.evaluate(
        "Math.max(...[...document.querySelectorAll('#closely *')].map(e => e.getBoundingClientRect().right))"
    )
    assert right <= PHONE["width"]
    assert page.locator("#closely").bounding_box()["width"] <= PHONE["width"]
    context.close()
