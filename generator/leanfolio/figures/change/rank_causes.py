"""What moved a rank: each part is exchanged at a time, and the ranking made anew.

Parts can work together, so each is exchanged in every order, and what it moves is averaged over
them (Shapley's value). These shares are exact, and sum to the whole move. The largest one in the
direction of the move leads.
"""

from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from itertools import combinations
from math import factorial
from typing import get_args

from msgspec import Struct

from leanfolio.figures.change.rank_inputs import ONE, Part, RankInputs
from leanfolio.figures.ranking.cut import Cut, cut
from leanfolio.figures.ranking.wsjf import PARTS, Precedence, Score, number, precedence

ORDER: tuple[Part, ...] = get_args(Part)


class Cause(Struct, frozen=True):
    """What moved an epic: the part that leads, the others with a share, and the particulars."""

    lead: Part
    also: tuple[Part, ...]
    shares: Mapping[Part, Fraction]  # in places, or in crossings of the line; they sum to the move
    numbers: tuple[tuple[str, Fraction | None, Fraction | None], ...]  # its own: part, from, to
    others: tuple[str, ...]  # ids of re-scored epics that it passed, or that passed it
    came: tuple[str, ...]  # ids that came, and stand ahead of it
    went: tuple[str, ...]  # ids that went, and stood ahead of it
    rescaled: tuple[str, ...]  # columns of numbers that were multiplied as a whole


class RankMove(Struct, frozen=True):
    """An epic that both rank, at another place. Ranks count from 1."""

    id: str
    before: int
    after: int
    cause: Cause

    @property
    def climbed(self) -> int:
        """By how many places it rose; below 0, how many it fell."""
        return self.before - self.after


class Crossing(Struct, frozen=True):
    """An epic that both rank, on the other side of the cut line."""

    id: str
    above: bool  # whether it stands above the line now
    cause: Cause


class RankCauses(Struct, frozen=True, dict=True):
    """Finds the moves between two rankings, and what each rests on."""

    inputs: RankInputs

    @cached_property
    def changed(self) -> tuple[Part, ...]:
        """The parts that differ; `own` stands for every epic that was scored anew."""
        inputs = self.inputs
        differs: Mapping[Part, bool] = {
            "own": bool(inputs.rescored),
            "others": bool(inputs.rescored),
            "set": bool(inputs.came or inputs.went),
            "rules": not inputs.same_rules or inputs.scaled_with == "rules",
        }
        return tuple(part for part in ORDER if differs[part])

    def parts_of(self, id: str) -> tuple[Part, ...]:
        """Return the parts that may have moved this epic."""
        rescored = self.inputs.rescored
        absent: set[Part] = set()
        if id not in rescored:
            absent.add("own")
        if not rescored - {id}:
            absent.add("others")
        return tuple(part for part in self.changed if part not in absent)

    # Ranks ------------------------------------------------------------------------------------

    @cached_property
    def ranks(self) -> tuple[Mapping[str, int], Mapping[str, int]]:
        """The place of each epic on both sides, from 1."""
        before, after = (
            {id: place for place, id in enumerate(side.scores, 1)}
            for side in (self.inputs.before, self.inputs.after)
        )
        return before, after

    def moves(self) -> tuple[RankMove, ...]:
        """Return the epics whose place changed, the largest move first."""
        before, after = self.ranks
        moved = [id for id in self.inputs.both if before[id] != after[id]]
        moved.sort(key=lambda id: (-abs(before[id] - after[id]), after[id]))
        return tuple(RankMove(id, before[id], after[id], self.cause_of_move(id)) for id in moved)

    def cause_of_move(self, id: str) -> Cause:
        before, after = self.ranks
        parts = self.parts_of(id)
        if len(parts) == 1:
            return self.cause(id, {parts[0]: Fraction(after[id] - before[id])})
        return self.cause(id, shares_of(parts, lambda new: self.rank_with(id, new)))

    def rank_with(self, id: str, new: frozenset[Part]) -> int:
        """Return the place of an epic if these parts are of the later side, the rest not."""
        keys = self.sorted_keys(*self.flags(new))
        listed = self.key(id, "others" in new, new)
        own = self.key(id, "own" in new, new)
        if own is None:  # these rules cannot score these numbers: then those of the other side
            own = self.key(id, "own" not in new, new)
        if own is None:
            return len(keys)
        ahead = bisect_left(keys, own)
        return ahead + 1 - (listed is not None and listed < own)

    def key(self, id: str, new_numbers: bool, new: frozenset[Part]) -> Precedence | None:
        _, _, rules, scaled = self.flags(new)
        return self.keys(rules, scaled)[new_numbers].get(id)

    def flags(self, new: frozenset[Part]) -> tuple[bool, bool, bool, bool]:
        """Return whether the others, the set, the rules and the scale are the later ones."""
        scaled = self.inputs.scaled_with in new
        return "others" in new, "set" in new, "rules" in new, scaled

    def keys(self, rules: bool, scaled: bool) -> tuple[dict[str, Precedence], ...]:
        """Return every epic's key with its earlier numbers and with its later ones."""
        known = self._keys.get((rules, scaled))
        if known is None:
            inputs = self.inputs
            ids = (*inputs.both, *inputs.came, *inputs.went)
            known = tuple(
                {
                    id: key
                    for id in ids
                    if (key := inputs.key(id, version, rules, scaled)) is not None
                }
                for version in ("before", "after")
            )
            self._keys[rules, scaled] = known
        return known

    @cached_property
    def _keys(self) -> dict[tuple[bool, bool], tuple[dict[str, Precedence], ...]]:
        return {}

    @cached_property
    def _sorted(self) -> dict[tuple[bool, ...], list[Precedence]]:
        return {}

    def sorted_keys(self, others: bool, set_: bool, rules: bool, scaled: bool) -> list[Precedence]:
        """Return the keys of all that compete, first to last."""
        flags = (others, set_, rules, scaled)
        if flags not in self._sorted:
            keys = self.keys(rules, scaled)[others]
            self._sorted[flags] = sorted(
                key for id in self.members(set_) if (key := keys.get(id)) is not None
            )
        return self._sorted[flags]

    def members(self, later: bool) -> tuple[str, ...]:
        return (*self.inputs.both, *(self.inputs.came if later else self.inputs.went))

    # The cut line -----------------------------------------------------------------------------

    @cached_property
    def lines(self) -> tuple[Cut | None, Cut | None]:
        """The cut lines of both sides."""
        before, after = (
            cut(
                side.facts.portfolio.policy.cut_line,
                side.facts.ranking.scores,
                [side.cost(score.item) for score in side.facts.ranking.scores],
            )
            for side in (self.inputs.before, self.inputs.after)
        )
        return before, after

    def crossings(self) -> tuple[Crossing, ...]:
        """Return the epics that changed sides, by their place now; none without two lines."""
        before, after = self.lines
        if before is None or after is None:
            return ()
        result = []
        for id in self.inputs.both:
            was = before.above(self.ranks[0][id] - 1)
            now = after.above(self.ranks[1][id] - 1)
            if None not in (was, now) and was != now:
                result.append(Crossing(id, bool(now), self.cause_of_crossing(id, bool(now))))
        return tuple(sorted(result, key=lambda crossing: self.ranks[1][crossing.id]))

    def cause_of_crossing(self, id: str, above: bool) -> Cause:
        parts = self.parts_of(id)
        # A crossing counts as places: up the list is less.
        if len(parts) == 1:
            return self.cause(id, {parts[0]: Fraction(-1 if above else 1)})
        return self.cause(id, shares_of(parts, lambda new: -int(self.is_above(id, new))))

    def is_above(self, id: str, new: frozenset[Part]) -> bool:
        """Return whether an epic is above the line if these parts are of the later side."""
        place, ids = self.line_with(new, "" if ("own" in new) == ("others" in new) else id)
        return id in ids[:place]

    def line_with(self, new: frozenset[Part], apart: str) -> tuple[int, list[str]]:
        """Return the place of the line and the order; `apart` has other numbers than the others."""
        key = (*self.flags(new), apart)
        if key not in self._lines:
            scores = [entry for id in self.members("set" in new)
                      if (entry := self.entry(id, new, apart)) is not None]  # fmt: skip
            scores.sort(key=precedence)
            side = self.inputs.after if "rules" in new else self.inputs.before
            line = cut(
                side.facts.portfolio.policy.cut_line, scores, [side.cost(s.item) for s in scores]
            )
            place = line.place if line else 0
            self._lines[key] = place, [entry.item.id for entry in scores]
        return self._lines[key]

    @cached_property
    def _lines(self) -> dict[tuple[bool | str, ...], tuple[int, list[str]]]:
        return {}

    def entry(self, id: str, new: frozenset[Part], apart: str) -> Score | None:
        part: Part = "own" if id == apart else "others"
        version = "after" if part in new else "before"
        return self.inputs.entry(id, version, "rules" in new, self.inputs.scaled_with in new)

    # Both -------------------------------------------------------------------------------------

    def cause(self, id: str, shares: Mapping[Part, Fraction]) -> Cause:
        """Return the cause with its particulars; the largest share along the move leads."""
        whole = sum(shares.values(), Fraction(0))
        sign = 1 if whole > 0 else -1
        lead = max(shares, key=lambda part: (shares[part] * sign, -ORDER.index(part)))
        also = [part for part in shares if part != lead and shares[part]]
        also.sort(key=lambda part: (-abs(shares[part]), ORDER.index(part)))
        before, after = self.ranks
        inputs = self.inputs
        return Cause(
            lead=lead,
            also=tuple(also),
            shares={part: share for part, share in shares.items() if share},
            numbers=self.own_numbers(id),
            others=tuple(
                other
                for other in inputs.both
                if other != id
                and other in inputs.rescored
                and (before[other] < before[id]) != (after[other] < after[id])
            ),
            came=tuple(other for other in inputs.came if after[other] < after[id]),
            went=tuple(other for other in inputs.went if before[other] < before[id]),
            rescaled=inputs.rescaled,
        )

    def own_numbers(self, id: str) -> tuple[tuple[str, Fraction | None, Fraction | None], ...]:
        """Return the numbers of an epic's score that somebody changed: part, from, to."""
        inputs = self.inputs
        form = inputs.after.facts.ranking.form
        old, new = inputs.epic(id, "before"), inputs.epic(id, "after")
        pairs = [(part, number(old, part), number(new, part)) for part in PARTS[form]]
        factors = dict(zip(PARTS[form], inputs.factors, strict=False))
        return tuple(
            (part, was, now)
            for part, was, now in pairs
            if was != now and not (was is not None and now == was * factors.get(part, ONE))
        )


def shares_of(
    parts: Sequence[Part], value: Callable[[frozenset[Part]], int]
) -> dict[Part, Fraction]:
    """Return what each part adds to a value, averaged over all orders of exchanging them.

    The shares sum to the value with all parts less the value with none.
    """
    count = len(parts)
    known = {
        subset: value(subset)
        for size in range(count + 1)
        for subset in map(frozenset, combinations(parts, size))
    }
    shares = {}
    for part in parts:
        total = Fraction(0)
        for subset, without in known.items():
            if part not in subset:
                weight = Fraction(
                    factorial(len(subset)) * factorial(count - len(subset) - 1), factorial(count)
                )
                total += weight * (known[subset | {part}] - without)
        shares[part] = total
    return shares
