"""When work is done, and how much of it by a day: forecast."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

import click

from leanfolio.cli.command import USAGE, as_of_option, fail, format_option, loaded, shallow_note
from leanfolio.cli.exporting import answer_audience, built_for

if TYPE_CHECKING:
    from leanfolio.disk.files import Project
    from leanfolio.model import Visibility
    from leanfolio.model.portfolio import Portfolio


@click.command(epilog="Example: leanfolio forecast EP-12 --by PI-2026-4")
@click.argument("what", nargs=-1, required=True)
@click.option("--by", metavar="DATE|INCREMENT", help="How many are done by then, and all of it?")
@click.option("--seed", type=click.IntRange(min=0), help="Of the draws; default: the day.")
@click.option(
    "--trials",
    type=click.IntRange(1, 1_000_000),
    help="How often to draw; default: 1,000 to 10,000, by the number of open features.",
)
@format_option("text", "json")
@answer_audience
@as_of_option
@click.pass_obj
def forecast(
    project: "Project",
    what: tuple[str, ...],
    by: str | None,
    seed: int | None,
    trials: int | None,
    form: str,
    audience: "Visibility | None",
    as_of: date | None,
) -> None:
    """Say when work is done, and with which chance.

    WHAT are ids of epics and features; or of teams, value streams and increments, whose open
    features are meant; or `portfolio`. It is calculated where one team works alone and nothing
    waits, and simulated otherwise: the same seed gives the same answer.
    """
    from leanfolio.disk.project import with_history
    from leanfolio.figures.flow.forecast import Forecasts
    from leanfolio.output.data import as_json
    from leanfolio.output.visible import visible
    from leanfolio.views.flow.forecast_answer import answer_lines, day_of, forecast_answer

    _, built = loaded(project, as_of)
    shallow_note(project)
    built = built_for(with_history(built, project.content), audience)
    portfolio = built.portfolio
    ids = items_named(portfolio, what)
    day = day_of(portfolio, by) if by is not None else None
    if by is not None and day is None:
        hint = "write a day as 2026-12-18, or the id of an increment with a start and an end"
        fail(USAGE, f"--by {by} is neither a day nor an increment with days", hint)
    forecasts = Forecasts(built.whole_flow, built.facts.ranking, seed, trials)
    answer = forecast_answer(forecasts, what, ids, day)
    if form == "json":
        click.echo(as_json(answer, built.as_of, partial=portfolio.partial), nl=False)
    else:
        for line in answer_lines(answer):
            click.echo(visible(str(line)))


def items_named(portfolio: "Portfolio", what: Sequence[str]) -> list[str]:
    """The ids of all epics and features that are meant. Ends the command for an unknown name."""
    from leanfolio.output.visible import visible
    from leanfolio.read.suggestions import did_you_mean
    from leanfolio.views.flow.forecast_answer import asked_items

    ids: list[str] = []
    for name in what:
        found = asked_items(portfolio, name)
        if found is None:
            hint = "name epics, features, teams, value streams or increments; or `portfolio`"
            wrong = f"{visible(name)} is nothing that can be forecast"
            fail(USAGE, wrong, did_you_mean(name, list(portfolio.items), hint))
        ids += found
    return ids
