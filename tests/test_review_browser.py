"""The page of a review in a real browser: keys, filter, decide, undo, reload, resume, re-rank, two windows at once."""

from collections.abc import Callable
from pathlib import Path

from labelaudit.records import Ruling
from labelaudit.reviewing import Review

from .reviews import Served, served
from .windows import Window, decided, queue, queue_path, until


def test_every_key_decides_and_goes_on(window: Window, review: Served) -> None:
    first = queue(review)[:5]
    suggested = window.tile(2).locator(".suggested").inner_text()
    window.press("k", "a", "u", "b", "c")
    window.page.keyboard.type("quar")
    window.press("Enter")
    window.says(5, "square")

    assert decided(review) == {
        first[0]: (Ruling.KEEP, ""),
        first[1]: (Ruling.RELABEL, suggested),
        first[2]: (Ruling.UNSURE, ""),
        first[3]: (Ruling.BAD_IMAGE, ""),
        first[4]: (Ruling.RELABEL, "square"),
    }
    assert window.current() == 6
    assert window.complaints == []


def test_a_decision_is_shown_once_it_is_saved(window: Window, review: Served) -> None:
    window.page.route("**/decide", lambda route: (window.page.wait_for_timeout(400), route.continue_()))
    window.press("k")

    assert window.tile(1).locator(".answer").inner_text() == "saving …"
    assert window.tile(1).get_attribute("aria-busy") == "true"
    window.says(1, "keep")
    assert decided(review)


def test_what_is_not_saved_is_said_and_not_shown(window: Window, review: Served) -> None:
    review.file.write_text("broken", encoding="utf-8")
    window.press("k")
    window.page.get_by_role("alert").get_by_text("Nothing was saved").wait_for()

    assert window.tile(1).locator(".answer").inner_text() == ""
    assert window.current() == 1
    review.file.unlink()
    window.press("k")
    window.says(1, "keep")
    assert window.page.get_by_role("alert").is_hidden()


def test_undo_brings_back_what_was(window: Window, review: Served) -> None:
    window.press("k", "u", "z")
    window.page.locator("#status").get_by_text("Undone").wait_for()
    assert list(decided(review).values()) == [(Ruling.KEEP, "")]
    assert window.current() == 2
    window.press("Control+z")
    window.says(1, "")
    window.press("z")
    window.page.locator("#status").get_by_text("nothing to undo").wait_for()

    assert decided(review) == {}


def test_many_are_selected_and_decided_at_once(window: Window, review: Served) -> None:
    window.press("Space", "Shift+ArrowRight", "Shift+ArrowRight")
    assert window.page.locator(".tile[aria-selected=true]").count() == 3
    assert "3 selected" in window.page.locator("#actions").inner_text()
    window.press("b")
    window.says(3, "bad image")
    assert list(decided(review).values()) == [(Ruling.BAD_IMAGE, "")] * 3
    window.press("e")
    assert window.page.locator(".tile[aria-selected=true]").count() > 3
    window.press("Escape")
    assert window.page.locator(".tile[aria-selected=true]").count() == 0
    window.tile(4).click(modifiers=["Control"])
    window.tile(6).click(modifiers=["Shift"])

    assert "3 selected" in window.page.locator("#actions").inner_text()


def test_it_is_used_without_a_keyboard_too(window: Window, review: Served) -> None:
    window.tile(2).click()
    window.page.locator("#actions").get_by_role("button", name="Keep").click()
    window.says(2, "keep")
    window.tile(3).dblclick()
    window.page.locator("#detail").get_by_role("button", name="Unsure").click()
    window.page.locator("#detail").get_by_role("button", name="Close").click()
    window.says(3, "unsure")
    window.page.get_by_role("button", name="Undo").click()
    window.page.locator("#status").get_by_text("Undone").wait_for()

    assert list(decided(review).values()) == [(Ruling.KEEP, "")]


def test_a_closer_look_shows_the_nearest_and_takes_decisions(window: Window, review: Served) -> None:
    window.press("Enter")
    detail = window.page.locator("#detail")
    detail.locator(".strip img").first.wait_for()
    assert detail.locator(".strip").count() >= 2
    assert detail.locator(".voters tbody tr").count() == 4
    detail.locator(".strip button").first.click()
    assert detail.locator(".view").count() == 2
    detail.get_by_role("button", name="Zoom in").click()
    scales = detail.locator(".view img").evaluate_all("images => images.map(each => each.style.transform)")
    assert scales == ["translate(0px, 0px) scale(1.5)"] * 2
    window.press("0", "a")
    until(lambda: window.current() == 2)
    window.press("ArrowLeft")
    detail.locator("h2 .answer").wait_for()
    window.press("Escape")
    assert window.current() == 1
    assert len(decided(review)) == 1


def test_a_likely_class_has_a_key_in_the_closer_look(window: Window, review: Served) -> None:
    first = queue(review)[0]
    window.press("Enter")
    window.page.locator("#detail .candidates button").first.wait_for()
    likely = window.page.locator("#detail .candidates bdi").nth(1).inner_text()
    given = window.page.locator("#detail-title bdi").first.inner_text()
    window.press("2", "Escape")
    window.page.locator("#status").get_by_text(first).wait_for()

    expected = (Ruling.KEEP, "") if likely == given else (Ruling.RELABEL, likely)
    assert list(decided(review).values()) == [expected]


def test_the_filter_stays_while_one_scrolls_and_after_a_reload(window: Window) -> None:
    page = window.page
    page.locator("[name=class]").select_option(label="cross")
    page.locator("[name=sort]").select_option("path")
    page.locator("[name=size]").fill("300")
    paths = page.locator(".tile").evaluate_all("all => all.map(each => each.title)")
    page.mouse.wheel(0, 2_000)
    until(lambda: page.evaluate("scrollY") > 500)

    assert page.locator(".filters").bounding_box()["y"] == 0
    assert paths == sorted(paths)
    count = page.locator("#actions .describe").inner_text()
    page.reload()
    page.locator(".tile").first.wait_for()
    assert page.locator("#actions .describe").inner_text().partition("of")[2] == count.partition("of")[2]
    assert page.locator("[name=size]").input_value() == "300"


def test_the_filter_knows_rule_pair_certainty_and_path(window: Window, review: Served) -> None:
    page = window.page

    def shown() -> int:
        return int(page.locator("#actions .describe").inner_text().partition(" of ")[2].replace(",", "") or 0)

    whole = shown()
    page.locator("[name=rule]").select_option("LA101")
    flagged = shown()
    page.get_by_role("button", name="Reset").click()
    page.locator("[name=from]").fill("0.5")
    assert 0 < flagged <= shown() < whole
    page.get_by_role("button", name="Reset").click()
    page.locator("[name=pair]").select_option(index=1)
    words = page.locator("[name=pair] option:checked").inner_text()
    assert {each.inner_text() for each in page.locator(".tile .classes").all()} == {words.partition(" (")[0]}
    assert 0 < shown() < whole
    page.get_by_role("button", name="Reset").click()
    page.locator("[name=find]").fill("CIRCLE00")
    assert 0 < shown() < whole
    page.locator("[name=find]").fill("nothing has this name")
    page.get_by_role("button", name="Show all undecided images").click()
    until(lambda: shown() == whole)


def test_what_was_decided_is_gone_after_a_reload_and_can_be_found(window: Window, review: Served) -> None:
    first = queue(review)[0]
    window.press("u")
    window.says(1, "unsure")
    window.page.reload()
    window.tile(1).wait_for()
    assert window.tile(1).get_attribute("title") != first
    window.page.locator("[name=show]").select_option("unsure")
    assert window.tile(1).get_attribute("title") == first
    window.press("z")
    window.page.locator("#status").get_by_text("Undone").wait_for()

    assert decided(review) == {}


def test_a_decision_of_somebody_else_is_taken_back(window: Window, review: Served) -> None:
    review.decide([0], "keep", window="another")
    window.page.locator("[name=show]").select_option("decided")
    window.tile(1).wait_for()
    window.page.locator(".tile").first.focus()
    window.press("Delete")
    window.page.locator("#status").get_by_text("to decide again").wait_for()

    assert decided(review) == {}


def test_it_resumes_after_the_server_was_stopped(
    shapes_review: Review, tmp_path: Path, open_window: Callable[..., Window]
) -> None:
    with served(shapes_review, tmp_path / "decisions.json") as review:
        window = open_window(review)
        window.press("k", "b")
        window.says(2, "bad image")
    window.press("k")
    window.page.get_by_role("alert").get_by_text("The server has stopped").wait_for()
    with served(shapes_review, tmp_path / "decisions.json") as review:
        again = open_window(review)
        assert "2 of 120 decided" in again.page.locator("#progress").inner_text()
        assert len(decided(review)) == 2


def test_the_queue_is_ranked_anew_and_nothing_moves_that_is_looked_at(window: Window, review: Served) -> None:
    page = window.page
    titles = "all => all.filter(each => each.getBoundingClientRect().top < innerHeight).map(each => each.title)"
    before, after = page.locator(".tile").evaluate_all(titles), review.session.ranked
    window.press("k")
    until(lambda: review.session.ranked > after)
    fresh = queue(review)
    page.wait_for_timeout(2_000)  # longer than the page waits between its questions

    assert page.locator(".tile").evaluate_all(titles)[: len(before)] == before
    window.press("End")
    visible = page.locator(".tile").evaluate_all("all => all.map(each => each.title)")
    rest = [path for path in fresh if path not in before]
    assert visible[-3:] == rest[-3:]


def test_two_windows_hear_of_each_other(review: Served, open_window: Callable[..., Window]) -> None:
    one, two = open_window(review), open_window(review)
    one.press("k")
    two.says(1, "keep")
    two.press("ArrowRight", "u")
    one.says(2, "unsure")

    one.press("z")
    two.says(1, "")
    assert list(decided(review).values()) == [(Ruling.UNSURE, "")]


def test_a_decision_that_a_window_has_not_heard_of_is_not_replaced(
    review: Served, open_window: Callable[..., Window]
) -> None:
    window = open_window(review)
    window.page.route("**/changes?*", lambda route: route.abort())
    row = review.session.dataset.paths.index(queue(review)[0])
    review.decide([row], "unsure", window="another")
    window.press("k")
    window.page.get_by_role("alert").get_by_text("in another window").wait_for()

    assert decided(review) == {queue_path(review, row): (Ruling.UNSURE, "")}
    window.says(1, "unsure")
