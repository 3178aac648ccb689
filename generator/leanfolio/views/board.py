"""The portfolio kanban: where is work stuck?"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from leanfolio.figures.columns import Column as FilledColumn
from leanfolio.figures.columns import blockers, days_in_state
from leanfolio.figures.facts import Facts
from leanfolio.model import Epic
from leanfolio.views.phrase import capital, count, in_words, words
from leanfolio.views.ref import Ref, ref, url_of
from leanfolio.words import listed


@dataclass(frozen=True, slots=True)
class Card:
    id: str
    title: str
    url: str
    age_days: int | None  # days in this state; None where no history says so
    too_old: bool
    blocked: tuple[str, ...]  # ids of what it needs and that is not done
    owner: str | None
    value_stream: Ref | None
    kind: str
    rank: int | None
    size: Decimal | None
    waived_until: date | None  # the limit may be exceeded until then
    waived_by: str | None


@dataclass(frozen=True, slots=True)
class Column:
    state: str
    title: str
    category: str
    limit: int | None
    limit_size: Decimal | None
    count: int
    size: Decimal
    over: bool
    words: str  # "5 of 4, over the limit"
    oldest_days: int | None
    enter: str | None
    leave: str | None
    requires: tuple[str, ...]
    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class Board:
    """One column per state, in the order of the board."""

    finding: str
    lede: str
    columns: tuple[Column, ...]
    value_streams: tuple[Ref, ...]
    stateless: tuple[Ref, ...]  # epics in no column


def board_view(facts: Facts, ranks: Mapping[str, int] | None = None) -> Board:
    """The board as of a day. `ranks` gives each ranked epic's place, to order the cards by."""
    portfolio, places = facts.portfolio, ranks or {}
    by_state: defaultdict[str, list[Epic]] = defaultdict(list)
    stateless = []
    for epic in portfolio.items_of(Epic):
        if portfolio.state_of(epic):
            by_state[str(epic.state)].append(epic)
        else:
            stateless.append(ref(epic))
    columns = tuple(
        column_of(facts, column, by_state[column.state.name], places)
        for column in facts.epic_columns
    )
    streams = {
        card.value_stream.id: card.value_stream
        for column in columns
        for card in column.cards
        if card.value_stream
    }
    return Board(
        finding=board_finding(columns),
        lede=board_lede(columns),
        columns=columns,
        value_streams=tuple(streams[id] for id in sorted(streams)),
        stateless=tuple(stateless),
    )


def column_of(
    facts: Facts, filled: FilledColumn, epics: list[Epic], ranks: Mapping[str, int]
) -> Column:
    """A column with its cards, the best-ranked first, counted against its limits."""
    state, size = filled.state, filled.size
    cards = [card_of(facts, epic, ranks) for epic in epics]
    if state.category in ("done", "cancelled"):
        cards.sort(key=lambda card: card.age_days if card.age_days is not None else 10**6)
    else:
        cards.sort(key=lambda card: ranks.get(card.id, 10**6))
    ages = [card.age_days for card in cards if card.age_days is not None]
    return Column(
        state=state.name,
        title=capital(in_words(state.name)),
        category=state.category,
        limit=state.limit,
        limit_size=state.limit_size,
        count=len(epics),
        size=size,
        over=filled.over,
        words=limit_words(filled),
        oldest_days=max(ages, default=None),
        enter=state.enter,
        leave=state.leave,
        requires=state.evidence,
        cards=tuple(cards),
    )


def card_of(facts: Facts, epic: Epic, ranks: Mapping[str, int]) -> Card:
    """An epic as its card shows it: its age in the state, and what holds it up."""
    portfolio, as_of = facts.portfolio, facts.as_of
    waiver = next(
        (each for each in epic.waivers if each.rule == "wip-exceeded" and each.until >= as_of), None
    )
    stream = epic.value_stream
    return Card(
        id=epic.id,
        title=epic.title,
        url=url_of(epic),
        age_days=facts.age_of(epic),
        too_old=epic.id in facts.too_old,
        blocked=facts.blocked.get(epic.id, ()),
        owner=epic.owner,
        value_stream=ref(portfolio[stream]) if stream and stream in portfolio else None,
        kind=epic.kind,
        rank=ranks.get(epic.id),
        size=epic.job_size,
        waived_until=waiver.until if waiver else None,
        waived_by=waiver.approver if waiver else None,
    )


def limit_words(filled: FilledColumn) -> str:
    """The limit as a reader says it: "4 of 3, over the limit"."""
    state, number, size = filled.state, filled.count, filled.size
    said = []
    if state.limit is not None:
        full = ", full" * (number >= state.limit)
        over = ", over the limit" if filled.beyond_limit else full
        said.append(f"{number} of {state.limit}{over}")
    else:
        said.append(str(number))
    if state.limit_size is not None:
        over = ", over the limit" if filled.beyond_size else ""
        said.append(f"size {size.normalize():f} of {state.limit_size.normalize():f}{over}")
    return "; ".join(said)


def board_finding(columns: tuple[Column, ...]) -> str:
    """What the board says, in one sentence."""
    over = [column for column in columns if column.over]
    blocked = sum(1 for column in columns for card in column.cards if card.blocked)
    if over:
        said = listed(
            f"{each.title} holds {each.count} of {each.limit}"
            if each.limit is not None and each.count > each.limit
            else f"{each.title} is over its size"
            for each in over
        )
        return f"{said}" + (f"; {count(blocked, 'epic')} blocked" if blocked else "")
    if blocked:
        is_are = "is" if blocked == 1 else "are"
        return f"Every column keeps its limit; {count(blocked, 'epic')} {is_are} blocked"
    return "Every column keeps its limit, and nothing is blocked"


def board_lede(columns: tuple[Column, ...]) -> str:
    active = sum(column.count for column in columns if column.category == "active")
    waiting = sum(column.count for column in columns if column.category == "waiting")
    done = sum(column.count for column in columns if column.category == "done")
    waits, ends = (words(each) if each else "none" for each in (waiting, done))
    return capital(
        f"{count(active, 'epic')} in work, {waits} waiting for a decision or for room, "
        f"{ends} done. Cards stand in the order of the ranking; days are days in this state."
    )


__all__ = ["Board", "Card", "Column", "blockers", "board_view", "days_in_state"]
