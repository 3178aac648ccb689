"""The board of an increment as its page draws it: teams by iterations, milestones on top."""

from collections.abc import Iterable, Mapping
from datetime import date

from msgspec import Struct

from leanfolio.figures.increments.work import Cell, IncrementWork, TeamRow
from leanfolio.model.portfolio import Portfolio
from leanfolio.views.cell import Tag
from leanfolio.views.increments.drawing import FEW_LINES, MOST_LINES, NeedsDrawing, needs_drawing
from leanfolio.views.increments.rows import CardRow, MilestoneRow, WorkRows
from leanfolio.views.increments.words import (
    KINDS,
    MILESTONES,
    VERDICTS,
    excess_words,
    iteration_words,
    load_words,
    team_title,
)
from leanfolio.views.ref import Ref, ref
from leanfolio.wording import Text, in_context, joined, message, plural, readable

MOST_CARDS = 120  # on a board; beyond, each cell shows its first few and counts the others
MOST_IN_FULL = 50  # beyond, cards say only what is wrong


class BoardCard(Struct, frozen=True):
    """A feature in the iteration in which it is to be finished."""

    item: Ref
    facts: Text  # size, stories, kind
    flags: tuple[Tag, ...]  # its state, and what is wrong


class BoardMilestone(Struct, frozen=True):
    """A milestone in the head of its iteration."""

    on: date
    kind: Text
    title: str
    item: Ref | None


class BoardColumn(Struct, frozen=True):
    """An iteration; the last column may be of what is in none."""

    title: Text
    start: date | None
    end: date | None
    running: bool
    milestones: tuple[BoardMilestone, ...]


class BoardCell(Struct, frozen=True):
    """What a team finishes in an iteration, and its load there; empty where it has none."""

    title: Text  # of its column
    load: Text
    tag: Tag | None
    excess: Text
    cards: tuple[BoardCard, ...]
    folded: Text  # how many more it holds


class BoardRow(Struct, frozen=True):
    """A team with its cells, and its load in the whole increment."""

    team: Ref | None
    title: Text
    load: Text
    tag: Tag
    excess: Text
    cells: tuple[BoardCell, ...]


class WorkBoard(Struct, frozen=True):
    """The board, with the dependencies between its cards."""

    columns: tuple[BoardColumn, ...]
    rows: tuple[BoardRow, ...]
    elsewhere: tuple[BoardMilestone, ...]  # milestones that are in no iteration
    notes: tuple[Text, ...]
    empty: Text  # what to write, where nothing is planned
    needs: NeedsDrawing | None
    brief: bool  # whether cards say only what is wrong, as there are many

    @property
    def has_milestones(self) -> bool:
        return any(column.milestones for column in self.columns)

    @property
    def inside(self) -> Text:
        """How many teams it shows, and in how many of their iterations they take on too much."""
        cells = (cell for row in self.rows for cell in row.cells)
        over = sum(cell.tag is not None and cell.tag.tone == "bad" for cell in cells)
        return message(
            "{rows}, {iterations} over capacity",
            rows=plural("{n} row", "{n} rows", len(self.rows)),
            iterations=plural("{n:spelled} iteration", "{n:spelled} iterations", over),
        )


def work_board(portfolio: Portfolio, work: IncrementWork, rows: WorkRows, as_of: date) -> WorkBoard:
    """The board of an increment, from its work and the rows of that."""
    cards = {card.id: card for card in rows.board}
    sizes = [len(cell.features) for row in work.rows for cell in row.cells]
    room = most_in_a_cell(sizes)
    folded, brief = sum(sizes) > MOST_CARDS, sum(sizes) > MOST_IN_FULL
    board = tuple(board_row(portfolio, row, cards, room, brief=brief) for row in work.rows)
    elsewhere = [
        milestone(portfolio, entry) for entry in rows.milestones if entry.iteration is None
    ]
    return WorkBoard(
        tuple(board_columns(portfolio, work, rows.milestones, as_of)),
        board,
        tuple(elsewhere),
        tuple(notes(work, folded=folded)),
        empty_words(partial=portfolio.partial) if not board else "",
        needs_drawing(portfolio, work, FEW_LINES if brief else MOST_LINES),
        brief,
    )


def empty_words(*, partial: bool) -> Text:
    if partial:
        return message("No feature of this increment is shown.")
    return message("No feature names this increment yet, and no objective a team.")


def most_in_a_cell(sizes: list[int]) -> int:
    """How many cards each cell may show, so that the board shows no more than it may."""
    room = max(sizes, default=1) or 1
    while room > 1 and sum(min(size, room) for size in sizes) > MOST_CARDS:
        room -= 1
    return room


def board_columns(
    portfolio: Portfolio, work: IncrementWork, milestones: Iterable[MilestoneRow], as_of: date
) -> Iterable[BoardColumn]:
    every = tuple(milestones)
    for entry in work.iterations:
        own = tuple(milestone(portfolio, one) for one in every if one.iteration == entry.name)
        running = entry.start <= as_of <= entry.end
        title = iteration_words(entry.name).sentence()
        yield BoardColumn(title, entry.start, entry.end, running, own)
    if work.unplaced:
        yield BoardColumn(iteration_words(None).sentence(), None, None, False, ())


def milestone(portfolio: Portfolio, entry: MilestoneRow) -> BoardMilestone:
    item = ref(portfolio[entry.id]) if entry.id is not None else None
    return BoardMilestone(entry.on, MILESTONES[entry.kind], entry.title, item)


def board_row(
    portfolio: Portfolio, row: TeamRow, cards: Mapping[str, CardRow], room: int, *, brief: bool
) -> BoardRow:
    team = ref(portfolio[row.team]) if row.team is not None else None
    load = row.load.whole
    return BoardRow(
        team,
        team_title(portfolio.partial, team.title if team else None),
        load_words(load),
        VERDICTS[load.verdict],
        excess_words(load),
        tuple(board_cell(portfolio, cell, cards, room, brief=brief) for cell in row.cells),
    )


def board_cell(
    portfolio: Portfolio, cell: Cell, cards: Mapping[str, CardRow], room: int, *, brief: bool
) -> BoardCell:
    """A cell with as many cards as it has room for; `brief` leaves out what is not wrong."""
    load, more = cell.load, len(cell.features) - room
    placed = cell.iteration is not None
    idle = not load.points and not load.unknown
    worth = ("over",) if brief else ("over", "above-share")
    marked = placed and load.verdict in worth
    return BoardCell(
        iteration_words(cell.iteration).sentence(),
        "" if idle and not cell.features else load_words(load, placed=placed),
        VERDICTS[load.verdict] if marked else None,
        excess_words(load) if placed and load.verdict == "over" else "",
        tuple(board_card(portfolio, cards[id], brief=brief) for id in cell.features[:room]),
        plural("and {n} more", "and {n} more", more) if more > 0 else "",
    )


def board_card(portfolio: Portfolio, card: CardRow, *, brief: bool) -> BoardCard:
    """A feature with its size, stories and state; in brief, with what is wrong alone."""
    item = ref(portfolio[card.id])
    if brief:
        return BoardCard(item, "", tuple(warnings(card)))
    facts: list[Text] = []
    if card.kind != "feature":
        facts.append(KINDS[card.kind])
    if card.size is None:
        facts.append(message("no size"))
    else:
        facts.append(in_context("size of a feature", "size {size}", size=card.size))
    if card.stories:
        facts.append(
            plural(
                "{done} of {n} story", "{done} of {n} stories", card.stories, done=card.stories_done
            )
        )
    state: tuple[Tag, ...] = ()
    if card.state:
        alive = card.category in ("active", "done")
        state = (Tag("good" if alive else "plain", readable(card.state)),)
    return BoardCard(item, joined(facts, ", "), (*state, *warnings(card)))


def warnings(card: CardRow) -> Iterable[Tag]:
    """What is wrong with a feature: late, blocked, waiting for what is late."""
    if card.late:
        yield Tag("bad", in_context("state of a feature", "late"))
    if card.waits_for:
        yield Tag("bad", message("waits for {items}", items=joined(card.waits_for, ", ")))
    elif card.blocked:
        yield Tag("warn", in_context("state of a feature", "blocked"))


def notes(work: IncrementWork, *, folded: bool) -> Iterable[Text]:
    """How the board is to be read."""
    if not work.rows:
        return
    yield message(
        "A feature stands in the iteration in which it is to be finished: its own, else the last of"
        " its stories. In load a feature counts by its size; one with stories by their points,"
        " where they are planned, and by what its size exceeds those by."
    )
    loads = [load for row in work.rows for load in row.load.iterations]
    if any(load.shared and load.capacity is not None for load in loads):
        yield message(
            "Where an increment states no capacity for an iteration, that of the team is shared by"
            " working days. More than such a share need not be too much: it has its own word."
        )
    if folded:
        yield message("The board shows the first of each cell; {file} has them all.",
                      file="data/increment-board.csv")  # fmt: skip
