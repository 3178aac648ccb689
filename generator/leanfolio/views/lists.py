"""The pages that list items of one type: epics and increments."""

from datetime import date

from msgspec import Struct

from leanfolio.figures.flow.predictability import delivery
from leanfolio.model import Epic, Feature, Increment, ValueStream
from leanfolio.model.portfolio import Portfolio
from leanfolio.views.cell import Table, Tag, Value, headers
from leanfolio.views.figures import Figures
from leanfolio.views.increments.delivered import share_or_gap
from leanfolio.views.increments.headline import headline, is_over
from leanfolio.views.items.work_tables import MOST_ROWS, done_of, epic_rows, late_rows
from leanfolio.views.page_only import PageOnly
from leanfolio.views.partial import of_what_is_shown
from leanfolio.views.ref import ref
from leanfolio.views.trends import trend_table
from leanfolio.wording import Text, message, plural

CATEGORIES = ("new", "waiting", "active", "done", "cancelled")


class Listing(Struct, frozen=True):
    """A page of tables."""

    finding: Text
    summary: Text
    tables: PageOnly[tuple[Table, ...]]
    filterable: bool = False


def epic_list(portfolio: Portfolio, figures: Figures) -> Listing:
    """Return all epics; of a very large portfolio a row per value stream, which lists its own."""
    epics = portfolio.items_of(Epic)
    active = sum(1 for epic in epics if portfolio.category_of(epic) == "active")
    finding = message(
        "{epics}, {active:pronoun} in work",
        epics=plural("{n:spelled} epic", "{n:spelled} epics", len(epics)).sentence(),
        active=active,
    )
    if not epics:
        finding = of_what_is_shown(
            message("There are no epics yet"),
            message("No epic is shown"),
            partial=portfolio.partial,
        )
    if len(epics) <= MOST_ROWS:
        return Listing(finding, "", (epic_rows("Epics", epics, portfolio, figures),), True)
    without = tuple(epic for epic in epics if not portfolio.edges_from(epic.id, "stream"))
    tables = (
        epics_by_stream(portfolio),
        epic_rows("Epics without a value stream", without, portfolio, figures, "without"),
    )
    return Listing(finding, "", tuple(table for table in tables if table.rows), True)


def epics_by_stream(portfolio: Portfolio) -> Table:
    """Return how many epics each value stream has in each kind of state."""
    rows: list[tuple[Value, ...]] = []
    for stream in portfolio.items_of(ValueStream):
        members = portfolio.members_of(stream.id, Epic)
        counts = dict.fromkeys(CATEGORIES, 0)
        for epic in members:
            counts[portfolio.category_of(epic) or "new"] += 1
        rows.append((ref(stream), len(members), *counts.values()))
    return Table(
        "Epics by value stream",
        headers("Value stream", "Epics#", "New#", "Waiting#", "In work#", "Done#", "Cancelled#"),
        tuple(rows),
        note=message("Each value stream's page lists its epics."),
        anchor="by-value-stream",
    )


def increment_list(portfolio: Portfolio, figures: Figures) -> Listing:
    """Return every increment, newest first: when, what was promised, what was delivered; the
    features that are late; and the trends of headline figures."""
    as_of = figures.as_of
    increments = sorted(
        portfolio.items_of(Increment),
        key=lambda increment: (increment.start or date.min, increment.id),
        reverse=True,
    )
    table = Table(
        "Increments",
        headers(
            "Increment", "Starts", "Ends", "Now", "Objectives#", "Predictability#", "Features done#"
        ),
        tuple(
            (
                ref(increment),
                increment.start,
                increment.end,
                when(increment, as_of),
                len(increment.objectives),
                delivered(increment, as_of),
                done_of(portfolio, portfolio.members_of(increment.id, Feature)),
            )
            for increment in increments
        ),
        note=message(
            "Predictability: actual value of all objectives over planned value of the committed, "
            "once the increment is over; until then, what is delivered so far."
        ),
        anchor="increments",
    )
    late = (late_rows(figures.late, portfolio),) if figures.late else ()
    trends = (trend_table(figures.trends, portfolio),) if len(figures.trends.rows) > 1 else ()
    finding = increments_finding(increments, figures, partial=portfolio.partial)
    return Listing(finding, "", (table, *late, *trends))


def increments_finding(increments: list[Increment], figures: Figures, *, partial: bool) -> Text:
    """Return how the increment goes that runs, or that none does."""
    as_of = figures.as_of
    if not increments:
        return of_what_is_shown(
            message("There are no increments yet"),
            message("No increment is shown"),
            partial=partial,
        )
    running = next((entry for entry in increments if entry.runs_on(as_of)), None)
    if running and running.days:
        standings = figures.increments[running.id].objectives
        return headline(running, standings, as_of, partial=partial)
    if partial:
        return message("No increment that is shown runs today")
    return plural(
        "{n:spelled} increment, none running today",
        "{n:spelled} increments, none running today",
        len(increments),
    ).sentence()


def delivered(increment: Increment, as_of: date) -> Value:
    """Return how predictable it was, once it is over; until then, what is delivered so far."""
    if not increment.objectives:
        return None
    return share_or_gap(delivery(increment.objectives), over=is_over(increment, as_of))


def when(increment: Increment, as_of: date) -> Tag | None:
    if increment.days is None:
        return None
    if as_of > increment.days.last:
        return Tag("plain", message("over"))
    if as_of >= increment.days.first:
        return Tag("good", message("running"))
    return Tag("plain", message("ahead"))
