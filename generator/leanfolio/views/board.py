"""The portfolio kanban: where is work stuck?"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from leanfolio.figures.columns import Column as FilledColumn
from leanfolio.figures.columns import blockers, days_in_state, lasting_block
from leanfolio.figures.facts import Facts
from leanfolio.figures.flow.figures import FlowFigures
from leanfolio.model import Epic, Evidence
from leanfolio.model.policy import CLOSED
from leanfolio.views.cell import Tag
from leanfolio.views.health import HealthMark, mark_of
from leanfolio.views.partial import of_what_is_shown
from leanfolio.views.ref import Ref, ref, url_of
from leanfolio.views.service_level import LevelRow, level_row, level_words
from leanfolio.wording import (
    Message,
    Part,
    Text,
    capitalized,
    days,
    joined,
    listed,
    message,
    plural,
    readable,
    trimmed,
)
from leanfolio.wording.evidence import EVIDENCE

MOST_CARDS = 30  # in one column; what is beyond is counted, and listed with the epics


@dataclass(frozen=True, slots=True)
class Card:
    """An epic on the board."""

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
    health: HealthMark | None = None  # as somebody said last
    flow_age_days: int | None = None  # since it was taken up; None where that is not known
    past_level: bool = False  # whether it is older than the service level expects
    blocked_since: date | None = None  # by what is said of it; None where nothing is
    blocked_why: str | None = None

    @property
    def ref(self) -> Ref:
        return Ref(self.id, "epic", "epic", self.title, self.url)

    @property
    def facts(self) -> tuple[Text, ...]:
        """What its card says in few words: its rank, its value stream, its age, its owner."""
        facts = (
            None if self.rank is None else message("rank {rank}", rank=self.rank),
            self.value_stream.title if self.value_stream else None,
            None
            if self.age_days is None
            else plural("{n} day here", "{n} days here", self.age_days),
            self.owner,
        )
        return tuple(fact for fact in facts if fact)

    @property
    def flags(self) -> tuple[Tag, ...]:
        """What somebody says of its health, and what is wrong about it."""
        flags = [self.health.tag] if self.health else []
        if self.blocked:
            blockers = joined(self.blocked, ", ")
            flags.append(Tag("warn", message("blocked by {items}", items=blockers)))
        if self.blocked_since:
            flags.append(Tag("warn", message("blocked since {day}", day=self.blocked_since)))
        if self.too_old:
            flags.append(Tag("warn", message("too long here")))
        if self.past_level and self.flow_age_days is not None:
            age = days(self.flow_age_days)
            flags.append(Tag("warn", message("past the service level, {age}", age=age)))
        if self.waived_until:
            approver = self.waived_by or message("nobody named")
            waiver = message(
                "waiver until {day}, {approver}", day=self.waived_until, approver=approver
            )
            flags.append(Tag("plain", waiver))
        return tuple(flags)

    @property
    def is_blocked(self) -> bool:
        return bool(self.blocked or self.blocked_since)

    @property
    def is_stuck(self) -> bool:
        return bool(self.is_blocked or self.too_old or self.past_level)


@dataclass(frozen=True, slots=True)
class Column:
    """A state of the board with its epics, counted against its limits."""

    state: str
    title: str
    category: str
    limit: int | None
    limit_size: Decimal | None
    count: int
    size: Decimal | None  # of the epics that state one; None where there are epics and none does
    unsized: int  # epics without a job size
    over: bool
    words: Text  # "5 of 4, over the limit"
    oldest_days: int | None
    enter: str | None
    leave: str | None
    requires: tuple[Evidence, ...]
    cards: tuple[Card, ...]
    partial: bool = False  # whether some of its epics may not be shown to this audience

    @property
    def visible_cards(self) -> tuple[Card, ...]:
        return self.cards[:MOST_CARDS]

    @property
    def folded(self) -> int:
        """How many cards the board leaves to the list of epics."""
        return max(len(self.cards) - MOST_CARDS, 0)

    @property
    def has_limit(self) -> bool:
        return self.limit is not None or self.limit_size is not None

    @property
    def is_unjudged(self) -> bool:
        """Whether the sizes that nobody stated leave open if it keeps its limit."""
        return self.limit_size is not None and bool(self.unsized) and not self.over

    @property
    def limit_tag(self) -> Tag | None:
        """Where it stands to its limit, where it has one."""
        if not self.has_limit:
            return None
        full = not self.partial and self.limit is not None and self.count == self.limit
        return Tag("bad" if self.over else "warn" if full else "plain", self.words)

    @property
    def excess(self) -> Message:
        """By what it is over its limit: "Analyzing holds 4, its limit is 3"."""
        if self.limit is not None and self.count > self.limit:
            return message(
                "{column} holds {count}, its limit is {limit}",
                column=self.title, count=self.count, limit=self.limit,
            )  # fmt: skip
        return message(
            "{column} holds job size {size}, its limit is {limit}",
            column=self.title, size=self.size, limit=trimmed(self.limit_size or Decimal(0)),
        )  # fmt: skip

    @property
    def size_stated(self) -> Part:
        """The job sizes that are stated, and how many are not."""
        if self.size is None or not self.unsized:
            return self.size
        return plural(
            "{size}; {n:pronoun} not stated", "{size}; {n:pronoun} not stated",
            self.unsized, size=self.size,
        )  # fmt: skip

    @property
    def policy(self) -> Text:
        """When an epic enters and leaves; empty where the policy does not say so."""
        enter = message("Enter: {policy}", policy=self.enter) if self.enter else None
        leave = message("Leave: {policy}", policy=self.leave) if self.leave else None
        rules = [rule for rule in (enter, leave) if rule]
        return joined(rules, " · ") if rules else ""

    @property
    def evidence(self) -> Text:
        """What an epic here shows."""
        return joined((EVIDENCE[evidence] for evidence in self.requires), ", ")


@dataclass(frozen=True, slots=True)
class Board:
    """One column per state, in the order of the board."""

    finding: Text
    summary: Text
    columns: tuple[Column, ...]
    value_streams: tuple[Ref, ...]
    stateless: tuple[Ref, ...]  # epics in no column
    partial: bool = False  # whether this audience may read only some of it
    sle: LevelRow | None = None  # the service level of epics; None where none is expected
    words: tuple[Message, ...] = ()  # the same in words, for the page


def board_view(
    facts: Facts, ranks: Mapping[str, int] | None = None, flow: FlowFigures | None = None
) -> Board:
    """The board as of a day. `ranks` gives each ranked epic's place, to order the cards by.

    `flow` is that of the epics, where more is known of it than their own histories tell.
    """
    portfolio, places = facts.portfolio, ranks or {}
    figures = flow or facts.flow.board(Epic.TYPE)
    level = figures.service_level
    by_state: defaultdict[str, list[Epic]] = defaultdict(list)
    stateless = []
    for epic in portfolio.items_of(Epic):
        if portfolio.state_of(epic):
            by_state[str(epic.state)].append(epic)
        else:
            stateless.append(ref(epic))
    columns = tuple(
        column_of(facts, column, by_state[column.state.name], places, figures)
        for column in facts.epic_columns
    )
    streams = {
        card.value_stream.id: card.value_stream
        for column in columns
        for card in column.cards
        if card.value_stream
    }
    return Board(
        finding=board_finding(columns, partial=portfolio.partial),
        summary=board_summary(columns),
        columns=columns,
        value_streams=tuple(streams[id] for id in sorted(streams)),
        stateless=tuple(stateless),
        partial=portfolio.partial,
        sle=level_row(level),
        words=tuple(level_words(level)),
    )


def column_of(
    facts: Facts,
    filled: FilledColumn,
    epics: list[Epic],
    ranks: Mapping[str, int],
    flow: FlowFigures,
) -> Column:
    """A column with its cards, the best-ranked first, counted against its limits."""
    state = filled.state
    cards = [card_of(facts, epic, ranks, flow) for epic in epics]
    if state.category in CLOSED:
        cards.sort(key=lambda card: card.age_days if card.age_days is not None else 10**6)
    else:
        cards.sort(key=lambda card: ranks.get(card.id, 10**6))
    partial = facts.portfolio.partial
    unsized = len(filled.unsized)
    size = trimmed(filled.size) if unsized < len(epics) or not epics else None
    ages = [card.age_days for card in cards if card.age_days is not None]
    return Column(
        state=state.name,
        title=capitalized(readable(state.name)),
        category=state.category,
        limit=state.limit,
        limit_size=state.limit_size,
        count=len(epics),
        size=size,
        unsized=unsized,
        over=filled.over,
        words=limit_words(filled, size, partial=partial),
        partial=partial,
        oldest_days=max(ages, default=None),
        enter=state.enter,
        leave=state.leave,
        requires=state.evidence,
        cards=tuple(cards),
    )


def card_of(facts: Facts, epic: Epic, ranks: Mapping[str, int], flow: FlowFigures) -> Card:
    """An epic as its card shows it: its age in the state, and what holds it up."""
    portfolio, as_of = facts.portfolio, facts.as_of
    waiver = next(
        (entry for entry in epic.waivers if entry.rule == "wip-exceeded" and entry.until >= as_of),
        None,
    )
    stream = epic.value_stream
    block = facts.lasting_blocks.get(epic.id)
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
        health=mark_of(facts.health.get(epic.id)),
        flow_age_days=flow.ages.get(epic.id),
        past_level=epic.id in flow.past_level,
        blocked_since=block.from_ if block else None,
        blocked_why=block.why if block else None,
    )


def limit_words(filled: FilledColumn, size: Decimal | None, *, partial: bool) -> Text:
    """Where a column stands to its limits: "4 of 3, over the limit; size 2 of 10"."""
    count = count_words(filled, partial=partial)
    if filled.state.limit_size is None:
        return count
    return joined((count, size_words(filled, trimmed(filled.state.limit_size), size)), "; ")


def count_words(filled: FilledColumn, *, partial: bool) -> Message:
    """How many epics there are, of how many there may be.

    Where some may not be shown (`partial`), only that a limit is broken is said of it.
    """
    limit, count = filled.state.limit, filled.count
    if limit is None:
        return message("{count}", count=count)
    if filled.beyond_limit:
        return message("{count} of {limit}, over the limit", count=count, limit=limit)
    if partial:
        return message("{count} shown, {limit} allowed", count=count, limit=limit)
    if count >= limit:
        return message("{count} of {limit}, full", count=count, limit=limit)
    return message("{count} of {limit}", count=count, limit=limit)


def size_words(filled: FilledColumn, limit: Decimal, size: Decimal | None) -> Message:
    """The sum of the job sizes that are stated, of what it may be."""
    if filled.beyond_size:
        return message("size {size} of {limit}, over the limit", size=size, limit=limit)
    if size is None:
        return message("size not stated, of {limit}", limit=limit)
    if filled.unsized:
        return plural(
            "size {size} of {limit}, {n:pronoun} not stated",
            "size {size} of {limit}, {n:pronoun} not stated",
            len(filled.unsized), size=size, limit=limit,
        )  # fmt: skip
    return message("size {size} of {limit}", size=size, limit=limit)


def board_finding(columns: tuple[Column, ...], *, partial: bool) -> Text:
    """What the board says, in one sentence."""
    blocked = sum(1 for column in columns for card in column.cards if card.is_blocked)
    over = [column for column in columns if column.over]
    if over:
        excesses = listed(column.excess for column in over)
        if not blocked:
            return excesses
        held_up = plural("{n:spelled} epic blocked", "{n:spelled} epics blocked", blocked)
        return joined((excesses, held_up), "; ")
    if not any(column.count for column in columns):
        return of_what_is_shown(
            message("No epic is on the board"),
            message("No epic on the board is shown"),
            partial=partial,
        )
    limits = limits_finding(columns, partial=partial)
    if not blocked and partial:
        return limits
    if not blocked:
        return message("{limits}, and nothing is blocked", limits=limits)
    held_up = plural("{n:spelled} epic is blocked", "{n:spelled} epics are blocked", blocked)
    return joined((limits, held_up), "; ")


def limits_finding(columns: tuple[Column, ...], *, partial: bool) -> Message:
    """Say that no column is over its limit: only of columns that have one, and hold epics.

    Where some are not for this audience (`partial`), nothing is said of those.
    """
    limited = [column for column in columns if column.has_limit]
    if not limited:
        return message("No column has a limit")
    if partial:
        return message("Limits are not judged here: not every item is shown to this audience")
    if not any(column.count for column in limited):
        return message("No epic is in a column that has a limit")
    unjudged = [column for column in limited if column.is_unjudged]
    if unjudged:
        return message(
            "No column is known to be over its limit, as job sizes are not stated in {columns}",
            columns=listed(column.title for column in unjudged),
        )
    return message("Every column that has a limit keeps it")


def board_summary(columns: tuple[Column, ...]) -> Text:
    """How many epics are in work, wait and are done, and how the cards are to be read."""
    counts = {
        category: sum(column.count for column in columns if column.category == category)
        for category in ("active", "waiting", "done")
    }
    active = plural("{n:spelled} epic in work", "{n:spelled} epics in work", counts["active"])
    return message(
        "{in_work}, {waiting:pronoun} waiting for a decision or for room, {done:pronoun} done. "
        "Cards stand in the order of the ranking; days are days in this state.",
        in_work=active, waiting=counts["waiting"], done=counts["done"],
    ).sentence()  # fmt: skip


__all__ = ["Board", "Card", "Column", "blockers", "board_view", "days_in_state", "lasting_block"]
