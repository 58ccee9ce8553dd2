"""``labelaudit init``: set up a gate for CI."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from labelaudit.cli import options
from labelaudit.cli.app import command
from labelaudit.cli.baseline_file import locate
from labelaudit.cli.config import upwards
from labelaudit.cli.config_file import check_names, configuration
from labelaudit.cli.configured import configurable
from labelaudit.cli.console import say
from labelaudit.cli.files import check_writable, shown, write
from labelaudit.cli.installation import EXAMPLE, check_install, local_paths, with_install
from labelaudit.cli.workflow import Service, is_ignored, services, template, to_do
from labelaudit.errors import DatasetError, OutputError, SettingsError
from labelaudit.names import printable

REASON = "present when labelaudit was set up"
USUAL = ("data", "dataset", "datasets", "images", "photos")
"""Usual names of folders of images; the first argument can be left out if there is one of these."""


@command
def init(
    ctx: typer.Context,
    messages: options.MessageOptions,
    data: Annotated[
        Path | None,
        typer.Argument(
            metavar="[DATA]",
            help="Folder of images; by default the one called data, dataset, datasets, images or photos.",
        ),
    ] = None,
    no_baseline: Annotated[
        bool, typer.Option("--no-baseline/--use-baseline", help="Write no baseline, and scan nothing.")
    ] = False,
    install: Annotated[
        str | None,
        options.written(
            metavar="COMMAND",
            help="How CI installs labelaudit, which is in no package index yet: pip install ./labelaudit, or a wheel, "
            "or a git address.",
        ),
    ] = None,
    config: options.Configuration = None,
) -> None:
    """Set up a gate: configuration, baseline and CI workflow.

    Existing files are kept, nothing is written into the data, and nothing at all is written if something is wrong.
    GitHub, GitLab and Azure are recognized by their files and by git's remotes. A workflow is written if --install says
    how it installs labelaudit.
    """
    root = _root()
    data = data or _guess()
    accepting = _accepting(ctx, data, quiet=messages.quiet, no_progress=messages.no_progress)
    _check_data(root, data, follow_links=accepting.params["follow_links"])

    found = services(root)
    planned = _workflows(root, found, install)
    unwritten = [path for path, text in planned.items() if not text]
    new = {path: text for path, text in planned.items() if text and not os.path.lexists(path)}
    kept = [path for path in planned if os.path.lexists(path)]
    if ctx.obj.path:
        check_names(ctx.obj, data)
        kept.insert(0, ctx.obj.path)
    else:
        new = {**configuration(root, data, configurable(ctx)), **new}
    for path in new:
        _check_place(path, data)

    named = accepting.params["baseline"]  # a string or a path, depending on the version of Typer
    accepted = locate(named and Path(named), data)
    if accepted and accepted.exists():
        kept.append(accepted)
    elif not no_baseline:
        with accepting:
            accepting.command.invoke(accepting)
    for path, text in new.items():
        verb = "added to" if path.exists() else "wrote"
        path.parent.mkdir(parents=True, exist_ok=True)
        write(path, text)
        say(f"{verb} {_shown(path, root)}", quiet=messages.quiet)
    for path in kept:
        say(f"kept {_shown(path, root)}, which exists already", quiet=messages.quiet)
    if unwritten:
        say(
            f"did not write {_shown(unwritten[0], root)}. Specify how CI installs labelaudit: {EXAMPLE}",
            quiet=messages.quiet,
        )
    if install and any(path in new for path in planned):
        say(f"the workflow installs labelaudit with: {printable(install)}", quiet=messages.quiet)
    if not found:
        say(
            "wrote no workflow: GitHub, GitLab or Azure were not detected. In any other CI, run: labelaudit scan",
            quiet=messages.quiet,
        )
    say("next:", quiet=messages.quiet)
    accepted = locate(named and Path(named), data)
    files = [*new, *([accepted] if accepted and not no_baseline else [])]
    files += [root / path for path in local_paths(install or "")]
    for step in _next(root, data, [] if unwritten else found, files, scanned=not no_baseline):
        say(f"  {step}", quiet=messages.quiet)


def _workflows(root: Path, found: list[Service], install: str | None) -> dict[Path, str]:
    """Return the files for the CI services with their texts, which are empty if no install command is given.

    Raises
    ------
    SettingsError
        *install* is not a command, or names a file that CI would not have.
    """
    if install is not None:
        check_install(install, root)
    planned = {root / path: template(name) for service in found for path, name in service.files}
    if install is None:
        return {path: text if os.path.lexists(path) else "" for path, text in planned.items()}
    return {path: with_install(text, install) for path, text in planned.items()}


def _next(root: Path, data: Path, found: list[Service], files: list[Path], *, scanned: bool) -> Iterator[str]:
    """Yield what the user has left to do."""
    if scanned:
        yield "see which findings were accepted: labelaudit scan --no-baseline"
    yield "check that the gate passes: labelaudit scan"
    yield from filter(None, (to_do(service, root) for service in found))
    if is_ignored(root, data):
        yield f"git ignores {_shown(data, root)}, so CI has to fetch it before the scan"
    for path in files:
        if is_ignored(root, path):
            named = shown(path)
            yield f"git ignores {named}, and CI would not have it. Change .gitignore, or type: git add --force {named}"
    yield "commit these files; CI then runs the gate" if found else "commit these files"


def _root() -> Path:
    """Return the working folder, which has to be the one that CI starts in.

    Raises
    ------
    SettingsError
        It is not the root of its repository.
    """
    here, *above = upwards()
    top = above[-1] if above else here
    if top != here and (top / ".git").exists():
        raise SettingsError(f"CI runs in the root of the repository. Type: cd {printable(str(top))}; labelaudit init")
    return here


def _guess() -> Path:
    """Return the only folder here that has a usual name and contains class folders.

    Raises
    ------
    SettingsError
        There is no such folder, or more than one.
    """
    found = [name for name in USUAL if _holds_classes(Path(name))]
    if len(found) != 1:
        what = f"both {' and '.join(found)} contain" if found else f"none of the folders {', '.join(USUAL)} contains"
        raise SettingsError(f"{what} images in class folders. Name the folder: labelaudit init DATA")
    return Path(found[0])


def _holds_classes(folder: Path) -> bool:
    from labelaudit.images import ENDINGS
    from labelaudit.settings import Settings
    from labelaudit.sources import read

    try:
        dataset = read(folder, Settings())
    except DatasetError:
        return False
    images = (Path(path).suffix.lower() in ENDINGS for path in dataset.paths)
    return len({label for label, image in zip(dataset.labels.tolist(), images, strict=True) if image}) > 1


def _accepting(ctx: typer.Context, data: Path, *, quiet: bool, no_progress: bool) -> Any:
    """Return ``labelaudit baseline``, ready to run with the settings that a scan would have."""
    words = ["--reason", REASON]
    words += ["--config", str(ctx.obj.path)] if ctx.obj.path else []
    words += [word for word, wanted in (("--quiet", quiet), ("--no-progress", no_progress)) if wanted]
    commands: Any = ctx.find_root().command
    return commands.commands["baseline"].make_context("baseline", [*words, "--", str(data)], parent=ctx.parent)


def _check_data(root: Path, data: Path, *, follow_links: bool) -> None:
    from labelaudit.settings import Settings
    from labelaudit.sources import read

    read(data, Settings(follow_links=follow_links))
    if root.is_relative_to(data.resolve()):
        raise SettingsError(
            "this folder is inside the data set, and nothing is written there. Change to the folder above it and type: "
            "labelaudit init DATA"
        )


def _check_place(path: Path, data: Path) -> None:
    """Check that a file and its folders can be written, and that it is not inside the data."""
    folder = next(above for above in path.parents if os.path.lexists(above))
    check_writable(folder / path.name)
    if path.resolve().is_relative_to(data.resolve()):
        raise OutputError(
            f"{printable(str(path))} is a link into the data set, and nothing is written there. Remove the link."
        )


def _shown(path: Path, root: Path) -> str:
    return printable(str(path.relative_to(root) if path.is_relative_to(root) else path))
