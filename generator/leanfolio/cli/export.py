"""The portfolio in the form of another program: export."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from leanfolio.cli.command import (
    USAGE,
    as_of_option,
    commit_at,
    fail,
    lacks_extra,
    loaded,
    revision_option,
    shallow_note,
)
from leanfolio.cli.exporting import OUT, export_audience, visible_built, write
from leanfolio.cli.faults import end_with
from leanfolio.cli.trackers import export_azure_csv, export_jira_csv
from leanfolio.cli.workbook import export_workbook

if TYPE_CHECKING:
    from leanfolio.disk.files import Project
    from leanfolio.model import Visibility


@click.group(epilog="Example: leanfolio export sqlite portfolio.db")
def export() -> None:
    """Write the portfolio in the form of another program."""


export.add_command(export_workbook)
export.add_command(export_jira_csv)
export.add_command(export_azure_csv)


@export.command(name="xlsx")
@click.argument("out", type=OUT)
@export_audience
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
        lacks_extra("XlsxWriter, which writes workbooks", "xlsx")


@export.command(name="sqlite", epilog="docs/database.md shows its tables, and queries.")
@click.argument("out", type=OUT)
@export_audience
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


@export.command(name="parquet", epilog="docs/database.md shows the tables.")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@export_audience
@revision_option
@as_of_option
@click.pass_obj
def export_parquet(
    project: "Project",
    folder: Path,
    audience: "Visibility | None",
    revision: str | None,
    as_of: date | None,
) -> None:
    """Write the tables of `export sqlite` as Parquet files into a folder of their own.

    Needs the extra `leanfolio[parquet]`.
    """
    from leanfolio.disk.replace import ForeignFolderError, staged
    from leanfolio.output.database.parquet import NoPyarrow, parquet_files

    if folder.is_dir() and any(folder.iterdir()) and not (folder / "about.parquet").is_file():
        fail(USAGE, f"{folder} holds something else", "name a folder that does not exist yet")
    _, tables = tables_for(project, audience, revision, as_of)
    try:
        with staged(folder) as stage:
            for name, data in parquet_files(tables):
                (stage / name).write_bytes(data)
    except NoPyarrow:
        lacks_extra("pyarrow, which writes Parquet", "parquet")
    except ForeignFolderError as error:
        fail(USAGE, str(error), "name a folder that does not exist yet")
    except OSError as error:
        raise SystemExit(end_with(error, f"{folder} could not be written")) from None


def tables_for(
    project: "Project", audience: "Visibility | None", revision: str | None, as_of: date | None
) -> Any:
    """What an audience may read, with history as a site has it, and the tables of that."""
    from leanfolio.cache.store import Store, own_cache
    from leanfolio.disk.gc_pause import gc_paused
    from leanfolio.disk.git import changed, head
    from leanfolio.disk.project import with_history
    from leanfolio.output.database.tables import Provenance, tables_of

    commit = commit_at(project, revision)
    _, built = loaded(project, as_of, commit)
    shallow_note(project)
    with Store(own_cache()) as store:
        top_most = commit.id if commit else "HEAD"
        whole = with_history(built, project.content, store, revision=top_most)
    visible, whose = visible_built(project, whole, audience)
    top = commit or head(project.content)
    other = top is not None and commit is None and changed(project.content)
    with gc_paused():
        tables = tables_of(visible, Provenance(whose, top.id if top else None, other))
    if beyond := len(next(table for table in tables if table.name == "beyond_micros").rows):
        click.echo(
            f"warning: {beyond} number{'s' if beyond != 1 else ''} finer than a millionth or too "
            "large for 64 bits: see the table beyond_micros",
            err=True,
        )
    return visible, tables
