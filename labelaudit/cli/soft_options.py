"""The options of ``labelaudit smooth``."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from labelaudit.cli import options
from labelaudit.cli.overwriting import Named, named
from labelaudit.cli.signatures import OptionGroup
from labelaudit.errors import SettingsError


def modes() -> list[str]:
    """Return the values of ``--mode``, for completion."""
    from labelaudit.softlabels import MODES

    return list(MODES)


@dataclass(frozen=True, kw_only=True)
class SoftOptions(OptionGroup):
    """How labels are softened, and what is written."""

    mode: Annotated[
        str | None,
        options.written(
            metavar="posterior|uniform|corrected|votes",
            autocompletion=modes,
            help="How the labels are softened.",
            show_default="posterior; uniform with --eps",
        ),
    ] = None
    eps: Annotated[
        float | None,
        options.written(
            metavar="EPS",
            help="Label smoothing, applied last: the share of each label that is spread evenly over all classes, from "
            "0 to below 1.",
            show_default="0",
        ),
    ] = None
    votes: Annotated[
        Path | None,
        options.written(
            "--votes", metavar="FILE", help="For --mode votes: a CSV file with the columns image, annotator, label."
        ),
    ] = None
    confirmed: Annotated[
        Path | None,
        options.written(
            "--confirmed", metavar="FILE", help="File of decisions: labels that a person decided are not softened."
        ),
    ] = None
    weights: Annotated[
        bool,
        options.written("--weights/--no-weights", help="Add the probability that each label is right (1 - p_error)."),
    ] = False
    drop: Annotated[bool, options.written("--drop/--no-drop", help="Leave out the images whose label LA101 flags.")] = (
        False
    )
    compare: Annotated[
        bool, options.written("--compare/--no-compare", help="Compare the soft labels of all modes, and write none.")
    ] = False
    report: Annotated[
        list[str] | None,
        options.written(
            "--report", metavar="html=FILE", help="Also write the comparison as an HTML page with images; repeatable."
        ),
    ] = None
    out: Annotated[
        Path | None,
        options.written(
            "--out", "-o", metavar="FILE", help="Write a .csv, .npz, .parquet or .jsonl file instead of CSV to stdout."
        ),
    ] = None

    def check(self) -> None:
        """Check that the options can be combined.

        Raises
        ------
        SettingsError
            They cannot.
        """
        from labelaudit.softlabels import check_eps, check_votes, mode_of

        check_eps(self.eps or 0)
        if not self.compare:
            check_votes(mode_of(self.mode, self.eps), given=self.votes is not None)
            if self.report:
                raise SettingsError("--report shows a comparison of the modes. Type --compare as well.")
            return
        for name in ("mode", "weights", "drop", "out"):
            if getattr(self, name):
                raise SettingsError(
                    f"--compare shows all modes and writes no labels, so that --{name} has no effect. Leave one of the "
                    "two out. --report html=compare.html writes the comparison to a file."
                )

    @property
    def reports(self) -> list[tuple[str, Path]]:
        """The format and the file of each report of the comparison.

        Raises
        ------
        LabelauditError
            One has no file, or an unknown format.
        """
        from labelaudit.cli.outputs import targets
        from labelaudit.reports.comparisons import COMPARISONS

        return targets(self.report, formats=COMPARISONS) if self.report else []

    @property
    def outputs(self) -> list[Named]:
        """The files that are written, each as it was asked for."""
        return [*named(out=self.out), *(Named(f"--report {name}=", path) for name, path in self.reports)]
