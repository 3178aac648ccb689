"""The portfolio in the form of another program: export."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from leanfolio.cli.command import (
    ENVIRONMENT,
    USAGE,
    as_of_option,
    commit_at,
    fail,
    loaded,
    revision_option,
    shallow_note,
)
from leanfolio.cli.faults import end_with

if TYPE_CHECKING:
    from leanfolio.disk.files import Project
    from leanfolio.model import Visibility
    from leanfolio.views.built import Built

OUT = click.Path(dir_okay=False, path_type=Path)
audience_option = click.option(
    "--audience",
    type=click.Choice(("public", "internal", "confidential")),
    help="Leave out what these readers may not see; default: that of the site, in mkdocs.yml.",
)


@click.group(epilog="Example: leanfolio export sqlite portfolio.db")
def export() -> None:
    """Write the portfolio in the form of another program."""


def visible_built(
    project: "Project", built: "Built", audience: "Visibility | None"
) -> "tuple[Built, Visibility]":
    """What this audience may read, and whose it is. Says on stderr how much is left out."""
    from leanfolio.disk.configuration import audience_of
    from leanfolio.pipeline import published

    whose = audience or audience_of(project)
    visible = published(built, whose)
    if visible.portfolio.partial:
        left = len(built.portfolio.items) - len(visible.portfolio.items)
        what = f"{left} item{'s' if left != 1 else ''}" if left else "some pages or fields"
        click.echo(f"for the audience {whose}: {what} left out (see --audience)", err=True)
    if built.errors:
        number = len(built.errors)
        words = f"{number} error{'s' if number != 1 else ''}"
        click.echo(f"{words} in the content; see `leanfolio check`", err=True)
    return visible, whose


def write(out: Path, make: Callable[[], bytes]) -> None:
    """Write a file that the user named, whole or not at all; else end the command."""
    from leanfolio.disk.write import WriteError, overwrite

    try:
        overwrite(out, make())
    except WriteError as error:
        fail(USAGE, str(error), "name a plain file, or one that does not exist yet")
    except OSError as error:
        raise SystemExit(end_with(error, f"{out} could not be written")) from None


@export.command(name="xlsx")
@click.argument("out", type=OUT)
@audience_option
@as_of_option
@click.pass_obj
def export_xlsx(
    project: "Project", out: Path, audience: "Visibility | None", as_of: date | None
) -> None:
    """Write the funding table as a workbook. Needs the extra `leanfolio[xlsx]`."""
    from leanfolio.output.xlsx import NoXlsxWriter, funding_workbook

    _, built = loaded(project, as_of)
    visible, _ = visible_built(project, built, audience)
    try:
        write(out, lambda: funding_workbook(visible.figures.funding))
    except NoXlsxWriter:
        hint = "install it with `pip install 'leanfolio[xlsx]'`"
        fail(ENVIRONMENT, "XlsxWriter, which writes workbooks, is not installed", hint)


@export.command(name="sqlite", epilog="docs/database.md shows its tables, and queries.")
@click.argument("out", type=OUT)
@audience_option
@revision_option
@as_of_option
@click.pass_obj
def export_sqlite(
    project: "Project",
    out: Path,
    audience: "Visibility | None",
    revision: str | None,
    as_of: date | None,
) -> None:
    """Write items, links, history and figures as a SQLite database, with a view for each page."""
    from leanfolio.output.database.sqlite import database

    built, tables = tables_for(project, audience, revision, as_of)
    write(out, lambda: database(built, tables))


def tables_for(
    project: "Project", audience: "Visibility | None", revision: str | None, as_of: date | None
) -> Any:
    """What an audience may read, with history as a site has it, and the tables of that."""
    from leanfolio.disk.git import changed, head
    from leanfolio.disk.project import with_history
    from leanfolio.output.database.tables import Standing, tables_of

    commit = commit_at(project, revision)
    _, built = loaded(project, as_of, commit)
    shallow_note(project)
    whole = with_history(built, project.content, revision=commit.id if commit else "HEAD")
    visible, whose = visible_built(project, whole, audience)
    top = commit or head(project.content)
    other = top is not None and commit is None and changed(project.content)
    tables = tables_of(visible, Standing(whose, top.id if top else None, other))
    if beyond := len(next(table for table in tables if table.name == "beyond_micros").rows):
        click.echo(
            f"warning: {beyond} number{'s' if beyond != 1 else ''} finer than a millionth, or too "
            "large for millionths: exact as text alone; see the table beyond_micros",
            err=True,
        )
    return visible, tables


@export.command(
    name="workbook",
    epilog="Example: leanfolio export workbook scores.xlsx --type epic --where state=reviewing",
)
@click.argument("out", type=OUT)
@click.option(
    "--type", "kind", type=click.Choice(("epic", "feature")), default="epic", show_default=True
)
@click.option(
    "--where", metavar="FIELD=VALUE", multiple=True,
    help="Only items with this value, or one of several with commas between; may be repeated.",
)  # fmt: skip
@audience_option
@as_of_option
@click.pass_obj
def export_workbook(
    project: "Project",
    out: Path,
    kind: str,
    where: tuple[str, ...],
    audience: "Visibility | None",
    as_of: date | None,
) -> None:
    """Write the open items for a scoring meeting: scores to fill in, with live WSJF and rank.

    `leanfolio import workbook` takes it back. With --where state=... closed ones come too. Needs
    the extra `leanfolio[xlsx]`.
    """
    from leanfolio.disk.git import head
    from leanfolio.output.scoring_workbook import scoring_workbook
    from leanfolio.output.xlsx import NoXlsxWriter

    _, built = loaded(project, as_of)
    visible, _ = visible_built(project, built, audience)
    items = wanted_items(visible, kind, conditions(kind, where))
    top = head(project.content)
    commit = top.id if top else ""
    try:
        write(
            out,
            lambda: scoring_workbook(
                items, visible.portfolio.policy, kind, visible.as_of, commit
            ),
        )
    except NoXlsxWriter:
        hint = "install it with `pip install 'leanfolio[xlsx]'`"
        fail(ENVIRONMENT, "XlsxWriter, which writes workbooks, is not installed", hint)
    click.echo(f"{len(items)} {kind}s in {out}", err=True)


def conditions(kind: str, where: tuple[str, ...]) -> dict[str, list[str]]:
    """The values that each field may have. Ends the command for a field that there is not."""
    from leanfolio.model import TYPES
    from leanfolio.read.suggestions import did_you_mean

    result: dict[str, list[str]] = {}
    for condition in where:
        name, mark, values = condition.partition("=")
        if not mark or not values:
            fail(USAGE, f"--where {condition} names no value", "write --where FIELD=VALUE")
        if name not in TYPES[kind].model_fields:
            known = list(TYPES[kind].model_fields)
            hint = did_you_mean(name, known, f"one of {', '.join(known)}")
            fail(USAGE, f"{kind}s have no field {name}", hint)
        result.setdefault(name, []).extend(values.split(","))
    return result


def wanted_items(built: "Built", kind: str, where: dict[str, list[str]]) -> "list[Any]":
    """The items of a type with these values, in the order of the ranking, then of the portfolio."""
    from leanfolio.figures.ranking.candidates import OPEN
    from leanfolio.model import TYPES
    from leanfolio.views.embedded import item_filter

    portfolio = built.portfolio
    matches = item_filter(built, where)
    ranks = {score.item.id: n for n, score in enumerate(built.facts.ranking.scores)}
    items = [
        item
        for item in portfolio.items_of(TYPES[kind])
        if matches(item.id) and ("state" in where or portfolio.category_of(item) in (*OPEN, None))
    ]
    return sorted(items, key=lambda item: ranks.get(item.id, len(ranks)))
