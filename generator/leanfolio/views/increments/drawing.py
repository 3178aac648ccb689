"""Dependencies drawn: what is promised where, with a line to what needs it; late ones are dashed.

A grid of teams by points in time, in pixels of the drawing. The table beside it holds every
dependency; a drawing that would grow too large leaves out those that are in time, and says so.
"""

from collections.abc import Sequence

from msgspec import Struct

from leanfolio.figures.increments.dependencies import Dependency
from leanfolio.figures.increments.schedule import increment_of, known_team, promised
from leanfolio.figures.increments.work import IncrementWork
from leanfolio.model import Epic, Feature
from leanfolio.model.portfolio import Portfolio
from leanfolio.views.increments.words import dependency_words, iteration_words, team_title
from leanfolio.views.ref import Ref, ref
from leanfolio.wording import Message, Text, in_context, message, plural

MOST_LINES, FEW_LINES = 24, 12  # few where the page has a large board
LEFT, TOP, WIDE, HIGH, GAP = 110, 34, 96, 30, 8  # names of teams, of iterations; a box; between
STEP = WIDE + 34
LETTERS = 15  # of a team's name


class Box(Struct, frozen=True):
    """An item in its row and column."""

    item: Ref
    x: int
    y: int
    width: int = WIDE
    height: int = HIGH


class Line(Struct, frozen=True):
    """From what is promised to what needs it."""

    path: str
    head: str
    late: bool
    about: Text  # both, and where it stands


class Label(Struct, frozen=True):
    x: int
    y: int
    text: Text


class NeedsDrawing(Struct, frozen=True):
    """The drawing: where its labels, lines and boxes are, and what it says in words."""

    width: int
    height: int
    columns: tuple[Label, ...]
    rows: tuple[Label, ...]
    rules: tuple[int, ...]  # the heights of the lines between teams
    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]
    note: Text
    has_late: bool
    label: Text

    @property
    def inside(self) -> Message:
        """How many dependencies it draws, and how many of them are late."""
        late = sum(line.late for line in self.lines)
        return message(
            "{lines}, {late:pronoun} late, overdue or dropped",
            lines=plural("{n} dependency drawn", "{n} dependencies drawn", len(self.lines)),
            late=late,
        )


def needs_drawing(portfolio: Portfolio, work: IncrementWork, most: int) -> NeedsDrawing | None:
    """The worst dependencies of an increment, at most so many; None where there are none."""
    shown = work.dependencies[:most]
    if not shown:
        return None
    ids = tuple(dict.fromkeys(id for entry in shown for id in (entry.provider, entry.consumer)))
    columns = [*(entry.name for entry in work.iterations), None]
    places = {id: (team_of(portfolio, id), column_of(portfolio, work, id)) for id in ids}
    used = [name for name in columns if any(column == name for _, column in places.values())]
    order = [row.team for row in work.rows]
    teams = sorted(
        {team for team, _ in places.values()},
        key=lambda team: (order.index(team) if team in order else len(order), team or "~"),
    )
    boxes, rows, rules, height = stacked(portfolio, places, teams, used)
    by_id = {box.item.id: box for box in boxes}
    left_out = len(work.dependencies) - len(shown)
    return NeedsDrawing(
        LEFT + STEP * len(used),
        height,
        tuple(
            Label(LEFT + STEP * number, TOP - 16, column_title(work, name))
            for number, name in enumerate(used)
        ),
        rows,
        rules,
        boxes,
        tuple(line(by_id, entry, work.increment) for entry in shown),
        plural(
            "{n} more dependency is in the table, none worse than these.",
            "{n} more dependencies are in the table, none worse than these.",
            left_out,
        ) if left_out else "",
        any(entry.at_risk for entry in shown),
        message("Dependencies by team and iteration"),
    )  # fmt: skip


def column_title(work: IncrementWork, name: str | None) -> Text:
    if name is None:
        return in_context("no iteration of this increment", "elsewhere").sentence()
    return iteration_words(name).sentence()


def team_of(portfolio: Portfolio, id: str) -> str | None:
    item = portfolio[id]
    return known_team(portfolio, item.team) if isinstance(item, Feature) else None


def column_of(portfolio: Portfolio, work: IncrementWork, id: str) -> str | None:
    """The iteration in which an item is to be finished; None of one in another increment."""
    item = portfolio[id]
    assert isinstance(item, Epic | Feature)
    if isinstance(item, Epic):
        return None
    increment = increment_of(portfolio, item)
    when = promised(portfolio, item)
    own = increment is not None and increment.id == work.increment
    return when.iteration if own and when is not None else None


Placed = dict[str, tuple[str | None, str | None]]


def stacked(
    portfolio: Portfolio, places: Placed, teams: Sequence[str | None], used: Sequence[str | None]
) -> tuple[tuple[Box, ...], tuple[Label, ...], tuple[int, ...], int]:
    """Boxes below each other in each cell; a row is as high as its fullest cell."""
    boxes, rows, rules, y = [], [], [], TOP
    for team in teams:
        rules.append(y - GAP // 2)
        cells = [[id for id, place in places.items() if place == (team, name)] for name in used]
        for number, ids in enumerate(cells):
            for index, id in enumerate(ids):
                x = LEFT + STEP * number
                boxes.append(Box(ref(portfolio[id]), x, y + index * (HIGH + GAP)))
        name = portfolio[team].title if team is not None else None
        rows.append(Label(0, y + HIGH // 2 + 4, short(team_title(portfolio.partial, name))))
        y += max(len(ids) for ids in cells) * (HIGH + GAP) + GAP
    return tuple(boxes), tuple(rows), tuple(rules), y


def short(title: Text) -> Text:
    """A team's name as far as its column has room; the table has it whole."""
    if isinstance(title, str) and len(title) > LETTERS:
        return f"{title[: LETTERS - 1].rstrip()}…"
    return title


def line(boxes: dict[str, Box], entry: Dependency, increment: str) -> Line:
    """A curve from the provider's box to the consumer's, leaving and entering at the sides."""
    start, end = boxes[entry.provider], boxes[entry.consumer]
    y1, y2 = start.y + HIGH // 2, end.y + HIGH // 2
    forward = start.x < end.x
    x1 = start.x + (WIDE if forward or start.x == end.x else 0)
    x2 = end.x if forward else end.x + WIDE
    bend = 16 if x1 < x2 else -16 if start.x > end.x else 24
    tip = -7 if forward else 7
    other = x2 - bend if start.x != end.x else x2 + bend
    path = f"M{x1},{y1}C{x1 + bend},{y1} {other},{y2} {x2 + tip},{y2}"
    head = f"M{x2},{y2}L{x2 + tip},{y2 - 4} {x2 + tip},{y2 + 4}Z"
    return Line(path, head, entry.at_risk, about(entry, increment))


def about(entry: Dependency, increment: str) -> Message:
    return message(
        "{consumer} needs {provider}: {status}",
        consumer=entry.consumer,
        provider=entry.provider,
        status=dependency_words(entry, increment),
    )
