"""How far two orders agree: Kendall's tau-b (1945), and the items on which they do not.

It lies between -1, one order being the other upside down, and 1. Pairs are counted by merging, as
Knight (1966) does.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from decimal import Decimal, localcontext
from fractions import Fraction

from msgspec import Struct

from leanfolio.figures.ranking.wsjf import Form, Order

DIGITS = 40  # of the square root: far more than any page prints


class Disagreement(Struct, frozen=True):
    """An item that stands in another place under the other form; ranks among the items of both."""

    id: str
    rank: int
    other_rank: int


class Agreement(Struct, frozen=True):
    """Two forms side by side, over the items that both can score."""

    form: Form
    other: Form
    items: int
    concordant: int  # pairs in the same order
    discordant: int  # pairs in opposite order; tied pairs are neither
    untied: tuple[int, int]  # pairs that each form does not tie
    disagreements: tuple[Disagreement, ...]  # the furthest apart first

    @property
    def tau_b(self) -> Decimal | None:
        """Return Kendall's tau-b: 1 the same order, -1 the opposite; None where a form ties all."""
        first, second = self.untied
        if not first or not second:
            return None
        with localcontext() as context:
            context.prec = DIGITS
            return Decimal(self.concordant - self.discordant) / Decimal(first * second).sqrt()


def agreement(order: Order, other: Order) -> Agreement:
    """Compare the scores of two forms, ties as ties; and the places, which the tie rule settles."""
    scores = {score.item.id: score.value for score in order.scores}
    others = {score.item.id: score.value for score in other.scores}
    shared_ids = [id for id in scores if id in others]
    other_ranks = {id: rank for rank, id in enumerate((i for i in others if i in scores), 1)}
    concordant, discordant, untied = count_pairs([(scores[id], others[id]) for id in shared_ids])
    disagreements = [
        Disagreement(id, rank, other_ranks[id])
        for rank, id in enumerate(shared_ids, 1)
        if other_ranks[id] != rank
    ]
    disagreements.sort(key=lambda item: (-abs(item.rank - item.other_rank), item.rank))
    return Agreement(
        order.form,
        other.form,
        len(shared_ids),
        concordant,
        discordant,
        untied,
        tuple(disagreements),
    )


def count_pairs(scored: Sequence[tuple[Fraction, Fraction]]) -> tuple[int, int, tuple[int, int]]:
    """Count the concordant and the discordant pairs, and those that each side leaves untied."""
    first, second = dense_ranks(a for a, _ in scored), dense_ranks(b for _, b in scored)
    both = sorted(zip(first, second, strict=True))
    discordant = discordant_pairs([b for _, b in both])
    all_pairs = len(scored) * (len(scored) - 1) // 2
    tied_first, tied_second, tied_both = tied_pairs(first), tied_pairs(second), tied_pairs(both)
    concordant = all_pairs - tied_first - tied_second + tied_both - discordant
    return concordant, discordant, (all_pairs - tied_first, all_pairs - tied_second)


def dense_ranks(values: Iterable[Fraction]) -> list[int]:
    """Replace each value by its rank among the distinct values; ties share a rank."""
    listed = list(values)
    distinct = sorted(set(listed))
    return [bisect_left(distinct, value) for value in listed]


def tied_pairs(values: Iterable[Hashable]) -> int:
    """Count the pairs of equal values."""
    return sum(count * (count - 1) // 2 for count in Counter(values).values())


def discordant_pairs(values: Sequence[int]) -> int:
    """Count the pairs in falling order by a merge sort, in n log n steps."""
    return merge_sorted(list(values))[1]


def merge_sorted(values: list[int]) -> tuple[list[int], int]:
    """Return the values sorted, and how many pairs were in falling order."""
    if len(values) < 2:
        return values, 0
    left, one = merge_sorted(values[: len(values) // 2])
    right, two = merge_sorted(values[len(values) // 2 :])
    result: list[int] = []
    crossed = at = 0
    for value in left:
        while at < len(right) and right[at] < value:
            result.append(right[at])
            at += 1
        crossed += at
        result.append(value)
    return result + right[at:], one + two + crossed
