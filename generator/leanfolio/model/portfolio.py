"""The portfolio: all items, linked, each to be asked for what stands above and below it."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from functools import cached_property, lru_cache
from types import MappingProxyType
from typing import Any, TypeVar, overload

from msgspec import Struct, field
from msgspec.structs import replace

from leanfolio.model import (
    Budget,
    Category,
    Days,
    Epic,
    HasState,
    Increment,
    Item,
    NamedPeriod,
    Origin,
    Policy,
    State,
    Visibility,
)
from leanfolio.model.addresses import with_pages_of_stories
from leanfolio.model.audience import (
    DELAY,
    EPIC_MONEY,
    GOALS,
    STREAM_MONEY,
    may_read,
    mention_of,
    stream_without_sums,
    visible_item,
    visible_prose,
    with_fields_hidden,
)
from leanfolio.model.hidden_fields import NOT_SHOWN
from leanfolio.model.item import LinkKind
from leanfolio.model.looking_back import LookingBack
from leanfolio.model.visibility import AUDIENCES

T = TypeVar("T", bound=Item)
RUNS = re.compile(r"(\d+)")
SPENDING = frozenset(("actual", "budgets"))  # fields whose amounts a record of spending repeats


@lru_cache(maxsize=1 << 16)
def id_order(id: str) -> tuple[tuple[int, int, str], ...]:
    """Sorts EP-9 before EP-10; total, since equal keys mean equal ids but for leading zeros."""
    parts = RUNS.split(id)
    key = tuple(
        (0, int(part[:18]), part) if n % 2 else (1, 0, part.casefold())
        for n, part in enumerate(parts)
    )
    return (*key, (2, 0, id))


class Edge(Struct, frozen=True):
    """One link between two items, from the one that names to the one that is named."""

    source: str
    target: str
    kind: LinkKind
    field: str


class ProsePage(Struct, frozen=True):
    """A file without a type: published as it is, and it may carry a view."""

    origin: Origin
    title: str
    description: str = ""
    view: Mapping[str, Any] = field(default_factory=dict)
    visibility: Visibility = "public"

    def without(self, mention: re.Pattern[str]) -> "ProsePage":
        """The page with "(not shown)" for each hidden name that its words hold."""
        words = (self.title, self.description, self.origin.body)
        if not any(map(mention.search, words)):
            return self
        return replace(
            self,
            title=mention.sub(NOT_SHOWN, self.title),
            description=mention.sub(NOT_SHOWN, self.description),
            origin=self.origin.with_body(visible_prose(self.origin.body, mention)),
        )


# Which links lead up the strategy: from story to theme.
UPWARD: frozenset[LinkKind] = frozenset(("parent", "moves"))


class Portfolio(Struct, frozen=True, dict=True):
    """All items by id, in the order of their types and then ids; and the links between them."""

    policy: Policy
    items: Mapping[str, Item]
    edges: tuple[Edge, ...] = ()
    pages: tuple[ProsePage, ...] = ()
    broken: frozenset[str] = frozenset()  # ids of items that could not be read
    withheld: frozenset[str] = frozenset()  # ids that this audience may not see
    partial: bool = False  # whether an item, a page or a field is left out for this audience
    looking_back: LookingBack | None = None  # where it stands for a day before that of its files
    left_out: frozenset[str] = frozenset()  # what is: types of items, and fields as `epic.cost`

    def __getitem__(self, id: str) -> Item:
        return self.items[id]

    def __contains__(self, id: object) -> bool:
        return id in self.items

    @cached_property
    def absent(self) -> frozenset[str]:
        """The ids of items that exist, but are not among these: unread, withheld, or to come."""
        to_come = self.looking_back.to_come if self.looking_back else ()
        return self.broken | self.withheld | frozenset(to_come)

    def currency_of(self, stated: Epic | Budget) -> str:
        """The currency of the amounts of an epic or of a budget line, or else the portfolio's."""
        return stated.currency or self.policy.currency

    def items_of(self, model: type[T]) -> tuple[T, ...]:
        """All items of a type, by id."""
        return self._by_type.get(model, ())  # type: ignore[return-value]

    @cached_property
    def _by_type(self) -> Mapping[type[Item], tuple[Item, ...]]:
        result: defaultdict[type[Item], list[Item]] = defaultdict(list)
        for item in self.items.values():
            result[type(item)].append(item)
        return MappingProxyType({model: tuple(items) for model, items in result.items()})

    @cached_property
    def _from(self) -> Mapping[str, tuple[Edge, ...]]:
        return edges_by_item(self.edges, "source")

    @cached_property
    def _to(self) -> Mapping[str, tuple[Edge, ...]]:
        return edges_by_item(self.edges, "target")

    @cached_property
    def _to_by_kind(self) -> Mapping[tuple[str, LinkKind], tuple[Edge, ...]]:
        groups: defaultdict[tuple[str, LinkKind], list[Edge]] = defaultdict(list)
        for edge in self.edges:
            groups[edge.target, edge.kind].append(edge)
        return {end: tuple(edges) for end, edges in groups.items()}

    def edges_to_of_kind(self, id: str, kind: LinkKind) -> tuple[Edge, ...]:
        """The links of one kind that others make to this item, without looking at the rest."""
        return self._to_by_kind.get((id, kind), ())

    def edges_from(self, id: str, *kinds: LinkKind) -> tuple[Edge, ...]:
        """The links that this item states, in the order of its fields."""
        result = self._from.get(id, ())
        return tuple(edge for edge in result if edge.kind in kinds) if kinds else result

    def edges_to(self, id: str, *kinds: LinkKind) -> tuple[Edge, ...]:
        """The links that others make to this item."""
        result = self._to.get(id, ())
        return tuple(edge for edge in result if edge.kind in kinds) if kinds else result

    def parents_of(self, id: str) -> tuple[Item, ...]:
        """What this item serves: one step up the strategy."""
        return tuple(self.items[edge.target] for edge in self.edges_from(id, *UPWARD))

    @overload
    def children_of(self, id: str) -> tuple[Item, ...]: ...

    @overload
    def children_of(self, id: str, model: type[T]) -> tuple[T, ...]: ...

    def children_of(self, id: str, model: type[Item] = Item) -> tuple[Item, ...]:
        """What serves this item: one step down the strategy, by id."""
        result = (self.items[edge.source] for edge in self.edges_to(id, *UPWARD))
        return tuple(entry for entry in result if isinstance(entry, model))

    def members_of(self, id: str, model: type[T]) -> tuple[T, ...]:
        """What belongs to a value stream, a team or an increment."""
        result = (
            self.items[edge.source] for edge in self.edges_to(id, "stream", "team", "increment")
        )
        return tuple(entry for entry in result if isinstance(entry, model))

    def ancestors_of(self, id: str) -> tuple[Item, ...]:
        """Everything that this item serves, nearest first; each once."""
        seen: dict[str, None] = {}
        ring = [id]
        while ring:
            ring = [
                edge.target
                for entry in ring
                for edge in self.edges_from(entry, *UPWARD)
                if edge.target not in seen and edge.target != id
            ]
            seen.update(dict.fromkeys(ring))
            ring = list(dict.fromkeys(ring))
        return tuple(self.items[entry] for entry in seen)

    def state_of(self, item: Item) -> State | None:
        """The column in which this item stands; None where it names none that exists."""
        return self._states.get((item.TYPE, getattr(item, "state", None)))

    def category_of(self, item: Item) -> Category | None:
        state = self.state_of(item)
        return state.category if state else None

    def with_items(self, items: Mapping[str, Item]) -> "Portfolio":
        """The same links between items of which some say something else now."""
        other = replace(self, items=items)
        for name in ("_from", "_to", "_to_by_kind"):
            if name in self.__dict__:
                other.__dict__[name] = self.__dict__[name]
        return other

    def with_pages_of_stories(self) -> "Portfolio":
        """The same, whose stories know the page of their feature on which they stand."""
        parents = ((edge.source, edge.target) for edge in self.edges if edge.kind == "parent")
        items = with_pages_of_stories(self.items, parents)
        return self if items is self.items else self.with_items(items)

    def days_of(self, period: NamedPeriod) -> Days | None:
        """Return the days of a period, by the fiscal calendar or by the increment it names."""
        days = period.days(self.policy.fiscal_year)
        if days is None and period.name is not None:
            increment = self.items.get(period.name)
            return increment.days if isinstance(increment, Increment) else None
        return days

    def last_entry(self, item: HasState, *categories: Category) -> date | None:
        """Return the day on which an item last came into states of these categories from others.

        A move between two such states is no entry. None where its history has no entry.
        """
        day, inside = None, False
        for entry in item.history:
            state = self._states.get((item.TYPE, entry.state))
            before, inside = inside, state is not None and state.category in categories
            if inside and not before:
                day = entry.on
        return day

    @cached_property
    def _states(self) -> Mapping[tuple[str, str | None], State]:
        return {
            (type, state.name): state
            for type in ("epic", "feature", "story")
            for state in self.policy.states_of(type)
        }

    def visible_to(self, audience: Visibility) -> "Portfolio":
        """The portfolio as this audience may see it: what it may not read is not there at all."""
        names = self.policy.audiences.hidden_from(audience)
        if names:
            return self.with_fields_hidden(names).without_hidden(audience, names)
        return self.without_hidden(audience, ())

    def with_fields_hidden(self, names: Collection[str]) -> "Portfolio":
        """The same, of whose items these fields are confidential or not shown."""
        items = {id: with_fields_hidden(item, names) for id, item in self.items.items()}
        return replace(self.with_items(items), policy=with_fields_hidden(self.policy, names))

    def without_hidden(self, audience: Visibility, names: Collection[str]) -> "Portfolio":
        """The same without what its items, pages and fields say that this audience may not read.

        `names` are the fields that are hidden from it in all items.
        """
        hidden = self.hidden_from(audience)
        mention = mention_of(hidden)
        pages = tuple(
            page.without(mention) for page in self.pages if may_read(audience, page.visibility)
        )
        secret = audience != AUDIENCES[-1]
        fields = names or (secret and any(item.confidential for item in self._all))
        if not hidden and not fields:
            same = pages == self.pages
            return self if same else replace(self, pages=pages, partial=True)
        items = {
            id: visible_item(item, hidden, mention, audience)
            for id, item in self.items.items()
            if id not in hidden
        }
        edges = (
            edge
            for edge in self.edges
            if edge.source not in hidden
            and edge.target not in hidden
            and not (secret and edge.field in self.items[edge.source].confidential)
        )
        policy = visible_item(self.policy, hidden, mention, audience)
        withheld = frozenset(hidden)
        left_out = frozenset((*names, *self.parts_hidden(hidden, secret=secret)))
        back = self.looking_back and self.looking_back.without(hidden)
        visible = Portfolio(
            policy, items, tuple(edges), pages, self.broken, withheld, partial=True,
            looking_back=back, left_out=left_out,
        ).with_pages_of_stories()  # fmt: skip
        if not visible.hides_money:
            return visible
        items = {id: stream_without_sums(item) for id, item in visible.items.items()}
        return replace(visible, items=items)

    def parts_hidden(self, ids: Collection[str], *, secret: bool) -> Iterator[str]:
        """Yield the types of these items and, where fields are `secret`, those of the others."""
        yield from (self.items[id].TYPE for id in ids)
        if secret:
            for item in self._all:
                yield from (f"{item.TYPE}.{name}" for name in item.confidential)

    @cached_property
    def hides_money(self) -> bool:
        """Whether a sum of money may lack a part that this audience may not see."""
        return self.hides_streams or not self.left_out.isdisjoint(EPIC_MONEY)

    @cached_property
    def hides_delay(self) -> bool:
        """Whether a sum of costs of delay may lack a part that this audience may not see."""
        return not self.left_out.isdisjoint(DELAY)

    @cached_property
    def hides_streams(self) -> bool:
        """Whether a value stream or its money is hidden."""
        return not self.left_out.isdisjoint(STREAM_MONEY)

    @cached_property
    def hides_money_of_goals(self) -> bool:
        """Whether money, or what it is for, is hidden: so that none can be summed by its aim."""
        return self.hides_money or not self.left_out.isdisjoint(GOALS)

    def spending_hidden_from(self, audience: Visibility) -> frozenset[str]:
        """Return the items whose spending an audience may not know, as `actual` is confidential."""
        if audience == AUDIENCES[-1]:
            return frozenset()
        return frozenset(
            id
            for id, item in self.items.items()
            if not SPENDING.isdisjoint(item.confidential)
            and (item.TYPE != "epic" or "actual" in item.confidential)
        )

    @property
    def _all(self) -> tuple[Item, ...]:
        return (self.policy, *self.items.values())

    def hidden_from(self, audience: Visibility) -> set[str]:
        """Return the ids that an audience may not see, with all that hangs on them alone."""
        items = self.items.items()
        return self.with_dependents(
            id for id, item in items if not may_read(audience, item.visibility)
        )

    def with_dependents(self, ids: Iterable[str]) -> set[str]:
        """Return these ids with those of all items whose parents are all among them."""
        result = set(ids)
        while True:
            more = {
                edge.source
                for edge in self.edges
                if edge.kind == "parent"
                and edge.target in result
                and edge.source not in result
                and not any(
                    other.target not in result for other in self.edges_from(edge.source, "parent")
                )
            }
            if not more:
                return result
            result |= more


def edges_by_item(edges: Iterable[Edge], end: str) -> Mapping[str, tuple[Edge, ...]]:
    result: defaultdict[str, list[Edge]] = defaultdict(list)
    for edge in edges:
        result[getattr(edge, end)].append(edge)
    return {id: tuple(value) for id, value in result.items()}
