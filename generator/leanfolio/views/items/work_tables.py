"""Tables of epics and features, as other pages show them."""

from collections.abc import Iterable

from leanfolio.figures.columns import blockers, days_in_state, lasting_block
from leanfolio.figures.lateness import LateFeature
from leanfolio.model import Epic, Feature, HasState, Item, Story
from leanfolio.model.portfolio import Portfolio
from leanfolio.views.cell import Table, Tag, Value, figure, headers
from leanfolio.views.figures import Figures
from leanfolio.views.items.page_parts import part_of
from leanfolio.views.partial import amount_of
from leanfolio.views.ref import Ref, ref
from leanfolio.wording import Message, Money, Text, joined, message, plural, readable

MOST_ROWS = 150  # a longer table is folded: its page would be too heavy to open
LATE_NOTE = message(
    "A feature is late if it is open though its increment is over, or has open stories of"
    " iterations that are over."
)


def state_tag(portfolio: Portfolio, item: HasState) -> Tag | None:
    if not item.state:
        return None
    if blockers(portfolio, item) or lasting_block(portfolio, item):
        return Tag("warn", message("{state}, blocked", state=readable(item.state)))
    alive = portfolio.category_of(item) in ("active", "done")
    return Tag("good" if alive else "plain", readable(item.state))


def linked_item(portfolio: Portfolio, id: str | None) -> Ref | None:
    """Return the item that a field names, as a link; None where it names none that exists."""
    return ref(portfolio[id]) if id and id in portfolio else None


def epic_rows(
    title: str,
    epics: Iterable[Epic],
    portfolio: Portfolio,
    figures: Figures,
    anchor: str = "epics",
    most: int = MOST_ROWS,
) -> Table:
    """Return epics as a table, cut where it would grow too long."""
    every = tuple(epics)
    labels = ["Epic", "State", "Days in state#", "Owner", "Rank#", "WSJF#", "Approved#", "Spent#"]
    rows = [epic_row(epic, portfolio, figures) for epic in every[:most]]
    words = [figures.health.get(epic.id) for epic in every[:most]]
    gaps = [figures.gap_rows.get(epic.id) for epic in every[:most]]
    marks = [word.mark.tag if word else None for word in words]
    lacks = [gap.gaps if gap else None for gap in gaps]
    for label, cells in (("Gaps#", lacks), ("Health", marks)):
        if any(cells):  # a column of its own, where it says something
            labels.insert(2, label)
            rows = [(*row[:2], cell, *row[2:]) for row, cell in zip(rows, cells, strict=True)]
    return Table(
        title,
        headers(*labels),
        tuple(rows),
        note=not_listed(len(every) - most),
        anchor=anchor,
    )


def epic_row(epic: Epic, portfolio: Portfolio, figures: Figures) -> tuple[Value, ...]:
    """Return an epic's cells; what it spent is as it says, or else as it was booked."""
    ranked = figures.ranked.get(epic.id)
    currency = epic.currency or figures.currency
    booked = figures.spent.get(epic.id)
    spent: Value = amount_of(epic, "actual", currency)
    if epic.actual is None and booked is not None:
        spent = Money(booked, figures.currency)
    return (
        ref(epic),
        state_tag(portfolio, epic),
        days_in_state(epic, figures.as_of),
        epic.owner,
        ranked.rank if ranked else None,
        ranked.score if ranked else None,
        amount_of(epic, "approved", currency),
        spent,
    )


def not_listed(number: int) -> Text:
    """Return how many rows a table leaves out, and where they are; nothing where it has all."""
    if number <= 0:
        return ""
    return plural(
        "{n} more is not listed here; {file} has them all.",
        "{n} more are not listed here; {file} has them all.",
        number,
        file="data/items.csv",
    )


def feature_rows(
    features: Iterable[Feature], portfolio: Portfolio, *, but: str = "", most: int = MOST_ROWS
) -> Table:
    """Return features as a table, but for the column that would say the same in every row."""
    every = tuple(features)
    rows = tuple(
        (
            ref(feature),
            state_tag(portfolio, feature),
            readable(feature.kind),
            linked_item(portfolio, feature.team),
            linked_item(portfolio, feature.increment),
            figure(feature.size),
            stories_done(portfolio, feature),
        )
        for feature in every[:most]
    )
    labels = ("Feature", "State", "Kind", "Team", "Increment", "Size#", "Stories done#")
    note = not_listed(len(every) - most)
    return Table("Features", headers(*labels), rows, note, "features").without(but)


def late_rows(
    late: Iterable[LateFeature], portfolio: Portfolio, *, but: str = "", most: int = MOST_ROWS
) -> Table:
    """Return late features as a table, the longest late first; without one column."""
    labels = (
        "Feature",
        "State",
        "Team",
        "Increment",
        "Was due on",
        "Open stories that were due",
    )
    every = tuple(late)
    rows: list[tuple[Value, ...]] = []
    for entry in every[:most]:
        feature = portfolio[entry.feature]
        assert isinstance(feature, Feature)
        rows.append((
            ref(feature),
            state_tag(portfolio, feature),
            linked_item(portfolio, feature.team),
            ref(portfolio[entry.increment]),
            entry.since,
            tuple(ref(portfolio[id]) for id in entry.stories) or None,
        ))  # fmt: skip
    left_out = not_listed(len(every) - most)
    note = joined((LATE_NOTE, left_out), " ") if left_out else LATE_NOTE
    return Table("Late features", headers(*labels), tuple(rows), note, "late").without(but)


def stories_done(portfolio: Portfolio, feature: Feature) -> Message | None:
    return done_of(portfolio, portfolio.children_of(feature.id, Story))


def done_of(portfolio: Portfolio, items: Iterable[Item]) -> Message | None:
    """Return how many of these are done; None where there are none."""
    every = tuple(items)
    done = sum(1 for item in every if portfolio.category_of(item) == "done")
    return part_of(done, len(every)) if every else None
