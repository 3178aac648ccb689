"""One board on the page of flow: its figures in words, its drawings, and a table beside each."""

from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction

from msgspec import Struct

from leanfolio.figures.flow.clock import ItemFlow
from leanfolio.figures.flow.figures import SHARES, FlowFigures
from leanfolio.figures.flow.series import monday
from leanfolio.model.portfolio import Portfolio
from leanfolio.views.cell import Derived, Fact, SourceLine, Table, Value, headers
from leanfolio.views.derivation import derivation, line_of, sum_of
from leanfolio.views.flow.drawings import (
    Chart,
    age_chart,
    cumulative_chart,
    scatter_chart,
    state_chart,
    throughput_chart,
)
from leanfolio.views.flow.sentences import IN_SHORT, notes
from leanfolio.views.ref import ref
from leanfolio.wording import Message, Percent, Rounded, days, formula, message, readable, spaced

MOST_ROWS = 6
MOST_SOURCES = 6  # items that a figure of the page unfolds to; the others are counted
MOST_WEEKS = 6  # of the cumulative flow, where each takes a card on a phone
TITLES = {"epic": "Epics", "feature": "Features", "story": "Stories"}
LABELS = ("Half done within", "85 % done within", "95 % done within")


class Part(Struct, frozen=True):
    """A drawing, where there is something to draw, and the table with its numbers."""

    anchor: str
    title: str
    chart: Chart | None
    table: Table
    csv: str
    inside: Message  # what it shows, in short


class BoardFlow(Struct, frozen=True):
    """The flow of one type of item."""

    anchor: str
    title: str
    facts: tuple[Fact, ...]
    notes: tuple[Message, ...]
    parts: tuple[Part, ...]


def board_flow(
    type: str, figures: FlowFigures, portfolio: Portfolio, *, unfolds: bool = True
) -> BoardFlow:
    """What the page shows of the board of a type of item.

    `unfolds`: whether there is room for what its figures are made from.
    """
    return BoardFlow(
        f"{type}-flow",
        TITLES[type],
        tuple(facts(figures, portfolio if unfolds else None)),
        tuple(notes(figures)),
        tuple(parts(type, figures, portfolio)),
    )


def csv_name(type: str, name: str) -> str:
    """The name of a further table of flow, without its ending."""
    return f"flow-{type}-{name}"


def facts(figures: FlowFigures, portfolio: Portfolio | None) -> Iterator[Fact]:
    """The headline figures of a board; what is not known is left out."""
    yield Fact("Finished", len(figures.times))
    for label, share in zip(LABELS, SHARES, strict=True):
        value = figures.percentile(share)
        if value is not None:
            yield Fact(label, in_days(value))
    if figures.open_counted is not None:
        yield Fact("Median with open items counted", days(figures.open_counted))
    yield Fact("Load", figures.load, message("in waiting and active states"))
    yield Fact("Total age", total_age(figures, portfolio))
    if figures.efficiency is not None:
        yield Fact(
            "Flow efficiency",
            efficiency(figures, portfolio),
            message("active days over all days of finished items, pooled"),
        )
    if figures.debt_days is not None:
        yield Fact(
            "Flow debt",
            in_days(figures.debt_days),
            message(
                "days since as many items had arrived as have departed by now, less the mean flow"
                " time; above zero, open work is left to age"
            ),
        )
    if figures.cancelled:
        yield Fact("Cancelled after they were begun", len(figures.cancelled))
    if figures.reopened:
        yield Fact("Reopened", figures.reopened)
    for kind, (done, still) in figures.distribution.items():
        yield Fact(
            kind.capitalize() or "Without a kind",
            message("{done} done, {open} open", done=done, open=still),
        )


def total_age(figures: FlowFigures, portfolio: Portfolio | None) -> Value:
    """The days of all open items together, with the oldest of them."""
    ages = [flow.age or 0 for flow in figures.open]
    if not ages or portfolio is None:
        return days(figures.total_age)
    lines = history_lines(figures.open, portfolio, lambda flow: days(flow.age or 0))
    how = derivation(sum_of(ages, figures.total_age), lines, MOST_SOURCES)
    return Derived(days(figures.total_age), how)


def efficiency(figures: FlowFigures, portfolio: Portfolio | None) -> Value:
    """Active days over all days of finished items, with the last of them."""
    if portfolio is None:
        return Percent(figures.efficiency, 1)
    active = sum(flow.active_days for flow in figures.done)
    whole = active + sum(flow.waiting_days for flow in figures.done)
    share = Percent(figures.efficiency, 1)
    last = list(reversed(figures.done))
    lines = history_lines(
        last, portfolio,
        lambda flow: message(
            "{part} of {whole}", part=flow.active_days,
            whole=days(flow.active_days + flow.waiting_days),
        ),
    )  # fmt: skip
    arithmetic = formula(active, " / ", whole, " = ", share)
    return Derived(share, derivation(arithmetic, lines, MOST_SOURCES))


def history_lines(
    flows: Iterable[ItemFlow], portfolio: Portfolio, part: Callable[[ItemFlow], Value]
) -> Iterator[SourceLine]:
    """What each item brings to a figure, and where its history begins; not of one that is gone."""
    for flow in flows:
        item = portfolio.items.get(flow.id)
        if item is not None:
            yield line_of(item, "history", part(flow))


def in_days(value: Fraction) -> Message:
    return message("{number} d", number=Rounded(value, 1))


def parts(type: str, figures: FlowFigures, portfolio: Portfolio) -> Iterator[Part]:
    """The five drawings with their tables."""
    anchor = f"{type}-flow"
    made = (
        ("cumulative", "Cumulative flow", cumulative_chart, cumulative_table(figures)),
        ("scatter", "Flow time of finished work", scatter_chart, done_table(figures, portfolio)),
        ("age", "Age of open work", age_chart, age_table(figures, portfolio)),
        ("throughput", "Throughput", throughput_chart, week_table(figures)),
        ("states", "Time in each state", state_chart, state_table(figures)),
    )
    for name, title, chart, table in made:
        yield Part(
            f"{anchor}-{name}", title, chart(figures, anchor), table, csv_name(type, name),
            IN_SHORT[name](figures),
        )  # fmt: skip


def name_of(flow: ItemFlow, portfolio: Portfolio) -> Value:
    """An item as a link; a removed one by its id."""
    item = portfolio.items.get(flow.id)
    return ref(item) if item is not None else flow.id


def cut(title: str, labels: tuple[str, ...], rows: list[tuple[Value, ...]]) -> Table:
    """A table of the first rows, which says how many there are in all."""
    note = (
        message("The first {n} of {whole}; the CSV has all.", n=MOST_ROWS, whole=len(rows))
        if len(rows) > MOST_ROWS
        else ""
        if rows
        else message("Nothing here yet.")
    )
    return Table(title, headers(*labels), tuple(rows[:MOST_ROWS]), note)


def cumulative_table(figures: FlowFigures) -> Table:
    """How many had reached each state by the last known day of each week, newest first."""
    states = [state.name for state in figures.states]
    weeks = {monday(row.on): row for row in figures.cumulative}
    rows: list[tuple[Value, ...]] = [
        (row.on, *(row.reached[name] for name in states)) for row in reversed(weeks.values())
    ]
    labels = ("By the end of", *(f"{spaced(name)}#" for name in states))
    note = message("The last day of each week on which something moved; the CSV has every day.")
    table = Table("Cumulative flow", headers(*labels), tuple(rows[:MOST_WEEKS]), note)
    return table if rows else cut("Cumulative flow", labels, rows)


def done_table(figures: FlowFigures, portfolio: Portfolio) -> Table:
    """Finished items, the last first."""
    rows: list[tuple[Value, ...]] = [
        (name_of(flow, portfolio), flow.started, flow.ended, flow.days, flow.reopened)
        for flow in reversed(figures.done)
    ]
    labels = ("Item", "Started", "Done", "Flow time in days#", "Reopened#")
    return cut("Flow time of finished work", labels, rows)


def age_table(figures: FlowFigures, portfolio: Portfolio) -> Table:
    """Open items, the oldest first."""
    rows: list[tuple[Value, ...]] = [
        (
            name_of(flow, portfolio),
            readable(flow.state or ""),
            flow.age,
            flow.state_age,
            flow.blocked_days or None,
        )
        for flow in figures.open
    ]
    labels = ("Item", "State", "Age in days#", "Days in state#", "Blocked days#")
    return cut("Age of open work", labels, rows)


def week_table(figures: FlowFigures) -> Table:
    """Weeks, the newest first."""
    rows: list[tuple[Value, ...]] = [
        (
            week.period if week.whole else message("{week}, not over", week=week.period),
            week.done, week.arrivals, week.departures, week.load,
        )
        for week in reversed(figures.weeks)
    ]  # fmt: skip
    labels = ("Week", "Done#", "Arrivals#", "Departures#", "Load at its end#")
    return cut("Throughput", labels, rows)


def state_table(figures: FlowFigures) -> Table:
    """Waiting and active states in the order of the board."""
    rows: list[tuple[Value, ...]] = [
        (
            readable(entry.state.name), entry.state.category, entry.items, entry.days,
            Percent(entry.share), entry.open, entry.oldest,
        )
        for entry in figures.in_state
    ]  # fmt: skip
    labels = ("State", "Category", "Items#", "Days#", "Share#", "In it now#", "Oldest in days#")
    return cut("Time in each state", labels, rows)
