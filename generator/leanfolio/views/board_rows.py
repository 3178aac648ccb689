"""What the board holds: columns and lanes of cards, and what they say in words."""

from datetime import date
from decimal import Decimal

from msgspec import Struct

from leanfolio.model import Evidence
from leanfolio.model.policy import CLOSED
from leanfolio.views.cell import Table, Tag, headers
from leanfolio.views.facets import Facets
from leanfolio.views.health import HealthMark
from leanfolio.views.lane import StreamLane
from leanfolio.views.page_only import PageOnly
from leanfolio.views.ref import Ref
from leanfolio.views.service_level import LevelRow
from leanfolio.wording import (
    Message,
    Part,
    Percent,
    Text,
    days,
    heading,
    joined,
    message,
    plural,
    trimmed,
)
from leanfolio.wording.evidence import EVIDENCE

MOST_CARDS = 30  # in one column; what is beyond is counted, and listed with the epics
MOST_STUCK = 60  # of what is beyond and stuck: listed below the board


class Card(Struct, frozen=True):
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
    longer_than_most: Percent | None = None  # of finished items that left this state sooner
    facets: PageOnly[Facets | None] = None

    @property
    def ref(self) -> Ref:
        return Ref(self.id, "epic", "epic", self.title, self.url)

    @property
    def facts(self) -> tuple[Text, ...]:
        """What its card says in few words: its rank, its value stream, its age, its owner."""
        rank = () if self.rank is None else (message("rank {rank}", rank=self.rank),)
        stream = (self.value_stream.title,) if self.value_stream else ()
        return (*rank, *stream, *self.facts_in_lane[len(rank) :])

    @property
    def facts_in_lane(self) -> tuple[Text, ...]:
        """The same where its value stream is said by the lane."""
        facts = (
            None if self.rank is None else message("rank {rank}", rank=self.rank),
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
        if self.health and self.health.doubt:
            flags.append(self.health.doubt)
        if self.blocked:
            blockers = joined(self.blocked, ", ")
            flags.append(Tag("warn", message("blocked by {items}", items=blockers)))
        if self.blocked_since:
            flags.append(Tag("warn", message("blocked since {day}", day=self.blocked_since)))
        if self.too_old:
            flags.append(Tag("warn", message("too long here")))
        if self.longer_than_most:
            most = self.longer_than_most
            flags.append(Tag("warn", message("longer here than {share} of finished", share=most)))
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
        return bool(self.is_blocked or self.too_old or self.past_level or self.longer_than_most)


class Column(Struct, frozen=True):
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
    words: PageOnly[Text]  # "5 of 4, over the limit"
    oldest_days: int | None
    enter: str | None
    leave: str | None
    requires: tuple[Evidence, ...]
    cards: tuple[Card, ...]
    partial: bool = False  # whether some of its epics may not be shown to this audience
    over_since: date | None = None  # since when it is over its limit; None where not known
    over_days: int | None = None
    finished: int = 0  # finished epics that were in this state
    usual_days: int | None = None  # days within which 85 % of those left it; None under ten
    usual_share: Percent | None = None  # that really left it within them

    @property
    def visible_cards(self) -> tuple[Card, ...]:
        return self.cards[:MOST_CARDS]

    @property
    def folded(self) -> int:
        """How many cards the board leaves to the list of epics."""
        return max(len(self.cards) - MOST_CARDS, 0)

    @property
    def folded_words(self) -> Message:
        """How many cards are left to the list of epics, in words."""
        return plural("and {n} more", "and {n} more", self.folded)

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
    def over_words(self) -> Text:
        """For how long it has been over its limit; empty where it is not."""
        if not self.over:
            return ""
        if self.over_days is None or self.over_since is None:
            return message("since when is not known: not every epic in it says when it came")
        return message(
            "over its limit for {time}, since {day}",
            time=days(self.over_days), day=self.over_since,
        )  # fmt: skip

    @property
    def usual(self) -> Text:
        """How long finished epics were in it, by which an open one is judged."""
        if self.category in CLOSED or self.category == "new":
            return ""
        if self.usual_days is not None:
            return message(
                "{share} within {time}, of {n} finished",
                share=self.usual_share, time=days(self.usual_days), n=self.finished,
            )  # fmt: skip
        return plural(
            "{n} finished epic: too few to judge by", "{n} finished epics: too few to judge by",
            self.finished,
        )  # fmt: skip

    @property
    def excess(self) -> Message:
        """By what it is over its limit: "Analyzing holds 4, its limit is 3"."""
        if self.limit is not None and self.count > self.limit:
            return message(
                "{column} holds {count}, its limit is {limit}",
                column=heading(self.state), count=self.count, limit=self.limit,
            )  # fmt: skip
        return message(
            "{column} holds job size {size}, its limit is {limit}",
            column=heading(self.state), size=self.size,
            limit=trimmed(self.limit_size or Decimal(0)),
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


class LaneColumn(Struct, frozen=True):
    """A state of the board with the epics of one value stream."""

    state: str
    title: str
    cards: tuple[Card, ...]
    limit: int | None  # of items of one value stream
    over: bool

    @property
    def words(self) -> Tag | None:
        """Where it stands to the limit of one value stream; None where there is none."""
        if self.limit is None:
            return None
        count = len(self.cards)
        if self.over:
            word = message("{count} of {limit}, over the limit", count=count, limit=self.limit)
            return Tag("bad", word)
        return Tag("plain", message("{count} of {limit}", count=count, limit=self.limit))


class Lane(StreamLane, frozen=True):
    """The columns of the board with the epics of one value stream alone, or of those without."""

    columns: tuple[LaneColumn, ...]

    @property
    def counted(self) -> Message:
        """How many epics it holds."""
        number = sum(len(column.cards) for column in self.columns)
        return plural("{n} epic", "{n} epics", number)


class Board(Struct, frozen=True):
    """One column per state, in the order of the board."""

    finding: Text
    summary: Text
    columns: tuple[Column, ...]
    value_streams: tuple[Ref, ...]
    stateless: tuple[Ref, ...]  # epics in no column
    partial: bool = False  # whether this audience may read only some of it
    sle: LevelRow | None = None  # the service level of epics; None where none is expected
    # Its cards by value stream; none where that is not worth it.
    swimlanes: PageOnly[tuple[Lane, ...]] = ()
    words: PageOnly[tuple[Message, ...]] = ()  # the same in words

    @property
    def columns_inside(self) -> Message:
        """How many columns there are, and how many of them hold more than they may."""
        return message(
            "{columns}, {over:pronoun} over the limit",
            columns=plural("{n} column", "{n} columns", len(self.columns)),
            over=sum(column.over for column in self.columns),
        )

    @property
    def stuck_apart(self) -> Table:
        """The stuck cards that columns fold away; none where the cards stand in swimlanes."""
        stuck = [
            (column, card)
            for column in (() if self.swimlanes else self.columns)
            for card in column.cards[MOST_CARDS:]
            if card.is_stuck
        ]
        rows = tuple(
            (card.ref, heading(column.state), joined((flag.word for flag in card.flags), ", "),
             card.age_days, card.owner)
            for column, card in stuck[:MOST_STUCK]
        )  # fmt: skip
        more = len(stuck) - len(rows)
        return Table(
            "Stuck, and not drawn above",
            headers("Epic", "State", "What is marked", "Days in state#", "Owner"),
            rows,
            note=plural(
                "{n} more is not listed here; {file} has them all.",
                "{n} more are not listed here; {file} has them all.",
                more, file="data/board.csv",
            ) if more else "",
            anchor="stuck",
        )  # fmt: skip
