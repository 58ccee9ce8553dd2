"""Common parts of all HTML pages: template, style, script, and a policy that allows nothing else."""

import base64
import hashlib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from labelaudit.names import printable

if TYPE_CHECKING:
    from jinja2 import Template


@cache
def template(name: str, package: str = "labelaudit.reports") -> "Template":
    """Return a template of a package that escapes every text that it shows."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader(package),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["base64"] = lambda data: base64.b64encode(data).decode("ascii")
    return environment.get_template(name)


@cache
def resource(name: str, package: str = "labelaudit.reports", folder: str = "templates") -> str:
    """Return the text of a file of a package, such as a script beside the templates."""
    return files(package).joinpath(folder, name).read_text(encoding="utf-8")


def styled(*names: str) -> str:
    """Return the style of a page: the colors, and the named files beside the templates."""
    return "".join(map(resource, ("palette.css", *names)))


def policy(style: str, script: str = "") -> str:
    """Return the Content-Security-Policy: embedded images, this style and this script only."""
    scripts = _hash(script) if script else "'none'"
    return (
        f"default-src 'none'; img-src data:; style-src {_hash(style)}; script-src {scripts}; "
        "base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode('ascii')}'"


def _shown(value: object) -> object:
    """Escape every text that a template shows, except our own markup."""
    return printable(value) if type(value) is str else value
