"""Columns of a board: what stands in each, for how long, and whether that keeps its limits."""

from collections import defaultdict
from datetime import date
from decimal import Decimal

from msgspec import Struct

from leanfolio.figures.ranking.wsjf import job_size
from leanfolio.model import Epic, Feature, HasState, Scored, State, Story
from leanfolio.model.item import Blocked
from leanfolio.model.policy import CLOSED
from leanfolio.model.portfolio import Portfolio, id_order

BOARDS: tuple[type[HasState], ...] = (Epic, Feature, Story)


class Column(Struct, frozen=True):
    """A column of a board with its items, in the order in which they came.

    Items that may exceed a limit come last: those with a waiver, then expedited ones.
    """

    model: type[HasState]  # whose board it is
    state: State
    items: tuple[HasState, ...]

    @property
    def count(self) -> int:
        return len(self.items)

    @property
    def size(self) -> Decimal:
        """The sizes of the items that state one; `unsized` names the others."""
        return sum((size_of(item) or Decimal(0) for item in self.items), Decimal(0))

    @property
    def unsized(self) -> tuple[str, ...]:
        """The ids of the items without a size."""
        return tuple(item.id for item in self.items if size_of(item) is None)

    @property
    def has_limit(self) -> bool:
        """Whether it limits the number or the size of its items."""
        return self.state.limit is not None or self.state.limit_size is not None

    @property
    def is_judged(self) -> bool:
        """Whether it has a limit, and enough is known to say if it keeps that."""
        if self.state.limit_size is not None and self.unsized and not self.over:
            return False
        return self.has_limit

    @property
    def beyond_limit(self) -> tuple[tuple[int, HasState], ...]:
        """The items above the limit that may not be there, each with its place, from 1."""
        limit = self.state.limit
        if limit is None:
            return ()
        places = enumerate(self.items[limit:], start=limit + 1)
        return tuple((place, item) for place, item in places if not may_exceed(item))

    @property
    def beyond_size(self) -> tuple[tuple[Decimal, HasState], ...]:
        """The items that may not bring the size above its limit and do, each with that size."""
        if self.state.limit_size is None:
            return ()
        total, beyond = Decimal(0), []
        for item in self.items:
            size = size_of(item) or Decimal(0)
            total += size
            if total > self.state.limit_size and size and not may_exceed(item):
                beyond.append((total, item))
        return tuple(beyond)

    @property
    def over(self) -> bool:
        """Whether it is over the limit of its number or of its size, waived or not."""
        return bool(self.beyond_limit or self.beyond_size)

    def has_room_for(self, item: HasState) -> bool:
        """Whether one more item would keep the limits; a size that nobody states takes no room.

        An item that may exceed a limit can come in all the same.
        """
        limit, most = self.state.limit, self.state.limit_size
        if limit is not None and self.count >= limit:
            return False
        return most is None or self.size + (size_of(item) or 0) <= most


def columns(portfolio: Portfolio, as_of: date) -> tuple[Column, ...]:
    """Return every column of the boards of epics, features and stories, empty ones too."""
    by_state: defaultdict[tuple[str, str | None], list[HasState]] = defaultdict(list)
    for model in BOARDS:
        for item in portfolio.items_of(model):
            by_state[model.TYPE, item.state].append(item)
    filled = []
    for model in BOARDS:
        for state in portfolio.policy.states_of(model.TYPE):
            items = by_state.pop((model.TYPE, state.name), [])  # once, if two columns share a name
            items.sort(key=lambda item: arrival(item, as_of))
            filled.append(Column(model, state, tuple(items)))
    return tuple(filled)


def work_column(portfolio: Portfolio, item: HasState) -> Column | None:
    """Return the column that an item enters when work on it starts, with what stands there now.

    That is the first active state beyond its own; None where there is none.
    """
    states = portfolio.policy.states_of(item.TYPE)
    names = [state.name for state in states]
    beyond = states[names.index(item.state) + 1 :] if item.state in names else ()
    start = next((state for state in beyond if state.category == "active"), None)
    if start is None:
        return None
    inside = (other for other in portfolio.items_of(type(item)) if other.state == start.name)
    return Column(type(item), start, tuple(inside))


def arrival(item: HasState, as_of: date) -> tuple[bool, bool, date, object]:
    """Return what an item sorts by: earlier arrivals first, what may exceed a limit last."""
    waived = any(
        waiver.rule.startswith("wip-") and waiver.until >= as_of for waiver in item.waivers
    )
    return may_exceed(item), waived, entered(item) or date.max, id_order(item.id)


def may_exceed(item: HasState) -> bool:
    """Whether an item may stand above a limit: an expedited one may."""
    return isinstance(item, Scored) and item.urgency == "expedite"


def size_of(item: HasState) -> Decimal | None:
    """Return the job size of an epic or a feature, or the points of a story."""
    if isinstance(item, Scored):
        return job_size(item)
    return item.points if isinstance(item, Story) else None


def entered(item: HasState) -> date | None:
    """Return the day on which an item came into its state, where its history says so."""
    last = item.history[-1] if item.history else None
    return last.on if last is not None and last.state == item.state else None


def days_in_state(item: HasState, as_of: date) -> int | None:
    """Return the days since an item came into its state; None where no entry says when."""
    since = entered(item)
    return None if since is None or since > as_of else (as_of - since).days


def too_old(item: HasState, state: State | None, as_of: date) -> bool:
    """Whether an item has been in its state for longer than the column allows."""
    age = days_in_state(item, as_of)
    limit = state.max_age_days if state else None
    return age is not None and limit is not None and age > limit


def lasting_block(portfolio: Portfolio, item: HasState) -> Blocked | None:
    """Return what an item is said to wait for, the longest first; None for one that is over."""
    if portfolio.category_of(item) in CLOSED:
        return None
    lasting = (block for block in item.blocked if block.until is None)
    return min(lasting, key=lambda block: block.from_, default=None)


def blockers(portfolio: Portfolio, item: HasState) -> tuple[str, ...]:
    """Return the ids of what an item needs and is not done; none for one that is over."""
    if portfolio.category_of(item) in CLOSED:
        return ()
    return tuple(
        edge.target
        for edge in portfolio.edges_from(item.id, "needs")
        if portfolio.category_of(portfolio[edge.target]) != "done"
    )
