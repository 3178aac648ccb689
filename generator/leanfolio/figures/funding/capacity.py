"""Whether capacity is shared as agreed between features, enablers and maintenance.

Planned is what an increment held when it began; delivered is what of it is done. A plan is
judged while it can still be changed, a delivery once its increment is over.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from msgspec.structs import replace

from leanfolio.figures.funding.amount import plus
from leanfolio.figures.funding.guardrail import CapacityOf, Verdict
from leanfolio.figures.funding.mix import mix
from leanfolio.model import Epic, Feature, Increment, Team, ValueStream
from leanfolio.model.policy import Capacity
from leanfolio.model.portfolio import Portfolio
from leanfolio.wording import Message, message

KINDS = ("feature", "enabler", "maintenance")
NO_FEATURE = message("no feature is planned in an increment to come, or was in the last that ended")


def capacity(policy: Capacity, portfolio: Portfolio, as_of: date) -> list[Verdict]:
    """Every value stream in every increment in which it has features: planned and delivered.

    Where none of them is to be judged, that is said of the portfolio as a whole.
    """
    groups: defaultdict[tuple[str, str], list[Feature]] = defaultdict(list)
    for feature in portfolio.items_of(Feature):
        if feature.increment and feature.increment in portfolio:
            groups[feature.increment, stream_of(portfolio, feature)].append(feature)
    result: list[Verdict] = []
    ended = ended_increments(portfolio, as_of)
    increments = {increment.id: increment for increment in portfolio.items_of(Increment)}
    streams = [value_stream.id for value_stream in portfolio.items_of(ValueStream)]
    order = {id: number for number, id in enumerate((*increments, *streams, ""))}
    known = [key for key in groups if key[0] in increments and key[1] in order]
    for id, stream in sorted(known, key=lambda key: (order[key[0]], order[key[1]])):
        result += judged(
            policy,
            portfolio,
            groups[id, stream],
            stream=stream or message("no value stream"),
            increment=increments[id],
            ended=ended,
            as_of=as_of,
        )
    if all(entry.information for entry in result):
        result.append(Verdict("guardrail-capacity", "", True, "size", missing=NO_FEATURE))
    return result


def judged(
    policy: Capacity,
    portfolio: Portfolio,
    features: list[Feature],
    *,
    stream: str | Message,
    increment: Increment,
    ended: list[str],
    as_of: date,
) -> Iterable[Verdict]:
    """What was planned, and what was delivered, of one stream in one increment."""
    category = {feature.id: portfolio.category_of(feature) for feature in features}
    planned = [
        feature
        for feature in features
        if (category[feature.id] != "cancelled" or dropped_later(portfolio, feature, increment))
        and not added_later(portfolio, feature, increment)
    ]
    delivered = [feature for feature in features if category[feature.id] == "done"]
    over = increment.id in ended
    plan = CapacityOf(stream, increment.id, delivered=False)
    delivery = CapacityOf(stream, increment.id, delivered=True)
    dropped = message("every feature of it was dropped")
    undone = message("no feature of it is done")
    yield verdict(policy, planned, plan, dropped, information=over)
    if increment.days is None or increment.days.first <= as_of:
        last = bool(ended) and increment.id == ended[-1]
        yield verdict(policy, delivered, delivery, undone, information=not last)


def dropped_later(portfolio: Portfolio, feature: Feature, increment: Increment) -> bool:
    """Whether a dropped feature still stood in the plan when its increment began.

    Its history says when it was dropped; one without a history never stood there.
    """
    if increment.days is None:
        return False
    dropped = portfolio.last_entry(feature, "cancelled")
    return dropped is not None and dropped >= increment.days.first


def added_later(portfolio: Portfolio, feature: Feature, increment: Increment) -> bool:
    """Whether a feature came onto the board only after its increment had begun.

    Its history says so where it begins before the work: one that begins with the work does not tell
    how long the feature had been planned.
    """
    if increment.days is None or not feature.history:
        return False
    first = feature.history[0]
    categories = {state.name: state.category for state in portfolio.policy.states_of(Feature.TYPE)}
    return first.on > increment.days.first and categories.get(first.state) in ("new", "waiting")


def scope(of: CapacityOf) -> Message:
    """Whose capacity it is, in words."""
    parts = {"stream": of.stream, "increment": of.increment}
    if of.delivered:
        return message("{stream}, {increment}, delivered", **parts)
    return message("{stream}, {increment}, planned", **parts)


def verdict(
    policy: Capacity, features: list[Feature], of: CapacityOf, empty: Message, *, information: bool
) -> Verdict:
    """The share of size of each kind, against target and tolerance; `empty` is said of none."""
    amounts: dict[str, Decimal] = dict.fromkeys(KINDS, Decimal(0))
    unknown = 0
    for feature in features:
        if feature.size is None:
            unknown += 1
        else:
            amounts[feature.kind] = plus(amounts[feature.kind], feature.size)
    targets: dict[str, Decimal] = {str(kind): share for kind, share in policy.targets.items()}
    result = mix(amounts, targets, policy.tolerance)
    return Verdict(
        "guardrail-capacity",
        scope(of),
        result.kept or information,
        "size",
        mix=result,
        judged=len(features) - unknown,
        unknown=unknown,
        information=information,
        missing=""
        if result.parts
        else message("its features state no size")
        if features
        else empty,
        capacity_of=replace(of, sized=tuple(entry.id for entry in features if entry.size)),
    )


def ended_increments(portfolio: Portfolio, as_of: date) -> list[str]:
    """The increments that are over, the last to end last."""
    over = [
        (increment.days.last, increment.id)
        for increment in portfolio.items_of(Increment)
        if increment.days is not None and increment.days.last < as_of
    ]
    return [id for _, id in sorted(over)]


def stream_of(portfolio: Portfolio, feature: Feature) -> str:
    """Whose capacity it takes: its team's value stream, or else its epic's."""
    team = portfolio.items.get(feature.team or "")
    epic = portfolio.items.get(feature.epic or "")
    for entry in (team, epic):
        if isinstance(entry, Team | Epic) and entry.value_stream in portfolio:
            return entry.value_stream or ""
    return ""
