"""Periods: each is of the calendar, or an increment."""

import re
from collections.abc import Iterator

from leanfolio.check.rule import Setting
from leanfolio.model import (
    Epic,
    Increment,
    Item,
    NamedPeriod,
    Objective,
    Path,
    ValueStream,
)
from leanfolio.model.portfolio import Portfolio
from leanfolio.problem import Problem
from leanfolio.read.suggestions import FEW, Suggestions
from leanfolio.wording import listed, tell

PARTS = {
    "H": (2, tell("a year has two halves")),
    "Q": (4, tell("a year has four quarters")),
}
USUAL_PERIOD = tell("2026, 2026-H2, 2026-Q3, 2026-10, or the id of an increment that exists")
PART_FIRST = re.compile(r"(?P<part>[HQhq]\d)[-/ ]?(?P<year>\d{4})\Z", re.ASCII)
PARTED = re.compile(r"(?P<year>\d{4})[-/ ]?(?P<part>[HQhq]\d|\d{1,2})\Z", re.ASCII)


def period_unknown(portfolio: Portfolio, _: Setting) -> Iterator[Problem]:
    """A period is a year, a half, a quarter, a month, an increment, or has a start and an end.

    An objective of 2026-H3 is never in time and never late, and a budget of it is in no year.

    Fix: write 2026, 2026-H2, 2026-Q3, 2026-10, an increment's id, or {start: ..., end: ...}.
    """
    increments = Suggestions([increment.id for increment in portfolio.items_of(Increment)])
    for item, path, period in periods(portfolio):
        name = period.name
        if name is not None and not is_known(period, portfolio):
            why, cure = calendar_slip(name) or ("", period_hint(name, increments))
            yield Problem(
                item.at(*path),
                "period-unknown",
                tell(
                    "{item} has period {name}, which is neither of the calendar nor an "
                    "increment{why}",
                    item=item.id,
                    name=name,
                    why=why,
                ),
                cure,
            )


def is_known(period: NamedPeriod, portfolio: Portfolio) -> bool:
    """Whether a period has days of its own, is of the calendar, or an increment."""
    name = period.name
    return (
        name is None
        or period.days(portfolio.policy.fiscal_year) is not None
        or isinstance(portfolio.items.get(name), Increment)
        or name in portfolio.broken
    )


def period_hint(name: str, increments: Suggestions) -> str:
    ids = increments.known
    otherwise = tell("write {period}", period=USUAL_PERIOD)
    if 0 < len(ids) <= FEW:
        named = listed(ids, "or")
        otherwise = tell("write {ids}, or {period}", ids=named, period=USUAL_PERIOD)
    return increments.hint(name, otherwise)


def calendar_slip(name: str) -> tuple[str, str] | None:
    """What is wrong with a period that is nearly one of the calendar, and what to write."""
    match = PARTED.match(name) or PART_FIRST.match(name)
    if match is None:
        return None
    year, part = match["year"], match["part"].upper()
    if part.isdigit():
        if not 1 <= int(part) <= 12:
            return tell(": there is no month {month}", month=int(part)), tell(
                "write {year}-01 to {year}-12, or {year}", year=year
            )
        return "", tell("write {year}-{part}", year=year, part=f"{int(part):02d}")
    number, why = int(part[1]), PARTS[part[0]]
    if 1 <= number <= why[0]:
        return "", tell("write {year}-{part}", year=year, part=part)
    those = listed((f"{year}-{part[0]}{n}" for n in range(1, why[0] + 1)), "or")
    return tell(": {why}", why=why[1]), tell("write {those}", those=those)


def periods(portfolio: Portfolio) -> Iterator[tuple[Item, Path, NamedPeriod]]:
    for objective in portfolio.items_of(Objective):
        if objective.period is not None:
            yield objective, ("period",), objective.period
    for stream in portfolio.items_of(ValueStream):
        for index, line in enumerate(stream.budgets):
            yield stream, ("budgets", index, "period"), line.period
    for epic in portfolio.items_of(Epic):
        for index, value in enumerate(epic.budgets):
            yield epic, ("budgets", index, "period"), value.period
