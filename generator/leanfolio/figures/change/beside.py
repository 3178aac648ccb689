"""What stands beside the items as plain values: ballots, scenarios, attachments, by their path."""

from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any, Literal, get_args

from leanfolio.figures.change.values import FILE, ItemValues
from leanfolio.figures.funding.records import Alternative, Records, Round

Beside = Literal["ballot", "scenario", "attachment"]  # in place of a type
BESIDE: tuple[Beside, ...] = get_args(Beside)
Attachments = Mapping[PurePosixPath, str]  # each with what is the same for the same bytes
VOTES, BYTES = "votes", "bytes"


def values_beside(records: Records, attachments: Attachments) -> dict[str, ItemValues]:
    """Return what each of them states, under "./" and its path, which is no id.

    A ballot goes by the path of its files without their endings, as it may have two of them.
    """
    values = {f"./ballots/{ballot.name}": ballot_values(ballot) for ballot in records.rounds}
    values |= {
        f"./{scenario.origin.path}": scenario_values(scenario) for scenario in records.alternatives
    }
    return values | {
        f"./{path}": ItemValues("attachment", {FILE: path, BYTES: digest})
        for path, digest in attachments.items()
    }


def ballot_values(ballot: Round) -> ItemValues:
    """Return a ballot: its votes are amounts by group and item."""
    votes: dict[str, dict[str, Any]] = {}
    for vote in ballot.votes:
        votes.setdefault(vote.group, {})[vote.item] = vote.amount
    fields = {
        "title": ballot.title, "on": ballot.on, "pot": ballot.pot, "note": ballot.note,
        "visibility": ballot.visibility, VOTES: votes,
    }  # fmt: skip
    return ItemValues(
        "ballot", {name: value for name, value in fields.items() if value is not None}
    )


def scenario_values(scenario: Alternative) -> ItemValues:
    """Return a scenario as it was written."""
    stated = {name: value for name, value in scenario.fields.items() if value is not None}
    return ItemValues("scenario", {"title": scenario.name, **stated})
