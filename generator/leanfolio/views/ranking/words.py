"""How the figures of a ranking are said: arithmetic for a calculator, changes in words."""

from decimal import Decimal
from fractions import Fraction

from leanfolio.figures.ranking.change import Change
from leanfolio.figures.ranking.integer_scores import Whole
from leanfolio.figures.ranking.wsjf import NAMES, PARTS, Form, Score, job_size
from leanfolio.model import Scored
from leanfolio.views.phrase import plain, rounded

ORDINALS = ("", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth",
            "ninth", "tenth", "eleventh", "twelfth")  # fmt: skip
FORM_NAMES: dict[Form, str] = {
    "relative": "Relative WSJF",
    "money": "Cost of delay per week over duration",
    "value-urgency": "Value × urgency over size",
}
DAYS_PER_MONTH = "30.4375"


def arithmetic(score: Score) -> str:
    """The score as a reader would type it into a calculator: "(13 + 8 + 3) / 8 = 3.00"."""
    item, result = score.item, rounded(score.value)
    if score.form == "money":
        return f"{money_terms(item)} / {plain(item.duration_weeks)} = {result}"
    sign = " × " if score.form == "value-urgency" else " + "
    terms = sign.join(plain(getattr(item, part)) for part in PARTS[score.form][:-1])
    delay = terms if score.form == "value-urgency" else f"({terms})"
    return f"{delay} / {plain(job_size(item))} = {result}"


def money_terms(item: Scored) -> str:
    """Cost of delay per week in its stated parts; a month has 30.4375 days."""
    delay = item.cost_of_delay
    if delay is None:
        return ""
    terms = [plain(value) for _, value in delay.parts]
    added = f"({' + '.join(terms)})" if len(terms) > 1 else terms[0]
    return added if delay.per == "week" else f"{added} × 7 / {DAYS_PER_MONTH}"


def part_name(form: Form, part: int) -> str:
    return NAMES[PARTS[form][part]]


def change_words(whole: Whole, change: Change | None, of: str = "") -> str:
    """A change of one number: "job size from 8 to 5"; empty for none."""
    if change is None:
        return ""
    name = part_name(whole.form, change.part) + (f" of {of}" if of else "")
    before, after = whole.fraction(change.before), whole.fraction(change.after)
    return f"{name} from {exactly(before)} to {exactly(after)}"


def exactly(value: Fraction) -> str:
    """A number with all its decimals where it has few, else rounded to two."""
    tenths = Decimal(value.numerator) / Decimal(value.denominator)
    exact = Fraction(tenths) == value and len(f"{tenths:f}") <= 12
    return plain(tenths) if exact else rounded(value)


def ordinal(number: int) -> str:
    """First to twelfth in words, others as 13th, 21st."""
    if number < len(ORDINALS):
        return ORDINALS[number]
    teens = number % 100 in (11, 12, 13)
    ending = "th" if teens else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"
