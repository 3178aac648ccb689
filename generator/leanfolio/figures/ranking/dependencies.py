"""Which ranked items wait for which, and which dependencies set no order there, and why."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

from msgspec import Struct

from leanfolio.figures.ranking.decomposition import strongly_connected
from leanfolio.figures.ranking.wsjf import Order
from leanfolio.model import Epic, Feature, Item
from leanfolio.model.policy import CLOSED
from leanfolio.model.portfolio import Portfolio
from leanfolio.wording import Message, Text, message

Kind = Literal["done", "cancelled", "unknown", "unranked", "part", "whole", "cycle", "self"]
UNRESOLVED: frozenset[Kind] = frozenset(("cancelled", "unknown", "unranked", "cycle", "self"))


class DependencyNote(Struct, frozen=True):
    """A dependency that is not simply one ranked item before another, and why.

    `why` is a clause about the target: "is done: nothing to wait for".
    """

    source: str
    target: str
    kind: Kind
    why: Message


class Dependencies(Struct, frozen=True):
    """For each ranked item, by its place in the ranking from 0, the places that it waits for."""

    needs: tuple[tuple[int, ...], ...]
    notes: tuple[DependencyNote, ...]
    cycles: tuple[tuple[str, ...], ...]  # ids that wait for one another: no order can serve them

    @property
    def unresolved(self) -> dict[str, tuple[str, ...]]:
        """By id of a ranked item, the targets that it waits for without an end in this ranking."""
        targets: dict[str, list[str]] = {}
        for note in self.notes:
            if note.kind in UNRESOLVED:
                targets.setdefault(note.source, []).append(note.target)
        return {source: tuple(ids) for source, ids in targets.items()}


def dependencies(portfolio: Portfolio, order: Order) -> Dependencies:
    """The dependencies among ranked items; those through open items without a score count too."""
    place = {score.item.id: index for index, score in enumerate(order.scores)}
    unscored = {entry.item.id: entry.why for entry in order.unscored}
    notes: list[DependencyNote] = []
    needs: list[set[int]] = []
    for score in order.scores:
        needed: set[int] = set()
        for target in waits_for(portfolio, score.item, place):
            places, kind, why = resolved(portfolio, target, place, unscored)
            if target == score.item.id:
                kind, why = "self", message("waits for itself; left out")
            if kind and why:
                notes.append(DependencyNote(score.item.id, target, kind, why))
            needed.update(places)
        needs.append(needed - {place[score.item.id]})
    return without_cycles(order, needs, notes)


def waits_for(portfolio: Portfolio, item: Item, place: Mapping[str, int]) -> Iterator[str]:
    """What an item names, and what open items without a place name in turn; each once."""
    seen: dict[str, None] = {}
    stack = list(reversed(depends_on(item)))
    while stack:
        target = stack.pop()
        if target in seen:
            continue
        seen[target] = None
        yield target
        if target in portfolio and target not in place:
            behind = portfolio[target]
            if portfolio.category_of(behind) not in CLOSED:
                stack.extend(reversed(depends_on(behind)))


def depends_on(item: Item) -> tuple[str, ...]:
    """The ids that an item waits for, as its author wrote them; none of what has no such field."""
    return tuple(item.depends_on) if isinstance(item, Epic | Feature) else ()


def resolved(
    portfolio: Portfolio, target: str, place: Mapping[str, int], unscored: Mapping[str, Text]
) -> tuple[tuple[int, ...], Kind | None, Message | None]:
    """The places to wait for; and the kind of note and its reason, where a note is needed."""
    if target in place:
        return (place[target],), None, None
    if target not in portfolio:
        unread = target in portfolio.broken
        why = message("could not be read") if unread else message("does not exist")
        return (), "unknown", why
    item = portfolio[target]
    category = portfolio.category_of(item)
    if category == "done":
        return (), "done", message("is done: nothing to wait for")
    if category == "cancelled":
        state: str = getattr(item, "state", "")
        return (), "cancelled", message("is {state}: it will never be there", state=state)
    reason = unscored.get(target, message("not part of this ranking"))
    return stand_ins(portfolio, item, place) or (
        (),
        "unranked",
        message("has no place here ({reason}): when it ends is not known", reason=reason),
    )


def stand_ins(
    portfolio: Portfolio, item: Item, place: Mapping[str, int]
) -> tuple[tuple[int, ...], Kind, Message] | None:
    """Ranked items that stand for one that is not: a feature's epic, an epic's features."""
    if isinstance(item, Feature) and item.epic is not None and item.epic in place:
        why = message("is part of {epic}, and waits with it", epic=item.epic)
        return (place[item.epic],), "part", why
    parts = [place[f.id] for f in portfolio.children_of(item.id, Feature) if f.id in place]
    if isinstance(item, Epic) and parts:
        return tuple(parts), "whole", message("is an epic: all its ranked features go first")
    return None


def without_cycles(
    order: Order, needs: Sequence[set[int]], notes: list[DependencyNote]
) -> Dependencies:
    """Leave out what items in a cycle require of one another, and name the cycles."""
    ids = [score.item.id for score in order.scores]
    groups = [sorted(k) for k in strongly_connected([sorted(n) for n in needs]) if len(k) > 1]
    cycle_of = {index: at for at, group in enumerate(groups) for index in group}
    kept: list[tuple[int, ...]] = []
    for index, wanted in enumerate(needs):
        mine = cycle_of.get(index)
        inside = {need for need in wanted if mine is not None and cycle_of.get(need) == mine}
        notes += [
            DependencyNote(
                ids[index], ids[other], "cycle", message("waits for it in turn: a cycle, left out")
            )
            for other in sorted(inside)
        ]
        kept.append(tuple(sorted(wanted - inside)))
    cycles = tuple(tuple(ids[index] for index in group) for group in sorted(groups))
    return Dependencies(tuple(kept), tuple(notes), cycles)
