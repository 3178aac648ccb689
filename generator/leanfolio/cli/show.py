"""The figures of a page in the terminal: show."""

from datetime import date
from typing import TYPE_CHECKING, Any

import click

from leanfolio.cli.command import USAGE, as_of_option, fail, loaded

if TYPE_CHECKING:
    from leanfolio.disk.files import Project
    from leanfolio.views.built import Built

VIEWS = ("ranking", "board", "funding", "okr", "trace", "scenarios", "scenario", "ballots")


@click.command()
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
    from leanfolio.output import data, data_files, terminal

    _, built = loaded(project, as_of)
    if view == "ranking":
        from leanfolio.disk.project import remembering

        built = remembering(built, project.content)
    if view == "scenario":
        value = scenario_named(project, built, name)
    elif name is not None:
        fail(USAGE, f"{view} takes no name")
    else:
        value = data_files.view_named(built, view)
    if form == "json":
        click.echo(data.as_json(value, built.as_of), nl=False)
    elif form == "csv":
        click.echo(data.as_csv(data_files.rows_of(view, value)), nl=False)
    else:
        click.echo(terminal.as_text(view, value), nl=False)
    if built.errors:
        number = len(built.errors)
        click.echo(
            f"{number} error{'s' if number != 1 else ''} in the content; see `leanfolio check`",
            err=True,
        )


def scenario_named(project: "Project", built: "Built", name: str | None) -> Any:
    """One scenario, or another revision, beside the present allocation."""
    from leanfolio.disk.project import facts_at
    from leanfolio.output.visible import visible
    from leanfolio.read.suggestions import did_you_mean
    from leanfolio.views.funding.scenarios import Scenarios, beside

    names = [alternative.name for alternative in built.records.alternatives]
    if name is None:
        said = f"one of {', '.join(names)}" if names else "write one in content/scenarios/"
        fail(USAGE, "scenario needs a name", f"{said}; or name a git revision")
    found = next(
        (scenario for scenario in built.scenarios.scenarios if scenario.name == name), None
    )
    if found is None:
        other = facts_at(project.content, name, built.as_of)
        if other is None:
            hint = did_you_mean(name, names, "`leanfolio show scenarios` lists them")
            fail(USAGE, f"{visible(name)} is no scenario, and no git revision", hint)
        why = "Each side with the spending that its own records hold."
        found = beside(built.facts, other, name, name, why)
    return Scenarios(built.portfolio.policy.currency, str(found.finding), (found,))
