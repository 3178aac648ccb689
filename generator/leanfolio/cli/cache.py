"""What is kept between runs, seen from the terminal: where, how much, and away with it."""

from typing import TYPE_CHECKING

import click

from leanfolio.cli.command import ENVIRONMENT, fail, megabytes
from leanfolio.cli.faults import end_with

if TYPE_CHECKING:
    from pathlib import Path

    from leanfolio.cache.contents import Contents


@click.group(invoke_without_command=True)
@click.pass_context
def cache(ctx: click.Context) -> None:
    """Show what is kept between runs, and where; `cache clear` deletes it.

    LEANFOLIO_CACHE names another folder. What is kept spares work and changes no byte of a site.
    """
    if ctx.invoked_subcommand is not None:
        return
    from leanfolio.cache.contents import contents

    folder = cache_folder()
    try:
        click.echo(table(contents(folder)), nl=False)
    except OSError as error:
        raise SystemExit(end_with(error, "the cache cannot be read")) from None


@cache.command()
def clear() -> None:
    """Delete what is kept between runs: the files that are ours, and no other."""
    from leanfolio.cache.contents import clear as empty

    folder = cache_folder()
    try:
        gone = empty(folder)
    except OSError as error:
        raise SystemExit(end_with(error, "the cache could not be emptied")) from None
    click.echo(f"{megabytes(gone)} deleted in {folder}", err=True)


def cache_folder() -> "Path":
    """The folder of the cache. Ends the command where this system has none."""
    from leanfolio.cache.store import own_cache

    folder = own_cache()
    if folder is None:
        fail(ENVIRONMENT, "there is no folder for a cache", "name one with LEANFOLIO_CACHE")
    return folder


def table(contents: "Contents") -> str:
    """The folder, each kind with its entries and size, and what all of it may take."""
    from leanfolio.output.visible import visible

    lines = [visible(str(contents.folder))]
    lines += [f"  {kind.title:<32} {kind.entries:>7}  {megabytes(kind.bytes):>9}"
              for kind in contents.kinds]  # fmt: skip
    lines.append(f"{megabytes(contents.bytes)} on disk; limit {megabytes(contents.limit)}")
    if contents.problem:
        lines.append(f"not in use: {visible(contents.problem)}")
    return "".join(f"{line}\n" for line in lines)
