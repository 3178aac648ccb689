"""The same money by theme, objective, horizon, kind and state; and what a step forward has cost."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from msgspec import Struct

from leanfolio.figures.facts import Facts
from leanfolio.figures.funding.columns import Columns
from leanfolio.figures.funding.cuts import NONE, SPLIT, UNALLOCATED, Cut, Portion, Slice, cut
from leanfolio.figures.funding.outcome import OutcomeCost, Way, outcome_costs
from leanfolio.model import Item, Objective, Theme
from leanfolio.model.portfolio import Portfolio
from leanfolio.views.funding.missing import Missing
from leanfolio.views.funding.rows import FundingRow
from leanfolio.views.page_only import PageOnly
from leanfolio.views.partial import NOT_SHOWN
from leanfolio.views.ref import url_of
from leanfolio.wording import Message, Percent, Text, cents, message, plural, quoted, rounded

TITLES = {
    "theme": "By theme",
    "objective": "By objective",
    "horizon": "By investment horizon",
    "kind": "By kind",
    "state": "By state",
}
HEADS = {
    "theme": "Theme",
    "objective": "Objective",
    "horizon": "Horizon",
    "kind": "Kind",
    "state": "State",
}
NOTHING = {
    "theme": "Serves no theme",
    "objective": "Serves no objective",
    "horizon": "No horizon stated",
    "kind": "No kind stated",
    "state": "No state stated",
}
HORIZONS = {
    "3": "Horizon 3, evaluating",
    "2": "Horizon 2, emerging",
    "1": "Horizon 1, investing or extracting",
    "0": "Horizon 0, retiring",
}
SUMS = {UNALLOCATED: "Unallocated", "total": "All money"}
MOST_UNSORTED = 6  # rows that a reader takes in as they are
MOST_ROWS = 25  # of one cut on the page; the others are in the data
SPLIT_NOTE = message(
    "An epic that serves several is counted with each; its money is split between them."
)
KINDS = {"business": "Business", "enabler": "Enabler"}


class CutRow(Struct, frozen=True):
    """One part of the money. None is not stated, and `unknown` counts the parts that are not."""

    id: str  # of the theme or objective; or the horizon, kind or state; "" for what has none
    title: str
    url: str | None
    approved: Decimal | None
    committed: Decimal | None
    forecast: Decimal | None
    actual: Decimal | None
    asked: Decimal | None
    share: Decimal | None  # of the committed money
    epics: int
    unknown: Missing
    # Whether a part of it may not be shown to this audience.
    withheld: PageOnly[bool] = False

    @property
    def instead(self) -> Text:
        """What stands in place of an amount that is None; "" where nobody states it."""
        return NOT_SHOWN if self.withheld else ""

    @property
    def of_epics(self) -> bool:
        """Whether it is the sum of epics, and not what no epic has, or the whole."""
        return self.id not in (UNALLOCATED, "total")

    def lacking(self, column: str, total: FundingRow) -> Text:
        """What a figure lacks. Epics are counted; of other money it is said who.

        `total` is the row of all money in the funding table.
        """
        missing = getattr(self.unknown, column)
        if self.withheld:
            return ""
        if not missing or (column == "asked" and not self.epics):
            return ""
        if self.of_epics or column == "asked":
            return epics_not_stated(missing)
        return total.lacking(column)


def epics_not_stated(epics: int) -> Text:
    """How many epics do not state a part of a sum; "" of none."""
    return plural("{n} epic not stated", "{n} epics not stated", epics) if epics else ""


class CutTable(Struct, frozen=True):
    """All the money, cut in one way. The rows sum to the total, to the cent."""

    name: str
    title: str
    head: str
    rows: tuple[CutRow, ...]
    total: CutRow
    note: Text = ""

    @property
    def visible_rows(self) -> tuple[CutRow, ...]:
        """The rows that a page prints: all, or those with most committed, and what no epic has."""
        if not self.more:
            return self.rows
        kept = sorted(self.rows, key=lambda row: (row.of_epics, -(row.committed or 0)))
        names = {row.id for row in kept[:MOST_ROWS]}
        return tuple(row for row in self.rows if row.id in names)

    @property
    def anchor(self) -> str:
        """Where a page has it."""
        return f"by-{self.name}"

    @property
    def inside(self) -> Message:
        """What the largest part has of the committed money; not known, the number of parts."""
        counted = plural("{n} row", "{n} rows", len(self.rows))
        shares = [row.share for row in self.rows if row.of_epics and row.share is not None]
        first = [row for row in self.rows if row.of_epics and row.share == max(shares, default=0)]
        if len(first) != 1 or not first[0].share or any(row.unknown.committed for row in self.rows):
            return counted
        share = Percent(first[0].share, 1)
        if not first[0].url:
            return message(
                "{rows}; the largest has {share} of what is committed", rows=counted, share=share
            )
        return message(
            "{rows}; {part} has {share} of what is committed",
            rows=counted, part=quoted(first[0].title), share=share,
        )  # fmt: skip

    @property
    def sortable(self) -> bool:
        """Whether it is long enough to be sorted."""
        return len(self.rows) > MOST_UNSORTED

    @property
    def more(self) -> int:
        """How many rows are in the data alone."""
        return max(len(self.rows) - MOST_ROWS, 0)

    @property
    def more_note(self) -> Message:
        """How many rows the page prints, and how many it does not."""
        visible = len(self.visible_rows)
        return plural(
            "The {visible} with most committed; {n} more is in",
            "The {visible} with most committed; {n} more are in",
            self.more,
            visible=visible,
        )


class OutcomeRow(Struct, frozen=True):
    """What was spent for a key result in the period of its objective, and what each hundredth of
    its way has cost so far."""

    id: str
    title: str
    url: str
    period: str  # "" where the objective has none, so that all its days count
    approved: Decimal | None
    actual: Decimal | None
    unknown: int
    progress: Decimal | None  # a share of the way
    per_point: Decimal | None

    @property
    def lacking(self) -> Text:
        """What the sum of the spending lacks."""
        return epics_not_stated(self.unknown)


def cut_tables(
    portfolio: Portfolio, all: Sequence[Portion], whole: Columns
) -> tuple[CutTable, ...]:
    """Every cut of the money, each with the same total as the funding table."""
    order = {
        "theme": [theme.id for theme in portfolio.items_of(Theme)],
        "objective": [objective.id for objective in portfolio.items_of(Objective)],
        "horizon": list(HORIZONS),
        "kind": list(KINDS),
        "state": [state.name for state in portfolio.policy.states],
    }
    return tuple(cut_table(portfolio, cut(name, all, order[name], whole)) for name in TITLES)


def cut_table(portfolio: Portfolio, cut: Cut) -> CutTable:
    committed = cut.total.columns["committed"].amount
    return CutTable(
        cut.name,
        TITLES[cut.name],
        HEADS[cut.name],
        tuple(cut_row(portfolio, cut.name, slice, committed) for slice in cut.slices),
        cut_row(portfolio, cut.name, cut.total, committed),
        SPLIT_NOTE if cut.name in ("theme", "objective") else "",
    )


def cut_row(portfolio: Portfolio, name: str, slice: Slice, committed: Decimal | None) -> CutRow:
    withheld = portfolio.hides_money_of_goals
    amounts = {column: None if withheld else slice.columns[column].amount for column in SPLIT}
    item = portfolio.items.get(slice.key) if name in ("theme", "objective") else None
    part = amounts["committed"]
    share = None if not committed or part is None else rounded(part / committed, 4)
    return CutRow(
        id=slice.key,
        title=item.title if item else title_of(name, slice.key),
        url=url_of(item) if item else None,
        **amounts,
        share=None if share is None else Decimal(share),
        epics=slice.epics,
        unknown=Missing(**{column: slice.columns[column].unknown for column in SPLIT}),
        withheld=withheld,
    )


def title_of(name: str, key: str) -> str:
    if key in (NONE, UNALLOCATED, "total"):
        return NOTHING[name] if key == NONE else SUMS[key]
    return {"horizon": HORIZONS, "kind": KINDS}.get(name, {}).get(key, key)


def outcome_rows(facts: Facts, all: Iterable[Portion]) -> tuple[OutcomeRow, ...]:
    """Every key result that an epic moves, with the price of its progress so far."""
    ways = {
        id: Way(result.progress, facts.days_of(id), result.key_result.kind == "maintain")
        for id, result in facts.key_results.items()
    }
    return tuple(
        outcome_row(facts.portfolio, cost) for cost in outcome_costs(facts.portfolio, all, ways)
    )


def outcome_row(portfolio: Portfolio, cost: OutcomeCost) -> OutcomeRow:
    """A key result beside what its progress has cost, to the cent."""
    item = portfolio[cost.key_result]
    progress = cost.way.progress
    return OutcomeRow(
        id=item.id,
        title=item.title,
        url=url_of(item),
        period=period_name(portfolio, item),
        approved=None if cost.approved is None else cents(cost.approved),
        actual=None if cost.actual is None else cents(cost.actual),
        unknown=cost.unknown,
        progress=None if progress is None else Decimal(rounded(progress, 4)),
        per_point=None if cost.per_point is None else cents(cost.per_point),
    )


def period_name(portfolio: Portfolio, key_result: Item) -> str:
    """The period of a key result's objective as it is written; "" where it has none."""
    parents = (item for item in portfolio.parents_of(key_result.id) if isinstance(item, Objective))
    return next((str(item.period) for item in parents if item.period), "")
