"""The terminal: commands, messages, exit codes. What a command needs is imported when it runs."""

import json
import os
import sys
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from leanfolio import __version__

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leanfolio.answer import Answer
    from leanfolio.build import Built
    from leanfolio.files import Project
    from leanfolio.model import Item
    from leanfolio.problem import Problem
    from leanfolio.source import Content

PROBLEMS, USAGE, ENVIRONMENT, INTERRUPTED = 1, 2, 3, 130
VIEWS = ("ranking", "board", "funding", "okr", "trace", "scenarios", "scenario", "ballots")
LINKS = (
    "parent", "themes", "objective", "key_results", "value_stream", "epic", "feature", "team",
    "increment", "depends_on", "affects",
)  # fmt: skip
BASELINE = click.Path(dir_okay=False, path_type=Path)
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
    from leanfolio.files import Project

    ctx.obj = Project.at(folder)


def loaded(project: "Project", as_of: date | None) -> "tuple[Content, Built]":
    """The content, read and checked. Ends the command where there is no content folder."""
    content = content_of(project)
    from leanfolio.git import standing
    from leanfolio.project import built_of
    from leanfolio.scanned import scanning
    from leanfolio.store import Store, own_cache

    with Store(own_cache()) as store:
        day = standing(project.content)
        return content, built_of(content, as_of, day, scan=scanning(store))


def fail(code: int, message: str, hint: str = "") -> NoReturn:
    click.echo(f"error: {message}", err=True)
    if hint:
        click.echo(f"hint: {hint}", err=True)
    raise SystemExit(code)


def content_of(project: "Project") -> "Content":
    """The content as bytes. Ends the command where there is no content folder."""
    from leanfolio.files import load

    try:
        return load(project.content)
    except (FileNotFoundError, NotADirectoryError):
        hint = "give the folder that holds content/ with -C, or start one with `leanfolio init DIR`"
        fail(USAGE, f"there is no folder {project.content}", hint)


def texts_of(content: "Content") -> dict[str, bytes]:
    return {str(each.path): each.data for each in (*content.sources, *content.records)}


@commands.command()
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", show_default=True)
@click.option("--strict", is_flag=True, help="Exit with 1 for warnings too.")
@click.option("--fix", is_flag=True, help="Mend what is safe to mend, then report the rest.")
@click.option("--diff", is_flag=True, help="Show what --fix would change; write nothing.")
@click.option("--baseline", type=BASELINE, help="Keep quiet about the faults that this file knows.")
@click.option("--write-baseline", type=BASELINE, help="Write all faults of now to this file.")
@click.option(
    "--against",
    metavar="REVISION",
    help="Tell too what has changed that should stay, since the content parted from a revision.",
)
@click.option("--no-cache", is_flag=True, help="Check anew, whatever an earlier run has kept.")
@as_of_option
@click.pass_obj
def check(
    project: "Project",
    form: str,
    strict: bool,
    fix: bool,
    diff: bool,
    baseline: Path | None,
    write_baseline: Path | None,
    against: str | None,
    no_cache: bool,
    as_of: date | None,
) -> None:
    """Report every problem of the content in one run."""
    from leanfolio.exporting import problems

    if fix or diff:
        mend(project, *loaded(project, as_of), diff=diff)
    content = content_of(project)
    answer = answer_to(project, content, as_of, against, anew=no_cache)
    if write_baseline is not None:
        write_known(write_baseline, answer.problems)
        return
    found = answer.problems if baseline is None else beyond_known(baseline, answer.problems)
    if not diff:
        text = problems.render(
            form,
            found,
            texts_of(content),
            prefix="content/",
            as_of=answer.as_of,
            colour=colours(sys.stdout),
            laws=answer.laws,
        )
        click.echo(text, nl=False)
    if any(strict or each.severity == "error" for each in found):
        raise SystemExit(PROBLEMS)


def answer_to(
    project: "Project",
    content: "Content",
    as_of: date | None,
    against: str | None,
    *,
    anew: bool,
) -> "Answer":
    """What check says of this content: as an earlier run found it, or worked out."""
    from leanfolio.answer import Answer, keep, key_of, recalled
    from leanfolio.git import standing
    from leanfolio.store import Store, own_cache

    otherwise = standing(project.content)
    commit = None if against is None else commit_against(project, against)
    key = key_of(content, as_of, otherwise, commit)
    with Store(None if anew else own_cache()) as store:
        answer = recalled(store, key)
        if answer is None:
            from leanfolio.check import laws_of
            from leanfolio.project import built_of, portfolio_at
            from leanfolio.scanned import scanning

            earlier = portfolio_at(project.content, commit) if commit else None
            built = built_of(content, as_of, otherwise, earlier=earlier, scan=scanning(store))
            answer = Answer(built.as_of, built.problems, laws_of(built.problems))
            keep(store, key, answer)
    return answer


def commit_against(project: "Project", revision: str) -> str:
    """The commit that a change is held against. Ends the command where there is none."""
    from leanfolio.exporting.visible import visible
    from leanfolio.git import parting

    commit = parting(project.content, revision)
    if commit is None:
        fail(
            USAGE,
            f"this content has no commit in common with {visible(revision)}",
            "name a branch or a commit that is here: `git fetch`, and in CI a clone of full depth",
        )
    return commit


def mend(project: "Project", content: "Content", built: "Built", *, diff: bool) -> None:
    """Mend what is safe to mend, and say what; with `diff` show it instead."""
    from leanfolio.editing.desk import Desk
    from leanfolio.exporting.visible import visible
    from leanfolio.fix import mend as mend_all
    from leanfolio.save import NotSaved, replace

    desk = Desk.of(content.sources, built.as_of, built.as_of)
    desk.furnish(frozenset(content.assets), content.problems, content.records)
    made = mend_all(desk)
    changed = [each for each in content.sources if desk.sheets[each.path].source.data != each.data]
    number = f"{len(made)} fix{'es' if len(made) != 1 else ''}"
    if diff:
        for source in changed:
            after = desk.sheets[source.path].source.data
            show_difference(f"content/{source.path}", source.data, after)
        click.echo(f"{number} in {len(changed)} files; --fix makes them", err=True)
        return
    for source in changed:
        try:
            replace(project.content, source.path, source.data, desk.sheets[source.path].source.data)
        except NotSaved as why:
            click.echo(f"not fixed: {visible(str(why))}", err=True)
            made = [each for each in made if each.path != source.path]
        except OSError as error:
            fail(ENVIRONMENT, f"content/{source.path} could not be written: {error.strerror}")
    for each in made:
        click.echo(visible(f"fixed: content/{each.path}:{each.line}: {each.title}"), err=True)


def show_difference(name: str, before: bytes, after: bytes) -> None:
    """A unified diff that `git apply` takes; for a terminal, without what could move its cursor."""
    from difflib import unified_diff
    from io import StringIO

    from leanfolio.exporting.visible import visible

    old, new = ([*StringIO(data.decode("utf-8"), newline="\n")] for data in (before, after))
    for line in unified_diff(old, new, f"a/{name}", f"b/{name}"):
        whole = line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
        if sys.stdout.isatty():
            whole = f"{visible(line.rstrip(chr(13) + chr(10)))}\n"
        click.echo(whole.encode("utf-8"), nl=False)


def write_known(file: Path, problems: "Sequence[Problem]") -> None:
    """Write the baseline: every fault of now, a line each."""
    from leanfolio.check.baseline import baseline_of
    from leanfolio.save import NotSaved, overwrite

    try:
        overwrite(file, baseline_of(problems).encode("utf-8"))
    except NotSaved as why:
        fail(USAGE, str(why), "name a plain file, or one that does not exist yet")
    except OSError as error:
        fail(ENVIRONMENT, f"{file} could not be written: {error.strerror}")
    number = len(problems)
    said = f"{number} known fault{'s' if number != 1 else ''} in {file}"
    click.echo(f"{said}; next: leanfolio check --baseline {file}", err=True)


def beyond_known(file: Path, problems: "Sequence[Problem]") -> "tuple[Problem, ...]":
    """The problems that the baseline does not know."""
    from leanfolio.check.baseline import beyond

    try:
        found = beyond(problems, file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        fail(USAGE, f"{file} cannot be read", "`leanfolio check --write-baseline FILE` writes one")
    if found.known:
        click.echo(f"not shown, as {file} knows them: {len(found.known)}", err=True)
    if found.gone:
        click.echo(f"mended since {file} was written: {len(found.gone)}; write it anew", err=True)
    return tuple(found.new)


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
    from leanfolio.check import laws_of
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
            laws=laws_of(built.errors),
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
@click.argument("name", required=False)
@click.option(
    "--format",
    "form",
    type=click.Choice(("text", "json", "csv")),
    default="text",
    show_default=True,
)
@as_of_option
@click.pass_obj
def show(project: "Project", view: str, name: str | None, form: str, as_of: date | None) -> None:
    """Print the figures of a page, from the same values.

    `scenario` takes the NAME of one, or a git revision to set beside the present allocation.
    """
    from leanfolio.exporting import data, site, text

    _, built = loaded(project, as_of)
    if view == "ranking":
        from leanfolio.project import remembering

        built = remembering(built, project.content)
    if view == "scenario":
        value = scenario_named(project, built, name)
    elif name is not None:
        fail(USAGE, f"{view} takes no name")
    else:
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


def scenario_named(project: "Project", built: "Built", name: str | None) -> Any:
    """One scenario, or another revision, beside the present allocation."""
    from leanfolio.exporting.visible import visible
    from leanfolio.near import did_you_mean
    from leanfolio.project import portfolio_at
    from leanfolio.view.scenarios import Scenarios, beside

    names = [each.name for each in built.records.alternatives]
    if name is None:
        said = f"one of {', '.join(names)}" if names else "write one in content/scenarios/"
        fail(USAGE, "scenario needs a name", f"{said}; or name a git revision")
    found = next((each for each in built.scenarios.scenarios if each.name == name), None)
    if found is None:
        other = portfolio_at(project.content, name)
        if other is None:
            hint = did_you_mean(name, names, "`leanfolio show scenarios` lists them")
            fail(USAGE, f"{visible(name)} is no scenario, and no git revision", hint)
        found = beside(built.portfolio, other, built.as_of, name, name, "", built.ledger)
    return Scenarios(built.portfolio.policy.currency, found.finding, (found,))


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
@click.option("--draft", type=click.Choice(("2020-12", "7")), default="2020-12", show_default=True)
def schema(type: str | None, draft: str) -> None:
    """Print the JSON Schema of a type's front matter. Without a type: of all."""
    from leanfolio.exporting.schema import as_draft_7, schema_of, schemas

    found = schema_of(model_named(type)) if type else schemas()
    if draft == "7":
        found = as_draft_7(found) if type else {k: as_draft_7(v) for k, v in found.items()}
    click.echo(json.dumps(found, indent=2, ensure_ascii=False))


def model_named(type: str, others: Iterable[str] = ()) -> "type[Item]":
    """The model of a type. Ends the command where there is none; `others` could be meant too."""
    from leanfolio.model import TYPES
    from leanfolio.near import near

    if type not in TYPES:
        known = (*TYPES, *others)
        guess = near(type, known)
        fail(
            USAGE,
            f"there is no type {type}",
            f"did you mean {guess}?" if guess else f"one of {', '.join(known)}",
        )
    return TYPES[type]


def link_options(command: Any) -> Any:
    """A flag for every link that an item may have, such as --value-stream."""
    for name in reversed(LINKS):
        flag = f"--{name.replace('_', '-')}"
        command = click.option(flag, name, metavar="ID", multiple=True)(command)
    return command


@commands.command()
@click.argument("type")
@click.argument("title")
@click.option("--id", help="Default: the next free one.")
@click.option("--owner", help="Who answers for it.")
@link_options
@click.pass_obj
def new(
    project: "Project", /, type: str, title: str, id: str | None, owner: str | None, **links: Any
) -> None:
    """Write the file of a new item. On a terminal, links that were not given are asked for.

    TYPE may be `scenario` or `ballot` too: a file beside the items, named after its title.
    """
    from leanfolio.editing import begin
    from leanfolio.editing.desk import Desk
    from leanfolio.save import NotSaved
    from leanfolio.save import begin as write
    from leanfolio.source import Source

    model = None if type in begin.RECORDS else model_named(type, begin.RECORDS)
    content, built = loaded(project, None)
    desk = Desk.of(content.sources, built.as_of, built.as_of)
    given = {name: ",".join(found).replace(",", " ").split() for name, found in links.items()}
    if model is None and (owner or any(given.values())):
        fail(USAGE, f"a {type} has no owner and no links", "leave these flags out")
    if model is not None and sys.stdin.isatty():
        for name in begin.to_ask(model, given):
            given[name] = asked_for(name, begin.choices(desk.portfolio, model, name))
    try:
        if model is None:
            begun = begin.begin_record(desk, type, title, id)
        else:
            begun = begin.begin(desk, model, title, id=id, owner=owner, links=given)
        write(project.content, begun.path, begun.text.encode("utf-8"))
    except begin.Wrong as wrong:
        fail(USAGE, str(wrong), wrong.hint)
    except NotSaved as why:
        fail(USAGE, str(why))
    except OSError as error:
        fail(ENVIRONMENT, f"{begun.path} could not be written: {error.strerror}")
    click.echo(project.content / begun.path)
    if model is None:
        return
    desk.put(Source(begun.path, begun.text.encode("utf-8")))
    for each in desk.seen().by_path.get(begun.path, ()):
        click.echo(f"to do: {each.message}; {each.hint}", err=True)


def asked_for(name: str, known: "list[Item]") -> list[str]:
    """The ids that somebody types for a link; none for an empty line."""
    from leanfolio.exporting.visible import visible

    if not known:
        return []
    for each in known[:20]:
        click.echo(f"  {each.id}  {visible(each.title)}", err=True)
    if known[20:]:
        click.echo(f"  and {len(known) - 20} more", err=True)
    question = f"{name.replace('_', ' ')} (empty: none)"
    said: str = click.prompt(question, default="", err=True, show_default=False)
    return said.replace(",", " ").split()


@commands.command()
@click.option("--as-of", type=Day(), help="The day on which figures stand.")
@click.pass_context
def lsp(ctx: click.Context, as_of: date | None) -> None:
    """Serve an editor: problems as you type, completion, links, renames."""
    try:
        from leanfolio.lsp import serve as serve_editor
    except ModuleNotFoundError as error:
        if error.name not in ("pygls", "lsprotocol"):
            raise
        fail(ENVIRONMENT, "the language server needs pygls", "pip install 'leanfolio[lsp]'")
    project: Project = ctx.obj
    named = ctx.parent and ctx.parent.get_parameter_source("folder")
    by_hand = named is click.core.ParameterSource.COMMANDLINE
    # An editor starts its servers anywhere: without -C, the folder that it has open counts.
    serve_editor(project.content.absolute() if by_hand else None, as_of)


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


@commands.group(epilog="Example: leanfolio export xlsx funding.xlsx")
def export() -> None:
    """Write the portfolio in the form of another program."""


@export.command(name="xlsx")
@click.argument("out", type=click.Path(dir_okay=False, path_type=Path))
@as_of_option
@click.pass_obj
def export_xlsx(project: "Project", out: Path, as_of: date | None) -> None:
    """Write the funding table as a workbook. Needs the extra `leanfolio[xlsx]`."""
    from leanfolio.exporting.xlsx import NoXlsxWriter, funding_workbook
    from leanfolio.save import NotSaved, overwrite

    _, built = loaded(project, as_of)
    try:
        overwrite(out, funding_workbook(built.figures.funding))
    except NoXlsxWriter:
        hint = "install it with `pip install 'leanfolio[xlsx]'`"
        fail(ENVIRONMENT, "XlsxWriter, which writes workbooks, is not installed", hint)
    except NotSaved as error:
        fail(USAGE, str(error), "name a plain file, or one that does not exist yet")
    except OSError as error:
        fail(ENVIRONMENT, f"{out} could not be written: {error.strerror}")


@commands.group(name="import", epilog="Example: leanfolio import csv costs.csv --map map.yml")
def import_() -> None:
    """Take over what other systems hold, as files of content. Never overwrites."""


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
@click.pass_obj
def import_csv(project: "Project", file: Path, map_file: Path, into: Path | None) -> None:
    """Write an item for every row of a table. What a row leaves empty stays unknown."""
    from leanfolio.exporting.visible import visible
    from leanfolio.importing import csv, mapping

    try:
        found, written = csv.import_csv(file, map_file, into or project.content)
    except mapping.WrongMap as error:
        fail(USAGE, str(error))
    except OSError as error:
        fail(ENVIRONMENT, f"the items could not be written: {error}")
    for each in sorted(found.skipped, key=lambda one: one.line):
        said = f"{file.name}:{each.line}: left out {each.what}: {each.why}"
        click.echo(visible(said), err=True)
    for line in mapping.summary(found, written):
        click.echo(line)


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
