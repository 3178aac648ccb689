"""Since when a column has been over its limit, told from the days on which items came and went."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from decimal import Decimal

from msgspec import Struct

from leanfolio.figures.flow.clock import ItemFlow
from leanfolio.model import State


class LimitBreak(Struct, frozen=True):
    """How long a column has been over its limit: without a break, up to today."""

    since: date
    days: int


def limit_break(
    flows: Iterable[ItemFlow],
    state: State,
    inside: Collection[str],
    excused: Collection[str],
    sizes: Mapping[str, Decimal],
    as_of: date,
) -> LimitBreak | None:
    """Return since when a column is over the limit of today, of its number or of its size.

    `inside` are the ids of the items that stand in it, `excused` those that may exceed a limit, and
    `sizes` the sizes that are stated: they bear no day, and are those of today. Returns None where
    it is not over its limit, or the day on which one of its items came is not known.
    """
    present = dict.fromkeys(inside, False)
    changes: dict[date, list[tuple[str, bool]]] = {}
    for flow in flows:
        stays = [stay for stay in flow.stays if stay.state == state.name]
        if flow.id in present and not flow.course.fault:
            present[flow.id] = bool(stays) and flow.stays[-1].state == state.name
        if flow.id in excused:
            continue
        for stay in stays:
            changes.setdefault(stay.start, []).append((flow.id, True))
            if stay is not flow.stays[-1] or flow.id not in present:
                changes.setdefault(stay.end, []).append((flow.id, False))
    if not all(present.values()):
        return None
    since = None
    held: set[str] = set()
    for day in sorted(changes):
        for id, came in sorted(changes[day], key=lambda change: change[1]):
            (held.add if came else held.discard)(id)
        if not is_over(held, state, sizes):
            since = None
        elif since is None:
            since = day
    return None if since is None else LimitBreak(since, (as_of - since).days)


def is_over(held: Collection[str], state: State, sizes: Mapping[str, Decimal]) -> bool:
    """Whether these items, of which none may exceed it, are more than a limit allows."""
    if state.limit is not None and len(held) > state.limit:
        return True
    if state.limit_size is None:
        return False
    return sum((sizes.get(id, Decimal(0)) for id in held), Decimal(0)) > state.limit_size
