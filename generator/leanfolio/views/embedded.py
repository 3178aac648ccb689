"""A view inside a prose page: the rows of the view's own page, filtered and cut by the author."""

from collections.abc import Iterable, Mapping
from typing import Any

from leanfolio.model import Epic, Increment, Item
from leanfolio.views.board_rows import Card
from leanfolio.views.built import Built
from leanfolio.views.cell import Table, Tag, Value, headers
from leanfolio.views.items.goals import key_result_table
from leanfolio.views.items.work_tables import epic_rows
from leanfolio.views.lists import delivered
from leanfolio.views.ref import Ref, ref
from leanfolio.views.view import Filter, View
from leanfolio.wording import Message, heading, in_context, joined, plural

Options = Mapping[str, Any]
MOST_LINKS = 500


def embedded_table(view: View, built: Built, options: Options) -> Table:
    """The table of a view in prose, as its `where:` and `limit:` narrow it."""
    table = view.table(built, item_filter(built, options.get("where")), options)
    limit = options.get("limit")
    if not isinstance(limit, int) or isinstance(limit, bool):
        return table
    if not 0 <= limit < len(table.rows):
        return table
    note = plural(
        "{n:spelled} more stands on the page of the {view}.",
        "{n:spelled} more stand on the page of the {view}.",
        len(table.rows) - limit,
        view=table.title.lower(),
    )
    return Table(table.title, table.headers, table.rows[:limit], note.sentence(), table.anchor)


def item_filter(built: Built, where: Any) -> Filter:
    """Whether an item has, for every field that `where` names, the value or one of the values."""
    if not isinstance(where, Mapping):
        return lambda id: True

    def matches(id: str) -> bool:
        item = built.portfolio.items.get(id)
        return item is not None and all(
            has_value(item, name, value) for name, value in where.items()
        )

    return matches


def has_value(item: Item, name: str, value: Any) -> bool:
    """Whether a field of an item is, or holds, the value or one of the values."""
    allowed = {str(entry) for entry in value} if isinstance(value, list) else {str(value)}
    held = getattr(item, name, item.TYPE if name == "type" else None)
    if isinstance(held, str | int):
        return str(held) in allowed
    if isinstance(held, Iterable):
        return any(str(entry) in allowed for entry in held)
    return str(held) in allowed


def ranking_table(built: Built, wanted: Filter, options: Options) -> Table:
    rows = tuple(
        (item.rank, Ref(item.id, "epic", "epic", item.title, item.url), item.score, item.arithmetic)
        for item in built.figures.ranking.items
        if wanted(item.id)
    )
    return Table("Ranking", headers("Rank#", "Epic", "WSJF#", "How it came about"), rows)


def blocked_words(card: Card) -> Message:
    """Return what blocks the epic of a card, or since when it is said to be blocked."""
    if card.blocked:
        return blocked_by(card.blocked)
    return in_context("since when an item is blocked", "since {day}", day=card.blocked_since)


def blocked_by(ids: Iterable[str]) -> Message:
    """Return what blocks an item: by EP-1, EP-2."""
    return in_context("what blocks an item", "by {items}", items=joined(ids, ", "))


def board_table(built: Built, wanted: Filter, options: Options) -> Table:
    rows: list[tuple[Value, ...]] = []
    for column in built.figures.board.columns:
        for card in column.cards:
            if wanted(card.id):
                blocked = Tag("warn", blocked_words(card)) if card.is_blocked else None
                rows.append((heading(column.state), card.ref, card.age_days, card.owner, blocked))
    return Table(
        "Board", headers("State", "Epic", "Days in state#", "Owner", "Blocked"), tuple(rows)
    )


FUNDING_COLUMNS = ("approved", "forecast", "actual", "variance")


def funding_table(built: Built, wanted: Filter, options: Options) -> Table:
    """The rows of the funding table; those of no item stay unless the page filters."""
    currency = built.figures.funding.currency
    rows: list[tuple[Value, ...]] = []
    for row in built.figures.funding.rows:
        if options.get("where") and not wanted(str(row.id)):
            continue
        known = row.id and row.id in built.portfolio
        name: Value = ref(built.portfolio[row.id]) if known else row.title
        rows.append(
            (
                name,
                str(row.period) if row.period else "all",
                *(row.cell(name, currency) for name in FUNDING_COLUMNS),
            )
        )
    return Table(
        "Funding",
        headers("What", "Period", "Approved#", "Forecast#", "Actual#", "Variance#"),
        tuple(rows),
    )


def okr_table(built: Built, wanted: Filter, options: Options) -> Table:
    rows = tuple(
        row
        for objective in built.figures.okrs.objectives
        for row in objective.key_results
        if wanted(row.id) or (options.get("where") and wanted(objective.id))
    )
    return key_result_table(rows, most=len(rows))


def trace_table(built: Built, wanted: Filter, options: Options) -> Table:
    rows = tuple(
        (ref(built.portfolio[edge.source]), edge.kind, ref(built.portfolio[edge.target]))
        for edge in built.portfolio.edges
        if edge.kind in ("parent", "moves", "needs", "affects")
        and (wanted(edge.source) or (options.get("where") and wanted(edge.target)))
    )
    return Table("Links", headers("Item", "How", "To"), rows[:MOST_LINKS])


def increment_table(built: Built, wanted: Filter, options: Options) -> Table:
    named = options.get("increment")
    rows: list[tuple[Value, ...]] = []
    for increment in built.portfolio.items_of(Increment):
        if (named and increment.id != named) or not wanted(increment.id):
            continue
        rows.append(
            (
                ref(increment),
                increment.start,
                increment.end,
                len(increment.objectives),
                delivered(increment, built.as_of),
            )
        )
    return Table(
        "Increments",
        headers("Increment", "Starts", "Ends", "Objectives#", "Predictability#"),
        tuple(rows),
    )


def problems_table(built: Built, wanted: Filter, options: Options) -> Table:
    rows = tuple(
        (f"{problem.file}:{problem.line}", problem.severity, problem.rule, problem.message)
        for problem in built.figures.problems.problems
    )
    return Table("Problems", headers("Place", "Severity", "Rule", "What"), rows)


def epics_table(built: Built, wanted: Filter, options: Options) -> Table:
    return epic_rows(
        "Epics",
        (epic for epic in built.portfolio.items_of(Epic) if wanted(epic.id)),
        built.portfolio,
        built.figures,
    )
