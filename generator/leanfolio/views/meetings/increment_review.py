"""The increment review: what was promised and what came of it, forecasts, and risks."""

from collections.abc import Collection, Iterable, Iterator

from msgspec.structs import replace

from leanfolio.figures.flow.forecast_record import ForecastRecord
from leanfolio.figures.flow.predictability import delivery
from leanfolio.figures.increments.objectives import ObjectiveStanding
from leanfolio.figures.increments.shortfall import causes
from leanfolio.model import Increment
from leanfolio.views.built import Built
from leanfolio.views.cell import Table, Value
from leanfolio.views.forecast_record import record_table, record_words, source_words
from leanfolio.views.increments.delivered import delivery_words
from leanfolio.views.increments.headline import headline, is_over
from leanfolio.views.increments.rows import ObjectiveRow, objective_rows
from leanfolio.views.increments.tables import objective_table
from leanfolio.views.increments.words import shortfall_words
from leanfolio.views.items.increment import team_predictability
from leanfolio.views.meetings.allocation import delivered_mix
from leanfolio.views.meetings.increment_planning import (
    file_of,
    objectives_finding,
    write_objectives,
)
from leanfolio.views.meetings.increments import (
    NO_INCREMENT,
    WRITE_ONE,
    days_words,
    to_review,
)
from leanfolio.views.meetings.section import (
    RISKS,
    Section,
    first_rows,
    rows_of,
    sentences,
    unless_missing,
)
from leanfolio.views.meetings.work import features, mix_of_kinds, page_of
from leanfolio.views.partial import of_what_is_shown
from leanfolio.views.ref import Ref
from leanfolio.views.risks import RiskRow, risk_register
from leanfolio.wording import Text, message, plural


def increment_review(built: Built) -> Iterator[Section]:
    """The sections of the review, in the order in which a chair asks."""
    increment = to_review(built.portfolio, built.as_of)
    if increment is None:
        yield no_increment(partial=built.portfolio.partial)
    else:
        yield objectives(built, increment)
        yield predictability(built, increment)
        yield features(built, increment)
        if built.portfolio.policy.guardrails.capacity:
            yield delivered_mix(built, increment)
        else:
            yield mix_of_kinds(built, increment)
        yield forecasts(built, increment)
    yield risks_come_true(built)


def teams_alone(table: Table) -> Table:
    """The predictability of teams without that of all together, which the heading states."""
    return replace(table, rows=table.rows[:-1])


def no_increment(*, partial: bool) -> Section:
    """What stands in place of all that an increment answers."""
    return Section(
        anchor="objectives",
        question=message("What did we promise, and what came of it?"),
        finding=of_what_is_shown(
            message("There is no increment to look back on"),
            message("No increment to look back on is shown"),
            partial=partial,
        ),
        whole=page_of(None),
        missing=NO_INCREMENT,
        cure=WRITE_ONE,
    )


def objectives(built: Built, increment: Increment) -> Section:
    """What each team promised, planned value beside actual value; what fell short first."""
    work = built.facts.increments[increment.id]
    every = zip(objective_rows(work), work.objectives, strict=True)
    rows = [with_causes(built, increment, *entry) for entry in every]
    rows.sort(key=lambda row: not fell_short(row))
    table = objective_table(built.portfolio, rows, len(rows))
    if all(row.standing == "rated" for row in rows):
        table = table.without("Standing")  # it says "rated" of each
    return Section(
        anchor="objectives",
        question=message("What did we promise, and what came of it?"),
        finding=promises_finding(increment, rows, partial=built.portfolio.partial),
        whole=page_of(increment),
        table=first_rows(table, page_of(increment)),
        why=sentences(days_words(increment), nothing_named(rows)),
        missing="" if rows else message("it states no objective."),
        cure="" if rows else write_objectives(increment),
    )


def fell_short(row: ObjectiveRow) -> bool:
    """Whether an objective is known to have come to less than was planned."""
    return row.planned is not None and row.actual is not None and row.actual < row.planned


def with_causes(
    built: Built, increment: Increment, row: ObjectiveRow, standing: ObjectiveStanding
) -> ObjectiveRow:
    """The same with what is recorded of why it fell short, where it did."""
    if not fell_short(row) or not (standing.features or built.portfolio.partial):
        return row
    needs = built.facts.increments[increment.id].dependencies
    known = causes(built.portfolio, increment, standing, needs, built.as_of)
    return replace(row, because=shortfall_words(known, partial=built.portfolio.partial))


def nothing_named(rows: Iterable[ObjectiveRow]) -> Text:
    """How many objectives that fell short name no feature, and so nothing tells why; "" of none."""
    silent = sum(fell_short(row) and not row.because for row in rows)
    return plural(
        "{n:spelled} objective that fell short names no feature that would tell why.",
        "{n:spelled} objectives that fell short name no feature that would tell why.",
        silent,
    ).sentence() if silent else ""  # fmt: skip


def promises_finding(increment: Increment, rows: list[ObjectiveRow], *, partial: bool) -> Text:
    """How many of the objectives with both values came to what was planned, or to more."""
    rated = [row for row in rows if row.planned is not None and row.actual is not None]
    if not rated:
        return objectives_finding(increment, partial=partial)
    return plural(
        "{increment}: {reached} of {n} objective with a planned and an actual value came to what"
        " was planned",
        "{increment}: {reached} of {n} objectives with a planned and an actual value came to what"
        " was planned",
        len(rated), increment=increment.title,
        reached=len(rated) - sum(map(fell_short, rated)),
    )  # fmt: skip


def predictability(built: Built, increment: Increment) -> Section:
    """What teams delivered of what they planned, with the arithmetic of the whole."""
    over = is_over(increment, built.as_of)
    table = team_predictability(built.portfolio, increment, over=over)
    values = delivery(increment.objectives)
    unrated = not values.actual
    return Section(
        anchor="predictability",
        question=message("Did we deliver what we said?"),
        finding=headline(
            increment, built.facts.increments[increment.id].objectives, built.as_of,
            partial=built.portfolio.partial,
        ),
        whole=page_of(increment),
        table=first_rows(teams_alone(table), page_of(increment)),
        why="" if unrated else delivery_words(values, over=over),
        missing=message("no objective of it has an actual value.") if unrated else "",
        cure=message(
            "Write {field} of {objectives} in {file}.",
            field="actual_value:", objectives="objectives:", file=file_of(increment),
        ) if unrated else "",
    )  # fmt: skip


def forecasts(built: Built, increment: Increment) -> Section:
    """The dates that were forecast when it began, and which of them came true."""
    record = built.figures.forecast_records.get(increment.id)
    called = record is not None and bool(record.called)
    return Section(
        anchor="forecasts",
        question=message("Did our forecasts come true?"),
        finding=forecast_finding(record, partial=built.portfolio.partial),
        whole=page_of(increment),
        table=first_rows(record_table(record, built.portfolio), page_of(increment)),
        why=sentences(record_words(record), source_words(record)) if record and called else "",
        missing="" if called else TOO_LITTLE,
        cure="" if called else message(
            "A forecast rests on the {field} of what was finished before.", field="history"
        ),
    )  # fmt: skip


TOO_LITTLE = message("too little was finished before it began to forecast by.")


def forecast_finding(record: ForecastRecord | None, *, partial: bool) -> Text:
    """How many of the dates that were forecast held, of those that have come."""
    if record is None or not record.called:
        return of_what_is_shown(
            message("Nothing was forecast when it began"),
            message("No forecast from when it began is shown"),
            partial=partial,
        )
    if not record.due:
        return of_what_is_shown(
            message("No date that was forecast when it began has come within it"),
            message("No date that is shown and was forecast when it began has come within it"),
            partial=partial,
        )
    return plural(
        "{held} of {n} date that was forecast when it began held",
        "{held} of {n} dates that were forecast when it began held",
        record.due, held=record.held,
    )  # fmt: skip


def risks_come_true(built: Built) -> Section:
    """The risks that affect what is blocked or late today."""
    portfolio = built.portfolio
    struck = {**built.facts.blocked, **built.facts.lasting_blocks}
    late = {entry.feature for entry in built.figures.late}
    of_late = {parent.id for id in late for parent in portfolio.parents_of(id)}
    hit = {*struck, *late, *of_late}
    register = risk_register(portfolio, built.as_of)
    rows: list[tuple[Value, ...]] = [
        (row.ref, struck_by(row, hit), row.tag, row.exposure_words, row.owner, row.due, row.action)
        for row in register.risks
        if row.may_happen and struck_by(row, hit)
    ]
    missing: Text = "" if register.risks else message("no risk is written.")
    none = of_what_is_shown(
        message("No risk affects what is blocked or late"),
        message("No risk that is shown affects what is blocked or late"),
        partial=portfolio.partial,
    )
    counted = plural(
        "{n:spelled} risk affects what is blocked or late today",
        "{n:spelled} risks affect what is blocked or late today",
        len(rows),
    ).sentence()
    return Section(
        anchor="risks",
        question=message("Which risks came true?"),
        finding=unless_missing(counted if rows else none, missing),
        whole=RISKS,
        table=rows_of(
            "Risks that may have come true",
            ("Risk", "Blocked or late", "Status", "Exposure", "Owner", "Due", "Action"),
            rows,
            RISKS,
        ),
        why=message(
            "Whether a risk came true is for the meeting to say: these affect an item that is"
            " blocked or late, or whose feature is."
        ) if rows else "",
        missing=missing,
        cure="" if register.risks else message(
            "Write a risk below {folder}, with what it affects.", folder="content/risks/"
        ),
    )  # fmt: skip


def struck_by(risk: RiskRow, hit: Collection[str]) -> tuple[Ref, ...]:
    """Of what a risk affects, the items that are blocked or late."""
    return tuple(item for item in risk.affects if item.id in hit)
