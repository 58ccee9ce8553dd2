"""``labelaudit review``: a local page for decisions."""

import sys
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from labelaudit.cli import options, parsing
from labelaudit.cli.app import command
from labelaudit.cli.cache import reading_images
from labelaudit.cli.console import say
from labelaudit.cli.decisions_file import place
from labelaudit.cli.files import as_typed, write
from labelaudit.cli.overwriting import Named, check_outputs, named

if TYPE_CHECKING:
    from labelaudit.records import Decisions


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
    resumes it. Requires labelaudit[review].
    """
    from labelaudit.decisions import load, merge
    from labelaudit.review import Session, address_of, bind, check_installed, serve
    from labelaudit.reviewing import open_review
    from labelaudit.sampling import draw

    check_installed()
    file = File(place(decisions, dataset.data))
    settings = parsing.settings(ctx.obj, dataset, judging, rules)
    read_too = [
        *named(config=ctx.obj.path, features=parsing.file_of(judging.features), probs=judging.probs),
        *(Named("--merge", each) for each in merge_ or ()),
    ]
    check_outputs(named(decisions=file.path), inputs=read_too, data=dataset.data, settings=settings)
    others = [load(each) for each in merge_ or ()]
    if others:
        file.write(merge(file.load(), *others))
    listening = bind(port)  # a port that is taken is an error before the work
    with closing(listening):
        with reading_images(work, messages) as (cache, engine, track):
            opened = open_review(dataset.data, settings, file.load(), cache=cache, engine=engine, track=track)
        result = opened.audit
        drawn = draw(opened.before, result.dataset, result.observed.digests, settings, sample) if sample else None
        session = Session(opened, file, drawn)
        address = address_of(listening, base_url)
        say("Open this address in a browser on this machine; Ctrl-C ends the review.", quiet=messages.quiet)
        typer.echo(address.url)
        sys.stdout.flush()
        if open_:
            typer.launch(address.entry)
        with suppress(KeyboardInterrupt):
            serve(session, listening, address)
    say(f"{len(session.answers):,} images are decided: {as_typed(file.path)}", quiet=messages.quiet)


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
