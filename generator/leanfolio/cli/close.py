"""The end of an increment: what it was worth, what is carried over, and the next one."""

from typing import TYPE_CHECKING

import click

from leanfolio.cli.acting import finish, opened
from leanfolio.cli.asking import ask_for, can_ask
from leanfolio.cli.command import USAGE, fail

if TYPE_CHECKING:
    from decimal import Decimal

    from leanfolio.disk.files import Project
    from leanfolio.editor.acts.closing import Closing
    from leanfolio.editor.workspace import Workspace


@click.command(epilog="Example: leanfolio close PI-2026-4 --actual 1=7 --actual 2=5 --carry all")
@click.argument("increment", required=False)
@click.option(
    "--actual", metavar="N=VALUE", multiple=True,
    help="What its objective N was worth, counted from 1; N= leaves it unknown.",
)  # fmt: skip
@click.option(
    "--carry", metavar="IDS", help="The unfinished features that go over: all, none, ids."
)
@click.option("--next", "following", metavar="ID", help="The increment that follows, there or new.")
@click.option("--dry-run", "dry", is_flag=True, help="Show the change; write nothing.")
@click.pass_obj
def close(
    project: "Project",
    increment: str | None,
    actual: tuple[str, ...],
    carry: str | None,
    following: str | None,
    dry: bool,
) -> None:
    """Close an increment, and draft the next one.

    Actual values are written, and unfinished features carried over. On a terminal, what no flag
    says is asked for.
    """
    from leanfolio.editor.acts.act import ActError
    from leanfolio.editor.acts.closing import close as close_in
    from leanfolio.editor.acts.closing import closing_of, too_early
    from leanfolio.editor.acts.trial import Trial
    from leanfolio.model import Increment

    workspace, moment = opened(project)
    trial = Trial.of(workspace)
    if increment is None:
        require("INCREMENT")
    known = [item.id for item in workspace.portfolio.items_of(Increment)]

    def closing_named(id: str) -> "Closing":
        return closing_of(workspace, id, following)

    try:
        closing = (
            ask_for("increment (id)", closing_named, known)
            if increment is None
            else closing_named(increment)
        )
        if warning := too_early(closing.increment, moment):
            click.echo(f"warning: {warning}", err=True)
        if carry is not None:  # what is given cannot be wrong once something is asked
            carried_over(workspace, closing, carry)
        ratings = ratings_of(closing, actual)
        carried = carried_over(workspace, closing, carry)
        close_in(trial, closing, ratings, carried)
    except ActError as error:
        fail(USAGE, str(error), error.hint)
    finish(project, trial, dry)


def require(flag: str) -> None:
    """End the command where nobody can be asked for what a flag did not say."""
    if not can_ask():
        fail(USAGE, f"{flag} is missing", "give it, or call the command on a terminal")


def ratings_of(closing: "Closing", actual: tuple[str, ...]) -> "dict[int, Decimal]":
    """The actual value of each objective that has none, by its index: given, or asked for."""
    from leanfolio.editor.acts.closing import rating
    from leanfolio.output.visible import visible

    objectives = closing.increment.objectives
    given = {index: rating(text) for index, text in map(rating_given, actual)}
    for index in given:
        if not 0 <= index < len(objectives):
            number = len(objectives)
            fail(
                USAGE, f"there is no objective {index + 1}", f"{closing.increment.id} has {number}"
            )
    missing = [index for index in closing.unrated if index not in given]
    if missing:
        require(" ".join(f"--actual {index + 1}=VALUE" for index in missing))
    for index in missing:
        planned = objectives[index].planned_value
        worth = "no value planned" if planned is None else f"planned {planned}"
        title = visible(objectives[index].title)
        question = f"{title}: actual value ({worth}; empty: unknown)"
        given[index] = ask_for(question, rating, default="")
    return {index: value for index, value in given.items() if value is not None}


def rating_given(text: str) -> tuple[int, str]:
    """The index and the value that `N=VALUE` gives. Ends the command for another form."""
    number, mark, value = text.partition("=")
    if not mark or not number.strip().isdecimal():
        fail(
            USAGE, f"--actual {text!r} is not N=VALUE", "write --actual 1=7 for the first objective"
        )
    return int(number) - 1, value.strip()


def carried_over(workspace: "Workspace", closing: "Closing", carry: str | None) -> list[str]:
    """The unfinished features that go over to the next increment: as given, or asked for."""
    from leanfolio.editor.acts.closing import chosen
    from leanfolio.output.visible import visible

    def read(text: str) -> list[str]:
        return chosen(closing, text, workspace.portfolio)

    if carry is not None:
        return read(carry)
    if not closing.unfinished:
        return []
    require("--carry")
    for feature in closing.unfinished:
        click.echo(f"  {feature.id}  {feature.state or ''}  {visible(feature.title)}", err=True)
    words = ["all", "none", *(feature.id for feature in closing.unfinished)]
    return ask_for(f"carry over to {closing.next.id}: all, none, or ids", read, words)
