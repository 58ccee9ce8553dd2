import re

import pytest

from labelaudit.names import label_safe, line_safe, printable, table_safe


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
