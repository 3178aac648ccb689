"""What all exports share: whom a file is for, and how it is written."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from leanfolio.cli.command import USAGE, audience_option, errors_note, fail
from leanfolio.cli.faults import end_with

if TYPE_CHECKING:
    from leanfolio.disk.files import Project
    from leanfolio.model import Visibility
    from leanfolio.views.built import Built

OUT = click.Path(dir_okay=False, path_type=Path)
export_audience = audience_option(
    "Leave out what these readers may not see; default: that of the site, in mkdocs.yml."
)
answer_audience = audience_option("Leave out what these readers may not see; default: all is told.")


def visible_built(
    project: "Project", built: "Built", audience: "Visibility | None"
) -> "tuple[Built, Visibility]":
    """What this audience may read, and whose it is. Says on stderr how much is left out."""
    from leanfolio.disk.configuration_text import audience_of

    whose = audience or audience_of(project)
    visible = built_for(built, whose)
    errors_note(built)
    return visible, whose


def built_for(built: "Built", audience: "Visibility | None") -> "Built":
    """What an audience may read; all of it where none is named. Says how much is left out."""
    if audience is None:
        return built
    from leanfolio.pipeline import published

    visible = published(built, audience)
    if visible.portfolio.partial:
        left = len(built.portfolio.items) - len(visible.portfolio.items)
        what = f"{left} item{'s' if left != 1 else ''}" if left else "some pages or fields"
        click.echo(f"for the audience {audience}: {what} left out (see --audience)", err=True)
    return visible


def write(out: Path, make: Callable[[], bytes]) -> None:
    """Write a file that the user named, whole or not at all; else end the command."""
    from leanfolio.disk.write import WriteError, overwrite

    if not out.absolute().parent.exists():
        fail(USAGE, f"there is no folder {out.parent}", "create it first, or name another file")
    try:
        overwrite(out, make())
    except WriteError as error:
        fail(USAGE, str(error), "name a plain file, or one that does not exist yet")
    except OSError as error:
        raise SystemExit(end_with(error, f"{out} could not be written")) from None
