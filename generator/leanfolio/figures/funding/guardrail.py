"""What a guardrail found: target and actual, whether it held, and the least that would cure it."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from msgspec import Struct

from leanfolio.figures.funding.calendar import BudgetPeriod, period_at
from leanfolio.figures.funding.epic import EpicMoney
from leanfolio.figures.funding.mix import Mix
from leanfolio.wording import Text, message

Unit = Literal["money", "size", "epics", "increments"]
NO_MONEY = message("no epic states money that is committed in this period")


class Breach(Struct, frozen=True):
    """A breach in one place: an epic, or a group of them, against what the guardrail allows."""

    name: Text
    items: tuple[str, ...]  # ids
    actual: Decimal | None  # money
    share: Fraction | None  # of the whole, where the guardrail is about shares
    cure: Text


class CapacityOf(Struct, frozen=True):
    """Whose capacity was judged: that of a value stream in an increment, planned or delivered."""

    stream: Text  # its id; words where it is the work of none
    increment: str
    delivered: bool
    sized: tuple[str, ...] = ()  # the ids of the features whose sizes are summed


class Verdict(Struct, frozen=True):
    """One guardrail, judged. What could not be judged is counted, and breaks nothing.

    Where nothing at all could be judged, `missing` says what it would take; such a guardrail is
    neither kept nor broken.
    """

    rule: str
    scope: Text  # which part of the portfolio: "", or a value stream and an increment
    passed: bool
    unit: Unit
    mix: Mix | None = None
    limit: Decimal | None = None  # in money, or in percent
    breaches: tuple[Breach, ...] = ()
    judged: int = 0
    unknown: int = 0  # how many could not be judged, since they state no amount
    information: bool = False  # shown, not judged: what is over cannot be put right
    missing: Text = ""  # what there is not, where nothing could be judged
    capacity_of: CapacityOf | None = None  # what `scope` says in words; of capacity alone

    @property
    def held(self) -> bool:
        """Whether it was judged, and kept."""
        return self.passed and not self.missing and not self.information

    @property
    def broken(self) -> bool:
        """Whether it was judged, and not kept."""
        return not self.passed and not self.information


def of_the_period(
    epics: Iterable[EpicMoney], periods: Sequence[BudgetPeriod], as_of: date
) -> tuple[EpicMoney, ...]:
    """The epics whose money is of this period: the open ones, and those finished within it."""
    current = period_at(periods, as_of)
    days = current.days if current else None
    if days is None:
        return tuple(epics)
    return tuple(epic for epic in epics if epic.on == as_of or days.first <= epic.on <= days.last)
