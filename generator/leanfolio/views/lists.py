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
    epics = portfolio.of(Epic)
    active = sum(1 for each in epics if portfolio.category_of(each) == "active")
    finding = f"{capital(count(len(epics), 'epic'))}, {words(active)} in work"
    if len(epics) <= MOST_ROWS:
        return Listing(finding, "", (epic_rows("Epics", epics, portfolio, figures),), True)
    rows: list[tuple[Value, ...]] = []
    for stream in portfolio.of(ValueStream):
        mine = portfolio.members_of(stream.id, Epic)
        by = dict.fromkeys(("new", "waiting", "active", "done", "cancelled"), 0)
        for each in mine:
            by[portfolio.category_of(each) or "new"] += 1
        rows.append((ref(stream), len(mine), *by.values()))
    without = tuple(each for each in epics if not portfolio.edges_from(each.id, "stream"))
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
        portfolio.of(Increment), key=lambda each: (each.start or date.min, each.id), reverse=True
    )
    rows: list[tuple[Value, ...]] = []
    for each in increments:
        features = portfolio.members_of(each.id, Feature)
        done = sum(1 for feature in features if portfolio.category_of(feature) == "done")
        rows.append(
            (
                ref(each),
                each.start,
                each.end,
                when(each, as_of),
                len(each.objectives),
                delivered(each, as_of),
                f"{done} of {len(features)}",
            )
        )
    running = next((each for each in increments if each.days and is_running(each, as_of)), None)
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
        portfolio.of(Risk), key=lambda each: (order[each.status], each.due or date.max, each.id)
    )
    rows: list[tuple[Value, ...]] = []
    late = 0
    for each in risks:
        is_open = each.status in ("owned", "mitigated", None)
        overdue = is_open and each.due is not None and each.due < as_of
        late += overdue
        status = Tag("bad", f"{each.status}, overdue") if overdue else Tag(
            "good" if each.status == "resolved" else "plain", each.status or "no status"
        )  # fmt: skip
        affected = tuple(ref(portfolio[id]) for id in each.affects if id in portfolio)
        rows.append((ref(each), status, each.owner, each.due, each.action, affected))
    open_count = sum(1 for each in risks if each.status in ("owned", "mitigated", None))
    overdue_words = f", {words(late)} overdue" if late else ""
    finding = f"{capital(count(open_count, 'risk'))} open{overdue_words}"
    table = Table(
        "Risks",
        headers("Risk", "Status", "Owner", "Due", "Action", "Affects"),
        tuple(rows),
        anchor="risks",
    )
    return Listing(finding if risks else "No risk is recorded", "", (table,))
