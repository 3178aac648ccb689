"""The portfolio kanban: where is work stuck?"""

from collections import defaultdict
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

from msgspec.structs import replace

from leanfolio.figures.columns import Column as FilledColumn
from leanfolio.figures.columns import may_exceed, size_of
from leanfolio.figures.facts import Facts
from leanfolio.figures.flow.clock import IN_SYSTEM
from leanfolio.figures.flow.figures import FlowFigures
from leanfolio.figures.flow.limit_breaks import LimitBreak, limit_break
from leanfolio.figures.flow.percentiles import Attained, nearest_rank
from leanfolio.figures.thresholds import FEWEST_FINISHED, USUAL_FLOW_SHARE
from leanfolio.model import Epic
from leanfolio.model.policy import CLOSED
from leanfolio.model.portfolio import id_order
from leanfolio.views.board_rows import Board, Card, Column, Lane, LaneColumn
from leanfolio.views.facets import facets_of
from leanfolio.views.health import mark_of
from leanfolio.views.partial import of_what_is_shown
from leanfolio.views.ref import Ref, ref, url_of
from leanfolio.views.service_level import level_row, level_words
from leanfolio.wording import (
    Message,
    Percent,
    Text,
    capitalized,
    heading,
    joined,
    listed,
    message,
    plural,
    spaced,
    trimmed,
)

MOST_IN_LANES = 120  # cards of a board that is divided by value stream
MOST_LANES = 12


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
        swimlanes=lanes_of(facts, columns),
        sle=level_row(level),
        words=tuple(level_words(level)),
    )


def lanes_of(facts: Facts, columns: tuple[Column, ...]) -> tuple[Lane, ...]:
    """The cards by value stream; none where there is one stream alone, or too many cards."""
    cards = [card for column in columns for card in column.cards]
    streams = {card.value_stream.id: card.value_stream for card in cards if card.value_stream}
    loose = any(card.value_stream is None for card in cards)
    if len(streams) + loose < 2 or len(cards) > MOST_IN_LANES or len(streams) > MOST_LANES:
        return ()
    ordered = [streams[id] for id in sorted(streams, key=id_order)]
    return tuple(lane_of(facts, stream, columns) for stream in (*ordered, *([None] * loose)))


def lane_of(facts: Facts, stream: Ref | None, columns: tuple[Column, ...]) -> Lane:
    """One value stream's cards, column by column; what may exceed a limit does not count."""
    states = {filled.state.name: filled for filled in facts.epic_columns}
    made = []
    for column in columns:
        cards = tuple(card for card in column.cards if card.value_stream == stream)
        limit = states[column.state].state.stream_limit if stream else None
        expedited = {item.id for item in states[column.state].items if may_exceed(item)}
        counted = sum(1 for card in cards if card.id not in expedited)
        over = limit is not None and counted > limit
        made.append(LaneColumn(column.state, column.title, cards, limit, over))
    return Lane(stream, tuple(made))


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
    finished = flow.times_in_state.get(state.name, ())
    usual = usual_stay(finished)
    if usual is not None and state.category in IN_SYSTEM:
        cards = [marked(card, finished, usual) for card in cards]
    broken = None if partial else broken_limit(facts, filled, flow)
    return Column(
        state=state.name,
        title=capitalized(spaced(state.name)),
        category=state.category,
        limit=state.limit,
        limit_size=state.limit_size,
        count=len(epics),
        size=size,
        unsized=unsized,
        over=filled.over,
        words=limit_words(filled, size, partial=partial),
        partial=partial,
        over_since=broken.since if broken else None,
        over_days=broken.days if broken else None,
        finished=len(finished),
        usual_days=usual.days if usual else None,
        usual_share=Percent(usual.share) if usual else None,
        oldest_days=max(ages, default=None),
        enter=state.enter,
        leave=state.leave,
        requires=state.evidence,
        cards=tuple(cards),
    )


def usual_stay(finished: tuple[int, ...]) -> Attained | None:
    """The days within which 85 % of finished epics left a state; None under ten."""
    if len(finished) < FEWEST_FINISHED:
        return None
    return nearest_rank(finished, USUAL_FLOW_SHARE)


def marked(card: Card, finished: tuple[int, ...], usual: Attained) -> Card:
    """The card with a mark, if it is longer in its state than 85 % of finished epics were."""
    if card.age_days is None or card.age_days <= usual.days:
        return card
    sooner = sum(1 for days in finished if days < card.age_days)
    return replace(card, longer_than_most=Percent(Fraction(sooner, len(finished))))


def broken_limit(facts: Facts, filled: FilledColumn, flow: FlowFigures) -> LimitBreak | None:
    """Since when a column is over its limit, by the history of every epic that was in it."""
    if not filled.over:
        return None
    excused = {epic.id for epic in facts.epics if may_exceed(epic)}
    sizes = {epic.id: size for epic in facts.epics if (size := size_of(epic)) is not None}
    inside = {item.id for item in filled.items}
    return limit_break(flow.flows, filled.state, inside, excused, sizes, facts.as_of)


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
        facets=facets_of(portfolio, epic),
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
        return message("Limits are not judged here: not everything is shown to this audience")
    if not any(column.count for column in limited):
        return message("No epic is in a column that has a limit")
    unjudged = [column for column in limited if column.is_unjudged]
    if unjudged:
        return message(
            "No column is known to be over its limit, as job sizes are not stated in {columns}",
            columns=listed(heading(column.state) for column in unjudged),
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
