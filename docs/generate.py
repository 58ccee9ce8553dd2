"""Write the generated pages: docs/rules/ from the checks, docs/cli.md from the commands.

python docs/generate.py            writes them
python docs/generate.py --check    exits with 1 if one is stale
"""

import re
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import typer

from labelaudit.checks import CHECKS
from labelaudit.cli import app
from labelaudit.cli.help import description, panels, term

DOCS = Path(__file__).parent

CONTENTS = """```{toctree}
:hidden:
:glob:

LA*
```
"""


def pages() -> dict[Path, str]:
    """Return every generated page by its path."""
    found = {DOCS / "rules" / f"{code}.md": rule_page(code) for code in CHECKS}
    rows = [
        f"| [{code}]({code}.md) | {CHECKS[code].name} | {CHECKS[code].severity} | {CHECKS[code].summary} |"
        for code in CHECKS
    ]
    found[DOCS / "rules" / "README.md"] = "\n".join(
        ["# Rules", "", "| code | name | severity | description |", "|---|---|---|---|", *rows, "", CONTENTS]
    )
    found[DOCS / "cli.md"] = command_page()
    return found


def rule_page(code: str) -> str:
    """Return a rule's page: the docstring of its check, with its parts as headings."""
    check = CHECKS[code]
    return f"# {code}: {check.name}\n\nSeverity: {check.severity}\n\n{check.described.markdown}\n"


def command_page() -> str:
    """Return the page of all commands: what each does, its arguments, and its options by panel."""
    program: Any = typer.main.get_command(app)
    with program.make_context("labelaudit", ["rules"]) as ctx:
        parts = ["# Command line", "", paragraphs(program.help), "", paragraphs(program.epilog), ""]
        for words, command in commands_of(program):
            parts += command_section(f"labelaudit {words}", command, ctx)
    return "\n".join(parts)


def commands_of(group: Any, before: str = "") -> Iterable[tuple[str, Any]]:
    """Yield what is typed for each command, and the command; those of groups among them."""
    for name in group.list_commands(None):
        command = group.commands[name]
        if hasattr(command, "commands"):
            yield from commands_of(command, f"{before}{name} ")
        else:
            yield before + name, command


def command_section(title: str, command: Any, ctx: typer.Context) -> list[str]:
    """Return the section of one command."""
    usage = " ".join([title, *command.collect_usage_pieces(ctx)])
    parts = [f"## {title}", "", paragraphs(command.help), "", "```text", usage, "```", ""]
    for panel, parameters in panels(command.get_params(ctx)).items():
        rows = [f"| `{cell(term(each, both=True))}` | {cell(description(each))} |" for each in parameters]
        parts += [f"| {panel} | |", "|---|---|", *rows, ""]
    return parts


def paragraphs(text: str | None) -> str:
    """Return a help text with each paragraph on one line."""
    blocks = re.split(r"\n\s*\n", (text or "").strip())
    return "\n\n".join(" ".join(block.replace("\b", "").split()) for block in blocks)


def cell(text: str) -> str:
    """Return a text for a table cell: one line, and no character that ends the cell."""
    return " ".join(text.split()).replace("|", "\\|")


def main() -> int:
    """Write the pages, or name the stale ones."""
    stale = [path for path, text in pages().items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    if "--check" in sys.argv:
        for path in stale:
            print(f"stale: {path.name}; type: python docs/generate.py")
        return 1 if stale else 0
    for path in stale:
        path.parent.mkdir(exist_ok=True)
        path.write_text(pages()[path], encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
