"""Dates of increments and of their iterations: in order, and without a gap or an overlap."""

from collections.abc import Iterator, Sequence
from datetime import date
from functools import reduce

from leanfolio.check.rule import Setting
from leanfolio.model import (
    Days,
    Increment,
    Iteration,
)
from leanfolio.model.portfolio import Portfolio, id_order
from leanfolio.problem import Problem, Related
from leanfolio.wording import listed, tell

USUAL_LENGTH = 82  # days: from a Monday to the Friday of the twelfth week


def increment_dates(portfolio: Portfolio, _: Setting) -> Iterator[Problem]:
    """An increment has a first and a last day, in this order.

    Without them its features are planned for no time at all, and no objective in it can be late.

    Fix: write `start:` and `end:`.
    """
    for increment in portfolio.items_of(Increment):
        missing = [name for name in ("start", "end") if increment.lacks(name)]
        if missing:
            yield Problem(
                increment.at(),
                "increment-dates",
                tell(
                    "{increment} has no {missing}",
                    increment=increment.id,
                    missing=reduce(and_no, missing),
                ),
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
                tell(
                    "{increment} ends on {end}, before it starts on {start}",
                    increment=increment.id,
                    end=increment.end,
                    start=increment.start,
                ),
                dates_reversed(increment),
                related=(Related(increment.at("start"), "the start is here"),),
            )


def and_no(missing: str, next: str) -> str:
    return tell("{missing} and no {next}", missing=missing, next=next)


def dates_expected(portfolio: Portfolio, increment: Increment, missing: Sequence[str]) -> str:
    """The order to add a first or last day, with the day that its iterations or the increment
    before give."""
    days = iteration_days(increment)
    if days is not None:
        dates = {"start": days.first, "end": days.last}
        lines = listed(f"`{name}: {dates[name]}`" for name in missing)
        return tell(
            "add {lines}, as its iterations run from {first} to {last}",
            lines=lines,
            first=days.first,
            last=days.last,
        )
    add = tell("add {fields}", fields=listed(f"`{name}:`" for name in missing))
    earlier = [
        (entry.days.last, entry.id)
        for entry in portfolio.items_of(Increment)
        if entry.days is not None and id_order(entry.id) < id_order(increment.id)
    ]
    if "start" in missing and earlier:
        last, id = max(earlier)
        if "end" not in missing:
            return tell(
                "add `start:` with its first day, after {last}, on which {id} ends",
                last=last,
                id=id,
            )
        return tell(
            "add `start:` with its first day, after {last}, on which {id} ends, and `end:` "
            "with its last",
            last=last,
            id=id,
        )
    if increment.start is not None:
        lengths = [
            entry.days.length for entry in portfolio.items_of(Increment) if entry.days is not None
        ]
        length = lengths[-1] if lengths else USUAL_LENGTH
        day = later(increment.start, length - 1)
        return tell(
            "add `end: {day}`, or its real last day: that is after {length} days, as usual",
            day=day,
            length=length,
        )
    return tell("{add} with its day, such as 2026-10-05", add=add)


def later(day: date, days: int) -> date:
    """The day so many days on; the last of all days, where the calendar ends before."""
    return date.fromordinal(min(day.toordinal() + days, date.max.toordinal()))


def dates_reversed(increment: Increment) -> str:
    days = iteration_days(increment)
    if days is not None:
        return tell(
            "write `start: {first}` and `end: {last}`, as its iterations run",
            first=days.first,
            last=days.last,
        )
    return tell(
        "write `start: {end}` and `end: {start}` if they changed places",
        end=increment.end,
        start=increment.start,
    )


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

    Fix: correct the dates.
    """
    dated = [
        (increment.days, increment)
        for increment in portfolio.items_of(Increment)
        if increment.days is not None
    ]
    dated.sort(key=lambda pair: pair[0])
    latest: tuple[Days, Increment] | None = None
    for span, value in dated:
        if latest is not None and span.overlaps(latest[0]):
            before = latest[1]
            yield Problem(
                value.at("start"),
                "increment-overlap",
                tell(
                    "{increment} starts on {start}, and {before} ends on {end}",
                    increment=value.id,
                    start=value.start,
                    before=before.id,
                    end=before.end,
                ),
                tell(
                    "let {increment} start on {last} or later, or {before} end before {start}",
                    increment=value.id,
                    last=later(latest[0].last, 1),
                    before=before.id,
                    start=value.start,
                ),
                related=(Related(before.at("end"), f"{before.id} ends here"),),
            )
        if latest is None or span.last > latest[0].last:
            latest = span, value


def iteration_dates(portfolio: Portfolio, _: Setting) -> Iterator[Problem]:
    """Iterations lie within their increment, one after the other.

    A story in an iteration outside of its increment is in two times at once.

    Fix: correct the dates of the iteration.
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
                name, fault, hint = wrong
                yield Problem(
                    increment.at("iterations", index, name),
                    "iteration-dates",
                    tell(
                        "iteration {name} of {increment} {fault}",
                        name=one.name,
                        increment=increment.id,
                        fault=fault,
                    ),
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
        tell(
            "{count} of the {all} iterations of {increment} end after it does, on "
            "{last}; the last ends on {end}",
            count=len(late),
            all=len(increment.iterations),
            increment=increment.id,
            last=increment.days.last if increment.days else "",
            end=last,
        ),
        tell("write `end: {last}`, or correct the iterations", last=last),
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
        hint = tell(
            "write `start: {end}` and `end: {start}` if they changed places",
            end=one.end,
            start=one.start,
        )
        return (
            "end",
            tell("ends on {end}, before it starts on {start}", end=one.end, start=one.start),
            hint,
        )
    if days and one.start < days.first:
        hint = tell(
            "write a day from {first} on, or let {increment} start on {start}",
            first=days.first,
            increment=increment.id,
            start=one.start,
        )
        return (
            "start",
            tell(
                "starts on {start}, before the increment on {first}",
                start=one.start,
                first=days.first,
            ),
            hint,
        )
    if days and one.end > days.last:
        hint = tell(
            "write a day up to {last}, or let {increment} end on {end}",
            last=days.last,
            increment=increment.id,
            end=one.end,
        )
        return (
            "end",
            tell("ends on {end}, after the increment on {last}", end=one.end, last=days.last),
            hint,
        )
    if before is not None and one.start <= before.end:
        fault = tell(
            "starts on {start}, and iteration {name} ends on {end}",
            start=one.start,
            name=before.name,
            end=before.end,
        )
        return "start", fault, tell("write a day after {end}", end=before.end)
    return None
