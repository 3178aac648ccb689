"""Another way to share the money: written as changes to the present one, and applied to it."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cached_property
from typing import Any

from msgspec import Struct
from msgspec.structs import replace
from pydantic import ValidationError
from pydantic_core import PydanticCustomError

from leanfolio.model import Epic, Item, Origin, ValueStream
from leanfolio.model.field import problem_and_fix, read_number
from leanfolio.model.portfolio import Edge, Portfolio
from leanfolio.model.visibility import AUDIENCES
from leanfolio.problem import Place, Problem
from leanfolio.read import key_place
from leanfolio.read.rules import visibility_wrong
from leanfolio.read.suggestions import Suggestions, did_you_mean

FIELDS = ("title", "why", "visibility", "epics", "value_streams")
EPIC_FIELDS = ("approved", "cost", "state", "horizon", "value_stream")


class Scenario(Struct, frozen=True):
    """What an alternative changes: fields of epics, and approvals of value streams per period."""

    name: str
    title: str
    epics: Mapping[str, Mapping[str, Any]]
    approved: Mapping[tuple[str, str], Decimal]  # by value stream and period
    why: str = ""


class KnownIds:
    """The ids that scenarios may name, sorted once for all scenarios of a portfolio."""

    def __init__(self, portfolio: Portfolio) -> None:
        self.portfolio = portfolio

    @cached_property
    def epics(self) -> Suggestions:
        return Suggestions([epic.id for epic in self.portfolio.items_of(Epic)])

    @cached_property
    def streams(self) -> Suggestions:
        return Suggestions([stream.id for stream in self.portfolio.items_of(ValueStream)])


def read_scenario(
    fields: Mapping[str, Any], origin: Origin, portfolio: Portfolio, known: KnownIds | None = None
) -> tuple[Scenario, list[Problem]]:
    """A scenario as it was written, and what is wrong with it.

    `known` serves several scenarios of one portfolio.
    `epics: {EP-3: {approved: 500000}}` and `value_streams: {VS-1: {2026-H2: 900000}}`.
    """
    problems = [
        field_unknown(name, key_place(origin, (name,))) for name in fields if name not in FIELDS
    ]
    problems += [
        no_mapping(name, origin.place(name))
        for name in ("epics", "value_streams")
        if not isinstance(fields.get(name, {}), Mapping)
    ]
    if (visibility := fields.get("visibility", "public")) not in AUDIENCES:
        wrong = visibility_wrong(visibility, origin.place("visibility"))
        problems.append(replace(wrong, rule="scenario-field"))
    known = known or KnownIds(portfolio)
    epics = dict(read_epics(mapping(fields.get("epics")), known, origin, problems))
    streams = mapping(fields.get("value_streams"))
    approved = dict(read_approved(streams, known, origin, problems))
    name = origin.path.stem
    title, why = str(fields.get("title") or name), str(fields.get("why") or "")
    return Scenario(name, title, epics, approved, why), problems


def no_mapping(name: str, at: Place) -> Problem:
    """Where fields are to stand, there is something else."""
    message = f"{name} is not a set of fields"
    return Problem(at, "scenario-field", message, "write {EP-3: {approved: 500000}}")


def field_unknown(name: object, at: Place) -> Problem:
    """A scenario has no such field."""
    hint = did_you_mean(str(name), FIELDS, f"use {', '.join(FIELDS)}")
    return Problem(at, "scenario-field", f"the field {name!r} is unknown", hint)


def mapping(value: object) -> Mapping[str, Any]:
    """The value, if it is one; else nothing."""
    return value if isinstance(value, Mapping) else {}


def read_epics(
    epics: Mapping[str, Any], known: KnownIds, origin: Origin, problems: list[Problem]
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The changes to epics that exist, in fields that a scenario may change."""
    for id, changes in epics.items():
        epic = known.portfolio.items.get(id)
        at = key_place(origin, ("epics", id))
        if not isinstance(epic, Epic):
            problems.append(unknown(id, "an epic", known.epics, at))
            continue
        if not isinstance(changes, Mapping):
            problems.append(no_mapping(id, at))
        wrong = [name for name in mapping(changes) if name not in EPIC_FIELDS]
        problems += [
            not_changeable(id, name, key_place(origin, ("epics", id, name))) for name in wrong
        ]
        kept = {name: value for name, value in mapping(changes).items() if name not in wrong}
        try:
            yield id, checked(epic, kept)
        except ValidationError as error:
            first = error.errors()[0]
            text, cure = problem_and_fix(first["msg"])
            message = f"{id} has {'.'.join(map(str, first['loc']))}: {text}"
            place = origin.place("epics", id, *map(str, first["loc"]))
            problems.append(Problem(place, "scenario-field", message, cure or "correct the value"))


def not_changeable(id: str, name: str, at: Place) -> Problem:
    """A scenario may not change this field of an epic."""
    message = f"{id} cannot change {name} in a scenario"
    return Problem(at, "scenario-field", message, f"use {', '.join(EPIC_FIELDS)}")


def checked(epic: Epic, changes: Mapping[str, Any]) -> Mapping[str, Any]:
    """The changes as the model reads them."""
    whole = {"id": epic.id, "title": epic.title, **changes}
    read = Epic.model_validate(whole)
    return {name: getattr(read, name) for name in changes}


def read_approved(
    streams: Mapping[str, Any], known: KnownIds, origin: Origin, problems: list[Problem]
) -> Iterator[tuple[tuple[str, str], Decimal]]:
    """The approvals of value streams, in periods for which they have a budget."""
    for id, periods in streams.items():
        stream = known.portfolio.items.get(id)
        at = key_place(origin, ("value_streams", id))
        if not isinstance(stream, ValueStream):
            problems.append(unknown(id, "a value stream", known.streams, at))
            continue
        names = {str(line.period): None for line in stream.budgets}
        near = Suggestions(names)
        if not isinstance(periods, Mapping):
            problems.append(no_mapping(id, at))
        for period, amount in mapping(periods).items():
            at = key_place(origin, ("value_streams", id, period))
            if str(period) not in names:
                problems.append(unknown(str(period), f"a budget period of {id}", near, at))
                continue
            try:
                approved = Decimal(str(read_number(amount)))
            except PydanticCustomError as error:
                message = f"{id} in {period}: {problem_and_fix(error.message())[0]}"
                problems.append(Problem(at, "scenario-field", message, "write digits alone"))
                continue
            if approved < 0:
                message = f"{id} in {period}: {approved} is negative"
                problems.append(Problem(at, "scenario-field", message, "write 0 or more"))
                continue
            yield (id, str(period)), approved


def unknown(id: str, what: str, known: Suggestions, at: Place) -> Problem:
    """What is named does not exist."""
    hint = known.hint(id, f"name {what}")
    return Problem(at, "scenario-unknown", f"{id} is not {what}", hint)


def applied(scenario: Scenario, portfolio: Portfolio) -> Portfolio:
    """The portfolio as the scenario would have it."""
    items: dict[str, Item] = {**portfolio.items}
    for id, changes in scenario.epics.items():
        items[id] = items[id].model_copy(update=dict(changes))
    for (id, period), amount in scenario.approved.items():
        stream = items[id]
        if isinstance(stream, ValueStream):
            items[id] = with_approval(stream, period, amount)
    edges = [edge for edge in portfolio.edges if not paid_by(edge, scenario)]
    for id in scenario.epics:
        epic = items[id]
        if isinstance(epic, Epic) and isinstance(items.get(epic.value_stream or ""), ValueStream):
            edges.append(Edge(id, epic.value_stream or "", "stream", "value_stream"))
    return replace(portfolio, items=items, edges=tuple(edges))


def paid_by(edge: Edge, scenario: Scenario) -> bool:
    """Whether a link says which stream pays for an epic that the scenario changes."""
    return edge.kind == "stream" and edge.source in scenario.epics


def with_approval(stream: ValueStream, period: str, amount: Decimal) -> ValueStream:
    """The stream with another approval in this period; its other lines as they are."""
    lines = tuple(
        line.model_copy(update={"approved": amount}) if str(line.period) == period else line
        for line in stream.budgets
    )
    return stream.model_copy(update={"budgets": lines})
