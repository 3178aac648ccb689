"""Whether shares keep to their targets, and the smallest move that would put them right."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from msgspec import Struct

Standing = Literal["within", "over", "under", "no target"]
NONE = Fraction(0)


class Part(Struct, frozen=True):
    """One share of a whole against its target. All three figures are shares of one."""

    name: str
    amount: Fraction
    share: Fraction
    target: Fraction | None
    tolerance: Fraction

    @property
    def least(self) -> Fraction:
        """The smallest share that is still right, 0 to 1."""
        return NONE if self.target is None else max(self.target - self.tolerance, NONE)

    @property
    def most(self) -> Fraction:
        """The largest share that is still right, 0 to 1."""
        return (
            Fraction(1) if self.target is None else min(self.target + self.tolerance, Fraction(1))
        )

    @property
    def standing(self) -> Standing:
        """Exactly on the edge of the tolerance is within it."""
        if self.target is None:
            return "no target"
        return (
            "over" if self.share > self.most else "under" if self.share < self.least else "within"
        )


class Move(Struct, frozen=True):
    """So much taken from one part and given to another."""

    source: str
    to: str
    amount: Fraction
    share: Fraction


class Mix(Struct, frozen=True):
    """The parts of a whole. `moves` is empty where all is well, None where nothing would help."""

    whole: Fraction
    parts: tuple[Part, ...]
    moves: tuple[Move, ...] | None = ()

    @property
    def kept(self) -> bool:
        """Whether every part with a target keeps to it."""
        return all(part.standing in ("within", "no target") for part in self.parts)

    @property
    def crowded_out(self) -> bool:
        """Whether what has no target holds so much that the others cannot keep theirs."""
        aimed = [part for part in self.parts if part.target is not None]
        least = sum((part.least for part in aimed), NONE)
        return sum((part.share for part in aimed), NONE) < least <= 1


def rounded_up(share: Fraction) -> Fraction:
    """A share to the tenth of a percent, rounded up: a change of so much is enough."""
    return Fraction(-((-share * 1000).__floor__()), 1000)


def mix(amounts: Mapping[str, Decimal], targets: Mapping[str, Decimal], tolerance: Decimal) -> Mix:
    """Amounts as shares of their sum, against targets and a tolerance in percent.

    Nothing at all keeps every target: there is nothing to judge.
    """
    whole = sum((Fraction(amount) for amount in amounts.values()), NONE)
    if not whole:
        return Mix(NONE, ())
    parts = tuple(
        Part(
            name,
            Fraction(amount),
            Fraction(amount) / whole,
            Fraction(targets[name]) / 100 if name in targets else None,
            Fraction(tolerance) / 100,
        )
        for name, amount in amounts.items()
    )
    return Mix(whole, parts, least_moves(parts, whole))


def least_moves(parts: Sequence[Part], whole: Fraction) -> tuple[Move, ...] | None:
    """The smallest amount in all that, moved between parts, brings each within its tolerance.

    A part without a target stays as it is: nobody said that it should have more or less.

    What is over must go and what is under must come; the larger of the two sums is the least there
    is. What is left of it comes from, or goes to, the part with the most room.
    """
    whole_share = sum((part.share for part in parts if part.target is not None), NONE)
    parts = [part for part in parts if part.target is not None]
    if not sum(part.least for part in parts) <= whole_share <= sum(part.most for part in parts):
        return None
    give = [max(part.share - part.most, NONE) for part in parts]
    take = [max(part.least - part.share, NONE) for part in parts]
    top_up(give, sum(take, NONE), [part.share - part.least for part in parts], take)
    top_up(take, sum(give, NONE), [part.most - part.share for part in parts], give)
    return tuple(paired(parts, give, take, whole))


def top_up(
    side: list[Fraction], wanted: Fraction, room: Sequence[Fraction], other: Sequence[Fraction]
) -> None:
    """Let the parts with the most room give, or take, what is still wanted."""
    for index in sorted(range(len(side)), key=lambda entry: (-room[entry], entry)):
        lacking = wanted - sum(side, NONE)
        if lacking <= 0:
            return
        if not other[index]:
            side[index] += min(max(room[index] - side[index], NONE), lacking)


def paired(
    parts: Sequence[Part], give: list[Fraction], take: list[Fraction], whole: Fraction
) -> list[Move]:
    """Who gives to whom, in the order of the parts."""
    moves = []
    for to, wanted in zip(parts, take, strict=True):
        for index, source in enumerate(parts):
            share = min(give[index], wanted)
            if share > 0:
                give[index] -= share
                wanted -= share  # noqa: PLW2901
                moves.append(Move(source.name, to.name, share * whole, share))
    return moves
