"""Jira and Azure DevOps: what a tracker says, merged into files of content by a map."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, NoReturn

import click
from msgspec.structs import replace

from leanfolio.cli.command import ENVIRONMENT, PROBLEMS, USAGE, Day, content_of, fail, format_option
from leanfolio.cli.faults import end_with

if TYPE_CHECKING:
    from leanfolio.disk.files import Project
    from leanfolio.importing.exchange_map import ColumnMap
    from leanfolio.importing.exchange_run import ExchangeMapFile, ImportPlan
    from leanfolio.importing.work_item import Extract, SourceError, System

Command = Callable[..., None]


def exchange_options(command: Command) -> Command:
    """The options that all imports by an exchange map share."""
    for option in reversed(OPTIONS):
        command = option(command)
    return command


FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
OPTIONS = (
    click.argument(
        "files",
        nargs=-1,
        required=True,
        type=click.Path(exists=True, path_type=Path),
        metavar="FILES|FOLDER...",
    ),
    click.option(
        "--map",
        "map_file",
        type=FILE,
        help="YAML that says what is what: exchange/NAME.yml.",
    ),
    click.option(
        "--draft-map",
        "draft",
        type=click.Path(dir_okay=False, path_type=Path),
        help="Write a draft of the map from the files, and import nothing.",
    ),
    click.option("--dry-run", "dry", is_flag=True, help="The same report; nothing is written."),
    format_option("text", "markdown", "json", help="The form of the report."),
    click.option("--on", "day", type=Day(), help="The day of the import; default: today."),
)


@click.command(
    name="jira", epilog="Example: leanfolio import jira answers/ --map exchange/jira.yml"
)
@exchange_options
@click.pass_context
def import_jira(context: click.Context, /, **given: object) -> None:
    """Take over issues of Jira: answers of its search, change logs, lists, CSV exports.

    Exit code 1 where somebody has to act, 3 where a part of the files is missing.
    """
    run(context, "jira", given)


@click.command(
    name="azure", epilog="Example: leanfolio import azure answers/ --map exchange/azure.yml"
)
@exchange_options
@click.pass_context
def import_azure(context: click.Context, /, **given: object) -> None:
    """Take over work items of Azure DevOps: items, updates, revisions, queries, CSV exports.

    Exit code 1 where somebody has to act, 3 where a part of the files is missing.
    """
    run(context, "azure", given)


def run(context: click.Context, system: "System", given: dict[str, object]) -> None:
    """Read the files, and draft a map of them or import by one."""
    files, map_file, draft = given["files"], given["map_file"], given["draft"]
    assert isinstance(files, tuple)
    files = answers_in(files)
    into = given.get("into")
    if isinstance(into, Path):
        context.obj = replace(context.obj, content=into)
    if (map_file is None) == (draft is None):
        hint = f"begin with: leanfolio import {system} {files[0]} --draft-map exchange/{system}.yml"
        fail(USAGE, "give either --map or --draft-map", hint)
    if isinstance(draft, Path):
        write_draft(system, files, draft)
        return
    assert isinstance(map_file, Path)
    day = given["day"]
    today = day if isinstance(day, date) else datetime.now(UTC).date()
    plan_and_write(context, system, files, map_file, today, str(given["form"]), bool(given["dry"]))


def answers_in(paths: tuple[Path, ...]) -> tuple[Path, ...]:
    """The files that are named; of a folder its answers, but not the list that `fetch` keeps there.

    Ends the command where a folder has none.
    """
    from leanfolio.disk.replace import MANIFEST

    files: list[Path] = []
    for path in paths:
        if not path.is_dir():
            files.append(path)
            continue
        answers = sorted(path.glob("[!.]*.json"))
        if not answers:
            fail(USAGE, f"{path} holds no answers", "`leanfolio fetch` writes them, as NAME.json")
        files += answers
    return tuple(file for file in files if file.name != MANIFEST) or tuple(files)


def extract_of(
    system: "System", files: tuple[Path, ...], columns: "ColumnMap | None" = None
) -> "Extract":
    """All that the files say. Ends the command where one is refused. Raises MapError."""
    from leanfolio.importing.azure import read_azure
    from leanfolio.importing.jira import read_jira
    from leanfolio.importing.plain_table import read_plain
    from leanfolio.importing.source_text import read_source
    from leanfolio.importing.work_item import SourceError

    try:
        sources = [read_source(file) for file in files]
        if system == "csv":
            return read_plain(sources, columns)
        return read_jira(sources) if system == "jira" else read_azure(sources)
    except SourceError as error:
        refuse(error)
    except OSError as error:
        raise SystemExit(end_with(error, "the files could not be read")) from None


def refuse(error: "SourceError") -> NoReturn:
    """End the command where files are refused: nothing is written then."""
    from leanfolio.output.visible import visible

    code = ENVIRONMENT if error.incomplete else USAGE
    fail(code, visible(str(error)), error.hint)


def write_draft(system: "System", files: tuple[Path, ...], draft: Path) -> None:
    """Write a draft of the map; never over one that is there."""
    from leanfolio.disk.write import WriteError, create
    from leanfolio.importing.draft_map import draft_of
    from leanfolio.importing.plain_table import guessed_columns
    from leanfolio.importing.source_text import read_source
    from leanfolio.importing.table_text import table_of

    extract = extract_of(system, files)
    columns = None
    if system == "csv":
        columns = guessed_columns(table_of(read_source(files[0])), files[0].name)

    text = draft_of(extract, columns)
    try:
        create(draft.parent, PurePosixPath(draft.name), text.encode())
    except WriteError as error:
        fail(USAGE, str(error), "name another file, or remove that one")
    except OSError as error:
        raise SystemExit(end_with(error, f"{draft} could not be written")) from None
    for file, form in extract.forms:
        click.echo(f"read: {file}: {form}")
    click.echo(f"{draft} is written: read what it guesses, then import with --map {draft}")


def plan_and_write(
    context: click.Context, system: "System", files: tuple[Path, ...], map_path: Path, day: date,
    form: str, dry: bool,
) -> None:  # fmt: skip
    """Import by a map: the report, the files, the base; with `dry` the report alone."""
    from leanfolio.disk.gc_pause import gc_paused
    from leanfolio.importing.exchange_run import plan_import
    from leanfolio.importing.mapping import MapError

    project: Project = context.obj
    try:
        map_file = map_of(map_path, system)
        sources = content_of(project).sources if project.content.is_dir() else ()
        with gc_paused():
            extract = extract_of(system, files, map_file.map.columns)
            plan = plan_import(extract, map_file, sources, day)
    except MapError as error:
        fail(USAGE, str(error))
    except OSError as error:
        raise SystemExit(end_with(error, "the files could not be read")) from None
    if not dry:
        write(project, plan, map_path.with_name(map_file.base_name), map_file.base)
    show(plan, form, day)
    if dry:
        click.echo("nothing was written (--dry-run)", err=True)
    if plan.report.has_problems:
        context.exit(PROBLEMS)


def map_of(file: Path, system: "System", purpose: str = "an import of") -> "ExchangeMapFile":
    """The map, and the base beside it. Raises MapError, OSError."""
    from leanfolio.importing.disk import read_text
    from leanfolio.importing.exchange_map import read_exchange_map
    from leanfolio.importing.exchange_run import ExchangeMapFile
    from leanfolio.importing.last_import import unreadable
    from leanfolio.importing.mapping import MapError

    map = read_exchange_map(read_text(file), file.name)
    if map.system != system:
        raise MapError(f"{file.name} is a map for {map.system}, and this is {purpose} {system}")
    map_file = ExchangeMapFile(file.name, map)
    base = file.with_name(map_file.base_name)
    try:
        return replace(map_file, base=base.read_text("utf-8") if base.exists() else "")
    except UnicodeDecodeError:
        raise unreadable(base.name) from None


def write(project: "Project", plan: "ImportPlan", base: Path, base_before: str) -> None:
    """Write the files, all or none, then the base; a run that stopped between finds its values."""
    from leanfolio.disk.write import WriteError, overwrite, replace_all

    try:
        replace_all(project.content, plan.changes)
        if plan.base != base_before:
            overwrite(base, plan.base.encode())
    except WriteError as error:
        fail(USAGE, f"nothing was written: {error}")
    except OSError as error:
        raise SystemExit(end_with(error, "the items could not be written")) from None


def show(plan: "ImportPlan", form: str, day: date) -> None:
    """Print the report."""
    from leanfolio import __version__
    from leanfolio.importing import report
    from leanfolio.output.visible import visible

    if form == "json":
        click.echo(report.as_json(plan.report, __version__, str(day)))
        return
    lines = report.as_markdown(plan.report) if form == "markdown" else report.as_text(plan.report)
    for line in lines:
        click.echo(visible(line) if form == "text" else line)
