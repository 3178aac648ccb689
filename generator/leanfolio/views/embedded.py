"""A view inside a prose page: the rows of the view's own page, filtered and cut by the author."""

from collections.abc import Iterable, Mapping
from typing import Any

from msgspec.structs import replace

from leanfolio.figures.funding.table import TOTAL
from leanfolio.model import Epic, Increment
from leanfolio.model.conditions import RELATIONS, matcher, values_of
from leanfolio.views.board_rows import Card
from leanfolio.views.built import Built
from leanfolio.views.cell import Table, Tag, Value, headers
from leanfolio.views.change.field_names import FIELD_NAMES
from leanfolio.views.funding.rows import FundingRow
from leanfolio.views.items.goals import key_result_table
from leanfolio.views.items.work_tables import epic_rows
from leanfolio.views.lists import delivered
from leanfolio.views.partial import of_what_is_shown
from leanfolio.views.ref import Ref, ref
from leanfolio.views.view import Filter, View
from leanfolio.wording import (
    Message,
    Series,
    Text,
    heading,
    in_context,
    joined,
    listed,
    message,
    plural,
    quoted,
    readable,
)

Options = Mapping[str, Any]
Conditions = Mapping[str, Any]  # a field, or a type -> the value that it has, or a list of them
MOST_LINKS = 500


def embedded_table(view: View, built: Built, options: Options) -> Table:
    """The table of a view in prose, as its `where:` and `limit:` narrow it.

    Its note says by what it is narrowed, and what is left out; or that nothing is left.
    """
    where = conditions(options)
    table = view.table(built, item_filter(built, where), options)
    if not table.rows:
        nothing = nothing_there(built, where)
        return replace(table, note=joined((nothing, table.note), " ") if table.note else nothing)
    limit = options.get("limit")
    most = limit if isinstance(limit, int) and not isinstance(limit, bool) else len(table.rows)
    rows = table.rows[:most] if most >= 0 else table.rows
    notes: list[Text] = [only_words(where)] if where else []
    if len(rows) < len(table.rows):
        notes.append(left_out(view, len(table.rows) - len(rows)))
    if table.note:
        notes.append(table.note)
    return replace(table, rows=rows, note=joined(notes, " ") if notes else "")


def left_out(view: View, rows: int) -> Message:
    """Return how many rows `limit:` leaves out, and where they stand."""
    if view.address:
        return plural(
            "{n:spelled} more stands on the page {view}.",
            "{n:spelled} more stand on the page {view}.",
            rows, view=quoted(view.title),
        ).sentence()  # fmt: skip
    return plural(
        "{n:spelled} more is not listed here.", "{n:spelled} more are not listed here.", rows
    ).sentence()


def only_words(where: Conditions) -> Message:
    """Return what the rows of a view have in common: Only value stream VS-1, state mvp."""
    return message("Only {conditions}.", conditions=condition_words(where))


def nothing_there(built: Built, where: Conditions) -> Message:
    """Return that a view holds no row: none at all, or none that meets the conditions."""
    if not where:
        return of_what_is_shown(
            message("There is nothing in this view yet."),
            message("Nothing of this view is shown."),
            partial=built.portfolio.partial,
        )
    words = condition_words(where)
    return of_what_is_shown(
        message("Nothing here has {conditions}.", conditions=words),
        message("Nothing that is shown here has {conditions}.", conditions=words),
        partial=built.portfolio.partial,
    )


def condition_words(where: Conditions) -> Series:
    """Return conditions as one reads them: value stream VS-1, state mvp or ready."""
    return joined(
        (
            in_context(
                "a condition on items", "{field} {values}",
                field=FIELD_NAMES.get(name) or readable(name),
                values=listed(
                    (readable(each) if name in ("state", "type") else each
                     for each in values_of(value)),
                    "or",
                ),
            )
            for name, value in where.items()
        ),
        ", ",
    )  # fmt: skip


def conditions(options: Options) -> Conditions:
    """The conditions of `where:`, none where it is no mapping."""
    where = options.get("where")
    return {str(name): value for name, value in where.items()} if isinstance(where, Mapping) else {}


def item_filter(built: Built, where: Conditions) -> Filter:
    """Whether an item meets all conditions; any item, and what is none, where there are none."""
    return matcher(built.portfolio, where) if where else lambda id: True


def ranking_table(built: Built, wanted: Filter, options: Options) -> Table:
    """The epics that have a rank; its note counts those that have none."""
    ranking = built.figures.ranking
    rows = tuple(
        (item.rank, Ref(item.id, "epic", "epic", item.title, item.url), item.score, item.arithmetic)
        for item in ranking.items
        if wanted(item.id)
    )
    unranked = sum(wanted(epic.id) for epic in ranking.unranked)
    note = (
        plural(
            "{n:spelled} epic has no score, and so no rank.",
            "{n:spelled} epics have no score, and so no rank.",
            unranked,
        ).sentence()
        if unranked
        else ""
    )
    return Table("Ranking", headers("Rank#", "Epic", "WSJF#", "How it came about"), rows, note)


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
        rows.append(
            (
                funding_name(row, built),
                row.period if row.period and row.period != TOTAL else message("all periods"),
                *(row.cell(name, currency) for name in FUNDING_COLUMNS),
            )
        )
    return Table(
        "Funding",
        headers("What", "Period", "Approved#", "Forecast#", "Actual#", "Variance#"),
        tuple(rows),
    )


def funding_name(row: FundingRow, built: Built) -> Value:
    """Return what a row is about; the rest of a value stream's money has no name of its own."""
    item = built.portfolio.items.get(row.id) if row.id else None
    if item is None:
        return row.title
    if row.level == "unallocated":
        return message(
            "{value_stream} {title}: unallocated", value_stream=item.id, title=item.title
        )
    return ref(item)


def okr_table(built: Built, wanted: Filter, options: Options) -> Table:
    """Key results; what is asked of a field may hold for their objective instead."""
    where = conditions(options)
    belongs = item_filter(built, {name: where[name] for name in where if name in RELATIONS})
    has = item_filter(built, {name: where[name] for name in where if name not in RELATIONS})
    rows = tuple(
        row
        for objective in built.figures.okrs.objectives
        for row in objective.key_results
        if belongs(row.id) and (has(row.id) or has(objective.id))
    )
    return key_result_table(rows, most=len(rows))


def trace_table(built: Built, wanted: Filter, options: Options) -> Table:
    """Links with a wanted item at either end; of what belongs together, none from outside."""
    where = conditions(options)
    either_end = any(name not in RELATIONS for name in where)
    rows = tuple(
        (ref(built.portfolio[edge.source]), edge.kind, ref(built.portfolio[edge.target]))
        for edge in built.portfolio.edges
        if edge.kind in ("parent", "moves", "needs", "affects")
        and (
            wanted(edge.source)
            or ((either_end or edge.kind in ("needs", "affects")) and wanted(edge.target))
        )
    )
    left = max(len(rows) - MOST_LINKS, 0)
    note = (
        plural("{n} more is in data/trace.json.", "{n} more are in data/trace.json.", left)
        if left
        else ""
    )
    return Table("Links", headers("Item", "How", "To"), rows[:MOST_LINKS], note)


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
    """Problems, of files that hold a wanted item."""
    files = {str(item.origin.path) for item in built.portfolio.items.values() if wanted(item.id)}
    rows = tuple(
        (f"{problem.file}:{problem.line}", problem.severity, problem.rule, problem.said)
        for problem in built.figures.problems.problems
        if not options.get("where") or problem.file in files
    )
    return Table("Problems", headers("Place", "Severity", "Rule", "What"), rows)


def epics_table(built: Built, wanted: Filter, options: Options) -> Table:
    return epic_rows(
        "Epics",
        (epic for epic in built.portfolio.items_of(Epic) if wanted(epic.id)),
        built.portfolio,
        built.figures,
    )
