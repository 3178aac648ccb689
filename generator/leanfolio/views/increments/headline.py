"""How an increment goes, in one sentence: what is in, what is at risk, or what was delivered."""

from collections.abc import Sequence
from datetime import date

from leanfolio.figures.flow.predictability import Delivery, delivery
from leanfolio.figures.increments.objectives import ObjectiveStanding
from leanfolio.model import Increment
from leanfolio.views.increments.delivered import gap
from leanfolio.views.partial import of_what_is_shown
from leanfolio.wording import Message, Percent, Text, days, message, plural


def is_over(item: Increment, as_of: date) -> bool:
    """Whether an increment is over; one without days is, as nothing says that it runs."""
    return item.days is None or as_of > item.days.last


def day_of_days(item: Increment, as_of: date) -> Message | None:
    """Which day of an increment it is; None where it does not run."""
    if item.days is None or not item.runs_on(as_of):
        return None
    return message("day {day} of {length}", day=item.days.elapsed(as_of), length=item.days.length)


def headline(
    item: Increment, standings: Sequence[ObjectiveStanding], as_of: date, *, partial: bool
) -> Text:
    """How an increment goes: what is in and at risk while it runs, what it delivered after.

    `partial`: its audience may read only some of its objectives, and of what they rest on.
    """
    values = delivery(item.objectives)
    if item.days is None:
        return item.title
    if as_of < item.days.first:
        return before(item, (item.days.first - as_of).days, partial=partial)
    if as_of > item.days.last:
        return after(item, values, partial=partial)
    day = day_of_days(item, as_of)
    if not item.objectives:
        return of_what_is_shown(
            message("{title}, {day}: no objectives are set", title=item.title, day=day),
            message("{title}, {day}: no objective is shown", title=item.title, day=day),
            partial=partial,
        )
    parts = {"title": item.title, "day": day, "value": value_in(values, partial=partial)}
    risk = at_risk(standings, partial=partial)
    if risk is None:
        return message("{title}, {day}: {value}", **parts)
    return message("{title}, {day}: {value}, {risk}", **parts, risk=risk)


def before(item: Increment, ahead: int, *, partial: bool) -> Message:
    """What stands in the plan of an increment that has not begun."""
    if partial and not item.objectives:
        return message(
            "{title} begins in {days}; no objective is shown", title=item.title, days=days(ahead)
        )
    return plural(
        "{title} begins in {days} with {n:spelled} objective",
        "{title} begins in {days} with {n:spelled} objectives",
        len(item.objectives),
        title=item.title,
        days=days(ahead),
    )


def value_in(values: Delivery, *, partial: bool) -> Message:
    """What of the planned value is in so far; where that is not known, why."""
    if values.so_far is not None:
        return message("{share} of the planned value is in", share=Percent(values.so_far, 1))
    if not values.actual:
        return of_what_is_shown(
            message("no objective has its actual value yet"),
            message("no objective that is shown has its actual value yet"),
            partial=partial,
        )
    missing = gap(values, over=False)
    if missing is not None:
        return message("how much of the planned value is in is not known, as {gap}", gap=missing)
    return nothing_committed(partial=partial)


def nothing_committed(*, partial: bool) -> Message:
    """That there is no value to measure against."""
    return of_what_is_shown(
        message("no value was committed"),
        message("no value that is shown was committed"),
        partial=partial,
    )


def at_risk(standings: Sequence[ObjectiveStanding], *, partial: bool) -> Message | None:
    """How many objectives are at risk; None where all have their actual value.

    Where one names no feature, or some features may not be shown, only those that are known.
    """
    threatened = sum(entry.standing == "at-risk" for entry in standings)
    pending = [entry for entry in standings if entry.standing != "rated"]
    if not pending:
        return None
    if partial or any(entry.standing == "unknown" for entry in pending):
        return plural(
            "{n:spelled} objective is known to be at risk",
            "{n:spelled} objectives are known to be at risk",
            threatened,
        )
    return plural(
        "{n:spelled} objective is at risk", "{n:spelled} objectives are at risk", threatened
    )


def after(item: Increment, values: Delivery, *, partial: bool) -> Text:
    """What an increment that is over delivered of what it planned."""
    if not item.objectives:
        return item.title
    if values.predictability is not None:
        share = Percent(values.predictability, 1)
        return message(
            "{title}: {share} of the planned value was delivered", title=item.title, share=share
        )
    missing = gap(values, over=True)
    if missing is None:
        nothing = nothing_committed(partial=partial)
        return message("{title}: {nothing}", title=item.title, nothing=nothing)
    return message(
        "{title}: how much of the planned value was delivered is not stated, as {gap}",
        title=item.title,
        gap=missing,
    )
