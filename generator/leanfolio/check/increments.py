"""Increments: when things are planned, and whether the plan can be true."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

from leanfolio.check.rule import Setting
from leanfolio.model import (
    Days,
    Epic,
    Feature,
    Increment,
    Item,
    Iteration,
    NamedPeriod,
    Objective,
    Path,
    Story,
    Team,
    ValueStream,
)
from leanfolio.model.portfolio import Portfolio, id_order
from leanfolio.problem import Problem, Related
from leanfolio.read.suggestions import FEW, did_you_mean, near
from leanfolio.wording import days, grouped, listed, some

OPEN = ("new", "waiting", "active")
USUAL_LENGTH = 82  # days: from a Monday to the Friday of the twelfth week


def increment_dates(portfolio: Portfolio, _: Setting) -> Iterator[Problem]:
    """An increment has a first and a last day, in this order.

    Without them its features are planned for no time at all, and no objective in it can be late.

    Cure: write `start:` and `end:`.
    """
    for increment in portfolio.items_of(Increment):
        missing = [name for name in ("start", "end") if increment.lacks(name)]
        if missing:
            yield Problem(
                increment.at(),
                "increment-dates",
                f"{increment.id} has no {' and no '.join(missing)}",
                dates_expected(portfolio, increment, missing),
            )
        elif (
            increment.start is not None
            and increment.end is not None
            and increment.end < increment.start
        ):
            yield Problem(
                increment.at("end"),
                "increment-dates",
                f"{increment.id} ends on {increment.end}, before it starts on {increment.start}",
                dates_reversed(increment),
                related=(Related(increment.at("start"), "the start is here"),),
            )


def dates_expected(portfolio: Portfolio, increment: Increment, missing: Sequence[str]) -> str:
    """The order to add a first or last day, with the day that its iterations or the increment
    before give."""
    days = iteration_days(increment)
    if days is not None:
        found = {"start": days.first, "end": days.last}
        said = listed(f"`{name}: {found[name]}`" for name in missing)
        return f"add {said}, as its iterations run from {days.first} to {days.last}"
    add = f"add {listed(f'`{name}:`' for name in missing)}"
    earlier = [
        (each.days.last, each.id)
        for each in portfolio.items_of(Increment)
        if each.days is not None and id_order(each.id) < id_order(increment.id)
    ]
    if "start" in missing and earlier:
        last, id = max(earlier)
        return f"{add} with its first day, after {last}, on which {id} ends"
    if increment.start is not None:
        lengths = [
            each.days.length for each in portfolio.items_of(Increment) if each.days is not None
        ]
        length = lengths[-1] if lengths else USUAL_LENGTH
        day = later(increment.start, length - 1)
        return f"add `end: {day}`, or its real last day: that is after {length} days, as usual"
    return f"{add} with its day, such as 2026-10-05"


def later(day: date, days: int) -> date:
    """The day so many days on; the last of all days, where the calendar ends before."""
    return date.fromordinal(min(day.toordinal() + days, date.max.toordinal()))


def dates_reversed(increment: Increment) -> str:
    days = iteration_days(increment)
    if days is not None:
        return f"write `start: {days.first}` and `end: {days.last}`, as its iterations run"
    return f"write `start: {increment.end}` and `end: {increment.start}` if they changed places"


def iteration_days(increment: Increment) -> Days | None:
    """The first and last day of all iterations; None where there are none."""
    if not increment.iterations:
        return None
    first = min(one.start for one in increment.iterations)
    last = max(one.end for one in increment.iterations)
    return Days(first, last) if first <= last else None


def increment_overlap(portfolio: Portfolio, _: Setting) -> Iterator[Problem]:
    """No two increments share a day.

    A team would have promised the same days twice, and its capacity is counted twice.

    Cure: correct the dates.
    """
    dated = [
        (increment.days, increment)
        for increment in portfolio.items_of(Increment)
        if increment.days is not None
    ]
    dated.sort(key=lambda pair: pair[0])
    latest: tuple[Days, Increment] | None = None
    for span, each in dated:
        if latest is not None and span.overlaps(latest[0]):
            before = latest[1]
            yield Problem(
                each.at("start"),
                "increment-overlap",
                f"{each.id} starts on {each.start}, and {before.id} ends on {before.end}",
                f"let {each.id} start on {later(latest[0].last, 1)} or later, or {before.id} end"
                f" before {each.start}",
                related=(Related(before.at("end"), f"{before.id} ends here"),),
            )
        if latest is None or span.last > latest[0].last:
            latest = span, each


def iteration_dates(portfolio: Portfolio, _: Setting) -> Iterator[Problem]:
    """Iterations lie within their increment, one after the other.

    A story in an iteration outside of its increment is in two times at once.

    Cure: correct the dates of the iteration.
    """
    for increment in portfolio.items_of(Increment):
        before = None
        late = later_than(increment)
        if len(late) > 1:
            yield ends_too_early(increment, late)
        for index, one in enumerate(increment.iterations):
            if len(late) > 1 and index in late:
                continue
            wrong = wrong_dates(increment, one, before)
            if wrong:
                name, said, hint = wrong
                yield Problem(
                    increment.at("iterations", index, name),
                    "iteration-dates",
                    f"iteration {one.name} of {increment.id} {said}",
                    hint,
                )
            before = one


def later_than(increment: Increment) -> list[int]:
    """The iterations that end after their increment, by their place in it."""
    days = increment.days
    return [
        index
        for index, one in enumerate(increment.iterations)
        if days and one.start <= one.end and one.end > days.last
    ]


def ends_too_early(increment: Increment, late: Sequence[int]) -> Problem:
    """Several iterations end after their increment: then it is its end that is wrong."""
    last = max(increment.iterations[index].end for index in late)
    return Problem(
        increment.at("end"),
        "iteration-dates",
        f"{len(late)} of the {len(increment.iterations)} iterations of {increment.id} end after"
        f" it does, on {increment.days.last if increment.days else ''}; the last ends on {last}",
        f"write `end: {last}`, or correct the iterations",
        related=tuple(
            Related(
                increment.at("iterations", index, "end"),
                f"iteration {increment.iterations[index].name}",
            )
            for index in late
        ),
    )


def wrong_dates(
    increment: Increment, one: Iteration, before: Iteration | None
) -> tuple[str, str, str] | None:
    """The date of an iteration that cannot be, what is wrong with it, and the cure."""
    days = increment.days
    if one.end < one.start:
        hint = f"write `start: {one.end}` and `end: {one.start}` if they changed places"
        return "end", f"ends on {one.end}, before it starts on {one.start}", hint
    if days and one.start < days.first:
        hint = f"write a day from {days.first} on, or let {increment.id} start on {one.start}"
        return "start", f"starts on {one.start}, before the increment on {days.first}", hint
    if days and one.end > days.last:
        hint = f"write a day up to {days.last}, or let {increment.id} end on {one.end}"
        return "end", f"ends on {one.end}, after the increment on {days.last}", hint
    if before is not None and one.start <= before.end:
        said = f"starts on {one.start}, and iteration {before.name} ends on {before.end}"
        return "start", said, f"write a day after {before.end}"
    return None


def iteration_unknown(portfolio: Portfolio, _: Setting) -> Iterator[Problem]:
    """The iteration that a story names is one of its feature's increment.

    A story in an iteration that does not exist is in nobody's plan.

    Cure: correct the name; or add the iteration to the increment.
    """
    for story in portfolio.items_of(Story):
        if story.iteration is None:
            continue
        for edge in portfolio.edges_from(story.id, "parent"):
            for each in portfolio.edges_from(edge.target, "increment"):
                increment = portfolio[each.target]
                names = [one.name for one in getattr(increment, "iterations", ())]
                if names and story.iteration not in names:
                    guess = near(story.iteration, names)
                    yield Problem(
                        story.at("iteration"),
                        "iteration-unknown",
                        f"{story.id} is in iteration {story.iteration},"
                        f" which {increment.id} does not have",
                        f"did you mean {guess}?"
                        if guess
                        else f"name one of its iterations: {listed(names, 'or')}",
                        related=(Related(increment.at("iterations"), "its iterations"),),
                    )


def period_unknown(portfolio: Portfolio, _: Setting) -> Iterator[Problem]:
    """A period is a year, a half, a quarter, a month, an increment, or has a start and an end.

    An objective of 2026-H3 is never in time and never late, and a budget of it is in no year.

    Cure: write 2026, 2026-H2, 2026-Q3, 2026-10, an increment's id, or {start: ..., end: ...}.
    """
    increments = [increment.id for increment in portfolio.items_of(Increment)]
    for item, path, period in periods(portfolio):
        name = period.name
        if name is not None and not is_known(period, portfolio):
            why, cure = calendar_slip(name) or ("", period_hint(name, increments))
            yield Problem(
                item.at(*path),
                "period-unknown",
                f"{item.id} has period {name}, which is neither of the calendar nor an increment"
                f"{why}",
                cure,
            )


def is_known(period: NamedPeriod, portfolio: Portfolio) -> bool:
    """Whether a period has days of its own, is of the calendar, or an increment."""
    name = period.name
    return (
        name is None
        or period.days(portfolio.policy.year_start) is not None
        or isinstance(portfolio.items.get(name), Increment)
        or name in portfolio.broken
    )


def period_hint(name: str, increments: Sequence[str]) -> str:
    few = f"{listed(increments, 'or')}, or " if 0 < len(increments) <= FEW else ""
    return did_you_mean(name, increments, f"write {few}{USUAL_PERIOD}")


USUAL_PERIOD = "2026, 2026-H2, 2026-Q3, 2026-10, or the id of an increment that exists"
PARTED = re.compile(r"(?P<year>\d{4})[-/ ]?(?P<part>[HQhq]\d|\d{1,2})\Z", re.ASCII)
PART_FIRST = re.compile(r"(?P<part>[HQhq]\d)[-/ ]?(?P<year>\d{4})\Z", re.ASCII)
PARTS = {"H": (2, "a year has two halves"), "Q": (4, "a year has four quarters")}


def calendar_slip(name: str) -> tuple[str, str] | None:
    """What is wrong with a period that is nearly one of the calendar, and what to write."""
    found = PARTED.match(name) or PART_FIRST.match(name)
    if found is None:
        return None
    year, part = found["year"], found["part"].upper()
    if part.isdigit():
        if not 1 <= int(part) <= 12:
            return f": there is no month {int(part)}", f"write {year}-01 to {year}-12, or {year}"
        return "", f"write {year}-{int(part):02d}"
    number, why = int(part[1]), PARTS[part[0]]
    if 1 <= number <= why[0]:
        return "", f"write {year}-{part}"
    those = listed((f"{year}-{part[0]}{n}" for n in range(1, why[0] + 1)), "or")
    return f": {why[1]}", f"write {those}"


def periods(portfolio: Portfolio) -> Iterator[tuple[Item, Path, NamedPeriod]]:
    for objective in portfolio.items_of(Objective):
        if objective.period is not None:
            yield objective, ("period",), objective.period
    for stream in portfolio.items_of(ValueStream):
        for index, line in enumerate(stream.budgets):
            yield stream, ("budgets", index, "period"), line.period
    for epic in portfolio.items_of(Epic):
        for index, each in enumerate(epic.budgets):
            yield epic, ("budgets", index, "period"), each.period


# The plan ------------------------------------------------------------------------------------


def feature_outside_increment(portfolio: Portfolio, _: Setting) -> Iterator[Problem]:
    """A feature is due within its increment.

    A feature due before its increment begins is late by plan; one due after it ends was promised
    for then and planned for now.

    Cure: move the feature to the increment of its date; or correct the date.
    """
    for feature, increment, span in planned(portfolio):
        due = feature.due
        if due is None or span.first <= due <= span.last:
            continue
        early = due < span.first
        bound = span.first if early else span.last
        yield Problem(
            feature.at("due"),
            "feature-outside-increment",
            f"{feature.id} is due on {due}, {'before' if early else 'after'} its increment"
            f" {increment.id} {'starts' if early else 'ends'} on {bound}",
            f"{due_then(portfolio, due)}, or correct `due:` to a day from {span.first} to"
            f" {span.last}",
            related=(Related(increment.at("start"), f"{increment.id} is here"),),
        )


def due_then(portfolio: Portfolio, due: date) -> str:
    """The order to plan a feature for the increment of its day, by name where there is one."""
    for increment in portfolio.items_of(Increment):
        if increment.days is not None and increment.days.first <= due <= increment.days.last:
            return f"write `increment: {increment.id}`"
    return "name the increment of that day"


def feature_left_behind(portfolio: Portfolio, setting: Setting) -> Iterator[Problem]:
    """When an increment is over, each of its features is done, dropped, or planned anew.

    What stays behind is still promised, counts in no plan, and spoils the predictability of both.

    Cure: set it to done or dropped; or write the increment in which it is to be done now.
    """
    for feature, increment, span in planned(portfolio):
        if span.last < setting.as_of and portfolio.category_of(feature) in OPEN:
            yield Problem(
                feature.at("increment"),
                "feature-left-behind",
                f"{feature.id} is {feature.state}, and its increment {increment.id}"
                f" ended on {span.last}, {days((setting.as_of - span.last).days)} ago",
                "name the increment in which it is to be done now, or move it to its last state",
                related=(Related(increment.at("end"), f"{increment.id} ended here"),),
            )


def planned(portfolio: Portfolio) -> Iterator[tuple[Feature, Increment, Days]]:
    """Every feature with its increment, where that has days."""
    for feature in portfolio.items_of(Feature):
        for edge in portfolio.edges_from(feature.id, "increment"):
            increment = portfolio[edge.target]
            if isinstance(increment, Increment) and increment.days is not None:
                yield feature, increment, increment.days


def team_overloaded(portfolio: Portfolio, setting: Setting) -> Iterator[Problem]:
    """A team is planned for no more than its capacity.

    What does not fit is decided in the last week, by chance, instead of now.

    Cure: move features to a later increment, or to another team.
    """
    loads: defaultdict[tuple[str, str], list[Feature]] = defaultdict(list)
    for feature, increment, span in planned(portfolio):
        if span.last >= setting.as_of and portfolio.category_of(feature) != "cancelled":
            for edge in portfolio.edges_from(feature.id, "team"):
                loads[edge.target, increment.id].append(feature)
    for (id, when), features in loads.items():
        team = portfolio[id]
        capacity = team.capacity if isinstance(team, Team) else None
        load = sum((each.size or Decimal(0) for each in features), Decimal(0))
        if capacity is not None and load > capacity:
            yield Problem(
                team.at("capacity"),
                "team-overloaded",
                f"{id} has capacity {grouped(capacity)}, and {grouped(load)} is planned"
                f" for {when}: {some(each.id for each in features)}",
                f"move {grouped(load - capacity)} or more of it to a later increment, or to another"
                " team",
                related=tuple(
                    Related(each.at("size"), f"{each.id} is here") for each in features[:5]
                ),
            )


def objective_unrated(portfolio: Portfolio, setting: Setting) -> Iterator[Problem]:
    """The objectives of an increment that is over have an actual business value.

    Without it the increment has no predictability, and the business owners were not asked.

    Cure: let the business owners rate it, and write `actual_value:`; nothing reached is 0.
    """
    for each, index, span in promises(portfolio):
        if span.last < setting.as_of and each.objectives[index].actual_value is None:
            yield Problem(
                each.at("objectives", index),
                "objective-unrated",
                f"{each.id} ended {days((setting.as_of - span.last).days)} ago,"
                f" and its objective “{each.objectives[index].title}” has no actual value",
                "let the business owners rate it, and add `actual_value:`; of nothing reached, 0",
            )


def objective_unvalued(portfolio: Portfolio, setting: Setting) -> Iterator[Problem]:
    """The objectives of an increment that has begun have a planned business value.

    It is set before the work, so that it measures the promise and not the result.

    Cure: write `planned_value:`.
    """
    for each, index, span in promises(portfolio):
        if span.first <= setting.as_of and each.objectives[index].planned_value is None:
            yield Problem(
                each.at("objectives", index),
                "objective-unvalued",
                f"{each.id} has begun, and its objective “{each.objectives[index].title}”"
                " has no planned value",
                "add `planned_value:`, which the business owners gave it before the work",
            )


def promises(portfolio: Portfolio) -> Iterator[tuple[Increment, int, Days]]:
    """Every objective of every increment that has days."""
    for increment in portfolio.items_of(Increment):
        if increment.days is not None and "objectives" not in increment.origin.faulty:
            for index in range(len(increment.objectives)):
                yield increment, index, increment.days


ERRORS = (increment_dates, increment_overlap, iteration_dates, iteration_unknown, period_unknown)
WARNINGS = (
    feature_outside_increment,
    feature_left_behind,
    team_overloaded,
    objective_unrated,
    objective_unvalued,
)
