"""The terminal: commands, messages, exit codes. What a command needs is imported when it runs."""

import json
import os
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from leanfolio import __version__

if TYPE_CHECKING:
    from leanfolio.build import Built
    from leanfolio.files import Content
    from leanfolio.project import Project

PROBLEMS, USAGE, ENVIRONMENT, INTERRUPTED = 1, 2, 3, 130
VIEWS = ("ranking", "board", "funding", "okr", "trace")
FORMATS = ("text", "json", "github", "gitlab", "sarif", "junit")


class Day(click.ParamType[date]):
    """A day as YYYY-MM-DD."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        try:
            return value if isinstance(value, date) else date.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is not a date; write it as 2026-10-05", param, ctx)


as_of_option = click.option(
    "--as-of",
    type=Day(),
    help="The day on which figures stand; default: the portfolio's, or the commit's.",
)


class Commands(click.Group):
    """A group that asks `did you mean` of a misspelt command."""

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            from leanfolio.near import near

            guess = near(args[0], self.list_commands(ctx)) if args else None
            if guess:
                said = f"{error.message} Did you mean {guess}?"
                raise click.UsageError(said, ctx) from None
            raise


@click.group(
    cls=Commands,
    epilog="Example: leanfolio init my-portfolio && leanfolio -C my-portfolio build",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, message="leanfolio %(version)s")
@click.option(
    "-C",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(),
    help="The folder that holds content/ and mkdocs.yml; default: here.",
)
@click.pass_context
def commands(ctx: click.Context, folder: Path) -> None:
    """Portfolio as code: check, rank and publish a portfolio written in Markdown."""
    from leanfolio.project import Project

    ctx.obj = Project.at(folder)


def loaded(project: "Project", as_of: date | None) -> "tuple[Content, Built]":
    """The content, read and checked. Ends the command where there is no content folder."""
    from leanfolio.project import load

    try:
        return load(project, as_of)
    except (FileNotFoundError, NotADirectoryError):
        hint = "give the folder that holds content/ with -C, or start one with `leanfolio init DIR`"
        fail(USAGE, f"there is no folder {project.content}", hint)


def fail(code: int, message: str, hint: str = "") -> NoReturn:
    click.echo(f"error: {message}", err=True)
    if hint:
        click.echo(f"hint: {hint}", err=True)
    raise SystemExit(code)


def texts_of(content: "Content") -> dict[str, bytes]:
    return {str(each.path): each.data for each in (*content.sources, *content.records)}


@commands.command()
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", show_default=True)
@click.option("--strict", is_flag=True, help="Exit with 1 for warnings too.")
@as_of_option
@click.pass_obj
def check(project: "Project", form: str, strict: bool, as_of: date | None) -> None:
    """Report every problem of the content in one run."""
    from leanfolio.exporting import problems

    content, built = loaded(project, as_of)
    text = problems.render(
        form,
        built.problems,
        texts_of(content),
        prefix="content/",
        as_of=built.as_of,
        colour=colours(sys.stdout),
    )
    click.echo(text, nl=False)
    if built.errors or (strict and built.problems):
        raise SystemExit(PROBLEMS)


def colours(stream: Any) -> bool:
    return stream.isatty() and not os.environ.get("NO_COLOR")


@commands.command()
@click.option(
    "--site-dir",
    type=click.Path(file_okay=False, path_type=Path),
    help="Where the site goes; default: site/.",
)
@as_of_option
@click.pass_obj
def build(project: "Project", site_dir: Path | None, as_of: date | None) -> None:
    """Check, then publish the whole site, or nothing."""
    from leanfolio.exporting import problems

    content, built = loaded(project, as_of)
    if built.errors:
        text = problems.render(
            "text",
            built.errors,
            texts_of(content),
            prefix="content/",
            as_of=built.as_of,
            colour=colours(sys.stderr),
        )
        click.echo(text, nl=False, err=True)
        click.echo("nothing was published: the last good site stands", err=True)
        raise SystemExit(PROBLEMS)
    from leanfolio.publish import WrongConfiguration, publish
    from leanfolio.swap import NotOurs

    quiet_mkdocs()
    target = site_dir or project.root / "site"
    try:
        pages = publish(project, content, built, target.absolute())
    except NotOurs as error:
        fail(USAGE, str(error), "give another folder with --site-dir, or empty that one yourself")
    except WrongConfiguration as error:
        fail(USAGE, str(error))
    except OSError as error:
        fail(ENVIRONMENT, f"the site could not be written: {error}", "the last good site stands")
    warnings = len(built.problems)
    said = f", {warnings} warning{'s' if warnings != 1 else ''}" if warnings else ""
    click.echo(f"{pages} pages in {target}{said}; open {target / 'index.html'}", err=True)


def quiet_mkdocs() -> None:
    """Keep MkDocs to warnings: success says one line, and that line is ours."""
    import logging

    logging.getLogger("mkdocs").setLevel(logging.WARNING)


@commands.command()
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)
@click.pass_obj
def serve(project: "Project", port: int) -> None:
    """Build, serve on this machine alone, and rebuild on every change."""
    import logging

    from leanfolio.publish import serve as serve_site

    _, built = loaded(project, None)
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    try:
        serve_site(project, built.portfolio.policy.title, port)
    except OSError as error:
        fail(ENVIRONMENT, f"cannot serve on port {port}: {error}", "give another with --port")


@commands.command()
@click.argument("view", type=click.Choice(VIEWS))
@click.option(
    "--format",
    "form",
    type=click.Choice(("text", "json", "csv")),
    default="text",
    show_default=True,
)
@as_of_option
@click.pass_obj
def show(project: "Project", view: str, form: str, as_of: date | None) -> None:
    """Print the figures of a page, from the same values."""
    from leanfolio.exporting import data, site, text

    _, built = loaded(project, as_of)
    value = site.view_named(built, view)
    if form == "json":
        click.echo(data.as_json(value, built.as_of), nl=False)
    elif form == "csv":
        click.echo(data.as_csv(site.rows_of(view, value)), nl=False)
    else:
        click.echo(text.as_text(view, value), nl=False)
    if built.errors:
        number = len(built.errors)
        click.echo(
            f"{number} error{'s' if number != 1 else ''} in the content; see `leanfolio check`",
            err=True,
        )


@commands.command()
@click.argument("rule", required=False)
def explain(rule: str | None) -> None:
    """Tell a rule's law, why it stands, and the cure. Without a rule: the list of all."""
    from leanfolio.check import RULES
    from leanfolio.near import near

    if rule is None:
        width = max(map(len, RULES))
        for name, each in RULES.items():
            click.echo(f"{name:<{width}}  {each.severity:<7}  {each.law}")
        return
    if rule not in RULES:
        guess = near(rule, RULES)
        fail(
            USAGE,
            f"there is no rule {rule}",
            f"did you mean {guess}?" if guess else "`leanfolio explain` lists all",
        )
    found = RULES[rule]
    click.echo(
        f"{found.name} ({found.severity})\n\n{found.law}\n\n{found.why}\n\nCure: {found.cure}"
    )


@commands.command()
@click.argument("type", required=False)
def schema(type: str | None) -> None:
    """Print the JSON Schema of a type's front matter. Without a type: of all."""
    from leanfolio.exporting.schema import schema_of, schemas
    from leanfolio.model import TYPES
    from leanfolio.near import near

    if type is not None and type not in TYPES:
        guess = near(type, TYPES)
        fail(
            USAGE,
            f"there is no type {type}",
            f"did you mean {guess}?" if guess else f"one of {', '.join(TYPES)}",
        )
    found = schema_of(TYPES[type]) if type else schemas()
    click.echo(json.dumps(found, indent=2, ensure_ascii=False))


@commands.command()
@click.argument("folder", type=click.Path(path_type=Path))
def init(folder: Path) -> None:
    """Write a starter portfolio that builds at once, with its CI workflows."""
    from datetime import UTC, datetime

    from leanfolio.starter import NotEmpty, write_starter

    try:
        written = write_starter(folder, datetime.now(UTC).date())
    except NotEmpty as error:
        fail(USAGE, str(error), "give a folder that does not exist yet")
    except OSError as error:
        fail(ENVIRONMENT, f"the starter could not be written: {error}")
    click.echo(f"{written} files in {folder}; next: leanfolio -C {folder} build", err=True)


def main() -> None:
    """The entry point: our exit codes, and no traceback for what is not our bug."""
    try:
        code = commands(prog_name="leanfolio", standalone_mode=False)
    except click.exceptions.Exit as stop:
        raise SystemExit(stop.exit_code) from None
    except click.UsageError as error:
        error.show()
        raise SystemExit(USAGE) from None
    except click.Abort:
        raise SystemExit(INTERRUPTED) from None
    except KeyboardInterrupt:
        raise SystemExit(INTERRUPTED) from None
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(0) from None
    except Exception as error:
        if os.environ.get("LEANFOLIO_TRACEBACK"):
            raise
        click.echo(f"error: this is a fault of leanfolio, not of your content: {error!r}", err=True)
        click.echo("hint: LEANFOLIO_TRACEBACK=1 shows where it happened", err=True)
        raise SystemExit(ENVIRONMENT) from None
    raise SystemExit(code if isinstance(code, int) else 0)
