"""What an item scores, and which goes first: weighted shortest job first.

A score is a cost of delay over a size, in one of three forms. All figures are exact fractions;
views round them. One ranking never mixes forms. To work in the order of such ratios costs the least
delay where nobody waits for anybody (Smith 1956); with cost of delay it is Reinertsen's (2009).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from leanfolio.model import Feature, Scored
from leanfolio.model.portfolio import id_order

Form = Literal["relative", "money", "value-urgency"]

# The numbers that each form is made of, in the order of its formula; what divides comes last.
PARTS: dict[Form, tuple[str, ...]] = {
    "relative": ("business_value", "time_criticality", "risk_opportunity", "job_size"),
    "money": ("cost_of_delay", "duration_weeks"),
    "value-urgency": ("business_value", "time_criticality", "job_size"),
}
FORMULA: dict[Form, str] = {
    "relative": "(business value + time criticality + risk or opportunity) / job size",
    "money": "cost of delay per week / duration in weeks",
    "value-urgency": "business value × time criticality / job size",
}
NAMES: dict[str, str] = {
    "business_value": "business value",
    "time_criticality": "time criticality",
    "risk_opportunity": "risk or opportunity",
    "job_size": "job size",
    "cost_of_delay": "cost of delay",
    "duration_weeks": "duration",
}
TIE_RULE = (
    "higher cost of delay",
    "higher time criticality",
    "smaller size",
    "earlier due date, none last",
    "id",
)
Precedence = tuple[Fraction, Fraction, Fraction, Fraction, int, tuple[tuple[int, int, str], ...]]
UNKNOWN = Fraction(-1)  # below every number: in the money form nobody need state an urgency


@dataclass(frozen=True, slots=True)
class Score:
    """What one item scores in one form, with the numbers that make it up."""

    item: Scored
    form: Form
    numbers: tuple[Fraction, ...]  # in the order of PARTS[form]

    @property
    def cost_of_delay(self) -> Fraction:
        """What waiting costs: points, or in the money form money per week."""
        if self.form == "relative":
            return self.numbers[0] + self.numbers[1] + self.numbers[2]
        if self.form == "value-urgency":
            return self.numbers[0] * self.numbers[1]
        return self.numbers[0]

    @property
    def size(self) -> Fraction:
        """What remains to be done: job size, or in the money form weeks."""
        return self.numbers[-1]

    @property
    def value(self) -> Fraction:
        """Cost of delay over size: points, or in the money form money per week and week."""
        return self.cost_of_delay / self.size

    @property
    def criticality(self) -> Fraction:
        """Time criticality, for ties; UNKNOWN in the money form where nobody stated it."""
        if self.form != "money":
            return self.numbers[1]
        stated = self.item.time_criticality
        return UNKNOWN if stated is None else Fraction(stated)


@dataclass(frozen=True, slots=True)
class Unscored:
    """An item that has no place in the ranking, and why, in words."""

    item: Scored
    why: str


@dataclass(frozen=True, slots=True)
class Order:
    """Items from first to last, and those that could not be placed."""

    form: Form
    scores: tuple[Score, ...]
    unscored: tuple[Unscored, ...] = ()


def rank(items: Iterable[Scored], form: Form) -> Order:
    """Highest score first; ties by the printed rule. Items that lack a part are set aside."""
    scores: list[Score] = []
    unscored: list[Unscored] = []
    for item in items:
        why = why_unscored(item, form)
        if why:
            unscored.append(Unscored(item, why))
        else:
            scores.append(score(item, form))
    unscored.sort(key=lambda each: id_order(each.item.id))
    return Order(form, tuple(sorted(scores, key=precedence)), tuple(unscored))


def precedence(score: Score) -> Precedence:
    """The printed tie rule, as a key: what sorts lower goes first."""
    return (
        -score.value,
        -score.cost_of_delay,
        -score.criticality,
        score.size,
        due_day(score.item),
        id_order(score.item.id),
    )


def due_day(item: Scored) -> int:
    """The day it is due, as a number; an item without one is due after all others."""
    return (item.due or date.max).toordinal()


def score(item: Scored, form: Form) -> Score:
    """The score of an item that has all parts that the form needs, and a size above 0.

    Ask `why_unscored` first: without a part the numbers are too few, and size 0 has no value.
    """
    numbers = tuple(number(item, part) for part in PARTS[form])
    return Score(item, form, tuple(each for each in numbers if each is not None))


def number(item: Scored, part: str) -> Fraction | None:
    """One part of a score, exactly: points, weeks or money per week; None where not stated."""
    if part == "cost_of_delay":
        delay = item.cost_of_delay
        return delay.per_week if delay and delay.parts else None
    if part == "job_size":
        return fraction(job_size(item))
    return fraction(getattr(item, part))


def job_size(item: Scored) -> Decimal | None:
    """The size of what remains; a feature's plain size serves where no job size is stated."""
    if item.job_size is None and isinstance(item, Feature):
        return item.size
    return item.job_size


def fraction(value: Decimal | None) -> Fraction | None:
    """The same number, exactly."""
    return None if value is None else Fraction(value)


def why_unscored(item: Scored, form: Form) -> str:
    """What keeps an item from being scored, in words; empty where nothing does."""
    parts = {part: number(item, part) for part in PARTS[form]}
    refused = item.origin.faulty
    reasons = [
        f"{NAMES[part]} could not be read" if part in refused else f"no {NAMES[part]}"
        for part, value in parts.items()
        if value is None
    ]
    size = PARTS[form][-1]
    if parts[size] == 0:
        reasons.append(f"{NAMES[size]} is 0")
    return ", ".join(reasons)
