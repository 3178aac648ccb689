"""How a score came about, as a reader would type it into a calculator."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from leanfolio.figures.okr.score import KeyResultScore, ObjectiveScore, Terms, ends
from leanfolio.model import KeyResult
from leanfolio.views.derivation import MOST_LINES, mean_of_sum
from leanfolio.wording import (
    Formula,
    Message,
    Part,
    Rounded,
    Text,
    formula,
    joined,
    message,
    rounded,
    trimmed,
)

MOST_PLACES = 6  # of a term, before it is printed as a fraction


def objective_arithmetic(scored: ObjectiveScore) -> Text:
    """The weighted mean of an objective: "(2 × 0.76 + 1 × 0.54 + 1 × 0.57) / 4 = 0.66"."""
    if not scored.reported:
        return message("no key result has reported")
    if scored.score is None:
        return message("no key result that reported has a weight")
    reported = [
        (result.key_result.weight, result.score)
        for result in scored.key_results
        if result.score is not None
    ]
    return mean_formula(reported, scored.score)


def mean_formula(values: Sequence[tuple[Decimal, Fraction]], mean: Fraction) -> Formula:
    """A weighted mean of (weight, value) pairs; without the weights where all are the same."""
    weights = [weight for weight, _ in values]
    same = len(set(weights)) == 1
    terms: list[Part] = []
    for weight, value in zip(weights, printed_terms(values, mean), strict=True):
        terms += [" + "] if terms else []
        terms += [value] if same else [trimmed(weight), " × ", value]
    divisor = len(values) if same else trimmed(sum(weights, Decimal(0)))
    return formula("(", *terms, ") / ", divisor, " = ", Rounded(mean))


def mean_arithmetic(scores: Sequence[Fraction]) -> Formula:
    """The mean of some scores, term by term; of many by their sum."""
    mean = sum(scores, Fraction(0)) / len(scores)
    if len(scores) > MOST_LINES:
        return mean_of_sum(scores, mean)
    return mean_formula([(Decimal(1), score) for score in scores], mean)


def printed_terms(values: Sequence[tuple[Decimal, Fraction]], mean: Fraction) -> list[Part]:
    """The values with as few decimals, at least two, as give the mean that is printed.

    (0.50 + 0.67) / 2 would be 0.59 where 7/12 is printed as 0.58: there it is (0.500 + 0.667) / 2.
    Where no decimals do, as on the border between two results, the values are fractions.
    """
    total = sum((Fraction(weight) for weight, _ in values), Fraction(0))
    for places in range(2, MOST_PLACES + 1):
        terms = [Rounded(value, places) for _, value in values]
        typed = sum(
            (Fraction(weight) * Fraction(term.decimal)
             for (weight, _), term in zip(values, terms, strict=True)),
            Fraction(0),
        )  # fmt: skip
        if rounded(typed / total) == rounded(mean):
            return list(terms)
    return [
        formula(value.numerator, "/", value.denominator)
        if value.denominator != 1
        else value.numerator
        for _, value in values
    ]


def key_result_arithmetic(scored: KeyResultScore) -> Text:
    """The score of a key result: "(90.9 − 87.5) / (92 − 87.5) = 0.76"."""
    key_result, latest = scored.key_result, scored.latest
    if latest is None:
        return message("no check-in yet")
    value = trimmed(latest.value)
    if key_result.kind == "maintain":
        band = kept_range(key_result)
        if scored.score:
            return message("{value} is inside {range}", value=value, range=band)
        return message("{value} is outside {range}", value=value, range=band)
    start, target = ends(key_result)
    if scored.progress is None or start is None or target is None:
        return message("start and target do not say how far there is to go")
    first = subtracted(start)
    ratio = formula(
        "(", value, " − ", first, ") / (", exact(target), " − ", first, ") = ",
        Rounded(scored.progress),
    )  # fmt: skip
    if scored.score is None or scored.score == scored.progress:
        return ratio
    return joined((ratio, message("held at {score}", score=Rounded(scored.score))), ", ")


def kept_range(key_result: KeyResult | Terms) -> Message | None:
    """Low and high of a measure that is to be kept; None where it states neither."""
    low = None if key_result.low is None else trimmed(key_result.low)
    high = None if key_result.high is None else trimmed(key_result.high)
    if low is None:
        return None if high is None else message("at most {high}", high=high)
    if high is None:
        return message("at least {low}", low=low)
    return message("{low} to {high}", low=low, high=high)


def subtracted(value: Fraction) -> Part:
    """A number after a minus sign: a negative one in brackets."""
    return formula("(", exact(value), ")") if value < 0 else exact(value)


def exact(value: Fraction) -> Decimal:
    """A fraction that was a decimal number, as that number without needless zeros."""
    return trimmed(Decimal(value.numerator) / Decimal(value.denominator))
