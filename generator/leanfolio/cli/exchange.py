"""What other systems hold, taken over as files of content: import."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from leanfolio.cli.command import ENVIRONMENT, PROBLEMS, USAGE, fail
from leanfolio.cli.faults import end_with

if TYPE_CHECKING:
    from leanfolio.disk.files import Project


@click.group(name="import", epilog="Example: leanfolio import csv costs.csv --map map.yml")
def import_() -> None:
    """Take over what other systems hold, as files of content; what people wrote stays."""


@import_.command(name="csv")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--map",
    "map_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    required=True,
    help="YAML that says which column fills which field.",
)
@click.option(
    "--into",
    type=click.Path(file_okay=False, path_type=Path),
    help="The folder that the items go to; default: content/.",
)
@click.option("--dry-run", "dry", is_flag=True, help="Tell what would be written; write nothing.")
@click.pass_context
def import_csv(
    context: click.Context, file: Path, map_file: Path, into: Path | None, dry: bool
) -> None:
    """Write an item for every row of a table. What a row leaves empty stays unknown.

    Exit code 1 where anything was left out.
    """
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
@click.option(
    "--into",
    type=click.Path(file_okay=False, path_type=Path),
    help="The folder that the items go to; default: content/.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(("text", "markdown", "json")),
    default="text",
    show_default=True,
)
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


@import_.command(
    name="workbook",
    epilog='Example: leanfolio import workbook scores.xlsx --scored-by "R. Ahmed, L. Meyer"',
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--scored-by", metavar="NAMES", help="Who scored; several with commas between them.")
@click.option("--on", metavar="DATE", help="Default: today, or the portfolio's `as_of`.")
@click.option("--dry-run", "dry", is_flag=True, help="Show the change; write nothing.")
@click.pass_obj
def import_workbook(
    project: "Project", file: Path, scored_by: str | None, on: str | None, dry: bool
) -> None:
    """Take over what a meeting changed in a workbook of `leanfolio export workbook`.

    Cell by cell: what nobody edited changes nothing, a new score is written into the item's file,
    an added row becomes a draft. A cell that was changed in the files too is refused with both
    values; then nothing is written, and the exit code is 1.
    """
    from leanfolio.cli.acting import finish, opened
    from leanfolio.editor.acts.act import ActError
    from leanfolio.editor.acts.trial import Trial
    from leanfolio.editor.new_item import InvalidItem
    from leanfolio.importing import workbook
    from leanfolio.importing.workbook_acts import do_merged
    from leanfolio.importing.workbook_file import NoOpenpyxl, WorkbookError, read_workbook
    from leanfolio.output.visible import visible

    workspace, moment = opened(project)
    try:
        merged = workbook.merge(read_workbook(file), workspace.portfolio)
    except NoOpenpyxl:
        hint = "install it with `pip install 'leanfolio[xlsx]'`"
        fail(ENVIRONMENT, "openpyxl, which reads workbooks, is not installed", hint)
    except WorkbookError as error:
        fail(USAGE, visible(f"{file.name}: {error}"))
    for refused in merged.refused:
        click.echo(visible(f"{file.name}:{refused}"), err=True)
    for line in workbook.counts(merged):
        click.echo(visible(line), err=True)
    if merged.refused:
        fail(PROBLEMS, "nothing was written", f"correct {file.name}, and call this again")
    if not scored_by and any((*merged.edits, *(draft.scores for draft in merged.drafts))):
        fail(USAGE, "it is not said who scored", 'give it: --scored-by "R. Ahmed, L. Meyer"')
    trial = Trial.of(workspace)
    try:
        do_merged(trial, merged, {"by": scored_by or "", "on": on or ""}, moment)
    except (ActError, InvalidItem) as error:
        fail(PROBLEMS, visible(f"{error}; nothing was written"), error.hint)
    finish(project, trial, dry)
