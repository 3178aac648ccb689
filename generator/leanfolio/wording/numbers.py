"""Numbers as text without a locale: what programs, terminals and data files print."""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

Number = Decimal | Fraction | int


def rounded(value: Number, places: int = 2) -> str:
    """Return a number with exactly so many decimals, rounded half up (away from zero): 3.00.

    What rounds to zero has no sign.
    """
    over, under = value.as_integer_ratio()
    scale = 10**places
    whole = (2 * abs(over) * scale + under) // (2 * under)
    sign = "-" if over < 0 and whole else ""
    if not places:
        return f"{sign}{whole}"
    return f"{sign}{whole // scale}.{whole % scale:0{places}d}"


def plain(value: Number | None) -> str:
    """Return a number without needless zeros: 13, 0.5, 1200000; nothing for None.

    A Decimal keeps all its decimals; a Fraction is rounded to two.
    """
    if value is None:
        return ""
    text = rounded(value) if isinstance(value, Fraction) else f"{Decimal(value):f}"
    return without_zeros(text)


def trimmed(value: Number) -> Decimal:
    """Return the number that `plain` prints: a Decimal that states no needless places."""
    return Decimal(plain(value))


def grouped(value: Number) -> str:
    """Return a number without needless zeros, its thousands set apart: 1,200,000 or 0.5."""
    return f"{trimmed(value):,f}"


def percent(share: Decimal | Fraction, places: int = 0, *, trim: bool = False) -> str:
    """Return a share of one in percent: 0.625 is 63 %. With `trim`, 62.0 % is 62 %."""
    return f"{percents(share, places, trim=trim)} %"


def short_percent(share: Fraction) -> str:
    """Return a share of one in percent with at most one decimal: 62.5 %, 62 %."""
    return percent(share, 1, trim=True)


def percents(share: Decimal | Fraction, places: int = 0, *, trim: bool = False) -> str:
    """Return how many percent a share of one is, without the sign."""
    text = rounded(Fraction(share) * 100, places)
    return without_zeros(text) if trim else text


def cents(value: Number) -> Decimal:
    """Return an amount of money rounded half up to the cent; what rounds to zero has no sign."""
    return Decimal(rounded(value, 2))


def half_up(value: Decimal, places: int) -> Decimal:
    """Round half up (away from zero) to at most so many decimals."""
    if -int(value.as_tuple().exponent) <= places:
        return value
    return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def without_zeros(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "." in text else text
