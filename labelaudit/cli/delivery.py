"""Write and print the reports of a command."""

import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from labelaudit.cli.console import say
from labelaudit.cli.files import from_here, write
from labelaudit.cli.outputs import SUMMARY_FILE, add_step_summary, step_summary, targets
from labelaudit.cli.overwriting import Named, named

if TYPE_CHECKING:
    from labelaudit.records import Dataset, Explanation, Report


ON_TERMINAL = 50
"""Number of findings that are printed on a terminal by default; files and pipes get all of them."""


class Delivery(NamedTuple):
    """Which reports are written, and to where.

    Attributes
    ----------
    format
        Format of the report on stdout or in ``out``.
    out
        The file of this report; stdout if None.
    written
        Additional reports: the format and the file of each.
    github_summary
        Whether the report is added to the job summary of GitHub Actions.
    quiet
        Whether only the report is printed.
    printed
        Whether a report without a file is printed.
    """

    format: str
    out: Path | None
    written: list[tuple[str, Path]]
    github_summary: bool
    quiet: bool
    printed: bool = True

    @property
    def has_page(self) -> bool:
        """Whether one of the reports is an HTML page, which shows thumbnails."""
        return "html" in (self.format, *(name for name, _ in self.written))

    @property
    def outputs(self) -> list[Named]:
        """The files that are written, with the options that name them."""
        summary = step_summary() if self.github_summary else None
        return [
            *named(out=self.out),
            *(Named(f"--report {name}=", path) for name, path in self.written),
            *([Named(SUMMARY_FILE, summary)] if summary else []),
        ]

    @property
    def is_shown(self) -> bool:
        """Whether the report is printed with its headlines as text."""
        return self.printed and not self.out and self.format == "text" and sys.stdout.isatty()


def wanted(
    format: str,
    out: Path | None,
    reports: Iterable[str] | None,
    metrics: Path | None,
    *,
    github_summary: bool,
    quiet: bool,
) -> Delivery:
    """Return which reports are written, and to where.

    Raises
    ------
    LabelauditError
        There is no such format.
    """
    from labelaudit.reports import FORMATS

    FORMATS[format]
    return Delivery(format, out, targets(reports, metrics), github_summary, quiet)


def deliver(report: "Report", to: Delivery, limit: int | None = None, folder: Path | None = None) -> None:
    """Write the reports that go to files, and print the report if it does not go to a file.

    Parameters
    ----------
    limit
        The largest number of findings to print; None means 50 on a terminal and otherwise all.
    folder
        The folder that was scanned, if it is known.
    """
    from labelaudit.reports import render

    for name, path in to.written:
        write(path, render(report, name))
    if to.github_summary:
        add_step_summary(report)
    if to.out:
        write(to.out, render(report, to.format))
    elif to.printed and to.format == "text":
        show(report, limit=limit, quiet=to.quiet, folder=folder)
    elif to.printed:
        sys.stdout.write(render(report, to.format))


def show(report: "Report", *, limit: int | None, quiet: bool, folder: Path | None = None) -> None:
    """Print the report: formatted on a terminal, otherwise one line for each finding."""
    from labelaudit.reports.headlines import the_rest
    from labelaudit.reports.text import lines

    if sys.stdout.isatty():
        from rich.console import Console

        from labelaudit.reports.terminal import terminal

        console = Console(highlight=False, markup=False)
        most = ON_TERMINAL if limit is None else limit
        console.print(terminal(report, most, width=console.width, folder=below(folder)), crop=False)
        return
    shown = lines(report)[:limit]
    sys.stdout.writelines(f"{line}\n" for line in shown)
    if more := the_rest(report, len(shown)):
        say(more, quiet=quiet)


def below(folder: Path | None) -> str:
    """Return the prefix that makes a path in a folder relative to the working folder."""
    return "" if folder is None or from_here(folder) == Path() else f"{from_here(folder)}{os.sep}"


def tell_more(report: "Report", to: Delivery, explained: "Iterable[Explanation]") -> None:
    """Print the noise table and the explanations; on stderr if the report is read by a program."""
    from labelaudit.reports.explanation import in_words
    from labelaudit.reports.noise import noise_table

    grounds = "".join(map(in_words, explained))
    if to.out or to.format != "text":
        sys.stderr.write(grounds if to.quiet else noise_table(report) + grounds)
    else:
        sys.stdout.write(noise_table(report) + grounds)


def say_passed_over(dataset: "Dataset", *, quiet: bool) -> None:
    """Print on stderr which folders and files of a data set were not read."""
    from labelaudit.reports.headlines import passed_over

    for line in passed_over(dataset.passed_over, dataset.others):
        say(f"passed over: {line}", quiet=quiet)


def say_headlines(report: "Report", to: Delivery) -> None:
    """Print the headlines on stderr."""
    from labelaudit.reports.headlines import headlines

    sys.stdout.flush()
    if not to.is_shown:
        for name, value in headlines(report):
            say(f"{name}: {value}", quiet=to.quiet)
