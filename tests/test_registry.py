import pytest

from labelaudit.checks import CHECKS
from labelaudit.errors import UnknownNameError
from labelaudit.observations.extractors import EXTRACTORS
from labelaudit.registry import Registry
from labelaudit.reports import FORMATS
from labelaudit.sources import SOURCES


def test_an_unknown_name_is_answered_with_the_nearest() -> None:
    with pytest.raises(
        UnknownNameError, match=r"no format is called 'jsn'; did you mean 'json'\? .*gitlab, html, json"
    ):
        FORMATS["jsn"]


def test_two_things_of_one_name_are_a_fault() -> None:
    registry: Registry[int] = Registry("number", "labelaudit.none")
    registry.register("one")(1)

    with pytest.raises(ValueError, match="two numbers are called 'one'"):
        registry.register("one")(2)


def test_names_come_sorted() -> None:
    for registry in (CHECKS, EXTRACTORS, FORMATS, SOURCES):
        assert len(registry) == len(list(registry)) >= 1
        assert list(registry) == sorted(registry)


@pytest.mark.parametrize("code", list(CHECKS))
def test_every_check_has_its_page(code: str) -> None:
    check = CHECKS[code]

    assert check.code == code
    assert check.summary.endswith(".")
    headings = [line for line in check.page.splitlines() if line and not line.startswith(" ")][1:]
    assert headings == ["What it finds", "Why it matters", "How it decides", "What to do", "Limits", "Source"]
