"""Who waits for whom in a ranking, and which dependencies it cannot heed, and why."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from leanfolio.figures.ranking.decomposition import strongly_connected
from leanfolio.figures.ranking.wsjf import Order
from leanfolio.model import Epic, Feature, Item
from leanfolio.model.portfolio import Portfolio

Kind = Literal["done", "cancelled", "unknown", "unranked", "part", "whole", "ring", "self"]


@dataclass(frozen=True, slots=True)
class Told:
    """A dependency that is not simply heeded: what it is, and what the sequence makes of it."""

    source: str
    target: str
    kind: Kind
    why: str  # a clause, to follow the two ids


@dataclass(frozen=True, slots=True)
class Dependencies:
    """For each ranked item, by its place in the ranking from 0, the places that it waits for."""

    needs: tuple[tuple[int, ...], ...]
    told: tuple[Told, ...]
    rings: tuple[tuple[str, ...], ...]  # ids that wait for one another: no order can serve them


def dependencies(portfolio: Portfolio, order: Order) -> Dependencies:
    """The dependencies among ranked items; those through open items without a score count too."""
    place = {each.item.id: index for index, each in enumerate(order.scores)}
    unscored = {each.item.id: each.why for each in order.unscored}
    told: list[Told] = []
    needs: list[set[int]] = []
    for score in order.scores:
        found: set[int] = set()
        for target in waits_for(portfolio, score.item, place):
            fate, kind, why = meant(portfolio, target, place, unscored)
            if target == score.item.id:
                kind, why = "self", "waits for itself; left out"
            if kind:
                told.append(Told(score.item.id, target, kind, why))
            found.update(fate)
        needs.append(found - {place[score.item.id]})
    return without_rings(order, needs, told)


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
            if portfolio.category_of(behind) not in ("done", "cancelled"):
                stack.extend(reversed(depends_on(behind)))


def depends_on(item: Item) -> tuple[str, ...]:
    """The ids that an item waits for, as its author wrote them; none of what has no such field."""
    return item.depends_on if isinstance(item, Epic | Feature) else ()


def meant(
    portfolio: Portfolio, target: str, place: Mapping[str, int], unscored: Mapping[str, str]
) -> tuple[tuple[int, ...], Kind | None, str]:
    """The places to wait for, and what to tell of this dependency, if anything."""
    if target in place:
        return (place[target],), None, ""
    if target not in portfolio:
        unread = target in portfolio.broken
        return (), "unknown", "could not be read" if unread else "does not exist"
    item = portfolio[target]
    category = portfolio.category_of(item)
    if category == "done":
        return (), "done", "is done: nothing to wait for"
    if category == "cancelled":
        return (), "cancelled", f"is {getattr(item, 'state', '')}: it will never be there"
    why = unscored.get(target, "not part of this ranking")
    return stand_ins(portfolio, item, place) or (
        (), "unranked", f"has no place here ({why}): when it ends is not known"
    )  # fmt: skip


def stand_ins(
    portfolio: Portfolio, item: Item, place: Mapping[str, int]
) -> tuple[tuple[int, ...], Kind, str] | None:
    """Ranked items that stand for one that is not: a feature's epic, an epic's features."""
    if isinstance(item, Feature) and item.epic is not None and item.epic in place:
        return (place[item.epic],), "part", f"is part of {item.epic}, and waits with it"
    parts = [place[f.id] for f in portfolio.children_of(item.id, Feature) if f.id in place]
    if isinstance(item, Epic) and parts:
        return tuple(parts), "whole", "is an epic: all its ranked features go first"
    return None


def without_rings(order: Order, needs: Sequence[set[int]], told: list[Told]) -> Dependencies:
    """Leave out what items in a ring want of one another, and name the rings."""
    ids = [score.item.id for score in order.scores]
    knots = [sorted(k) for k in strongly_connected([sorted(n) for n in needs]) if len(k) > 1]
    ring_of = {index: at for at, knot in enumerate(knots) for index in knot}
    kept: list[tuple[int, ...]] = []
    for index, wanted in enumerate(needs):
        mine = ring_of.get(index)
        inside = {each for each in wanted if mine is not None and ring_of.get(each) == mine}
        told += [
            Told(ids[index], ids[each], "ring", "waits for it in turn: a ring, left out")
            for each in sorted(inside)
        ]
        kept.append(tuple(sorted(wanted - inside)))
    rings = tuple(tuple(ids[index] for index in knot) for knot in sorted(knots))
    return Dependencies(tuple(kept), tuple(told), rings)
