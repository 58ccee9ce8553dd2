"""Write the generated pages: docs/rules/ from the checks, docs/cli.md from the commands.

python docs/generate.py            writes them
python docs/generate.py --check    exits with 1 if one is stale
"""

import os
import sys
from pathlib import Path

os.environ.update(COLUMNS="100", NO_COLOR="1", _TYPER_FORCE_DISABLE_TERMINAL="1")

import typer
from typer.testing import CliRunner

from labelaudit.checks import CHECKS
from labelaudit.cli import app

DOCS = Path(__file__).parent


def pages() -> dict[Path, str]:
    """Return every generated page by its path."""
    found = {DOCS / "rules" / f"{code}.md": rule_page(code) for code in CHECKS}
    rows = [
        f"| [{code}]({code}.md) | {CHECKS[code].name} | {CHECKS[code].severity} | {CHECKS[code].summary} |"
        for code in CHECKS
    ]
    found[DOCS / "rules" / "README.md"] = "\n".join(
        ["# Rules", "", "| code | name | severity | says |", "|---|---|---|---|", *rows, ""]
    )
    found[DOCS / "cli.md"] = command_page()
    return found


def rule_page(code: str) -> str:
    """Return a rule's page: the docstring of its check, with its parts as headings."""
    check = CHECKS[code]
    return f"# {code}: {check.name}\n\nSeverity: {check.severity}\n\n{check.described.markdown}\n"


def command_page() -> str:
    """Return the help of every command."""
    runner, parts = CliRunner(), ["# Commands", ""]
    for words in sorted([[], *words_of(app)]):
        shown = runner.invoke(app, [*words, "--help"], prog_name="labelaudit").stdout.strip()
        parts += [f"## labelaudit {' '.join(words)}".rstrip(), "", "```", shown, "```", ""]
    return "\n".join(line.rstrip() for line in "\n".join(parts).splitlines()) + "\n"


def words_of(commands: typer.Typer) -> list[list[str]]:
    """Return what is typed for each command, those of groups among them."""
    found = [[command.callback.__name__] for command in commands.registered_commands if command.callback]
    for group in commands.registered_groups:
        if group.typer_instance:
            found += [[str(group.name), *words] for words in words_of(group.typer_instance)]
    return found


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
