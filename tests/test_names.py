import html
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from labelaudit.names import label_safe, line_safe, markdown_safe, printable, table_safe


def test_plain_names_stay_as_they_are() -> None:
    for name in ("a b.jpg", "[red].jpg", "café.jpg", "猫.png", "it's.jpg"):
        assert printable(name) == name


def test_what_drives_a_terminal_is_spelled_out() -> None:
    assert printable("a\x1b[31m.jpg") == "a\\x1b[31m.jpg"
    assert printable("a\nb\r.jpg") == "a\\x0ab\\x0d.jpg"
    assert printable("bad\udcff.jpg") == "bad\\xff.jpg"
    assert printable("gpj.\u202egnp") == "gpj.\\u202egnp"
    assert printable("line\u2028.jpg") == "line\\u2028.jpg"


def test_no_line_starts_as_a_ci_command() -> None:
    assert line_safe("::error::x/1.jpg") == "./::error::x/1.jpg"
    assert line_safe("  ::warning::x") == "./  ::warning::x"
    assert line_safe("##vso[task]") == "#\\x23vso[task]"
    assert line_safe("cat/::error::.jpg") == "cat/::error::.jpg"


@pytest.mark.parametrize(
    "command", ["##[add-mask]a", "##vso[task.complete]", "##teamcity[buildStop]", "###[x]", "##[a##[b"]
)
def test_no_line_holds_a_ci_command(command: str) -> None:
    shown = printable(f"cat/{command}\n.jpg")

    assert not re.search(r"##\w*\[", shown)
    assert printable(shown) == shown
    assert shown.replace(r"#\x23", "##") == f"cat/{command}\\x0a.jpg"


def test_a_spreadsheet_sees_no_formula() -> None:
    assert table_safe("=1+1.jpg") == "./=1+1.jpg"
    assert table_safe("@x/1.jpg") == "./@x/1.jpg"
    assert table_safe("cat/=1.jpg") == "cat/=1.jpg"
    assert label_safe("=cmd") == "'=cmd"
    assert label_safe("-1") == "-1"
    assert label_safe("+0.5") == "+0.5"


MARKUP = st.text(alphabet="ab1 _*`|\\<>&#@!:[](){}+-=.~$%/\"'", max_size=12)


@given(name=MARKUP.filter(lambda text: text.strip() == text != ""), code=st.booleans(), cell=st.booleans())
@example(name="p_error 0.99, --max-issues 0", code=False, cell=True)
def test_markdown_shows_a_name_as_it_is(name: str, code: bool, cell: bool) -> None:
    written = markdown_safe(name, code=code)
    page = MarkdownIt("gfm-like", {"linkify": False}).render(f"| a |\n|---|\n| {written} |" if cell else written)
    inner = page.split("<td>")[1].split("</td>")[0] if cell else page.removeprefix("<p>").removesuffix("</p>\n")
    inner = inner.removeprefix("<code>").removesuffix("</code>") if code else inner

    assert html.unescape(inner).replace("\u200b", "") == name


@pytest.mark.parametrize(
    "plain",
    ["given 'cat', looks like 't-shirt' (p_error 0.97)", "9.8%; 90% interval: 1 to 3", "a & b!", "x: 1 + 1 = 2"],
)
def test_markdown_escapes_nothing_that_it_would_not_act_on(plain: str) -> None:
    assert markdown_safe(plain, code=False) == plain
    assert markdown_safe("train/t-shirt/0001_a.jpg") == "`train/t-shirt/0001_a.jpg`"


def test_markdown_calls_nobody() -> None:
    assert "@team" not in markdown_safe("@team", code=False)
    assert "//" not in markdown_safe("http://a.b", code=False).replace("&#58;//", "")
    assert "www." not in markdown_safe("www.a.b", code=False)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("https://token@example.org/a", "https://***@example.org/a"),
        ("https://me:secret@example.org/a?sig=x", "https://***@example.org/a?***"),
        ("ssh://me:secret@example.org/a", "ssh://***@example.org/a"),
        ("git+ssh://git@example.org/a", "git+ssh://git@example.org/a"),
    ],
)
def test_what_may_be_secret_in_an_address_is_not_shown(text: str, shown: str) -> None:
    assert printable(text) == shown
    assert printable(text.replace("://", ":/")) == shown.replace("://", ":/")
