"""What a team took on and delivered, increment by increment: on its page and its value stream's."""

from collections.abc import Iterable, Mapping
from datetime import date

from msgspec import Struct

from leanfolio.figures.flow.predictability import Delivery, delivery
from leanfolio.figures.increments.work import IncrementWork
from leanfolio.model import Increment
from leanfolio.model.portfolio import Portfolio
from leanfolio.views.cell import Table, Value, headers
from leanfolio.views.increments.delivered import delivery_words, share_or_gap
from leanfolio.views.increments.headline import is_over
from leanfolio.views.increments.rows import LoadRow, load_row
from leanfolio.views.increments.tables import load_cells, too_full, unpointed
from leanfolio.views.ref import Ref, ref
from leanfolio.wording import Part, Text, message


class TeamIncrement(Struct, frozen=True):
    """A team in one increment: its load against its capacity, in points, and its objectives.

    `load` is None where no work is planned for it, `too_full` where no iteration is known to be
    over capacity; `values` are in business value.
    """

    increment: Ref
    first: date | None  # its first day
    runs: bool
    over: bool
    load: LoadRow | None
    values: Delivery
    too_full: Text | None = None


def team_increments(
    portfolio: Portfolio, works: Mapping[str, IncrementWork], as_of: date
) -> dict[str, tuple[TeamIncrement, ...]]:
    """Return the increments of each team that has work or objectives there, the newest first."""
    found: dict[str, list[TeamIncrement]] = {}
    for increment in sorted(portfolio.items_of(Increment), key=starts, reverse=True):
        work = works[increment.id]
        for row in work.rows:
            if row.team is None:
                continue
            whole = row.load.whole
            planned = bool(whole.points or whole.unknown)
            own = (entry for entry in increment.objectives if entry.team == row.team)
            found.setdefault(row.team, []).append(
                TeamIncrement(
                    ref(increment),
                    increment.start,
                    increment.runs_on(as_of),
                    is_over(increment, as_of),
                    load_row(work, whole, "increment") if planned else None,
                    delivery(own),
                    too_full(
                        (load_row(work, one, "iteration") for one in row.load.iterations), "over"
                    ),
                )
            )
    return {team: tuple(rows) for team, rows in found.items()}


def starts(increment: Increment) -> tuple[str, str]:
    """Where an increment stands in time; one without days before all others."""
    return (increment.start.isoformat() if increment.start else "", increment.id)


def team_history(rows: Iterable[TeamIncrement]) -> Table:
    """Return what a team took on in each increment against its capacity, and what it delivered."""
    every = tuple(rows)
    table = Table(
        "Increments",
        headers(
            "Increment", "Load#", "Capacity#", "Fits", "Over capacity in", "Without points",
            "Actual over planned#", "Values",
        ),
        tuple(
            (
                row.increment,
                *(load_cells(row.load) if row.load else (None, None, None)),
                row.too_full,
                unpointed(row.load) if row.load else None,
                *delivery_cells(row),
            )
            for row in every
        ),
        note=message(
            "Load and capacity are in points; actual over planned is of the business value of "
            "objectives."
        ),
        anchor="increments",
    )  # fmt: skip
    return table if any(row.too_full for row in every) else table.without("Over capacity in")


def delivery_cells(row: TeamIncrement) -> tuple[Value, ...]:
    """Return what was delivered of what was planned, and how that comes about."""
    if not row.values.actual:
        return (share_or_gap(row.values, over=True) if row.over else None, None)
    over = row.over
    return (share_or_gap(row.values, over=over), delivery_words(row.values, over=over))


def team_finding(title: str, rows: Iterable[TeamIncrement], *, partial: bool) -> Text:
    """Return the load of a team in the increment that runs; its title alone where none does.

    `partial`: its audience may read only some of its work, so that nobody can say what the rest is.
    """
    now = next((row for row in rows if row.runs and row.load), None)
    if partial or now is None or now.load is None:
        return title
    load = now.load
    parts: dict[str, Part] = {
        "title": title,
        "points": load.points,
        "increment": now.increment.title,
    }
    if load.capacity is None:
        return message("{title}: load {points} in {increment}, capacity not stated", **parts)
    if load.too_many is not None:
        return message(
            "{title}: load {points} in {increment}, {excess} more than its capacity",
            excess=load.too_many, **parts,
        )  # fmt: skip
    if load.unknown:
        return message(
            "{title}: load {points} of {capacity} in {increment}, with work that states no points",
            capacity=load.capacity, **parts,
        )  # fmt: skip
    return message(
        "{title}: load {points} of {capacity} in {increment}", capacity=load.capacity, **parts
    )
