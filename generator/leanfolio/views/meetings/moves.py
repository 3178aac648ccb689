"""What moved on the board of late, as the board review asks for it."""

from collections.abc import Iterator

from leanfolio.figures.flow.moves import Move, RecentMoves
from leanfolio.views.built import Built
from leanfolio.views.cell import Value
from leanfolio.views.meetings.section import (
    BOARD,
    Section,
    rows_of,
    sentences,
    unless_missing,
)
from leanfolio.views.partial import of_what_is_shown
from leanfolio.views.ref import ref
from leanfolio.wording import Message, Text, days, heading, listed, message, plural, some

REMOVED = message("Removed")
LANDED = message(
    "Where an epic declares no {history}, the day is the one on which git has the move.",
    history="history:",
)  # fmt: skip


def moved(built: Built) -> Section:
    """The moves of epics in the last seven days, the newest first."""
    recent = built.figures.board_moves
    rows: list[tuple[Value, ...]] = [
        (
            item_of(move, built),
            heading(move.before) if move.before else None,
            heading(move.after) if move.after else REMOVED,
            move.on,
        )
        for move in recent.moves
    ]  # fmt: skip
    missing, cure = lacking(recent)
    return Section(
        anchor="moved",
        question=message("What moved in the last seven days?"),
        finding=unless_missing(finding(recent, partial=built.portfolio.partial), missing),
        whole=BOARD,
        table=rows_of("Moved lately", ("Epic", "From", "To", "On"), rows, BOARD),
        why="" if missing else sentences(*notes(recent)),
        missing=missing,
        cure=cure,
    )


def item_of(move: Move, built: Built) -> Value:
    """The item that moved as a link; a removed one by its id."""
    item = built.portfolio.items.get(move.id)
    return ref(item) if item is not None else move.id


def lacking(recent: RecentMoves) -> tuple[Text, Text]:
    """What is missing and where it is written, where no epic has days."""
    if recent.dated:
        return "", ""
    cure = message(
        "Write {history} into the files below {folder}, or keep them in git.",
        history="history:", folder="content/epics/",
    )  # fmt: skip
    return message("no epic says when it came into its state."), cure


def finding(recent: RecentMoves, *, partial: bool) -> Text:
    """How many epics moved, came and left; where some have no days, only of the others."""
    time = days(recent.time.days)
    parts = list(counted(recent.moves))
    if parts:
        return message("In the last {time} {moves}", time=time, moves=listed(parts))
    if recent.undated:
        return message("No epic whose days are known moved in the last {time}", time=time)
    return of_what_is_shown(
        message("No epic moved in the last {time}", time=time),
        message("No epic that is shown moved in the last {time}", time=time),
        partial=partial,
    )


def counted(moves: tuple[Move, ...]) -> Iterator[Message]:
    """How many epics moved between two states, came onto the board, and were removed."""
    between = {move.id for move in moves if move.before and move.after}
    entered = {move.id for move in moves if not move.before}
    removed = {move.id for move in moves if not move.after}
    if between:
        yield plural("{n:spelled} epic moved", "{n:spelled} epics moved", len(between))
    if entered:
        yield plural(
            "{n:spelled} epic entered the board", "{n:spelled} epics entered the board",
            len(entered),
        )  # fmt: skip
    if removed:
        yield plural("{n:spelled} epic was removed", "{n:spelled} epics were removed", len(removed))


def notes(recent: RecentMoves) -> Iterator[Text]:
    """Where days are from, and of which epics they are not known."""
    if any(move.landed for move in recent.moves):
        yield LANDED
    if recent.undated:
        yield message("When {epics} moved is not known.", epics=some(recent.undated, 3))
