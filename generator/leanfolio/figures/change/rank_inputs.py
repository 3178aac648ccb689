"""What two rankings of the same epics are made of, so that one part at a time can be exchanged.

The parts are the numbers of each epic, which epics compete (the set), and the rules: form, rates,
scale and cut line. Where a whole column was multiplied by one factor it was scaled anew, and
nobody scored anything: that belongs to the set if the least of the column came or went with an
epic, else to the rules.
"""

from collections.abc import Mapping
from fractions import Fraction
from functools import cached_property
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from leanfolio.figures.facts import Facts
from leanfolio.figures.ranking.wsjf import (
    PARTS,
    Precedence,
    Score,
    due_day,
    precedence,
    score,
    why_unscored,
)
from leanfolio.model import Epic, Scored
from leanfolio.model.portfolio import id_order

Part = Literal["own", "others", "set", "rules"]
ONE = Fraction(1)
Factors = tuple[Fraction, ...]  # by which each column was multiplied


class Side(Struct, frozen=True, dict=True):
    """One of two rankings: its rules, and the scores of its epics by id."""

    facts: Facts

    @cached_property
    def scores(self) -> Mapping[str, Score]:
        return {entry.item.id: entry for entry in self.facts.ranking.scores}

    def scored(self, epic: Epic) -> Score | None:
        """Return what an epic of either side scores by the rules of this one."""
        own = self.scores.get(epic.id)
        if own is not None and own.item is epic:
            return own
        form, rates = self.facts.ranking.form, self.facts.rates
        return None if why_unscored(epic, form, rates) else score(epic, form, rates)

    def cost(self, item: Scored) -> Fraction | None:
        """Return what an epic costs by the rates of this side; None where that is not known."""
        assert isinstance(item, Epic)
        amount = self.facts.rates.worth(item.cost, item.currency)
        return None if amount is None else Fraction(amount)


class RankInputs(Struct, frozen=True, dict=True):
    """Two rankings as parts: `before` and `after`, each with its numbers, set and rules."""

    before: Side
    after: Side

    @cached_property
    def both(self) -> tuple[str, ...]:
        """The epics that both rank, in the order of ids."""
        return tuple(sorted(self.before.scores.keys() & self.after.scores.keys(), key=id_order))

    @cached_property
    def came(self) -> tuple[str, ...]:
        return tuple(sorted(self.after.scores.keys() - self.before.scores.keys(), key=id_order))

    @cached_property
    def went(self) -> tuple[str, ...]:
        return tuple(sorted(self.before.scores.keys() - self.after.scores.keys(), key=id_order))

    @cached_property
    def factors(self) -> Factors:
        """By which each column of numbers was multiplied as a whole; 1 where it was not.

        It takes two epics and more to tell a column that was scaled from one that was scored.
        """
        form = self.before.facts.ranking.form
        columns = range(len(PARTS[form]))
        if form != self.after.facts.ranking.form or len(self.both) < 2:
            return (ONE,) * len(columns)
        pairs = [
            (self.before.scores[id].numbers, self.after.scores[id].numbers) for id in self.both
        ]
        return tuple(common_factor([(old[n], new[n]) for old, new in pairs]) for n in columns)

    @cached_property
    def rescaled(self) -> tuple[str, ...]:
        """The columns that were multiplied as a whole, by name."""
        names = PARTS[self.before.facts.ranking.form]
        pairs = zip(names, self.factors, strict=True)
        return tuple(name for name, factor in pairs if factor != ONE)

    @cached_property
    def scaled_with(self) -> Part | None:
        """Whether columns were scaled anew because of the set, or as a rule; None if none was."""
        if not self.rescaled:
            return None
        return "set" if any(map(self.least_moved, range(len(self.factors)))) else "rules"

    def least_moved(self, column: int) -> bool:
        """Return whether the least of a scaled column came or went with an epic."""
        if self.factors[column] == ONE:
            return False
        sides = ((self.before, self.went), (self.after, self.came))
        for side, moved in sides:
            stays = min(side.scores[id].numbers[column] for id in self.both)
            if any(side.scores[id].numbers[column] < stays for id in moved):
                return True
        return False

    @cached_property
    def rescored(self) -> frozenset[str]:
        """The epics in both whose own numbers, day or cost changed, beyond what was scaled."""
        return frozenset(id for id in self.both if self.own_change(id))

    def own_change(self, id: str) -> bool:
        old, new = self.before.scores[id].item, self.after.scores[id].item
        assert isinstance(old, Epic) and isinstance(new, Epic)
        if old is new and not self.rescaled:
            return False
        if due_day(old) != due_day(new) or self.before.cost(old) != self.before.cost(new):
            return True
        return self.key(id, "before", False, False) != self.key(id, "after", False, False)

    @cached_property
    def same_rules(self) -> bool:
        """Whether form, rates and cut line are the same."""
        one, other = self.before.facts, self.after.facts
        return (
            one.ranking.form == other.ranking.form
            and one.rates.rates == other.rates.rates
            and one.currency == other.currency
            and one.portfolio.policy.cut_line == other.portfolio.policy.cut_line
        )

    def epic(self, id: str, version: str) -> Epic:
        """Return an epic of one side; of the other, where it is on that alone."""
        first, second = (
            (self.after, self.before) if version == "after" else (self.before, self.after)
        )
        item = (first.scores.get(id) or second.scores[id]).item
        assert isinstance(item, Epic)
        return item

    def key(self, id: str, version: str, new_rules: bool, scaled: bool) -> Precedence | None:
        """Return what an epic is ranked by: its numbers of one side, the rules of another.

        None where these rules cannot score it.
        """
        entry = self.entry(id, version, new_rules, scaled)
        return None if entry is None else precedence(entry)

    def entry(self, id: str, version: str, new_rules: bool, scaled: bool) -> Score | None:
        """Return the score of an epic with its numbers of one side and the rules of another."""
        side = self.after if new_rules else self.before
        epic = self.epic(id, version)
        entry = side.scored(epic)
        if entry is None or not self.rescaled:
            return entry
        known = version == "after" and id in self.after.scores
        states_new = known or id not in self.before.scores
        if states_new == scaled:
            return entry
        factors = self.factors if scaled else tuple(1 / factor for factor in self.factors)
        numbers = tuple(n * f for n, f in zip(entry.numbers, factors, strict=True))
        return replace(entry, numbers=numbers)


def common_factor(pairs: list[tuple[Fraction, Fraction]]) -> Fraction:
    """Return by what all of these were multiplied; 1 where there is no such factor."""
    stated = [(old, new) for old, new in pairs if old or new]
    if len(stated) < 2 or any(not old or not new for old, new in stated):
        return ONE
    factor = stated[0][1] / stated[0][0]
    return factor if all(old * factor == new for old, new in stated) else ONE
