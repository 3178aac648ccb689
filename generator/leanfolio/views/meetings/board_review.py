"""The board review: what moved, what can move, what it lacks for that, what waits, the limits."""

from collections import Counter
from collections.abc import Iterator, Sequence

from leanfolio.figures.columns import may_exceed
from leanfolio.model import Epic
from leanfolio.model.policy import CLOSED
from leanfolio.views.board_rows import Board, Card, Column
from leanfolio.views.built import Built
from leanfolio.views.cell import Tag, Value
from leanfolio.views.home.decisions import decisions_needed
from leanfolio.views.home.exceptions import waivers
from leanfolio.views.meetings.decisions import decisions_due
from leanfolio.views.meetings.moves import moved
from leanfolio.views.meetings.section import (
    BOARD,
    GAPS,
    Section,
    rows_of,
    sentences,
    unless_missing,
)
from leanfolio.views.partial import of_what_is_shown
from leanfolio.views.ref import ref
from leanfolio.wording import Message, Text, Word, heading, joined, message, plural, some

WRITTEN = message(
    "What an epic shows is written in its file below {folder}; what each state asks for in"
    " {field} of {file}.",
    folder="content/epics/", field="states:", file="content/portfolio.md",
)  # fmt: skip
APART = message("Epics that wait for a decision alone stand among the decisions.")
FURTHEST_FIRST = message("Furthest along first.")
LEFT_OUT = message(
    "Blocked epics are left out, and those whose next state is the end: that asks for no evidence."
)
NO_EPIC = message("no open epic is on the board.")


def board_review(built: Built) -> Iterator[Section]:
    """The sections of the board review, in the order in which a chair asks."""
    yield decisions_due(built)
    yield moved(built)
    yield can_move(built)
    yield blocked(built)
    yield evidence_gaps(built)
    yield ready_by_age(built)
    yield limits(built)


def open_columns(board: Board) -> tuple[Column, ...]:
    return tuple(column for column in board.columns if column.category not in CLOSED)


def open_cards(board: Board) -> tuple[tuple[Column, Card], ...]:
    """Every open epic with its column, those that are furthest along first."""
    return tuple(
        (column, card) for column in reversed(open_columns(board)) for card in column.cards
    )


def no_epic(board: Board) -> tuple[Text, Text]:
    """What is missing and where it is written, where the board holds no open epic."""
    return ("", "") if open_cards(board) else (NO_EPIC, WRITTEN)


def can_move(built: Built) -> Section:
    """The epics that show all that their next state asks for, and are not blocked."""
    moves = tuple(possible_moves(built))
    rows: list[tuple[Value, ...]] = [
        (card.ref, heading(column.state), heading(ahead.state), room(ahead), card.age_days,
         card.rank, card.owner)
        for column, card, ahead in moves
    ]  # fmt: skip
    missing, cure = no_epic(built.figures.board)
    labels = ("Epic", "From", "To", "Room there", "Days in state#", "Rank#", "Owner")
    return Section(
        anchor="can-move",
        question=message("What can move?"),
        finding=unless_missing(moves_finding(built, moves), missing),
        whole=BOARD,
        table=rows_of("Epics that can move", labels, rows, BOARD),
        why="" if missing else sentences(
            FURTHEST_FIRST if rows else "", LEFT_OUT,
            *short_of_room([ahead for _, _, ahead in moves]),
        ),
        missing=missing,
        cure=cure,
    )  # fmt: skip


def possible_moves(built: Built) -> Iterator[tuple[Column, Card, Column]]:
    """The epics that could move, each with its column and the next one."""
    board = built.figures.board
    columns = {column.state: column for column in board.columns}
    for column, card in open_cards(board):
        case = built.facts.cases[card.id]
        ahead = columns.get(case.ahead.name) if case.ahead else None
        if ahead is None or ahead.category in CLOSED:
            continue
        if not (case.gaps or case.withheld or card.is_blocked):
            yield column, card, ahead


def moves_finding(built: Built, moves: Sequence[tuple[Column, Card, Column]]) -> Text:
    """How many epics could move, how many find no room, and which may come in all the same."""
    if not moves:
        return of_what_is_shown(
            message("No unblocked epic shows all that its next state asks for"),
            message("No unblocked epic that is shown shows all that its next state asks for"),
            partial=built.portfolio.partial,
        )
    filled = {column.state.name: column for column in built.facts.epic_columns}
    epics = {epic.id: epic for epic in built.facts.epics}
    kept_out = [
        epics[card.id]
        for _, card, ahead in moves
        if not filled[ahead.state].has_room_for(epics[card.id])
    ]
    above = [epic.id for epic in kept_out if may_exceed(epic)]
    full = len(kept_out) - len(above)
    ready = plural(
        "{n:spelled} unblocked epic shows all that its next state asks for",
        "{n:spelled} unblocked epics show all that their next state asks for",
        len(moves),
    ).sentence()
    if full:
        ready = message("{ready}, and {full:pronoun} would find no room", ready=ready, full=full)
    if above:
        ready = message(
            "{ready}; as expedited, {epics} may come in above the limit",
            ready=ready, epics=some(above, 3),
        )  # fmt: skip
    return ready


def short_of_room(wanted: Sequence[Column]) -> Iterator[Text]:
    """The columns that have room for some, but not for all of the epics that can move there."""
    numbers = Counter(column.state for column in wanted)
    for column in {column.state: column for column in wanted}.values():
        number = numbers[column.state]
        free = number if column.limit is None else column.limit - column.count
        if not column.partial and not is_full(column) and free < number:
            yield plural(
                "{state} has room for {n:spelled} epic, not for all that can move there.",
                "{state} has room for {n:spelled} epics, not for all that can move there.",
                free, state=heading(column.state),
            )  # fmt: skip


def is_full(column: Column) -> bool:
    """Whether a column is known to have no room."""
    return column.over or (column.limit is not None and column.count >= column.limit)


def room(column: Column) -> Tag | Message:
    """How full the next column is."""
    return column.limit_tag or message("no limit")


def blocked(built: Built) -> Section:
    """The epics that need what is not done, or are said to be blocked."""
    cards = [(column, card) for column, card in open_cards(built.figures.board) if card.is_blocked]
    rows: list[tuple[Value, ...]] = [
        (card.ref, needed(built, card), card.blocked_since, card.blocked_why, heading(column.state),
         card.owner)
        for column, card in cards
    ]  # fmt: skip
    none = of_what_is_shown(
        message("No epic is blocked"),
        message("No epic that is shown is blocked"),
        partial=built.portfolio.partial,
    )
    held_up = plural(
        "{n:spelled} epic is blocked", "{n:spelled} epics are blocked", len(cards)
    ).sentence()
    missing, cure = no_epic(built.figures.board)
    return Section(
        anchor="blocked",
        question=message("What is blocked?"),
        finding=unless_missing(held_up if cards else none, missing),
        whole=BOARD,
        table=rows_of(
            "Blocked epics", ("Epic", "Waits for", "Since", "Why", "State", "Owner"), rows, BOARD
        ),
        missing=missing,
        cure=cure,
    )


def needed(built: Built, card: Card) -> Value:
    """The items that an epic waits for, as links."""
    return tuple(ref(built.portfolio[id]) for id in card.blocked if id in built.portfolio)


def evidence_gaps(built: Built) -> Section:
    """The epics that lack evidence, as the page of gaps lists them.

    Those that wait for a decision alone stand among the decisions.
    """
    asked = {row.item.id for row in decisions_needed(built.portfolio, built.facts)}
    gaps = [row for row in built.figures.gaps.epics if row.gaps and row.id not in asked]
    rows: list[tuple[Value, ...]] = [
        (
            ref(built.portfolio[row.id]), titled(row.state),
            row.missing_words if row.missing else None,
            titled(row.next_state), row.lacking_words, row.rank, row.owner,
        )
        for row in gaps
    ]  # fmt: skip
    missing, cure = no_epic(built.figures.board)
    labels = (
        "Epic", "State", "Missing where it stands", "Next state", "Lacks for that", "Rank#",
        "Owner",
    )  # fmt: skip
    return Section(
        anchor="gaps",
        question=message("What do the others lack?"),
        finding=unless_missing(
            gaps_finding(
                sum(bool(row.missing) for row in gaps), len(gaps), partial=built.portfolio.partial
            ),
            missing,
        ),
        whole=GAPS,
        table=rows_of("Evidence that is missing", labels, rows, GAPS),
        why=APART if gaps else "",
        missing=missing,
        cure=cure,
    )


def titled(state: str | None) -> Word | None:
    """A state as the heads of the board write it."""
    return heading(state) if state else None


def gaps_finding(early: int, number: int, *, partial: bool) -> Text:
    """How many epics lack evidence, and how many of them for the state that they are in."""
    if not number:
        return of_what_is_shown(
            message("No open epic lacks evidence, decisions apart"),
            message("No open epic that is shown lacks evidence, decisions apart"),
            partial=partial,
        )
    lacking = plural(
        "{n:spelled} epic lacks evidence to move", "{n:spelled} epics lack evidence to move", number
    ).sentence()
    if not early:
        return lacking
    return plural(
        "{lacking}; {n:spelled} lacks what its present state asks for",
        "{lacking}; {n:spelled} lack what their present state asks for",
        early, lacking=lacking,
    )  # fmt: skip


def ready_by_age(built: Built) -> Section:
    """The epics that wait before the first state of work, the longest first."""
    board = built.figures.board
    waiting = [column for column in board.columns if column.category == "waiting"]
    cards = sorted(
        waiting[-1].cards if waiting else (),
        key=lambda card: -(card.age_days if card.age_days is not None else -1),
    )
    rows: list[tuple[Value, ...]] = [
        (
            card.ref, card.age_days, card.rank, placement(built, card),
            card.owner, joined((flag.word for flag in card.flags), ", ") or None,
        )
        for card in cards
    ]  # fmt: skip
    labels = ("Epic", "Days in state#", "Rank#", "Cut line", "Owner", "What is marked")
    return Section(
        anchor="ready",
        question=message("What has been ready for how long?"),
        finding=ready_finding(waiting, cards, partial=built.portfolio.partial),
        whole=BOARD,
        table=rows_of("Ready, by age", labels, rows, BOARD),
        why=age_limit(built, waiting[-1]) if waiting and cards else "",
        missing="" if waiting else message("the board has no state of the category waiting."),
        cure="" if waiting else WRITTEN,
    )


def age_limit(built: Built, column: Column) -> Text:
    """For how long an epic may stay in a state; "" where that is not limited."""
    states = built.portfolio.policy.states
    most = next(state.max_age_days for state in states if state.name == column.state)
    if most is None:
        return ""
    return plural(
        "The limit there is {n:grouped} day.", "The limit there is {n:grouped} days.", most
    )


def ready_finding(waiting: list[Column], cards: list[Card], *, partial: bool) -> Text:
    """How many epics wait in the last state before work, and how long the oldest does."""
    if not waiting:
        return message("No state of the board is one in which epics wait")
    state = heading(waiting[-1].state)
    if not cards:
        return of_what_is_shown(
            message("Nothing waits in {state}", state=state),
            message("Nothing that is shown waits in {state}", state=state),
            partial=partial,
        )
    counted = plural(
        "{n:spelled} epic waits in {state}", "{n:spelled} epics wait in {state}",
        len(cards), state=state,
    ).sentence()  # fmt: skip
    oldest = waiting[-1].oldest_days
    if oldest is None:
        return counted
    return plural(
        "{waiting}, the oldest for {n:grouped} day", "{waiting}, the oldest for {n:grouped} days",
        oldest, waiting=counted,
    )  # fmt: skip


def placement(built: Built, card: Card) -> Tag | None:
    """On which side of the cut line an epic is; None without a rank or a line."""
    ranked = built.figures.ranked.get(card.id)
    return ranked.placement if ranked else None


def limits(built: Built) -> Section:
    """The columns that have a limit, and what holds their epics up."""
    board = built.figures.board
    limited = [column for column in open_columns(board) if column.has_limit]
    rows: list[tuple[Value, ...]] = [
        (
            heading(column.state), column.limit_tag, column.oldest_days,
            sum(1 for card in column.cards if card.is_blocked),
            sum(1 for card in column.cards if card.too_old),
            column.leave,
        )
        for column in limited
    ]  # fmt: skip
    labels = ("State", "Against its limit", "Oldest, days#", "Blocked#", "Too long here#", "Exit")
    missing = "" if limited else message("no open state of the board has a limit.")
    return Section(
        anchor="limits",
        question=message("Where are we over our limits?"),
        finding=board.finding,
        whole=BOARD,
        table=rows_of("Limits of the board", labels, rows, BOARD),
        why=sentences(*limit_notes(built, limited)) if limited else "",
        missing=missing,
        cure=message(
            "Write {limit} in {field} of {file}.",
            limit="limit:", field="states:", file="content/portfolio.md",
        ) if missing else "",
    )  # fmt: skip


def limit_notes(built: Built, limited: Sequence[Column]) -> Iterator[Text]:
    """Who let a column go over its limit, and how many blocked epics no limit is about."""
    for counted in built.facts.columns:
        if counted.over and counted.model is Epic:
            yield from waivers(counted, built.facts.as_of)
    named = {column.state for column in limited}
    elsewhere = sum(
        card.is_blocked
        for column, card in open_cards(built.figures.board)
        if column.state not in named
    )
    if elsewhere:
        yield plural(
            "{n:spelled} blocked epic stands in a state without a limit.",
            "{n:spelled} blocked epics stand in states without a limit.",
            elsewhere,
        ).sentence()
