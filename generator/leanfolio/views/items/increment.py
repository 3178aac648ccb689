"""The page of an increment: how it goes, its board, and everything that its plan rests on."""

from collections.abc import Iterator
from fractions import Fraction

from leanfolio.figures.flow.predictability import Delivery, delivery
from leanfolio.figures.funding.engagement import IN_WORDS
from leanfolio.figures.increments.work import IncrementWork
from leanfolio.figures.thresholds import PREDICTABLE_FROM
from leanfolio.model import Feature, Increment
from leanfolio.model.portfolio import Portfolio
from leanfolio.views.cell import Fact, Table, Tag, Value, headers
from leanfolio.views.figures import Figures
from leanfolio.views.forecast_record import record_table
from leanfolio.views.increments.board import work_board
from leanfolio.views.increments.delivered import delivery_words, share_or_gap
from leanfolio.views.increments.headline import day_of_days, headline, is_over, value_in
from leanfolio.views.increments.rows import work_rows
from leanfolio.views.increments.tables import (
    LESS_ROOM,
    ROOM,
    dependency_table,
    linked,
    load_table,
    mix_table,
    objective_table,
    outcome_tables,
    rows_that_fit,
    vote_tables,
)
from leanfolio.views.items.against_plan import plan_facts, plan_table
from leanfolio.views.items.page_parts import Parts
from leanfolio.views.items.work_tables import feature_rows, late_rows
from leanfolio.views.ranking.within import within_table
from leanfolio.wording import Percent, Rounded, Text, message, plural


def increment(portfolio: Portfolio, item: Increment, figures: Figures) -> Parts:
    """Return what an increment's page shows beside its prose."""
    work, as_of = figures.increments[item.id], figures.as_of
    features = portfolio.members_of(item.id, Feature)
    compared = figures.plans.get(item.id)
    late = [entry for entry in figures.late if entry.increment == item.id]
    rows = work_rows(portfolio, work, late, compared, as_of)
    known = compared is not None
    board = work_board(portfolio, work, rows, as_of)
    lengths = (
        (len(rows.objectives), 13), (len(rows.dependencies), 21), (len(work.rows), 11),
        (len(rows.votes), 9), (len(rows.team_votes), 11), (len(features), 16), (len(late), 14),
        (sum(row.outcome != "open" for row in rows.outcomes), 11),
    )  # fmt: skip
    most = rows_that_fit(lengths, LESS_ROOM if board.brief else ROOM)
    return Parts(
        finding=headline(item, work.objectives, as_of, partial=portfolio.partial),
        facts=(
            *increment_facts(item, figures),
            *work_facts(work),
            *(plan_facts(compared, item.id) if compared is not None else ()),
        ),
        work=board,
        tables=(
            objective_table(portfolio, rows.objectives, most),
            team_predictability(portfolio, item, over=is_over(item, as_of)),
            dependency_table(portfolio, rows.dependencies, most),
            load_table(portfolio, rows.load, most),
            *vote_tables(portfolio, rows, most),
            mix_table(rows.mix, known=known),
            *outcome_tables(portfolio, rows.outcomes, most, known=known),
            *((plan_table(portfolio, compared, most),) if compared is not None else ()),
            within_table(portfolio, "Feature", features, as_of),
            late_rows(late, portfolio, but="Increment", most=most),
            feature_rows(features, portfolio, but="Increment", most=most),
            record_table(figures.forecast_records.get(item.id), portfolio),
            *calendar_tables(item),
        ),
    )


def calendar_tables(item: Increment) -> Iterator[Table]:
    """Yield the iterations, and the days on which business owners took part."""
    yield Table(
        "Iterations",
        headers("Iteration", "Starts", "Ends"),
        tuple((entry.name, entry.start, entry.end) for entry in item.iterations),
        anchor="iterations",
    )
    yield Table(
        "Business owners",
        headers("Moment", "On", "By", "Note"),
        tuple(
            (IN_WORDS[entry.when], entry.on, entry.by, entry.note)
            for entry in sorted(item.engagement, key=lambda one: one.on)
        ),
        anchor="engagement",
    )


def increment_facts(item: Increment, figures: Figures) -> Iterator[Fact]:
    """Yield an increment in short: its days, and what it delivered of what it planned."""
    as_of = figures.as_of
    if item.start:
        yield Fact("Starts", item.start, field="start")
    if item.end:
        yield Fact("Ends", item.end, field="end")
    day = day_of_days(item, as_of)
    if day:
        yield Fact("Today", day)
    values, over = delivery(item.objectives), is_over(item, as_of)
    if values.actual:
        share = values.predictability if over else values.so_far
        yield Fact(
            "Predictability" if over else "Delivered so far",
            Tag("plain", message("not stated")) if share is None else Percent(share, 1),
            delivery_words(values, over=over),
        )


def work_facts(work: IncrementWork) -> Iterator[Fact]:
    """Yield what is wrong with the plan: late dependencies, overloads, and doubts."""
    if work.dependencies:
        late = sum(entry.at_risk for entry in work.dependencies)
        word = plural("{n:spelled} dependency late", "{n:spelled} dependencies late", late)
        yield Fact(
            "Dependencies",
            Tag("bad" if late else "plain", word),
            plural("of {n}, counting overdue and dropped ones",
                   "of {n}, counting overdue and dropped ones", len(work.dependencies)),
        )  # fmt: skip
    if over := len(work.overloads):
        word = plural(
            "{n:spelled} iteration of a team over capacity",
            "{n:spelled} iterations of teams over capacity",
            over,
        )
        yield Fact("Load", Tag("bad", word))
    votes = [vote.vote for group in work.votes for vote in group.votes]
    if votes:
        mean = Fraction(sum(votes), len(votes))
        counted = plural(
            "mean of {n} vote; the lowest is {lowest}",
            "mean of {n} votes; the lowest is {lowest}",
            len(votes),
            lowest=min(votes),
        )
        yield Fact("Confidence", message("{mean} of 5", mean=Rounded(mean, 1)), counted)


def team_predictability(portfolio: Portfolio, item: Increment, *, over: bool) -> Table:
    """Return what each team delivered of what it planned, and all together; judged at the end."""
    teams = {
        id: delivery(entry for entry in item.objectives if entry.team == id)
        for id in dict.fromkeys(entry.team for entry in item.objectives if entry.team)
    }
    rows: list[tuple[Value, ...]] = []
    whole = delivery(item.objectives)
    if any(values.actual for values in teams.values()):
        rows = [
            (linked(portfolio, id), *delivered_cells(values, over=over))
            for id, values in teams.items()
        ]
        rows.append((message("All together, pooled"), *delivered_cells(whole, over=over)))
    return Table(
        "Predictability per team" if over else "Delivered so far per team",
        headers("Team", "Actual over planned#", "Values", *(("Band",) if over else ())),
        tuple(rows),
        message(
            "Pooled: the actual value of all objectives over the planned value of committed ones."
        )
        if rows
        else "",
        anchor="predictability",
        finding=value_delivered(whole) if over else value_in(whole, partial=portfolio.partial),
    )


def value_delivered(values: Delivery) -> Text:
    """Return what of the planned value was delivered at the end; nothing where it is not known."""
    share = values.predictability
    if share is None:
        return ""
    return message("{share} of the planned value was delivered", share=Percent(share, 1))


def delivered_cells(values: Delivery, *, over: bool) -> tuple[Value, ...]:
    """Return a share, how it comes about and, once the increment is over, its band."""
    share = values.predictability if over else values.so_far
    words = delivery_words(values, over=over) if values.actual else None
    return (team_share(values, over=over), words, *((verdict(share),) if over else ()))


def team_share(values: Delivery, *, over: bool) -> Value:
    """Return what a team delivered; where that is not known, why."""
    if not values.actual:
        return message("none reported")
    share = values.predictability if over else values.so_far
    return Percent(share, 1) if share is not None else share_or_gap(values, over=over)


def verdict(share: Fraction | None) -> Tag:
    if share is None:
        return Tag("plain", message("not known"))
    if PREDICTABLE_FROM <= share <= 1:
        return Tag("good", message("healthy"))
    low, high = Percent(PREDICTABLE_FROM).percents, Percent(Fraction(1))
    return Tag("warn", message("outside {low} to {high}", low=low, high=high))
