"""The answer to a question: when are these done, and how many of them by a day?"""

from collections.abc import Iterator, Sequence
from datetime import date
from fractions import Fraction

from msgspec import Struct

from leanfolio.figures.flow.figures import SHARES
from leanfolio.figures.flow.forecast import Forecast, Forecasts
from leanfolio.model import Epic, Feature, Increment, Team, ValueStream
from leanfolio.model.policy import CLOSED
from leanfolio.model.portfolio import Portfolio, id_order
from leanfolio.views.flow.forecast_words import cannot, chance_words, reason_words
from leanfolio.views.flow.forecasts import (
    HOW,
    PaceRow,
    beyond,
    drawn_words,
    exact_words,
    method_words,
    pace_row,
)
from leanfolio.views.page_only import PageOnly
from leanfolio.wording import Message, Part, Text, joined, listed, message, plural, some

WHOLE = "portfolio"  # all of it, as a name in place of an id


class DateRow(Struct, frozen=True):
    """With which chance it is done by which day, and after how many working weeks."""

    share: int  # in percent
    by: date | None
    weeks: int | None


class NumberRow(Struct, frozen=True):
    """How many at least are done by the day, with which chance."""

    share: int  # in percent
    features: int


class ByDay(Struct, frozen=True):
    """What is done by the end of a day: the chance of all, and how many."""

    on: date
    increment: str | None
    weeks: int  # whole working weeks until then
    chance: str  # that all of it is done
    numbers: tuple[NumberRow, ...]


class ForecastAnswer(Struct, frozen=True):
    """What is forecast of what was asked for, with all that it rests on."""

    finding: Message
    what: tuple[str, ...]
    open: int
    done_on: date | None
    how: Message | None
    why_not: Message | None
    dates: tuple[DateRow, ...]
    by: ByDay | None
    seed: int | None
    trials: int | None
    days_off: tuple[date, ...]
    teams: tuple[PaceRow, ...]
    words: PageOnly[tuple[Message, ...]]  # for a terminal


def asked_items(portfolio: Portfolio, name: str) -> tuple[str, ...] | None:
    """The epics and features that a name stands for; None where it stands for none of these.

    Of a team, a value stream, an increment or the whole portfolio these are its open features.
    """
    if name == WHOLE:
        return open_features(portfolio, portfolio.items_of(Feature))
    item = portfolio.items.get(name)
    if isinstance(item, Epic | Feature):
        return (item.id,)
    if isinstance(item, Team | Increment):
        return open_features(portfolio, portfolio.members_of(item.id, Feature))
    if isinstance(item, ValueStream):
        epics = portfolio.members_of(item.id, Epic)
        found = [one for epic in epics for one in portfolio.children_of(epic.id, Feature)]
        return open_features(portfolio, found)
    return None


def open_features(portfolio: Portfolio, features: Sequence[Feature]) -> tuple[str, ...]:
    """The ids of those that are neither done nor cancelled."""
    left = (one.id for one in features if portfolio.category_of(one) not in CLOSED)
    return tuple(sorted(left, key=id_order))


def day_of(portfolio: Portfolio, name: str) -> tuple[date, str | None] | None:
    """The day that `--by` names: an ISO date, or the last day of an increment, with its id."""
    item = portfolio.items.get(name)
    if isinstance(item, Increment) and item.days is not None:
        return item.days.last, item.id
    try:
        return date.fromisoformat(name), None
    except ValueError:
        return None


def forecast_answer(
    forecasts: Forecasts,
    what: Sequence[str],
    ids: Sequence[str],
    by: tuple[date, str | None] | None = None,
) -> ForecastAnswer:
    """The answer for what was named, which stands for these items, by a day if one is given."""
    found = forecasts.of(ids)
    teams = sorted({forecasts.plan.jobs[forecasts.plan.places[id]].team for id in found.open})
    drawn = found.way == "simulated"
    until = by_day(found, forecasts, *by) if by is not None and found.chances is not None else None
    return ForecastAnswer(
        finding(what, found) if ids else message("{items}: nothing is open", items=some(what)),
        tuple(what),
        len(found.open),
        found.done_on,
        HOW[found.way] if found.way is not None else None,
        reason_words(found.reason) if found.reason is not None else None,
        tuple(date_rows(found)),
        until,
        forecasts.seed if drawn else None,
        forecasts.number_of_trials if drawn else None,
        tuple(sorted(forecasts.flow.portfolio.policy.flow.days_off)),
        tuple(pace_row(forecasts.plan.paces[team]) for team in sorted(teams, key=id_order)),
        tuple(words_of(found, forecasts)),
    )


def words_of(found: Forecast, forecasts: Forecasts) -> Iterator[Message]:
    """How the answer came about; nothing where there is none."""
    if found.chances is not None:
        yield from method_words(forecasts)
        yield drawn_words(forecasts) if found.way == "simulated" else exact_words()


def finding(what: Sequence[str], found: Forecast) -> Message:
    """The answer in a sentence."""
    names = some(what)
    if found.reason is not None:
        return message("{items}: {reason}", items=names, reason=cannot(found.reason))
    if found.way == "done":
        if found.done_on is None:
            return message("{items}: done, and nobody says when", items=names)
        return message("{items}: done on {day}", items=names, day=found.done_on)
    day: Part = found.date_for(SHARES[1]) or beyond()
    return plural(
        "{items}: {n} open feature, done by {day} with a chance of 85 %",
        "{items}: {n} open features, all done by {day} with a chance of 85 %",
        len(found.open), items=names, day=day,
    )  # fmt: skip


def percents(share: Fraction) -> int:
    return int(share * 100)


def date_rows(found: Forecast) -> Iterator[DateRow]:
    """A row per chance; none where nothing is forecast."""
    if found.chances is not None:
        for share in SHARES:
            yield DateRow(percents(share), found.date_for(share), found.weeks_for(share))


def by_day(found: Forecast, forecasts: Forecasts, day: date, increment: str | None) -> ByDay:
    """What is done by the end of a day."""
    return ByDay(
        day,
        increment,
        forecasts.calendar.until(day),
        str(chance_words(found.chance_by(day) or Fraction(0))),
        tuple(NumberRow(percents(share), found.number_by(day, share) or 0) for share in SHARES),
    )


def answer_lines(answer: ForecastAnswer) -> Iterator[Text]:
    """The answer for a terminal: its days, the day that was asked for, and what it rests on."""
    yield answer.finding
    if not answer.dates:
        return
    yield ""
    for row in answer.dates:
        day: Part = row.by or beyond()
        yield message("{share} % by {day}", share=row.share, day=day)
    if answer.by is not None:
        yield ""
        yield from by_lines(answer, answer.by)
    yield ""
    yield from answer.words
    for team in answer.teams:
        yield message(
            "Weeks of {team}: {weeks}.",
            team=team.team, weeks=joined((str(number) for number in team.weeks), " "),
        )  # fmt: skip
    if answer.days_off:
        yield message("Days off: {days}.", days=listed(answer.days_off))


def by_lines(answer: ForecastAnswer, by: ByDay) -> Iterator[Text]:
    yield plural(
        "By {day}, after {n} working week: all of it is done with a chance of {chance}.",
        "By {day}, after {n} working weeks: all of it is done with a chance of {chance}.",
        by.weeks, day=by.on, chance=by.chance,
    )  # fmt: skip
    for row in by.numbers:
        yield message(
            "With a chance of {share} % at least {features} of {open}.",
            share=row.share, features=row.features, open=answer.open,
        )  # fmt: skip
