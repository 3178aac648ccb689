"""Words that several parts of the ranking page share: arithmetic, changes, names of forms."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction
from math import ceil

from msgspec import Struct

from leanfolio.figures.ranking.change import Change
from leanfolio.figures.ranking.integer_scores import IntegerScores
from leanfolio.figures.ranking.wsjf import (
    OWN_CURRENCY,
    PART_NAMES,
    PARTS,
    Form,
    Score,
    job_size,
)
from leanfolio.model import Scored
from leanfolio.model.work import DAYS_PER_MONTH
from leanfolio.views.page_only import PageOnly
from leanfolio.wording import (
    Formula,
    Message,
    Part,
    Percent,
    Rounded,
    Text,
    formula,
    message,
    plural,
    rounded,
    trimmed,
)

FORM_NAMES: dict[Form, Message] = {
    "relative": message("Relative WSJF"),
    "money": message("Cost of delay per week over duration"),
    "value-urgency": message("Value × urgency over size"),
}
MOST_DIGITS = 12  # of a number that is printed with all its decimals


class Remainder(Struct, frozen=True):
    """How many rows a table leaves out, and the data file that has them."""

    words: PageOnly[Message]
    file: str


def remainder(rows: Sequence[object], visible: int, file: str = "ranking.json") -> Remainder | None:
    """What a table of so many visible rows leaves out; None where it shows all."""
    left_out = len(rows) - visible
    if left_out <= 0:
        return None
    return Remainder(plural("{n} more is in", "{n} more are in", left_out), file)


def arithmetic(score: Score) -> Formula:
    """The score as a reader would type it into a calculator: (13 + 8 + 3) / 8 = 3.00."""
    item, form = score.item, score.form
    if form == "money":
        delay, size = money_terms(item, score.rate), item.duration_weeks
    else:
        stated = [trimmed(getattr(item, part)) for part in PARTS[form][:-1]]
        delay = between(stated, " × ") if form == "value-urgency" else sum_of(stated)
        size = job_size(item)
    return formula(*delay, " / ", trimmed(size or Decimal(0)), " = ", Rounded(score.value))


def money_terms(item: Scored, rate: Decimal) -> tuple[Part, ...]:
    """Cost of delay per week in its stated parts, times the rate of its currency.

    A month has 30.4375 days.
    """
    delay = item.cost_of_delay
    stated = [trimmed(value) for _, value in delay.parts] if delay else []
    terms = sum_of(stated) if len(stated) > 1 else tuple(stated)
    if delay and delay.per == "month":
        terms = (*terms, " × ", 7, " / ", readable_number(DAYS_PER_MONTH))
    return terms if rate == OWN_CURRENCY else (*terms, " × ", trimmed(rate))


def sum_of(terms: Iterable[Part]) -> tuple[Part, ...]:
    return ("(", *between(terms, " + "), ")")


def between(terms: Iterable[Part], operator: str) -> tuple[Part, ...]:
    """The terms with an operator between any two."""
    spaced = [part for term in terms for part in (operator, term)]
    return tuple(spaced[1:])


def change_words(scores: IntegerScores, change: Change | None, whose: str = "") -> Text:
    """A change of one number: "job size from 8 to 5"; empty for none.

    `whose` is the id of the item that it belongs to, where the context does not tell.
    """
    if change is None:
        return ""
    part = PART_NAMES[PARTS[scores.form][change.part]]
    before = readable_number(scores.fraction(change.before))
    after = readable_number(scores.fraction(change.after))
    if whose:
        return message(
            "{part} of {item} from {before} to {after}",
            part=part, item=whose, before=before, after=after,
        )  # fmt: skip
    return message("{part} from {before} to {after}", part=part, before=before, after=after)


def readable_number(value: Fraction) -> Decimal:
    """A number with all its decimals where it has few, else rounded to two."""
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    if Fraction(exact) == value and len(f"{exact:f}") <= MOST_DIGITS:
        return trimmed(exact)
    return Decimal(rounded(value))


def at_most(share: Fraction) -> Percent:
    """A share in percent, rounded up: what is said to be the most must be the most."""
    return Percent(Fraction(ceil(share * 10_000), 10_000), 2)
