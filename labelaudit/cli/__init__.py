"""The command line: the only package that prints, asks questions or exits."""

from labelaudit.cli.app import app, main

__all__ = ["app", "main"]

from labelaudit.cli import (  # noqa: F401  they register their commands
    baseline,
    bench,
    cache,
    demo,
    diff,
    embed,
    explain,
    fix,
    init,
    report,
    review,
    rules,
    scan,
    schema,
    smooth,
)
