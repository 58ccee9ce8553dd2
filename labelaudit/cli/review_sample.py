"""``labelaudit review --sample N`` without a browser: the sample as a table, and the answers read back from it."""

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import typer

from labelaudit.cli.console import say
from labelaudit.cli.files import as_typed, quoted, shown, write
from labelaudit.errors import DecisionsError, SettingsError

if TYPE_CHECKING:
    from labelaudit.decisions.sheet import Line
    from labelaudit.records import DecisionKey, Decisions, Sample
    from labelaudit.reviewing import Review


class Sheet(NamedTuple):
    """The table that is written, or that is read; at most one of them."""

    out: Path | None
    answers: Path | None

    def __bool__(self) -> bool:
        """Whether a table is used instead of a browser."""
        return bool(self.out or self.answers)

    def size(self, sample: int | None) -> int | None:
        """Return the size of the sample: the named one, or the number of lines that hold the answers.

        Raises
        ------
        SettingsError
            Both tables are named, or no sample is.
        DecisionsError
            The answers cannot be read.
        """
        if self.out and self.answers:
            raise SettingsError("--out writes a sample and --answers reads one: name one of them.")
        if self.out and not sample:
            raise SettingsError("--out writes a sample. Say how large it is to be, such as --sample 50.")
        return sample or (len(read(self.answers)) if self.answers else None)


def read(path: Path) -> "tuple[Line, ...]":
    """Read a table with answers.

    Raises
    ------
    DecisionsError
        It cannot be read, or is no such table.
    """
    from labelaudit.decisions.sheet import parse_sheet
    from labelaudit.disk import parsed

    return parsed(path, "the answers", parse_sheet, DecisionsError)


def write_sample(
    path: Path, opened: "Review", sample: "Sample", decisions: "Decisions", data: Path, *, quiet: bool
) -> None:
    """Write a sample as a table, with the answers that were given before."""
    from labelaudit.decisions.sheet import Line, dump_sheet
    from labelaudit.names import printable

    dataset, digests = opened.audit.dataset, opened.audit.observed.digests
    settled = decisions.settled()
    lines = []
    for row in sample.rows.tolist():
        label = printable(dataset.classes[dataset.labels[row]])
        found = settled.get((digests[row], label))
        said = (found.decided or (label if found.ruling == "keep" else str(found.ruling))) if found else ""
        lines.append(Line(dataset.paths[row], label, said, digests[row]))
    write(path, dump_sheet(lines))
    say(f"{shown(path)}: {len(lines):,} images", quiet=quiet)
    say("Fill in the column 'true' with the true class, or with unsure or bad-image. Then type:", quiet=quiet)
    say(f"  labelaudit review {as_typed(data)} --answers {quoted(str(path))}", quiet=quiet)


def take_answers(path: Path, opened: "Review", sample: "Sample", decisions: "Decisions") -> "Decisions":
    """Return the decisions with the answers in a table.

    Raises
    ------
    DecisionsError
        An answer is no class, or is about an image that is not in the sample.
    """
    from labelaudit.decisions import asking, decide
    from labelaudit.decisions.sheet import answer_of, names_in_sheet
    from labelaudit.names import line_safe, printable

    dataset, digests = opened.audit.dataset, opened.audit.observed.digests
    names = [printable(name) for name in dataset.classes]
    given = opened.given
    draws: dict[DecisionKey, tuple[str, float]] = {}
    keys = {}
    for place, row in enumerate(sample.rows.tolist()):
        keys[row] = tuple((digests[row], names[label]) for label in (given[row], dataset.labels[row]))
        draws |= dict.fromkeys(keys[row], (sample.shown_by[place], float(sample.probabilities[place])))
    classes, made = names_in_sheet(dataset.classes), []
    for line in read(path):
        try:
            answer = answer_of(line, classes)
        except DecisionsError as error:
            raise DecisionsError(f"the answers {shown(path)}: {error}") from error
        if answer is None:
            continue
        if answer.key not in draws:
            raise DecisionsError(
                f"the answers {shown(path)}: {line_safe(line.path)} with the label '{printable(line.label)}' is not in "
                f"this sample of {len(sample.rows):,}. If lines were removed, name the size with --sample N; if images "
                "or labels have changed, write a new sample with --out."
            )
        by, probability = draws[answer.key]
        made.append(answer._replace(shown_by=by, probability=probability))
    return decide(asking(decisions, sample, keys), *made)


def say_measured(opened: "Review", decisions: "Decisions", *, quiet: bool) -> None:
    """Print what the answers measure."""
    from labelaudit.decisions import apply
    from labelaudit.reports.headlines import measured
    from labelaudit.sampling import estimate

    dataset, digests = opened.audit.dataset, opened.audit.observed.digests
    found = estimate(decisions, dataset, digests, apply(decisions, dataset, digests))
    if found is None:
        say("No image is answered yet: fill in the column 'true'.", quiet=quiet)
        return
    for name, value in measured(found):
        typer.echo(f"{name}: {value}")
