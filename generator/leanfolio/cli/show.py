"""The figures of a page in the terminal: show."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from leanfolio.cli.command import (
    USAGE,
    as_of_option,
    commit_at,
    errors_note,
    fail,
    format_option,
    loaded,
    revision_option,
    shallow_note,
)
from leanfolio.cli.exporting import answer_audience, built_for

if TYPE_CHECKING:
    from leanfolio.disk.files import Project
    from leanfolio.model import Visibility
    from leanfolio.views.built import Built
    from leanfolio.views.funding.scenarios import Scenarios
    from leanfolio.views.view import ByName, View


class ViewName(click.ParamType["View"]):
    """The name of a view; the registry of views is loaded only where it is needed."""

    name = "view"

    @staticmethod
    def names() -> Sequence[str]:
        """Every view that `show` prints."""
        from leanfolio.views.registry import terminal_views

        return [view.name for view in terminal_views()]

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:
        return "VIEW"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> "View":
        from leanfolio.views.registry import terminal_views

        for view in terminal_views():
            if view.name == value:
                return view
        choices: click.Choice[str] = click.Choice(self.names())
        choices.convert(value, param, ctx)  # fails, and names the choices as click does elsewhere
        raise AssertionError(value)


class Show(click.Command):
    """A command whose help ends in the names of all views."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(f"VIEW is one of {', '.join(ViewName.names())}.")


@click.command(cls=Show)
@click.argument("view", type=ViewName())
@click.argument("name", required=False)
@format_option("text", "json", "csv")
@click.option(
    "--table",
    metavar="NAME",
    help="One of the further tables of the view, as CSV: increment-board. With --format csv.",
)
@answer_audience
@revision_option
@as_of_option
@click.pass_obj
def show(
    project: "Project",
    view: "View",
    name: str | None,
    form: str,
    table: str | None,
    audience: "Visibility | None",
    revision: str | None,
    as_of: date | None,
) -> None:
    """Print the figures of a page, from the same values.

    `increment` takes the ID of one; `scenario` takes the NAME of one, or a git revision to set
    beside the present allocation.
    """
    from leanfolio.output import data, terminal
    from leanfolio.views.looking_back import note_on_the_past
    from leanfolio.views.partial import WHAT_MAY_BE_READ
    from leanfolio.wording import joined

    if table is not None and form != "csv":
        fail(USAGE, "--table needs --format csv", "the JSON of a view holds all its tables")
    commit = commit_at(project, revision)
    _, built = loaded(project, as_of, commit)
    if view.uses_history or built.portfolio.looking_back:
        from leanfolio.disk.project import with_history

        shallow_note(project)
        built = with_history(built, project.content, revision=commit.id if commit else "HEAD")
    built = built_for(built, audience)
    value = value_of(project if audience is None else None, built, view, name)
    portfolio = built.portfolio
    if form == "json":
        answer = data.as_json(value, built.as_of, portfolio.looking_back, partial=portfolio.partial)
        click.echo(answer, nl=False)
    elif form == "csv":
        click.echo(data.as_csv(*rows_named(view, value, table)), nl=False)
    else:
        past = note_on_the_past(portfolio, built.as_of, view.undated)
        note = joined(filter(None, (past, WHAT_MAY_BE_READ if portfolio.partial else "")), " ")
        click.echo(terminal.as_text(view, value, note), nl=False)
    errors_note(built)


def value_of(project: "Project | None", built: "Built", view: "View", name: str | None) -> Any:
    """The value that `show` prints. Ends the command where the name fits no such thing.

    Without a project no revision of it is looked up: what an audience might see of that is not
    known.
    """
    from leanfolio.output.visible import visible
    from leanfolio.read.suggestions import did_you_mean

    by_name = view.by_name
    if by_name is None:
        if name is not None:
            fail(
                USAGE, f"{view.name} takes no name", f"`leanfolio show {view.name}` shows all of it"
            )
        return view.make(built)
    names = by_name.names(built)
    revisions = by_name.or_revision and project is not None
    if name is None:
        fail(USAGE, f"{view.name} needs a name", needed_hint(by_name, names, revisions=revisions))
    value = by_name.make(built, name)
    if value is None and project is not None and by_name.or_revision:
        value = scenario_of_revision(project, built, name)
    if value is None:
        wrong = f"{visible(name)} is no {view.name}"
        wrong += ", and no git revision" if revisions else ""
        fail(
            USAGE,
            wrong,
            did_you_mean(name, names, needed_hint(by_name, names, revisions=revisions)),
        )
    return value


def rows_named(view: "View", value: Any, table: str | None) -> tuple[Sequence[Any], type | None]:
    """The rows of a view, or of one of its further tables, and of what kind they are, if known.

    Ends the command where it has none.
    """
    from leanfolio.output.visible import visible
    from leanfolio.read.suggestions import did_you_mean

    if table is None:
        return view.row_tuple(value), view.row_type
    tables = {entry.name: (entry.rows, entry.kind) for entry in view.further_tables(value)}
    if table not in tables:
        hint = f"one of {', '.join(tables)}" if tables else "leave out --table"
        wrong = f"{view.name} has no table {visible(table)}"
        fail(USAGE, wrong, did_you_mean(table, list(tables), hint))
    return tables[table]


def needed_hint(by_name: "ByName", names: Sequence[str], *, revisions: bool) -> str:
    """What to write where a name is needed."""
    hint = f"one of {', '.join(names)}" if names else by_name.if_none
    return f"{hint}; or name a git revision" if revisions else hint


def scenario_of_revision(project: "Project", built: "Built", name: str) -> "Scenarios | None":
    """The allocation of a git revision beside the present one; None where there is no such one."""
    from leanfolio.disk.project import facts_at
    from leanfolio.views.funding.scenarios import Scenarios, beside

    other = facts_at(project.content, name, built.as_of)
    if other is None:
        return None
    why = "Each side with the spending that its own records hold."
    scenario = beside(built.facts, other, name, name, why)
    return Scenarios(built.portfolio.policy.currency, str(scenario.finding), (scenario,))
