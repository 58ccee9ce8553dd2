"""The page of a sample: one image after another, nothing of what the model thinks, and what the answers say."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from labelaudit.cli.review import File
from labelaudit.decisions import decide, dump
from labelaudit.names import printable
from labelaudit.records import Decision, Decisions, Ruling, Sample
from labelaudit.reviewing import Review
from labelaudit.sampling import draw

from .browsers import CONTRAST, PHONE, WIDE
from .reviews import Served, served


@pytest.fixture(scope="module")
def sample(shapes_review: Review) -> Sample:
    audit = shapes_review.audit
    return draw(shapes_review.before, audit.dataset, audit.observed.digests, audit.settings, 4)


@pytest.fixture
def review(shapes_review: Review, sample: Sample, tmp_path: Path) -> Iterator[Served]:
    with served(shapes_review, tmp_path / "decisions.json", sample) as found:
        yield found


@pytest.fixture
def page(browser: Any, review: Served) -> Iterator[Any]:
    context = browser.new_context(viewport=WIDE)
    page, complaints = context.new_page(), []
    page.on("console", lambda said: complaints.append(said.text) if "503" not in said.text else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(review.address.url)
    page.locator("#question").wait_for()
    yield page
    assert complaints == []
    context.close()


def decided(page: Any, number: int) -> None:
    page.locator("#progress", has_text=f"{number} of 4 decided").wait_for()


def test_nothing_is_told_of_what_the_model_thinks(review: Served, sample: Sample) -> None:
    found = review.ask("everything").json

    assert found["rows"] == sample.rows.tolist()
    assert "ranking" not in found
    assert set(found["progress"]) == {"decided", "images"}
    assert "p_error" not in json.dumps(found)


def test_an_answer_is_kept_with_its_probability(review: Served, sample: Sample) -> None:
    row = int(sample.rows[0])
    review.decide([row], "relabel", classes=[(int(review.session.dataset.labels[row]) + 1) % 3])
    (made,) = review.decisions.made

    assert (made.shown_by, made.probability) == (sample.shown_by[0], sample.probabilities[0])
    assert review.decisions.samples == (sample.sampled,)
    assert dict(review.ask("result").json["said"])["Answered"] == "1 of 4 images"


def test_what_was_decided_before_need_not_be_asked_again(shapes_review: Review, sample: Sample, tmp_path: Path) -> None:
    dataset, digests = shapes_review.audit.dataset, shapes_review.audit.observed.digests
    row = int(sample.rows[2])
    earlier = Decision(digests[row], printable(dataset.classes[dataset.labels[row]]), Ruling.KEEP)
    file = tmp_path / "decisions.json"
    File(file).write(decide(Decisions(), earlier))
    with served(shapes_review, file, sample) as review:
        assert list(review.ask("everything").json["answers"]) == [str(row)]
        review.decide([int(sample.rows[0])])
        assert {each.shown_by for each in review.decisions.made} == {sample.shown_by[0], sample.shown_by[2]}


def test_it_asks_answers_and_measures(page: Any, review: Served, sample: Sample) -> None:
    first = int(sample.rows[0])
    dataset = review.session.dataset
    assert page.locator("#asked").inner_text() == f"Is this {dataset.classes[dataset.labels[first]]}?"
    assert page.locator("#path").inner_text() == dataset.paths[first]
    assert "p_error" not in page.locator("body").inner_text()
    page.keyboard.press("k")
    decided(page, 1)
    page.keyboard.press("c")
    page.keyboard.type("ci")
    page.keyboard.press("Enter")
    decided(page, 2)
    page.get_by_role("button", name="Unsure").click()
    decided(page, 3)
    page.keyboard.press("z")
    decided(page, 2)
    page.reload()
    decided(page, 2)
    page.keyboard.press("b")
    decided(page, 3)
    page.keyboard.press("k")
    page.get_by_text("Labels that are wrong", exact=True).wait_for()

    assert page.locator("#result dd").last.inner_text().endswith("of 4 images")
    assert page.locator("#question").is_hidden()
    assert len(review.decisions.made) == 4
    page.keyboard.press("z")
    page.locator("#question").wait_for()


def test_an_answer_that_is_not_saved_is_asked_for_again(page: Any, review: Served) -> None:
    asked = page.locator("#path").inner_text()
    review.file.write_text("broken", encoding="utf-8")
    page.keyboard.press("k")
    page.get_by_role("alert").get_by_text("Nothing was saved").wait_for()

    assert page.locator("#path").inner_text() == asked
    review.file.write_text(dump(Decisions()), encoding="utf-8")
    page.keyboard.press("k")
    decided(page, 1)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_can_be_read_and_fits_on_a_phone(browser: Any, review: Served, scheme: str) -> None:
    context = browser.new_context(viewport=PHONE, color_scheme=scheme, has_touch=True, is_mobile=True)
    page = context.new_page()
    page.goto(review.address.url)
    page.locator("#question").wait_for()

    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert page.evaluate(CONTRAST) == []
    for number in range(1, 5):
        page.get_by_role("button", name="Keep").tap()
        decided(page, number)
    page.locator("#result dd").first.wait_for()
    assert page.evaluate(CONTRAST) == []
    context.close()
