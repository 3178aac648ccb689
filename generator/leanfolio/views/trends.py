"""Trends: headline figures as they stood at the end of the last increments, and today.

What bears a day goes back to it: states, check-ins, completions. What bears none (money, scores of
epics, risks) has no trend here, and the page says so.
"""

from collections.abc import Iterator
from datetime import date

from msgspec import Struct

from leanfolio.figures.facts import Facts
from leanfolio.figures.flow.figures import FlowFigures
from leanfolio.figures.flow.predictability import delivery
from leanfolio.figures.history.looking_back import as_it_stood, with_git_states
from leanfolio.figures.history.snapshots import dated
from leanfolio.figures.history.versions import History
from leanfolio.model import Epic, Feature, Increment
from leanfolio.model.portfolio import Portfolio
from leanfolio.views.cell import Table, Value, headers
from leanfolio.views.partial import of_what_is_shown
from leanfolio.views.ref import ref
from leanfolio.wording import Message, Percent, Rounded, Text, joined, message, plural, some

MOST_INCREMENTS = 6  # that are over; older ones have their own published sites


class TrendRow(Struct, frozen=True):
    """The headline figures of one day: the last of an increment, or today."""

    increment: str | None  # that ended on the day, or runs today; None where none runs
    on: date
    over: bool
    score: Rounded | None  # mean score of the objectives that ran on the day
    reported: int  # key results that had reported
    key_results: int
    in_work: int  # epics in active states
    waiting: int
    finished: int | None  # epics finished within the increment, up to the day
    features_done: int | None  # of the increment, on the day
    features: int | None  # dropped ones as well: what was dropped was not done
    predictability: Percent | None  # once the increment is over
    unknown: tuple[str, ...]  # items whose state on the day is not known


class Trends(Struct, frozen=True):
    """The rows from the oldest day to today."""

    finding: Text
    summary: Text
    rows: tuple[TrendRow, ...]


def trends_view(
    facts: Facts, history: History | None = None, flow: FlowFigures | None = None
) -> Trends:
    """The headline figures at the end of each of the last increments, and today.

    `flow` is that of the epics, where more is known of it than their own histories tell.
    """
    portfolio, as_of = facts.portfolio, facts.as_of
    done = (flow or facts.flow.board(Epic.TYPE)).done
    ends = tuple(entry.ended for entry in done if entry.ended is not None)
    increments = dated(portfolio)
    ended = [(entry, days.last) for entry, days in increments if days.last < as_of]
    rows = [
        row_of(Facts(portfolio_on(facts, history, day), day), entry, ends, over=True)
        for entry, day in ended[-MOST_INCREMENTS:]
    ]
    running = next((entry for entry, _ in increments if entry.runs_on(as_of)), None)
    rows.append(row_of(facts, running, ends, over=False))
    finding = trends_finding(rows, partial=portfolio.partial)
    return Trends(finding, joined(trend_notes(rows), " "), tuple(rows))


def portfolio_on(facts: Facts, history: History | None, day: date) -> Portfolio:
    """The portfolio as it stood at the end of a day before that of the build."""
    booked: dict[str, list[date]] = {}
    for record in facts.records.spendings:
        booked.setdefault(record.item, []).append(record.on)
    stood = as_it_stood(facts.portfolio, day, facts.as_of, booked)
    return stood if history is None else with_git_states(stood, day, history)


def row_of(
    facts: Facts, increment: Increment | None, ends: tuple[date, ...], *, over: bool
) -> TrendRow:
    """The figures of a day, from the facts of the portfolio as it stood then."""
    stood, day = facts.portfolio, facts.as_of
    running = facts.running_objectives
    categories = [stood.category_of(epic) for epic in stood.items_of(Epic)]
    planned = [
        stood.category_of(feature)
        for feature in (stood.members_of(increment.id, Feature) if increment else ())
    ]
    back = stood.looking_back
    share = delivery(increment.objectives).predictability if increment and over else None
    return TrendRow(
        increment=increment.id if increment else None,
        on=day,
        over=over,
        score=None if facts.mean_score.score is None else Rounded(facts.mean_score.score),
        reported=sum(entry.reported for entry in running),
        key_results=sum(entry.total for entry in running),
        in_work=categories.count("active"),
        waiting=categories.count("waiting"),
        finished=finished_in(ends, increment, day),
        features_done=planned.count("done") if increment else None,
        features=len(planned) if increment else None,
        predictability=None if share is None else Percent(share, 1),
        unknown=back.unknown if back is not None and over else (),
    )


def finished_in(ends: tuple[date, ...], increment: Increment | None, day: date) -> int | None:
    """How many epics were finished within an increment up to a day; None outside of any."""
    if increment is None or increment.days is None:
        return None
    return sum(1 for end in ends if increment.days.first <= end <= day)


# Words -------------------------------------------------------------------------------------------


def trends_finding(rows: list[TrendRow], *, partial: bool) -> Text:
    """The mean score at the end of the last increment that had one, and today."""
    *earlier, today = rows
    before = next((row for row in reversed(earlier) if row.score is not None), None)
    if before is None or today.score is None:
        return of_what_is_shown(
            message("Too few days are known for a trend"),
            message("Too few days are shown for a trend"),
            partial=partial,
        )
    return message(
        "The objectives that ran had a mean score of {before} on {day}, and have {now} today",
        before=before.score, day=before.on, now=today.score,
    )  # fmt: skip


def trend_notes(rows: list[TrendRow]) -> Iterator[Text]:
    """What has no trend, and of which days not every state is known."""
    yield message(
        "Trends show only what is dated: states, check-ins and completions. Money, scores of epics"
        " and risks have no date of their own, and are left out."
    )
    for row in rows:
        if row.unknown:
            yield plural(
                "Where {n:spelled} item stood on {day} is not known, as it has no history:"
                " {items}.",
                "Where {n:spelled} items stood on {day} is not known, as they have no history:"
                " {items}.",
                len(row.unknown), day=row.on, items=some(row.unknown, 3),
            )  # fmt: skip


def at_least(number: int, row: TrendRow, portfolio: Portfolio) -> Value:
    """A count of epics; where the state of some is not known, that it may be more."""
    epics = [id for id in row.unknown if isinstance(portfolio.items.get(id), Epic)]
    return message("at least {n}", n=number) if epics else number


def part_words(part: int | None, whole: int | None) -> Message | None:
    """How many of a whole; None where there is none."""
    if part is None or not whole:
        return None
    return message("{part} of {whole}", part=part, whole=whole)


def trend_table(trends: Trends, portfolio: Portfolio) -> Table:
    """The figures of each day, the newest first."""
    rows: list[tuple[Value, ...]] = [
        (
            ref(portfolio[row.increment]) if row.increment else message("no increment"),
            row.on,
            row.score,
            part_words(row.reported, row.key_results),
            at_least(row.in_work, row, portfolio),
            at_least(row.waiting, row, portfolio),
            row.finished,
            part_words(row.features_done, row.features),
            row.predictability,
        )
        for row in reversed(trends.rows)
    ]
    heads = headers(
        "Increment", "On", "Mean score#", "Reported#", "In work#",
        "Waiting#", "Finished in it#", "Features done#", "Predictability#",
    )  # fmt: skip
    return Table("Trends", heads, tuple(rows), trends.summary, "trends")
