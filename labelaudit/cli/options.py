"""The options of all commands, each declared once, in groups that a command takes as one parameter."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from labelaudit.cli import completion
from labelaudit.cli.feature_options import FeatureOptions
from labelaudit.cli.help import Panel
from labelaudit.cli.panels import advanced, gated, modelled, ruled, scanned, timed, written
from labelaudit.cli.signatures import OptionGroup

Data = Annotated[
    Path,
    typer.Argument(
        metavar="[DATA]",
        help="Folder of class folders, table, archive or address of images; the configuration may name it.",
        rich_help_panel=Panel.SCANNED.value,
    ),
]
Seed = Annotated[int, advanced(metavar="N", min=0, help="Seed of the random number generator.")]
Jobs = Annotated[
    int | None,
    timed("--jobs", "-j", metavar="N", min=1, help="Number of threads; one per core by default.", show_default=False),
]
Quiet = Annotated[bool, written("--quiet/--no-quiet", "-q", help="Print the report and nothing else.")]
NoProgress = Annotated[bool, written("--no-progress/--progress", help="Show no progress bar.")]
CacheDir = Annotated[
    Path | None,
    timed("--cache-dir", metavar="DIR", help="Keep the cache in this folder.", show_default=False),
]
Configuration = Annotated[
    Path | None,
    advanced(
        "--config",
        metavar="FILE",
        help="Read this configuration instead of the nearest labelaudit.toml or pyproject.toml.",
        show_default=False,
    ),
]
BaselineFile = Annotated[
    Path | None,
    gated(
        "--baseline",
        metavar="FILE",
        help="Baseline of accepted findings.",
        show_default="the nearest .labelaudit-baseline.json",
    ),
]
DecisionsFile = Annotated[
    Path | None,
    gated(
        "--decisions",
        metavar="FILE",
        help="File of decisions that people made about labels.",
        show_default="the nearest .labelaudit-decisions.json",
    ),
]
Json = Annotated[Path, typer.Argument(metavar="AUDIT.json", help="A scan that was saved with --format json.")]
Out = Annotated[
    Path | None,
    written("--out", "-o", metavar="FILE", help="Write the report to this file; its ending decides the format."),
]

Root = Annotated[
    Path | None,
    scanned(metavar="DIR", help="Folder that paths in a table are relative to.", show_default="the table's"),
]


@dataclass(frozen=True, kw_only=True)
class ReadingOptions(OptionGroup):
    """How a data set is read."""

    split: Annotated[
        list[str] | None,
        scanned("--split", metavar="NAME", help="Scan only this split (train, validation, test); repeatable."),
    ] = None
    source: Annotated[
        str,
        scanned(
            metavar="KIND",
            autocompletion=completion.sources,
            help="Kind of data set, such as folder or manifest.",
            show_default="detected",
        ),
    ] = ""
    root: Root = None
    columns: Annotated[
        str | None,
        scanned(metavar="ROLE=NAME,...", help="Columns of a table: path, label or labels, split, group: label=class."),
    ] = None
    layout: Annotated[
        str,
        scanned(
            metavar="auto|classes|splits",
            autocompletion=completion.layouts,
            help="Whether the folders in DATA are classes, or splits that contain the class folders.",
        ),
    ] = "auto"
    follow_links: Annotated[
        bool, scanned("--follow-links/--no-follow-links", help="Follow symbolic links to folders.")
    ] = False
    config: Configuration = None


@dataclass(frozen=True, kw_only=True)
class DataOptions(ReadingOptions):
    """The data set, and how it is read."""

    data: Data


@dataclass(frozen=True, kw_only=True)
class JudgingOptions(FeatureOptions):
    """How labels are judged."""

    probs: Annotated[
        Path | None,
        modelled(
            metavar="FILE",
            help="Use the out-of-sample predicted probabilities of your own model as well, from an npz or CSV file.",
        ),
    ] = None

    min_p_error: Annotated[
        str,
        ruled(
            metavar="P|balanced",
            help="Flag labels that are wrong with at least this probability, or balanced for the highest expected F1.",
        ),
    ] = "0.5"
    seed: Seed = 0
    group_by: Annotated[
        str,
        scanned(
            "--group-by",
            metavar="stem|parent|REGEX",
            help="Treat images with the same stem, folder below the class, or match of REGEX in their path as related.",
        ),
    ] = ""


@dataclass(frozen=True, kw_only=True)
class RuleOptions(OptionGroup):
    """Which rules are run."""

    select: Annotated[
        str | None,
        ruled(
            metavar="RULES",
            autocompletion=completion.several_rules,
            help="Run only these rules: codes, their beginnings, or names (LA1,outlier).",
        ),
    ] = None
    ignore: Annotated[
        str | None, ruled(metavar="RULES", autocompletion=completion.several_rules, help="Do not run these rules.")
    ] = None


@dataclass(frozen=True, kw_only=True)
class GateOptions(OptionGroup):
    """Which findings make a scan fail."""

    fail_on: Annotated[
        str,
        gated(
            metavar="WHAT",
            autocompletion=completion.severities_and_rules,
            help="Findings that count: error, warning, info, or rules as for --select, separated by commas.",
        ),
    ] = "error"
    max_issues: Annotated[
        int | None, gated(metavar="N", help="Pass if at most this many findings count.", show_default="0")
    ] = None
    max_rate: Annotated[
        str | None,
        gated(metavar="SHARE", help="Pass if at most this share of the images has such a finding, for example 5%."),
    ] = None
    strict: Annotated[
        bool, gated("--strict/--no-strict", help="Count warnings too, and fail on stale baseline entries.")
    ] = False
    baseline: BaselineFile = None
    no_baseline: Annotated[bool, gated("--no-baseline/--use-baseline", help="Ignore the baseline.")] = False
    decisions: DecisionsFile = None
    no_decisions: Annotated[
        bool, gated("--no-decisions/--use-decisions", help="Ignore what people decided about labels.")
    ] = False
    changed_since: Annotated[
        str | None,
        gated(metavar="REF", help="Count only findings on images that changed since this git revision."),
    ] = None
    exit_zero: Annotated[bool, gated("--exit-zero/--no-exit-zero", help="Exit with 0 even if the gate fails.")] = False


@dataclass(frozen=True, kw_only=True)
class ReportOptions(OptionGroup):
    """Which reports are written, and where."""

    format: Annotated[
        str | None,
        written(
            "--format",
            "-f",
            metavar="FORMAT",
            autocompletion=completion.formats,
            help="Format of the report, such as json, sarif, html or markdown.",
            show_default="text",
        ),
    ] = None
    out: Out = None
    report: Annotated[
        list[str] | None,
        written("--report", metavar="FORMAT=FILE", help="Write this report as well; repeatable."),
    ] = None
    metrics: Annotated[
        Path | None,
        written("--metrics", metavar="FILE", help="Write only the figures, as JSON, for DVC and MLflow."),
    ] = None
    github_summary: Annotated[
        bool,
        written("--github-summary/--no-github-summary", help="Add the report to the GitHub Actions job summary."),
    ] = False

    @property
    def format_of_out(self) -> str:
        """The format of the report on stdout or in ``out``: ``--format``, or else that of the file's ending."""
        from labelaudit.reports import format_of

        return self.format or format_of(self.out)


@dataclass(frozen=True, kw_only=True)
class CacheOptions(OptionGroup):
    """Threads, workers, memory and cache; they do not change the results."""

    jobs: Jobs = None
    dask: Annotated[
        str | None,
        timed(
            metavar="ADDRESS|local[:N]",
            help="Read images on the workers of a Dask scheduler, such as tcp://HOST:8786, or in N local processes.",
            show_default=False,
        ),
    ] = None
    max_memory: Annotated[
        str | None,
        timed(
            metavar="SIZE",
            help="Use at most about this much memory, such as 4GB; the scan does not start if it needs more.",
            show_default="half of what there is",
        ),
    ] = None
    cache_dir: CacheDir = None
    no_cache: Annotated[bool, timed("--no-cache/--cache", help="Do not use the cache.")] = False


@dataclass(frozen=True, kw_only=True)
class MessageOptions(OptionGroup):
    """What is printed on stderr while a command runs."""

    quiet: Quiet = False
    verbose: Annotated[
        bool,
        written("--verbose/--no-verbose", "-v", help="Print what is read and cached, and how long each stage takes."),
    ] = False
    no_progress: NoProgress = False

    @property
    def progress(self) -> bool:
        """Whether a progress bar is wanted."""
        return not (self.quiet or self.no_progress)
