"""The title of the ranking: who leads, what could change that, and what can start next."""

from collections.abc import Sequence
from decimal import Decimal

from msgspec import Struct

from leanfolio.figures.columns import Column, lasting_block, may_exceed, work_column
from leanfolio.figures.ranking.candidates import OPEN
from leanfolio.figures.ranking.interval import Interval
from leanfolio.figures.ranking.wsjf import Order, Score
from leanfolio.model.portfolio import Portfolio
from leanfolio.views.partial import of_what_is_shown
from leanfolio.views.ranking.figures import RankingFigures
from leanfolio.wording import (
    Message,
    Text,
    heading,
    many,
    message,
    of_all,
    quoted,
    some,
    trimmed,
)

MOST_NAMED = 2  # ids that a leader is said to wait for, before they are counted


class Start(Struct, frozen=True):
    """Who leads the ranking, and what can be started next: that may be another."""

    leader: Score
    started: bool  # the leader is in work already
    waits_for: tuple[str, ...]  # ids without which the leader cannot start
    blocked: bool  # the leader is said to wait for something that is no item
    next: Score | None  # what can start; None where nothing can that has not started
    expedited: bool  # it can start at once, whatever its rank
    full: Column | None = None  # where its work would start, if there is no room


def start(portfolio: Portfolio, result: RankingFigures) -> Start:
    """The leader of a ranking that has one, and what can start next."""
    leader = result.order.scores[0]
    needed = tuple(map(result.item_id, result.dependencies.needs[0]))
    unresolved = result.dependencies.unresolved.get(leader.item.id, ())
    ready = ready_to_start(portfolio, result)
    expedited = expedited_alone(portfolio, result)
    first = next((score for score in ready if score.item.id == expedited), None)
    following = first or next(iter(ready), None)
    return Start(
        leader=leader,
        started=portfolio.category_of(leader.item) == "active",
        waits_for=tuple(dict.fromkeys((*needed, *unresolved))),
        blocked=is_blocked(portfolio, leader),
        next=following,
        expedited=first is not None,
        full=full_column(portfolio, following) if following else None,
    )


def is_blocked(portfolio: Portfolio, score: Score) -> bool:
    """Whether a candidate is said to be blocked, without a day on which that ended."""
    return lasting_block(portfolio, score.item) is not None


def full_column(portfolio: Portfolio, candidate: Score) -> Column | None:
    """The column in which work on a candidate would start, if it has no room for that."""
    column = work_column(portfolio, candidate.item)
    return None if column is None or column.has_room_for(candidate.item) else column


def ready_to_start(portfolio: Portfolio, result: RankingFigures) -> Sequence[Score]:
    """Items that are not in work and wait for nothing, in the order in which to work."""
    unresolved = result.dependencies.unresolved
    in_order = [(result.order.scores[index], index) for index in result.delay_order.order]
    return [
        score
        for score, index in in_order
        if not result.dependencies.needs[index]
        and score.item.id not in unresolved
        and portfolio.category_of(score.item) != "active"
        and not is_blocked(portfolio, score)
    ]


def expedited_alone(portfolio: Portfolio, result: RankingFigures) -> str | None:
    """The id of the one open item that is expedited; None where several are, since then none is."""
    ids = [
        item.id
        for item in result.items
        if item.urgency == "expedite" and portfolio.category_of(item) in OPEN
    ]
    return ids[0] if len(ids) == 1 else None


def headline(portfolio: Portfolio, result: RankingFigures) -> Text:
    """What the ranking says, in one sentence."""
    order, partial = result.order, portfolio.partial
    if not order.scores:
        if order.unscored:
            return of_what_is_shown(
                message("Nothing can be ranked yet"),
                message("Nothing that is shown can be ranked yet"),
                partial=partial,
            )
        return of_what_is_shown(
            message("There is nothing to rank"),
            message("Nothing that could be ranked is shown"),
            partial=partial,
        )
    if len(order.scores) == 1:
        leader = title_of(order.scores[0])
        return of_what_is_shown(
            message("{leader} is the only candidate that can be ranked", leader=leader),
            message("{leader} is the only candidate that is shown and can be ranked",
                    leader=leader),
            partial=partial,
        )  # fmt: skip
    if partial:
        return words_of_a_part(order)
    if order.scores[-1].value == order.scores[0].value:
        return equal_words(len(order.scores))
    return start_words(start(portfolio, result)) or stability_words(order, result.intervals)


def title_of(score: Score) -> Message:
    return quoted(score.item.title)


def words_of_a_part(order: Order) -> Message:
    """Which of at least two candidates that are shown comes first; of all it may be another."""
    if order.scores[-1].value == order.scores[0].value:
        return message(
            "All candidates that are shown score the same: the tie rule alone orders them"
        )
    leader = title_of(order.scores[0])
    return message("Of the candidates that are shown, {leader} comes first", leader=leader)


def equal_words(number: int) -> Message:
    """All candidates score the same; there are at least two."""
    nothing = message("There is nothing to rank")
    return of_all(
        number,
        number,
        empty=nothing,
        only=nothing,
        only_not=nothing,
        both=message("Both candidates score the same: the tie rule alone orders them"),
        neither=nothing,
        every=many(
            "All {n:spelled} candidates score the same: the tie rule alone orders them", number
        ),
        none=nothing,
        some=nothing,
    )


def start_words(begin: Start) -> Message | None:
    """What can start instead of the leader; None where the leader itself is next or in work."""
    leader = title_of(begin.leader)
    if begin.started or begin.next is begin.leader:
        return None
    if begin.waits_for:
        others = some(begin.waits_for, MOST_NAMED)
        held = message("{leader} leads but waits for {others}", leader=leader, others=others)
    elif begin.blocked:
        held = message("{leader} leads but is blocked", leader=leader)
    else:
        return earlier_words(begin, leader)
    if begin.next is None:
        return message("{held}, and no other candidate can start", held=held)
    return message("{held}; {next}", held=held, next=next_words(begin, begin.next))


def next_words(begin: Start, candidate: Score) -> Message:
    """That a candidate can start next, and whether the column that it enters has room."""
    title = title_of(candidate)
    if begin.full is None:
        return message("{candidate} can start next", candidate=title)
    full = full_words(begin.full)
    if may_exceed(candidate.item):
        return message(
            "{candidate} is expedited and can start next, above the limit: {full}",
            candidate=title, full=full,
        )  # fmt: skip
    return message("{candidate} can start when there is room: {full}", candidate=title, full=full)


def earlier_words(begin: Start, leader: Message) -> Message | None:
    """What starts before a leader that waits for nothing; None where nothing can."""
    if begin.next is None:
        return None
    candidate = title_of(begin.next)
    if begin.expedited and begin.full is not None:
        return message(
            "{leader} leads, but {candidate} is expedited and can start at once, above the limit:"
            " {full}",
            leader=leader, candidate=candidate, full=full_words(begin.full),
        )  # fmt: skip
    if begin.expedited:
        return message(
            "{leader} leads, but {candidate} is expedited and can start at once",
            leader=leader, candidate=candidate,
        )  # fmt: skip
    if begin.full is not None and not may_exceed(begin.next.item):
        return message(
            "{leader} leads, but {candidate} comes first in sequence and can start when there is"
            " room: {full}",
            leader=leader, candidate=candidate, full=full_words(begin.full),
        )  # fmt: skip
    return message(
        "{leader} leads, but {candidate} comes first in sequence and can start next",
        leader=leader, candidate=candidate,
    )  # fmt: skip


def full_words(column: Column) -> Message:
    """What a column holds that has no room, and what its limit is."""
    state, limit = column.state, column.state.limit
    if limit is not None and column.count >= limit:
        return message(
            "{column} holds {count}, its limit is {limit}",
            column=heading(state.name), count=column.count, limit=limit,
        )  # fmt: skip
    return message(
        "{column} holds job size {size}, its limit is {limit}",
        column=heading(state.name), size=trimmed(column.size),
        limit=trimmed(state.limit_size or Decimal(0)),
    )  # fmt: skip


def stability_words(order: Order, sure: Sequence[Interval]) -> Message:
    """Who leads, and whether one step in one score would change that."""
    leader = title_of(order.scores[0])
    if sure[0].own_high > 1:
        return message(
            "{leader} leads, but one step in one score is enough to move it to {rank:ordinal}",
            leader=leader, rank=sure[0].own_high,
        )  # fmt: skip
    if sure[0].dropped_by is not None:
        rival = order.scores[sure[0].dropped_by.item]
        return message(
            "{leader} leads, but one step in one score would put {rival} first",
            leader=leader, rival=title_of(rival),
        )  # fmt: skip
    return message("{leader} leads, and no single step in any score moves it", leader=leader)
