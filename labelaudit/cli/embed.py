"""``labelaudit embed``: write the features of the images, for other programs and for later scans."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from labelaudit.cli import options, parsing
from labelaudit.cli.app import command
from labelaudit.cli.cache import reading_images
from labelaudit.cli.console import say
from labelaudit.cli.feature_options import FeatureOptions
from labelaudit.cli.files import write
from labelaudit.cli.overwriting import check_outputs, named
from labelaudit.errors import SettingsError


@command
def embed(
    ctx: typer.Context,
    dataset: options.DataOptions,
    features: FeatureOptions,
    work: options.CacheOptions,
    messages: options.MessageOptions,
    out: Annotated[
        Path, options.written("--out", "-o", metavar="FILE", help="Write this npz file.", show_default=True)
    ] = Path("embeddings.npz"),
    shard: Annotated[
        str,
        typer.Option(
            "--shard",
            metavar="I/N",
            help="Only every N-th image, beginning with the I-th: part I of N, for several machines.",
            show_default=False,
        ),
    ] = "",
) -> None:
    """Write the features of the images to an npz file.

    Its arrays are paths (N), features (N x D), blocks (widths of the parts of the features), labels (N) and classes
    (K). A scan with --features npz:FILE reads the file instead of running a network, and one with
    --features 'npz:part-*.npz' reads the parts that several machines have written with --shard.
    """
    from labelaudit.audit import measure
    from labelaudit.names import printable
    from labelaudit.reports.embeddings import embeddings_npz
    from labelaudit.sources import read

    if out.suffix.lower() != ".npz":
        raise SettingsError(f"--out {printable(str(out))}: expected a file that ends in .npz.")
    part = parsing.shard(shard)
    settings = parsing.settings(ctx.obj, dataset, options.JudgingOptions(**asdict(features)))
    read_too = named(config=ctx.obj.path, features=parsing.file_of(features.features))
    check_outputs(named(out=out), inputs=read_too, data=dataset.data, settings=settings)
    with reading_images(work, messages, then="") as (cache, engine, track):
        listed = read(dataset.data, settings)
        listed = listed.part(*part) if part else listed
        readable, observed = measure(listed, settings, cache=cache, engine=engine, track=track)
    write(out, embeddings_npz(readable, observed, part))
    images, width = observed.features.shape
    say(f"{printable(str(out))}: {width:,} features of {images:,} images", quiet=messages.quiet)
