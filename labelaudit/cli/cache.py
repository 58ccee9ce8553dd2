"""``labelaudit cache``: inspect the cache; and the cache that the other commands use."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from labelaudit.cli import options
from labelaudit.cli.app import command, group
from labelaudit.cli.console import progress, say
from labelaudit.errors import OutputError
from labelaudit.names import printable
from labelaudit.timing import LOG

if TYPE_CHECKING:
    from labelaudit.cache import Cache
    from labelaudit.engine import Engine
    from labelaudit.records import Track

NO_HOME = "this user has no home folder, so nothing is cached. Name a folder with --cache-dir, or use --no-cache."

commands = group("cache", help="Show or clear the cache.")
in_cache = partial(command, into=commands)


@contextmanager
def caching(folder: Path | None, *, off: bool = False, quiet: bool = False, memory: int = 0) -> "Iterator[Cache]":
    """Provide the cache that was asked for, and print at the end what went wrong with it."""
    from labelaudit.cache import Cache, default_folder

    place = None if off else folder or default_folder()
    cache = Cache(place, memory=memory)
    LOG.info("cache: %s", printable(str(place)) if place else "off")
    if not (place or off):
        cache.notes.append(NO_HOME)
    try:
        yield cache
    finally:
        for note in cache.notes:
            say(f"cache: {note}", quiet=quiet)


@contextmanager
def reading_images(
    work: options.CacheOptions, messages: options.MessageOptions, *, then: str = "judging labels"
) -> "Iterator[tuple[Cache, Engine, Track]]":
    """Provide the cache, the engine, and a tracker that shows how many images are read and what comes *then*."""
    from labelaudit.engine import engine_of
    from labelaudit.memory import available_memory, parsed_size

    asked = work.max_memory
    memory = available_memory() // 2 if asked is None else parsed_size("--max-memory", asked)
    with (
        engine_of(work.jobs, work.dask) as engine,
        caching(work.cache_dir, off=work.no_cache, quiet=messages.quiet, memory=memory) as cache,
        progress("reading images", then=then, wanted=messages.progress) as track,
    ):
        if engine.shown:
            say(engine.shown, quiet=messages.quiet)
        yield cache, engine, track


@in_cache
def info(cache_dir: options.CacheDir = None, config: options.Configuration = None) -> None:
    """Show where the cache is and how much it holds."""
    from labelaudit.cache import count_rows

    with caching(cache_dir) as cache:
        typer.echo(f"folder: {printable(str(cache.folder or 'none'))}")
        typer.echo(f"images: {sum(count_rows(path) for path in cache.files('rows')):,}")
        typer.echo(f"results: {len(cache.files('record')):,}")
        typer.echo(f"size: {cache.size() / 2**20:,.1f} MiB of at most {cache.limit / 2**20:,.0f} MiB")


@in_cache
def clear(cache_dir: options.CacheDir = None, config: options.Configuration = None) -> None:
    """Delete everything in the cache; the next scan computes it again."""
    with caching(cache_dir) as cache:
        size = cache.size()
        cache.clear()
        left = cache.size()
        typer.echo(f"{(size - left) / 2**20:,.1f} MiB deleted")
        if cache.files():
            where = printable(str(cache.folder))
            raise OutputError(
                f"{left / 2**20:,.1f} MiB could not be deleted from {where}. Make the folder writable, or delete it."
            )
