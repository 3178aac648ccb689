"""Amounts that are finer than the smallest unit of their currency."""

from decimal import ROUND_HALF_UP, Decimal

from leanfolio.model.value_hints import readings
from leanfolio.wording import tell
from leanfolio.wording.smallest_units import decimals_of


def too_fine(amount: Decimal, currency: str) -> tuple[str, str] | None:
    """What is wrong with an amount finer than its currency's smallest unit, and the cure.

    Noughts at the end do not count (1250.5000 is 1250.50), unless a point before three digits may
    part thousands: 2.500 euros may be 2500. None where the amount is right.
    """
    most = decimals_of(currency)
    exponent = amount.as_tuple().exponent
    if most is None or not isinstance(exponent, int) or -exponent <= most:
        return None
    text = f"{amount:f}"
    grouped = len(readings(text)) == 2 and -exponent == 3
    exact = amount.normalize().as_tuple().exponent
    if not grouped and isinstance(exact, int) and -exact <= most:
        return None
    digits = tell("no decimals") if not most else tell("{most} decimals", most=most)
    fact = tell(
        "{amount} is finer than the currency's smallest unit: it has {digits}",
        amount=f"{text} {currency}",
        digits=digits,
    )
    step = Decimal(1).scaleb(-most)
    near = amount.quantize(step, ROUND_HALF_UP)
    if grouped:
        whole = readings(text)[0]
        return fact, tell(
            "write {whole} if the point parts thousands, or {near}", whole=whole, near=f"{near:f}"
        )
    return fact, tell(
        "write the amount in {currency} with {digits}, such as {near}",
        currency=currency,
        digits=digits,
        near=f"{near:f}",
    )
