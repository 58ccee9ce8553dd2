"""Options that several commands share."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from labelaudit.cli.config import PER_CLASS, Config
from labelaudit.errors import SettingsError
from labelaudit.names import printable

if TYPE_CHECKING:
    from labelaudit.settings import ClassSettings, Settings

Data = Annotated[
    Path, typer.Argument(metavar="DATA", help="Folder with a folder for each class, or with splits of them.")
]
Split = Annotated[
    list[str] | None,
    typer.Option("--split", metavar="NAME", help="Only this split (train, validation, test); repeatable."),
]
FollowLinks = Annotated[bool, typer.Option("--follow-links/--no-follow-links", help="Follow links to folders, too.")]
Quality = Annotated[
    str, typer.Option(help="fast, standard or best: time for better ranking; best needs labelaudit[best].")
]
MinPError = Annotated[float, typer.Option(help="Flag a label from this probability of being wrong.")]
Select = Annotated[
    str | None,
    typer.Option(metavar="RULES", help="Run only these rules: codes, their beginnings, or names (LA1,outlier)."),
]
Ignore = Annotated[str | None, typer.Option(metavar="RULES", help="Do not run these rules.")]
Seed = Annotated[int, typer.Option(min=0, help="Seed of all that is drawn at random.")]
Jobs = Annotated[
    int | None, typer.Option("--jobs", "-j", min=1, help="Threads; as many as cores by default.", show_default=False)
]
Quiet = Annotated[bool, typer.Option("--quiet/--no-quiet", "-q", help="Print the report and nothing else.")]
CacheDir = Annotated[
    Path | None,
    typer.Option(
        "--cache-dir", metavar="DIR", help="Keep what was worked out here, not in the user's cache.", show_default=False
    ),
]
NoCache = Annotated[bool, typer.Option("--no-cache/--cache", help="Work everything out anew and keep nothing.")]
NoProgress = Annotated[bool, typer.Option("--no-progress/--progress", help="Draw no progress bar.")]
Configuration = Annotated[
    Path | None,
    typer.Option(
        "--config",
        metavar="FILE",
        help="Read the settings here, not from the nearest labelaudit.toml or pyproject.toml.",
        show_default=False,
    ),
]
BaselineFile = Annotated[
    Path | None,
    typer.Option(
        "--baseline", metavar="FILE", help="Accepted findings [default: the nearest .labelaudit-baseline.json]."
    ),
]
Json = Annotated[Path, typer.Argument(metavar="AUDIT.json", help="What scan wrote with --format json.")]
Format = Annotated[
    str, typer.Option("--format", "-f", help="Of the report on stdout or in --out: text, json, sarif ...")
]
Out = Annotated[Path | None, typer.Option("--out", "-o", metavar="FILE", help="Write the report here, not to stdout.")]
Reports = Annotated[
    list[str] | None,
    typer.Option("--report", metavar="FORMAT=FILE", help="Write this report, too; repeatable."),
]
Metrics = Annotated[
    Path | None, typer.Option("--metrics", metavar="FILE", help="Write the figures alone as JSON, for DVC and MLflow.")
]
GithubSummary = Annotated[
    bool,
    typer.Option(
        "--github-summary/--no-github-summary", help="Add the report to the page of this step of GitHub Actions."
    ),
]


def words(listed: str | None) -> tuple[str, ...]:
    """Return the words of a list that is separated by commas."""
    return tuple(word.strip() for word in (listed or "").split(",") if word.strip())


def counting(listed: str | None) -> tuple[str, ...]:
    """Return the severities, and the codes of the rules, in a list that is separated by commas.

    Raises
    ------
    SettingsError
        A word is neither a severity nor a rule.
    """
    from labelaudit.checks import codes_of
    from labelaudit.findings import Severity

    severities = [severity.value for severity in Severity]
    found: list[str] = []
    for word in words(listed):
        found += [word.lower()] if word.lower() in severities else codes_of([word], besides=severities)
    return tuple(found)


def codes(listed: str | None) -> tuple[str, ...]:
    """Return the codes of the rules in a list that is separated by commas.

    Raises
    ------
    SettingsError
        There is no such rule.
    """
    from labelaudit.checks import codes_of

    return codes_of(words(listed))


def settings(ctx: typer.Context, *, second_opinion: bool = False) -> "Settings":
    """Return the settings of an audit that a command was called with.

    Raises
    ------
    SettingsError
        A value is out of its range.
    """
    from labelaudit.settings import Settings, features_of

    given = ctx.params
    return Settings(
        features=features_of(given["quality"]),
        splits=tuple(given["split"] or ()),
        follow_links=given["follow_links"],
        seed=given["seed"],
        min_p_error=given["min_p_error"],
        select=codes(given["select"]),
        ignore=codes(given["ignore"]),
        per_class=per_class(ctx.obj),
        second_opinion=second_opinion,
    )


def per_class(config: Config) -> "tuple[ClassSettings, ...]":
    """Return the settings of single classes that a configuration has.

    Raises
    ------
    SettingsError
        One has a key that nothing knows, or a value of another kind.
    """
    from labelaudit.settings import ClassSettings

    found = []
    for name, table in sorted(config.per_class.items()):
        where = printable(f"{config.path}: {PER_CLASS}.{name}")
        for key in table:
            if key not in ("min-p-error", "ignore"):
                raise SettingsError(
                    f"{where}: there is no setting '{printable(key)}'; a class has min-p-error and ignore."
                )
        ignore, least = table.get("ignore", []), table.get("min-p-error")
        ignore = [ignore] if isinstance(ignore, str) else ignore
        if not isinstance(ignore, list) or not all(isinstance(code, str) for code in ignore):
            raise SettingsError(f"{where}: ignore must be a list of rules, by code or name.")
        if least is not None and (isinstance(least, bool) or not isinstance(least, int | float)):
            raise SettingsError(f"{where}: min-p-error must be a number.")
        try:
            found.append(ClassSettings(name=name, min_p_error=least, ignore=codes(",".join(ignore))))
        except SettingsError as error:
            raise SettingsError(f"{where}: {error}") from error
    return tuple(found)
