"""The pages that list items of one type: epics, increments, risks."""

from dataclasses import dataclass
from datetime import date

from leanfolio.figures.flow.predictability import predictability
from leanfolio.model import Epic, Feature, Increment, Risk, ValueStream
from leanfolio.model.portfolio import Portfolio
from leanfolio.views.cell import Table, Tag, Text, Value, headers, in_percent, sentence
from leanfolio.views.figures import Figures
from leanfolio.views.items.work_tables import MOST_ROWS, epic_rows
from leanfolio.views.phrase import capital, count, words
from leanfolio.views.ref import ref


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of tables."""

    finding: Text
    lede: Text
    tables: tuple[Table, ...]
    filterable: bool = False


def epic_list(portfolio: Portfolio, figures: Figures) -> Listing:
    """All epics; of a very large portfolio a line per value stream, whose page lists its own."""
    epics = portfolio.items_of(Epic)
    active = sum(1 for epic in epics if portfolio.category_of(epic) == "active")
    finding = f"{capital(count(len(epics), 'epic'))}, {words(active)} in work"
    if len(epics) <= MOST_ROWS:
        return Listing(finding, "", (epic_rows("Epics", epics, portfolio, figures),), True)
    rows: list[tuple[Value, ...]] = []
    for stream in portfolio.items_of(ValueStream):
        mine = portfolio.members_of(stream.id, Epic)
        by = dict.fromkeys(("new", "waiting", "active", "done", "cancelled"), 0)
        for each in mine:
            by[portfolio.category_of(each) or "new"] += 1
        rows.append((ref(stream), len(mine), *by.values()))
    without = tuple(epic for epic in epics if not portfolio.edges_from(epic.id, "stream"))
    table = Table(
        "Epics by value stream",
        headers("Value stream", "Epics#", "New#", "Waiting#", "In work#", "Done#", "Cancelled#"),
        tuple(rows),
        note="Each value stream's page lists its epics.",
        anchor="by-value-stream",
    )
    loose = epic_rows("Epics without a value stream", without, portfolio, figures, "without")
    return Listing(finding, "", tuple(each for each in (table, loose) if each.rows), True)


def increment_list(portfolio: Portfolio, as_of: date) -> Listing:
    """Every increment, newest first: when, what was promised, what was delivered."""
    increments = sorted(
        portfolio.items_of(Increment),
        key=lambda increment: (increment.start or date.min, increment.id),
        reverse=True,
    )
    rows: list[tuple[Value, ...]] = []
    for increment in increments:
        features = portfolio.members_of(increment.id, Feature)
        done = sum(1 for feature in features if portfolio.category_of(feature) == "done")
        rows.append(
            (
                ref(increment),
                increment.start,
                increment.end,
                when(increment, as_of),
                len(increment.objectives),
                delivered(increment, as_of),
                f"{done} of {len(features)}",
            )
        )
    running = next(
        (increment for increment in increments if increment.days and is_running(increment, as_of)),
        None,
    )
    finding = "There are no increments yet"
    if running and running.days:
        finding = (
            f"{running.title} is on day {running.days.elapsed(as_of)} of {running.days.length}"
        )
    elif increments:
        finding = f"{capital(count(len(increments), 'increment'))}, none running today"
    table = Table(
        "Increments",
        headers(
            "Increment", "Starts", "Ends", "Now", "Objectives#", "Predictability#", "Features done#"
        ),
        tuple(rows),
        note="Predictability: actual value of all objectives over planned value of the committed, "
        "once the increment is over; until then, what is delivered so far.",
        anchor="increments",
    )
    return Listing(finding, "", (table,))


def delivered(each: Increment, as_of: date) -> Value:
    """How predictable it was, once it is over; until then, what is delivered so far."""
    pooled = predictability(each.objectives)
    if pooled is None:
        return None
    if each.days is None or as_of > each.days.last:
        return in_percent(pooled, 1)
    return Tag("plain", sentence("so far {}", in_percent(pooled)))


def is_running(each: Increment, as_of: date) -> bool:
    return each.days is not None and each.days.first <= as_of <= each.days.last


def when(each: Increment, as_of: date) -> Tag | None:
    if each.days is None:
        return None
    if as_of > each.days.last:
        return Tag("plain", "over")
    return Tag("good", "running") if as_of >= each.days.first else Tag("plain", "ahead")


def risk_list(portfolio: Portfolio, as_of: date) -> Listing:
    """Every risk, open and overdue ones first."""
    order = {"owned": 0, None: 0, "mitigated": 1, "accepted": 2, "resolved": 3}
    risks = sorted(
        portfolio.items_of(Risk),
        key=lambda risk: (order[risk.status], risk.due or date.max, risk.id),
    )
    rows: list[tuple[Value, ...]] = []
    late = 0
    for risk in risks:
        is_open = risk.status in ("owned", "mitigated", None)
        overdue = is_open and risk.due is not None and risk.due < as_of
        late += overdue
        status = Tag("bad", f"{risk.status}, overdue") if overdue else Tag(
            "good" if risk.status == "resolved" else "plain", risk.status or "no status"
        )  # fmt: skip
        affected = tuple(ref(portfolio[id]) for id in risk.affects if id in portfolio)
        rows.append((ref(risk), status, risk.owner, risk.due, risk.action, affected))
    open_count = sum(1 for risk in risks if risk.status in ("owned", "mitigated", None))
    overdue_words = f", {words(late)} overdue" if late else ""
    finding = f"{capital(count(open_count, 'risk'))} open{overdue_words}"
    table = Table(
        "Risks",
        headers("Risk", "Status", "Owner", "Due", "Action", "Affects"),
        tuple(rows),
        anchor="risks",
    )
    return Listing(finding if risks else "No risk is recorded", "", (table,))
