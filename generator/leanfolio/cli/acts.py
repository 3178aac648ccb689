"""The acts of a month, a line each: check-in, update, move, decision, scores, waiver, block."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from leanfolio.cli.acting import ActCommand, perform

if TYPE_CHECKING:
    from leanfolio.disk.files import Project

# What each command takes without a flag, in order; all else has one.
ARGUMENTS = {
    "checkin": ("key_result", "value"),
    "update": ("id", "health", "note"),
    "move": ("id", "state"),
    "decide": ("epic", "kind"),
    "score": ("id",),
    "waive": ("id", "rule"),
    "block": ("id",),
    "unblock": ("id",),
}
TABLE = click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path)
on_option = click.option("--on", metavar="DATE", help="Default: today, or the portfolio's `as_of`.")


def act(example: str) -> Callable[[Any], Any]:
    """A command with the arguments of its act, `--as` and `--dry-run`."""

    def command(function: Any) -> Any:
        name = function.__name__
        function = click.option(
            "--dry-run", "dry", is_flag=True, help="Show the change; write nothing."
        )(function)
        function = click.option(
            "--as", "table", type=TABLE, metavar="CSV",
            help="Do one for each row of this file, all or none; - is the input.",
        )(function)  # fmt: skip
        for argument in reversed(ARGUMENTS[name]):
            function = click.argument(argument, required=False)(function)
        function = click.pass_obj(function)
        return click.command(cls=ActCommand, epilog=f"Example: leanfolio {name} {example}")(
            function
        )

    return command


@act('KR-1.1 91.2 --confidence 0.7 --note "Ghent is above 94" --by "B. Janssens"')
@click.option("--confidence", help="How likely the target is reached, from 0 to 1.")
@click.option("--note", help="What explains the value, in a sentence.")
@click.option("--by", help="Who measured.")
@on_option
def checkin(project: "Project", /, table: Path | None, dry: bool, **given: Any) -> None:
    """Write down what a key result measures.

    The columns of --as are key_result, value, on, confidence, note and by.
    """
    perform(project, "checkin", given, table, dry)


@act('EP-7 at-risk "The grid company has not confirmed" --by "M. van Dam"')
@click.option("--by", help="Whose word it is.")
@on_option
def update(project: "Project", /, table: Path | None, dry: bool, **given: Any) -> None:
    """Say how an item goes, beside its figures.

    ID is an epic, an objective, a value stream or the portfolio. HEALTH is on-track, at-risk or
    off-track. The columns of --as are id, health, note, on and by.
    """
    perform(project, "update", given, table, dry)


@act("EP-7 persevere --on 2026-11-27")
@on_option
def move(project: "Project", /, table: Path | None, dry: bool, **given: Any) -> None:
    """Move an item to another state.

    ID is an epic, a feature or a story. What the state still asks for is printed.

    The columns of --as are id, state and on.
    """
    perform(project, "move", given, table, dry)


@act('EP-7 persevere --by "Portfolio board" --note "14 parcels a day since October"')
@click.option("--by", help="Who decided.")
@click.option("--note", help="The reason, in a sentence.")
@on_option
def decide(project: "Project", /, table: Path | None, dry: bool, **given: Any) -> None:
    """Write down a decision about an epic.

    KIND is go, no-go, pivot, persevere or stop. The columns of --as are epic, kind, by, on and
    note.
    """
    perform(project, "decide", given, table, dry)


@act('EP-7 --business-value 13 --job-size 8 --by "R. Ahmed, L. Meyer"')
@click.option("--business-value", help="Value for users or the business.")
@click.option("--time-criticality", help="How fast the value fades.")
@click.option("--risk-opportunity", help="Risk reduction or opportunity enablement.")
@click.option("--job-size", help="Size of what remains to be done.")
@click.option("--by", help="Who scored; several with commas between them.")
@on_option
def score(project: "Project", /, table: Path | None, dry: bool, **given: Any) -> None:
    """Score an epic or a feature anew.

    The day and the people who scored are written too.

    The columns of --as are id, business_value, time_criticality, risk_opportunity, job_size, by
    and on.
    """
    perform(project, "score", given, table, dry)


@act('EP-7 wip-exceeded --reason "The freeze ends" --approver "A. Morgan" --until 2027-01-31')
@click.option("--reason", help="Why the rule may be broken.")
@click.option("--approver", help="Who allows it.")
@click.option("--until", metavar="DATE", help="The last day on which the rule is quiet.")
def waive(project: "Project", /, table: Path | None, dry: bool, **given: Any) -> None:
    """Keep a rule quiet for an item until a day.

    A waiver of the rule that ran out is renewed.

    The columns of --as are id, rule, reason, approver and until.
    """
    perform(project, "waive", given, table, dry)


@act('EP-7 --why "Waits for the grid company"')
@click.option("--why", help="What it waits for, in a sentence.")
@on_option
def block(project: "Project", /, table: Path | None, dry: bool, **given: Any) -> None:
    """Say that work on an item cannot go on, since when and why.

    The columns of --as are id, why and on.
    """
    perform(project, "block", given, table, dry)


@act("EP-7 --on 2026-11-27")
@on_option
def unblock(project: "Project", /, table: Path | None, dry: bool, **given: Any) -> None:
    """Say that work on a blocked item goes on.

    The columns of --as are id and on.
    """
    perform(project, "unblock", given, table, dry)
