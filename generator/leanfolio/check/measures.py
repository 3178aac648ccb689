"""Measures: a check-in stands on the scale of its key result."""

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

from leanfolio.check.rule import Check, Setting
from leanfolio.model import KeyResult
from leanfolio.model.portfolio import Portfolio
from leanfolio.problem import Problem
from leanfolio.wording import tell, trimmed

WAYS = 10  # times the whole way from start to target: nobody comes so far beyond either
SCALES = tuple(map(Decimal, ("100", "1000", "1000000", "1000000000", "0.01", "0.001", "0.000001")))


def binary_between(portfolio: Portfolio, _: Setting) -> Iterator[Problem]:
    """A binary key result is reached or not: its check-ins are 0 or 1.

    Half of a yes scores 0.5, and reads as if half of the work were done.

    Fix: write 0 until it is reached, and 1 from then on; for steps between choose another `kind:`.
    """
    for result in portfolio.items_of(KeyResult):
        if result.kind != "binary":
            continue
        ends = (result.start or Decimal(0), Decimal(1) if result.target is None else result.target)
        for index, each in enumerate(result.check_ins):
            if each.value not in ends:
                yield Problem(
                    result.at("check_ins", index, "value"),
                    "binary-between",
                    tell(
                        "{result} is binary, and stands at {value} on {on}",
                        result=result.id,
                        value=plain(each.value),
                        on=each.on,
                    ),
                    tell(
                        "write {ends} or {target}; or give it `kind: milestone` for steps on the "
                        "way, `kind: metric` for a measure",
                        ends=trimmed(ends[0]),
                        target=trimmed(ends[1]),
                    ),
                )


def scale_slip(portfolio: Portfolio, _: Setting) -> Iterator[Problem]:
    """A check-in is measured on the scale of start and target.

    14 against a target of 0.2 is 14 percent, and scores 1.00: holding a score at 1 hides the slip.

    Fix: write the value on the scale of the target; or correct start and target.
    """
    for result in portfolio.items_of(KeyResult):
        start, target = result.start, result.target
        if result.kind not in ("metric", "milestone") or start is None or target is None:
            continue
        if start == target:
            continue
        for index, each in enumerate(result.check_ins):
            way = way_gone(each.value, start, target)
            if abs(way) <= WAYS:
                continue
            unit = f" {result.unit}" if result.unit else ""
            yield Problem(
                result.at("check_ins", index, "value"),
                "scale-slip",
                tell(
                    "{result} stands at {value} on {on}, and is to go from {start} to "
                    "{target}{unit}",
                    result=result.id,
                    value=plain(each.value),
                    on=each.on,
                    start=plain(start),
                    target=plain(target),
                    unit=unit,
                ),
                scale_cure(each.value, start, target),
            )


def way_gone(value: Decimal, start: Decimal, target: Decimal) -> Fraction:
    """How much of the whole way from start to target lies behind: 1 at the target."""
    return (Fraction(value) - Fraction(start)) / (Fraction(target) - Fraction(start))


def scale_cure(value: Decimal, start: Decimal, target: Decimal) -> str:
    """Both readings: the value on the target's scale, or a scale that is the value's."""
    for scale in SCALES:
        other = value / scale
        if 0 <= way_gone(other, start, target) <= 2:
            if scale == SCALES[0]:
                return tell(
                    "write {other} if {value} is in percent; else correct start and target",
                    other=plain(other),
                    value=plain(value),
                )
            return tell(
                "write {other} if {value} is on another scale; else correct start and target",
                other=plain(other),
                value=plain(value),
            )
    return tell("correct the value; or correct start and target, if it is right")


def plain(value: Decimal) -> str:
    return f"{value.normalize():f}"


ERRORS: tuple[Check, ...] = (binary_between,)
WARNINGS: tuple[Check, ...] = (scale_slip,)
