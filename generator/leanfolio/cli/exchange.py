"""What other systems hold, taken over as files of content: import."""

from codecs import BOM_UTF8
from pathlib import Path
from typing import TYPE_CHECKING

import click

from leanfolio.cli.command import PROBLEMS, USAGE, fail, format_option
from leanfolio.cli.exchange_trackers import exchange_options, import_azure, import_jira, run
from leanfolio.cli.faults import end_with
from leanfolio.cli.workbook import import_workbook

if TYPE_CHECKING:
    from leanfolio.disk.files import Project

into_option = click.option(
    "--into",
    type=click.Path(file_okay=False, path_type=Path),
    help="The folder that the items go to; default: content/.",
)


@click.group(name="import", epilog="Example: leanfolio import csv costs.csv --map map.yml")
def import_() -> None:
    """Take over what other systems hold, as files of content; what people wrote stays."""


@import_.command(name="csv", epilog="Example: leanfolio import csv costs.csv --map map.yml")
@exchange_options
@into_option
@click.pass_context
def import_csv(context: click.Context, /, **given: object) -> None:
    """Write an item for every row of a table. What a row leaves empty stays unknown.

    A map that names a `system` merges each field with what stands in the files; one with `items`
    writes new files alone. Exit code 1 where anything was left out.
    """
    files, map_file, into = given["files"], given["map_file"], given["into"]
    if not isinstance(map_file, Path) or is_exchange_map(map_file):
        run(context, "csv", given)
        return
    assert isinstance(files, tuple)
    if len(files) != 1:
        fail(USAGE, "a map with `items` takes one file", "import one after the other")
    take_rows(context, files[0], map_file, into if isinstance(into, Path) else None, given)


def is_exchange_map(file: Path) -> bool:
    """Whether a map is one of an exchange, which begins by naming its system."""
    lines = file.read_bytes().removeprefix(BOM_UTF8).splitlines()
    return any(line.startswith(b"system:") for line in lines)


def take_rows(
    context: click.Context, file: Path, map_file: Path, into: Path | None, given: dict[str, object]
) -> None:
    """Write the items of a table that are not there yet, and report what was left out."""
    dry = bool(given["dry"])
    from leanfolio.importing import csv, mapping, rows
    from leanfolio.output.visible import visible

    project: Project = context.obj
    try:
        found, written = csv.import_csv(file, map_file, into or project.content, dry)
    except mapping.MapError as error:
        fail(USAGE, str(error))
    except OSError as error:
        raise SystemExit(end_with(error, "the items could not be written")) from None
    for each in sorted(found.skipped, key=lambda one: one.line):
        said = f"{file.name}:{each.line}: left out {each.what}: {each.why}"
        click.echo(visible(said), err=True)
    for line in rows.summary(found, written, dry):
        click.echo(line)
    if found.skipped:
        context.exit(PROBLEMS)


@import_.command(name="markdown", epilog="Example: leanfolio import markdown goals/ --map map.yml")
@click.argument(
    "sources",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, path_type=Path),
    metavar="FILES|FOLDER...",
)
@click.option(
    "--map",
    "map_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    required=True,
    help="YAML that says which label, heading or column fills which field.",
)
@into_option
@format_option("text", "markdown", "json")
@click.option("--dry-run", "dry", is_flag=True, help="Tell what would be written; write nothing.")
@click.pass_context
def import_markdown(
    context: click.Context,
    sources: tuple[Path, ...],
    map_file: Path,
    into: Path | None,
    form: str,
    dry: bool,
) -> None:
    """Write an item for every file and table row of foreign Markdown, and keep them up to date.

    What somebody changed here stays. Exit code 1 where anything that the map names was left out.
    """
    from leanfolio.disk.write import WriteError
    from leanfolio.importing import mapping, markdown, markdown_report

    project: Project = context.obj
    try:
        report = markdown.import_markdown(sources, map_file, into or project.content, dry)
    except mapping.MapError as error:
        fail(USAGE, str(error))
    except WriteError as error:
        fail(USAGE, str(error), "nothing was written; put a plain folder there, and import again")
    except OSError as error:
        raise SystemExit(end_with(error, "the items could not be written")) from None
    for line in markdown_report.FORMS[form](report, dry):
        click.echo(line)
    if not report.whole:
        context.exit(PROBLEMS)


import_.add_command(import_workbook)
import_.add_command(import_jira)
import_.add_command(import_azure)
