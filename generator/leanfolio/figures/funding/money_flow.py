"""Which way the money goes: from the portfolio through value streams to objectives.

What flows into each place flows out of it. A stream's own share that no epic has flows to
"unallocated"; money that serves no objective flows there by that name.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from msgspec import Struct

from leanfolio.figures.funding.amount import ZERO, plus, sum_of
from leanfolio.figures.funding.cuts import NONE, UNALLOCATED, Path, Portion
from leanfolio.figures.funding.split import split
from leanfolio.figures.funding.table import TOTAL, Row

OTHER = "(other)"
MOST_STREAMS = 10
MOST_OBJECTIVES = 16  # with the portfolio, unallocated and no objective: at most 29 places


class MoneyFlow(Struct, frozen=True):
    """Amounts by (value stream, end); `over` are streams that promised more than they have."""

    amounts: Mapping[tuple[str, str], Decimal]
    streams: tuple[str, ...]
    ends: tuple[str, ...]
    over: tuple[str, ...]
    folded_streams: tuple[str, ...]
    folded_objectives: tuple[str, ...]

    def of_stream(self, stream: str) -> Decimal:
        """All that flows through a value stream."""
        return sum_of(amount for (entry, _), amount in self.amounts.items() if entry == stream)

    def of_end(self, end: str) -> Decimal:
        """All that flows to an objective, or to what stands in its place."""
        return sum_of(amount for (_, entry), amount in self.amounts.items() if entry == end)

    @property
    def whole(self) -> Decimal:
        """All money that flows."""
        return sum_of(self.amounts.values())


def money_flow(
    rows: Iterable[Row],
    portions: Iterable[Portion],
    objectives: Iterable[str] = (),
    period: str = TOTAL,
    currency: str = "",
) -> MoneyFlow:
    """What every stream commits in a period by objective, and what of its approval is free.

    Streams stand in the order of the rows, objectives in the order that is given.
    """
    own = [row for row in rows if row.period == period]
    streams = [row for row in own if row.level == "value-stream"]
    shares = shares_of(portions)
    amounts: defaultdict[tuple[str, str], Decimal] = defaultdict(lambda: ZERO)
    for row in own:
        committed = row.columns.committed.amount
        if row.level != "epic" or committed is None:
            continue
        for path, amount in split(committed, shares[row.id], currency).items():
            if amount > 0:
                key = row.stream, path.objective
                amounts[key] = plus(amounts[key], amount)
    over = []
    for row in streams:
        free = row.columns.free.amount
        if free is not None and free > 0:
            amounts[row.stream, UNALLOCATED] = free
        if free is not None and free < 0:
            over.append(row.stream)
    return folded(ordered(amounts, [row.stream for row in streams], objectives), tuple(over))


def shares_of(portions: Iterable[Portion]) -> Mapping[str, Mapping[Path, Fraction]]:
    """The ways up from each epic, with the share of its money that goes each."""
    result: defaultdict[str, dict[Path, Fraction]] = defaultdict(dict)
    for portion in portions:
        result[portion.money.epic.id][portion.path] = portion.share
    return result


def ordered(
    amounts: Mapping[tuple[str, str], Decimal], streams: Iterable[str], objectives: Iterable[str]
) -> dict[tuple[str, str], Decimal]:
    """The same amounts in the order of streams, and within each of objectives."""
    ends = dict.fromkeys((*objectives, *(end for _, end in amounts)))
    keys = ((stream, end) for stream in streams for end in ends)
    return {key: amounts[key] for key in keys if key in amounts}


def folded(amounts: Mapping[tuple[str, str], Decimal], over: tuple[str, ...]) -> MoneyFlow:
    """The same money with the smallest streams and objectives as one "other" each."""
    streams, less_streams = largest(amounts, 0, MOST_STREAMS, ())
    ends, less_ends = largest(amounts, 1, MOST_OBJECTIVES, (NONE, UNALLOCATED))
    summed: defaultdict[tuple[str, str], Decimal] = defaultdict(lambda: ZERO)
    for (stream, end), amount in amounts.items():
        key = (OTHER if stream in less_streams else stream, OTHER if end in less_ends else end)
        summed[key] = plus(summed[key], amount)
    return MoneyFlow(
        amounts=dict(summed),
        streams=(*streams, *((OTHER,) if less_streams else ())),
        ends=(*ends, *((OTHER,) if less_ends else ()), *last(amounts)),
        over=over,
        folded_streams=less_streams,
        folded_objectives=less_ends,
    )


def last(amounts: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """The ends that are no objectives, below those that are."""
    result = {end for _, end in amounts}
    return tuple(end for end in (NONE, UNALLOCATED) if end in result)


def largest(
    amounts: Mapping[tuple[str, str], Decimal], side: int, most: int, apart: Sequence[str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The places of one side that stay, in the order in which they came; and those to be folded."""
    sums: defaultdict[str, Decimal] = defaultdict(lambda: ZERO)
    for key, amount in amounts.items():
        if key[side] not in apart:
            sums[key[side]] = plus(sums[key[side]], amount)
    if len(sums) <= most:
        return tuple(sums), ()
    kept = set(sorted(sums, key=lambda entry: (-sums[entry], entry))[: most - 1])
    return (
        tuple(entry for entry in sums if entry in kept),
        tuple(entry for entry in sums if entry not in kept),
    )
