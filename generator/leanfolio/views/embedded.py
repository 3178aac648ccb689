"""A view that a prose page carries: the rows of its own page, filtered and cut by the author."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from leanfolio.model import Epic, Increment, Item
from leanfolio.model.portfolio import Portfolio
from leanfolio.views.cell import Table, Tag, Value, headers
from leanfolio.views.figures import Figures
from leanfolio.views.items.goals import key_result_table
from leanfolio.views.items.work_tables import epic_rows
from leanfolio.views.lists import delivered
from leanfolio.views.phrase import capital, words
from leanfolio.views.ref import Ref, ref
from leanfolio.wording import Money

NAMES = ("board", "ranking", "funding", "okr", "trace", "increment", "problems")


def carried(portfolio: Portfolio, figures: Figures, spec: Mapping[str, Any]) -> Table | None:
    """The table that `view:`, `where:` and `limit:` ask for; None for a view that is not known."""
    make = MAKERS.get(str(spec.get("view")))
    if make is None:
        return None
    table = make(portfolio, figures, wanted(portfolio, spec.get("where")), spec)
    limit = spec.get("limit")
    if isinstance(limit, int) and not isinstance(limit, bool) and 0 <= limit < len(table.rows):
        left = len(table.rows) - limit
        note = f"{capital(words(left))} more stand on the page of the {table.title.lower()}."
        return Table(table.title, table.headers, table.rows[:limit], note, table.anchor)
    return table


Wanted = Callable[[str], bool]


def wanted(portfolio: Portfolio, where: Any) -> Wanted:
    """Whether an item has, for every field named, the value or one of the values given."""
    if not isinstance(where, Mapping):
        return lambda id: True

    def holds(id: str) -> bool:
        item = portfolio.items.get(id)
        return item is not None and all(has(item, name, value) for name, value in where.items())

    return holds


def has(item: Item, name: str, value: Any) -> bool:
    allowed = {str(each) for each in value} if isinstance(value, list) else {str(value)}
    held = getattr(item, name, item.TYPE if name == "type" else None)
    if isinstance(held, str | int):
        return str(held) in allowed
    if isinstance(held, Iterable):
        return any(str(each) in allowed for each in held)
    return str(held) in allowed


def ranking(portfolio: Portfolio, figures: Figures, keep: Wanted, spec: Mapping[str, Any]) -> Table:
    rows = tuple(
        (item.rank, Ref(item.id, "epic", "epic", item.title, item.url), item.score, item.arithmetic)
        for item in figures.ranking.items
        if keep(item.id)
    )
    return Table("Ranking", headers("Rank#", "Epic", "WSJF#", "How it came about"), rows)


def board(portfolio: Portfolio, figures: Figures, keep: Wanted, spec: Mapping[str, Any]) -> Table:
    rows: list[tuple[Value, ...]] = []
    for column in figures.board.columns:
        for card in column.cards:
            if keep(card.id):
                link = Ref(card.id, "epic", "epic", card.title, card.url)
                blocked = Tag("warn", f"by {', '.join(card.blocked)}") if card.blocked else None
                rows.append((column.title, link, card.age_days, card.owner, blocked))
    return Table(
        "Board", headers("State", "Epic", "Days in state#", "Owner", "Blocked"), tuple(rows)
    )


def funding(portfolio: Portfolio, figures: Figures, keep: Wanted, spec: Mapping[str, Any]) -> Table:
    """The rows of the funding table that a page asks for."""
    currency = figures.funding.currency
    rows: list[tuple[Value, ...]] = []
    for row in figures.funding.rows:
        if spec.get("where") and not keep(str(row.id)):
            continue
        name: Value = ref(portfolio[row.id]) if row.id and row.id in portfolio else row.title
        rows.append(
            (
                name,
                str(row.period) if row.period else "all",
                Money(row.approved, currency),
                Money(row.forecast, currency),
                Money(row.actual, currency),
                Money(row.variance, currency),
            )
        )
    return Table(
        "Funding",
        headers("What", "Period", "Approved#", "Forecast#", "Actual#", "Variance#"),
        tuple(rows),
    )


def okr(portfolio: Portfolio, figures: Figures, keep: Wanted, spec: Mapping[str, Any]) -> Table:
    rows = tuple(
        row
        for objective in figures.okrs.objectives
        for row in objective.key_results
        if keep(row.id) or (spec.get("where") and keep(objective.id))
    )
    return key_result_table(rows)


def trace(portfolio: Portfolio, figures: Figures, keep: Wanted, spec: Mapping[str, Any]) -> Table:
    rows = tuple(
        (ref(portfolio[edge.source]), edge.kind, ref(portfolio[edge.target]))
        for edge in portfolio.edges
        if edge.kind in ("parent", "moves", "needs", "affects")
        and (keep(edge.source) or (spec.get("where") and keep(edge.target)))
    )
    return Table("Links", headers("Item", "How", "To"), rows[:500])


def increment(
    portfolio: Portfolio, figures: Figures, keep: Wanted, spec: Mapping[str, Any]
) -> Table:
    named = spec.get("increment")
    rows: list[tuple[Value, ...]] = []
    for each in portfolio.items_of(Increment):
        if (named and each.id != named) or not keep(each.id):
            continue
        said = delivered(each, figures.as_of)
        rows.append((ref(each), each.start, each.end, len(each.objectives), said))
    return Table(
        "Increments",
        headers("Increment", "Starts", "Ends", "Objectives#", "Predictability#"),
        tuple(rows),
    )


def problems(
    portfolio: Portfolio, figures: Figures, keep: Wanted, spec: Mapping[str, Any]
) -> Table:
    rows = tuple(
        (f"{problem.file}:{problem.line}", problem.severity, problem.rule, problem.message)
        for problem in figures.problems.problems
    )
    return Table("Problems", headers("Place", "Severity", "Rule", "What"), rows)


def epics(portfolio: Portfolio, figures: Figures, keep: Wanted, spec: Mapping[str, Any]) -> Table:
    return epic_rows(
        "Epics", (e for e in portfolio.items_of(Epic) if keep(e.id)), portfolio, figures
    )


Maker = Callable[[Portfolio, Figures, Wanted, Mapping[str, Any]], Table]
MAKERS: dict[str, Maker] = {
    "board": board,
    "ranking": ranking,
    "funding": funding,
    "okr": okr,
    "trace": trace,
    "increment": increment,
    "problems": problems,
    "epics": epics,
}
