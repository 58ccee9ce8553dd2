"""The HTML page, read by a parser: its contents, and hostile names."""

import base64
import hashlib
import re
import sys
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from PIL import Image
from typer.testing import Result

from labelaudit.audit import conclude, illustrate
from labelaudit.findings import Finding, Severity
from labelaudit.names import printable
from labelaudit.records import Acceptance, Accepted, Audit, Entry, Explanation, Listed, PairNoise, Report
from labelaudit.reports import render
from labelaudit.reports.noise_matrix import noise_matrix
from labelaudit.sources import Files

from .conftest import Shapes
from .pages import CAT, DOG, FINE, HOSTILE, hostile_report, illustrated, noise

Run = Callable[..., Result]


class Page(HTMLParser):
    """Elements with their attributes, the text between them, and the text of style and script."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.raw: dict[str, str] = {}
        self.text = ""
        self._inside = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len(attrs) == len(dict(attrs)), f"{tag} has an attribute twice"
        self.elements.append((tag, dict(attrs)))
        self._inside = tag

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside in ("style", "script"):
            self.raw[self._inside] = self.raw.get(self._inside, "") + data
        else:
            self.text += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


@pytest.fixture
def report(shapes_audit: Audit) -> Report:
    return hostile_report(shapes_audit)


@pytest.fixture
def page(report: Report) -> Page:
    return Page(render(illustrated(report, noise(100)), "html"))


def test_the_policy_allows_this_style_and_this_script_and_nothing_else(page: Page) -> None:
    (policy,) = (each for each in page.all("meta") if each.get("http-equiv") == "Content-Security-Policy")
    hashes = {
        name: base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for name, text in page.raw.items()
    }

    assert policy["content"] == (
        f"default-src 'none'; img-src data:; style-src 'sha256-{hashes['style']}'; "
        f"script-src 'sha256-{hashes['script']}'; base-uri 'none'; form-action 'none'"
    )
    assert len(page.all("style")) == len(page.all("script")) == 1
    tags = [tag for tag, _ in page.elements]
    assert tags.index("meta") < tags.index("style")


def test_no_name_becomes_markup(page: Page) -> None:
    allowed = {"href", "src", "alt", "title", "class", "id", "width", "height", "decoding", "value", "content"}
    for tag, attributes in page.elements:
        assert tag not in {"i", "u", "b", "iframe", "object", "link", "base", "foreignobject"}
        for name, value in attributes.items():
            assert not name.startswith("on")
            assert name != "style"
            if name == "href":
                assert re.fullmatch("#[A-Za-z0-9]+", value or "")
            if name == "src":
                assert (value or "").startswith("data:image/webp;base64,")
            if "window.hit" in (value or ""):
                assert name in allowed


def test_every_name_is_there_to_read_and_safe_to_show(report: Report, page: Page) -> None:
    text = render(report, "html")

    assert all(printable(path) in page.text for path in HOSTILE)
    assert CAT in page.text
    assert printable(DOG) in page.text
    assert all(char in "\n" or char.isprintable() for char in text)
    assert text.encode("utf-8").decode("utf-8") == text
    assert "49" not in "".join(re.findall(r"cat/\{\{.*", page.text))


def test_each_finding_stands_with_its_picture_and_its_reason(page: Page) -> None:
    cards, images = page.all("article"), page.all("img")
    subjects = [each for each in images if str(each["alt"]).startswith("the image: ")]

    assert len(cards) == len(HOSTILE) + 5
    assert len(subjects) == len(HOSTILE) + 2
    assert len(images) == len(subjects) + 3 * len(HOSTILE) + 1 + 6
    assert page.text.count("none among the nearest") == len(HOSTILE)
    assert page.text.count("<ridge>") == len(HOSTILE)
    assert "and 2 more" in page.text
    assert "p_error 0.99" in page.text
    assert all(each["alt"] and each["width"] and each["height"] for each in images)
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))


def test_the_filter_knows_rule_class_and_certainty(page: Page) -> None:
    first, *_, plugin = page.all("article")

    assert (first["data-rule"], first["data-classes"], first["data-certainty"]) == ("LA101", "0 1", "0.9900")
    assert (plugin["data-rule"], plugin["data-classes"], "data-certainty" in plugin) == ("XY900", "", False)
    (form,) = page.all("form")
    assert "hidden" in form


def test_links_within_the_page_lead_somewhere(report: Report, page: Page) -> None:
    ids = {attributes["id"] for _, attributes in page.elements if "id" in attributes}
    known = {rule.code for rule in report.rules}

    for link in page.all("a"):
        target = str(link["href"])[1:]
        assert target in ids or target not in known | {"findings", "noise", "next", "rest"}


def test_a_missing_picture_has_a_word_in_its_place(report: Report, tmp_path: Path) -> None:
    page = Page(render(illustrate(report, Files(tmp_path), jobs=2), "html"))

    assert page.all("img") == []
    assert "not there any more" in page.text


def test_without_pictures_it_says_how_to_get_them(report: Report) -> None:
    page = Page(render(report, "html"))

    assert page.all("img") == []
    assert "labelaudit report AUDIT.json --report html=page.html --data DIR" in page.text
    assert page.text.count(FINE[1]) > len(HOSTILE)
    assert "--data DIR" not in render(replace(report, findings=report.findings[-2:]), "html")


def test_what_was_accepted_and_what_is_stale_is_counted(report: Report) -> None:
    entry = Entry("LA101", "0", "cat", "cat/1.jpg", Acceptance.CORRECT, "seen")
    verdict = replace(report.verdict, accepted=(Accepted(report.findings[0], entry),) * 3, stale=(entry,) * 2)
    page = Page(render(replace(report, verdict=verdict, findings=()), "html"))

    assert re.search(r"accepted before\s*3\b", page.text)
    assert re.search(r"stale in the baseline\s*2\b", page.text)
    assert "Nothing was found that was not accepted before." in page.text
    assert "labelaudit baseline DATA --reason" in page.text


def test_five_hundred_findings_stay_below_ten_megabytes(report: Report) -> None:
    names = [f"train/some-class-name/{number:060d}.jpg" for number in range(3_500)]
    findings = tuple(
        Finding("LA101", "mislabeled", Severity.ERROR, name, "", CAT, DOG, 0.9, "0") for name in names[::7]
    )
    voters = dict.fromkeys(("ridge", "discriminant", "neighbours"), (0.1, 0.9))
    grounds = {
        (each.path, CAT): Explanation(
            each.path, CAT, DOG, 0.9, voters, tuple(names[at + 1 : at + 4]), tuple(names[at + 4 :])
        )
        for at, each in zip(range(0, 3_500, 7), findings, strict=True)
    }
    images = tuple(Listed(name, CAT, "0") for name in names)
    for edge in (96, 192, 700):
        full = illustrated(replace(report, findings=findings, explanations=grounds, images=images), noise(edge))
        text = render(full, "html")

        assert text.count("<img") == 500 * 7
        assert len(text.encode()) < 10_000_000


def test_more_findings_than_a_page_can_hold_are_counted(report: Report) -> None:
    many = replace(report, findings=report.findings[:1] * 25_000)
    text = render(illustrated(many, noise(100)), "html")
    page = Page(text)

    assert len(page.all("article")) == 500
    assert sum("data-rule" in row for row in page.all("tr")) == 5_000
    assert "And 19,500 more" in page.text
    assert len(text) < 15_000_000


def test_the_table_of_noise_is_bounded_and_shaded(report: Report) -> None:
    pairs = tuple(PairNoise(f"c{row:03d}", f"c{row + 1:03d}", 50.0 - row / 2, None) for row in range(60))
    table = noise_matrix(replace(report, pair_noise=(*pairs, PairNoise("c000", "c002", 0.2, 3.0))))

    assert (len(table.given), len(table.true), table.left_out) == (20, 20, 40)
    assert table.rows[0][0] == ("50", 6)
    assert table.rows[0][1] == ("0", 0)
    assert table.rows[19][19].shade == 5
    assert noise_matrix(replace(report, pair_noise=())).rows == ()


def test_the_same_scan_gives_the_same_page(shapes_audit: Audit, shapes: Shapes) -> None:
    report = conclude(shapes_audit)
    one, three = (render(illustrate(report, shapes_audit.dataset.source, jobs=jobs), "html") for jobs in (1, 3))

    assert one == three
    assert one.count("<img") > len(shapes.wrong)
    assert str(shapes.root.parent) not in one


def test_the_page_from_the_command_line(run: Run, own_shapes: Shapes, tmp_path: Path) -> None:
    root = own_shapes.root
    (root / "circle" / "circle000.png").rename(root / "square" / "circle000.png")
    (root / "square" / "copy.png").write_bytes((root / "square" / "circle000.png").read_bytes())
    first, second, saved = tmp_path / "first.html", tmp_path / "second.html", tmp_path / "audit.json"
    run("scan", root, "--report", f"html={first}", "--format", "json", "--out", saved, "--exit-zero")
    run("report", saved, "--report", f"html={second}", "--data", root)
    printed = run("report", saved, "--format", "html", "--data", root)

    text = first.read_text(encoding="utf-8")
    again = second.read_text(encoding="utf-8")
    assert "<img" in text
    assert str(tmp_path) not in text
    assert Page(again).all("img") == Page(text).all("img")
    assert printed.stdout == again
    assert run("scan", root, "--format", "html", "--exit-zero").stdout == text
    assert "<img" not in run("report", saved, "--format", "html").stdout
    missing = run("report", saved, "--format", "html", "--data", tmp_path / "nowhere")
    assert missing.exit_code == 2
    assert "nowhere" in missing.output


def test_a_scan_shows_what_links_lead_to(run: Run, own_shapes: Shapes, tmp_path: Path) -> None:
    for name in ("circle/circle000.png", "circle/copy.png"):
        outside = tmp_path / Path(name).name
        outside.write_bytes((own_shapes.root / "circle" / "circle001.png").read_bytes())
        (own_shapes.root / name).unlink(missing_ok=True)
        try:
            (own_shapes.root / name).symlink_to(outside)
        except OSError:
            pytest.skip("no links here")
    whole = run("scan", own_shapes.root, "--format", "html", "--select", "LA201", "--exit-zero").stdout
    page = Page(whole.partition('<section aria-labelledby="look">')[0])

    assert len(page.all("img")) == 3
    assert "leads out" not in page.text


def test_pictures_are_read_for_a_page_alone(run: Run, own_shapes: Shapes, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise AssertionError("a picture was drawn")

    monkeypatch.setattr(sys.modules["labelaudit.audit"], "draw", fail)
    assert run("scan", own_shapes.root, "--format", "json", "--exit-zero").exit_code == 0


def test_the_plainest_picture_is_shown_as_it_is(report: Report) -> None:
    (first, *_) = Page(render(illustrated(report, Image.new("RGB", (40, 20), "red")), "html")).all("img")

    assert (first["width"], first["height"]) == ("40", "20")
