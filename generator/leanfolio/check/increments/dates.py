"""Dates of increments and of their iterations: in order, and without a gap or an overlap."""

from collections.abc import Iterator, Sequence
from datetime import date

from leanfolio.check.rule import Setting
from leanfolio.model import (
    Days,
    Increment,
    Iteration,
)
from leanfolio.model.portfolio import Portfolio, id_order
from leanfolio.problem import Problem, Related
from leanfolio.wording import listed

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
        dates = {"start": days.first, "end": days.last}
        lines = listed(f"`{name}: {dates[name]}`" for name in missing)
        return f"add {lines}, as its iterations run from {days.first} to {days.last}"
    add = f"add {listed(f'`{name}:`' for name in missing)}"
    earlier = [
        (entry.days.last, entry.id)
        for entry in portfolio.items_of(Increment)
        if entry.days is not None and id_order(entry.id) < id_order(increment.id)
    ]
    if "start" in missing and earlier:
        last, id = max(earlier)
        end = ", and `end:` with its last" if "end" in missing else ""
        return f"add `start:` with its first day, after {last}, on which {id} ends{end}"
    if increment.start is not None:
        lengths = [
            entry.days.length for entry in portfolio.items_of(Increment) if entry.days is not None
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
                f"{value.id} starts on {value.start}, and {before.id} ends on {before.end}",
                f"let {value.id} start on {later(latest[0].last, 1)} or later, or {before.id} end"
                f" before {value.start}",
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
                    f"iteration {one.name} of {increment.id} {fault}",
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
        fault = f"starts on {one.start}, and iteration {before.name} ends on {before.end}"
        return "start", fault, f"write a day after {before.end}"
    return None
