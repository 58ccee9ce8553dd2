"""``labelaudit review``: a local page for decisions."""

import sys
from contextlib import ExitStack, closing, suppress
from pathlib import Path
from socket import socket
from typing import TYPE_CHECKING, Annotated

import typer

from labelaudit.cli import options, parsing
from labelaudit.cli.app import command
from labelaudit.cli.cache import reading_images
from labelaudit.cli.console import say
from labelaudit.cli.decisions_file import place
from labelaudit.cli.files import as_typed, write
from labelaudit.cli.overwriting import Named, check_outputs, named
from labelaudit.cli.review_sample import Sheet, say_measured, take_answers, write_sample

if TYPE_CHECKING:
    from labelaudit.records import Decisions
    from labelaudit.review import Session


@command
def review(
    ctx: typer.Context,
    dataset: options.DataOptions,
    rules: options.RuleOptions,
    judging: options.JudgingOptions,
    work: options.CacheOptions,
    messages: options.MessageOptions,
    decisions: options.DecisionsFile = None,
    merge_: Annotated[
        list[Path] | None,
        options.written(
            "--merge",
            metavar="FILE",
            help="Add the decisions in another file; images with conflicting decisions are shown again. Repeatable.",
            show_default=False,
        ),
    ] = None,
    sample: Annotated[
        int | None,
        options.written(
            metavar="N",
            min=1,
            help="Ask about a random sample of N images to measure how many labels are wrong.",
            show_default=False,
        ),
    ] = None,
    out: Annotated[
        Path | None,
        options.written(
            "--out",
            "-o",
            metavar="FILE",
            help="Write the sample as a CSV table to fill in, instead of showing it in a browser.",
            show_default=False,
        ),
    ] = None,
    answers: Annotated[
        Path | None,
        options.written(
            metavar="FILE",
            help="Read the answers to a sample from such a table and print what they measure.",
            show_default=False,
        ),
    ] = None,
    port: Annotated[
        int,
        options.written(metavar="PORT", min=0, max=65535, help="Port on this machine.", show_default="any free one"),
    ] = 0,
    base_url: Annotated[
        str,
        options.written(
            metavar="URL", help="URL of a reverse proxy, such as that of a notebook server.", show_default=False
        ),
    ] = "",
    open_: Annotated[bool, options.written("--open/--no-open", help="Open the page in a browser.")] = False,
) -> None:
    """Decide in a browser which labels are right.

    A local web page shows the most suspicious images first. Every decision is saved in .labelaudit-decisions.json
    before the page shows it, and the remaining images are ranked again. Ctrl-C ends the review, and the same command
    resumes it. Requires labelaudit[review], except with --out and --answers.
    """
    from labelaudit.decisions import load, merge
    from labelaudit.review import Session, bind, check_installed
    from labelaudit.reviewing import open_review
    from labelaudit.sampling import draw

    sheet = Sheet(out, answers)
    size = sheet.size(sample)
    if not sheet:
        check_installed()
    file = File(place(decisions, dataset.data))
    settings = parsing.settings(ctx.obj, dataset, judging, rules)
    read_too = [
        *named(config=ctx.obj.path, features=parsing.file_of(judging.features), probs=judging.probs),
        *(Named("--merge", each) for each in merge_ or ()),
        *named(answers=answers),
    ]
    check_outputs(named(decisions=file.path, out=out), inputs=read_too, data=dataset.data, settings=settings)
    others = [load(each) for each in merge_ or ()]
    if others:
        file.write(merge(file.load(), *others))
    with ExitStack() as stack:
        listening = None if sheet else stack.enter_context(closing(bind(port)))  # fails before the work
        with reading_images(work, messages) as (cache, engine, track):
            opened = open_review(dataset.data, settings, file.load(), cache=cache, engine=engine, track=track)
        result = opened.audit
        drawn = draw(opened.before, result.dataset, result.observed.digests, settings, size) if size else None
        if drawn and out:
            write_sample(out, opened, drawn, file.load(), dataset.data, quiet=messages.quiet)
        elif drawn and answers:
            file.write(take_answers(answers, opened, drawn, file.load()))
            say_measured(opened, file.load(), quiet=messages.quiet)
        elif listening:
            session = Session(opened, file, drawn)
            show(session, listening, base_url, in_browser=open_, quiet=messages.quiet)
            say_decided(session, file.path, dataset.data, quiet=messages.quiet)


def show(session: "Session", listening: socket, base_url: str, *, in_browser: bool, quiet: bool) -> None:
    """Print the address of the page, and serve it until Ctrl-C."""
    from labelaudit.review import address_of, serve

    address = address_of(listening, base_url)
    where = "" if base_url else " on this machine"
    say(f"Open this address in a browser{where}; Ctrl-C ends the review.", quiet=quiet)
    typer.echo(address.url)
    sys.stdout.flush()
    if in_browser:
        typer.launch(address.entry)
    with suppress(KeyboardInterrupt):
        serve(session, listening, address)


def say_decided(session: "Session", path: Path, data: Path, *, quiet: bool) -> None:
    """Print how many images are decided, and the next step."""
    from labelaudit.records import Ruling

    count = len(session.answers)
    say(f"{'1 image is' if count == 1 else f'{count:,} images are'} decided: {as_typed(path)}", quiet=quiet)
    if any(answer.ruling in (Ruling.RELABEL, Ruling.BAD_IMAGE) for answer in session.answers.values()):
        say(f"  correct the labels: labelaudit fix {as_typed(data)}", quiet=quiet)


class File:
    """The file of decisions, written and synced after each."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def load(self) -> "Decisions":
        """Read it; none if it does not exist yet."""
        from labelaudit.decisions import load

        return load(self.path if self.path.exists() else None)

    def write(self, decisions: "Decisions") -> None:
        """Write it whole, and wait until the disk has it."""
        from labelaudit.decisions import dump

        write(self.path, dump(decisions), synced=True)
