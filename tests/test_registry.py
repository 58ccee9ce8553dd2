import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from labelaudit.checks import CHECKS
from labelaudit.errors import PluginError, UnknownNameError
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

    with pytest.raises(PluginError, match="two numbers are called 'one'"):
        registry.register("one")(2)


@pytest.fixture
def plugin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Registry[str]]:
    """Install a package with these entry points; its module registers 'itself' and holds a 'plain' thing."""

    def install(entries: str) -> Registry[str]:
        registry: Registry[str] = Registry("thing", "labelaudit.things")
        monkeypatch.setattr(sys, "the_registry", registry, raising=False)
        info = tmp_path / "things-1.dist-info"
        info.mkdir()
        (info / "METADATA").write_text("Metadata-Version: 2.1\nName: things\nVersion: 1\n")
        (info / "entry_points.txt").write_text(f"[labelaudit.things]\n{entries}\n")
        (tmp_path / "some_things.py").write_text(
            "import sys\nitself = sys.the_registry.register('itself')('it')\nplain = 'plain'\n"
        )
        monkeypatch.syspath_prepend(str(tmp_path))
        monkeypatch.delitem(sys.modules, "some_things", raising=False)
        return registry

    return install


def test_what_registers_itself_is_there_once_whatever_its_entry_point_is_called(
    plugin: Callable[[str], Registry[str]],
) -> None:
    registry = plugin("another = some_things:itself\nplain = some_things:plain")

    assert list(registry) == ["itself", "plain"]
    assert registry["itself"] == "it"


@pytest.mark.parametrize(
    ("entries", "said"),
    [
        ("itself = some_things:plain", "two things are called 'itself'"),
        ("a = some_things:missing", r"the thing 'a' of an installed package, some_things:missing, cannot .* the group"),
        ("a = no_such_module:a", "ModuleNotFoundError.* uninstall the package"),
    ],
)
def test_a_broken_plugin_is_an_error_that_says_what_to_correct(
    plugin: Callable[[str], Registry[str]], entries: str, said: str
) -> None:
    with pytest.raises(PluginError, match=said):
        list(plugin(entries))


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
