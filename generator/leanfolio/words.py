"""How figures and lists are said in a message."""

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction


def listed(parts: Iterable[str], last: str = "and") -> str:
    """Red, amber and green."""
    found = list(parts)
    if len(found) < 2:
        return "".join(found)
    return f"{', '.join(found[:-1])} {last} {found[-1]}"


def some(parts: Iterable[str], most: int = 5) -> str:
    """The first few of a long list, and how many more there are."""
    found = list(parts)
    if len(found) <= most + 1:
        return listed(found)
    return f"{', '.join(found[:most])} and {len(found) - most} more"


def ordinal(number: int) -> str:
    """1st, 2nd, 3rd, 4th, 11th."""
    if number % 100 in (11, 12, 13):
        return f"{number}th"
    return f"{number}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th') }"


def figure(value: Decimal | Fraction | int) -> str:
    """A number without needless zeros, its thousands set apart: 1,200,000 or 0.5."""
    if isinstance(value, Fraction):
        cents = (abs(value) * 100 + Fraction(1, 2)).__floor__()
        value = Decimal(cents if value >= 0 else -cents).scaleb(-2)
    text = f"{Decimal(value):,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def percent(share: Fraction) -> str:
    """A share of one in percent, rounded half up to one decimal: 62.5 %."""
    tenths = (abs(share) * 1000 + Fraction(1, 2)).__floor__()
    sign = "-" if share < 0 and tenths else ""
    return f"{sign}{tenths // 10}.{tenths % 10} %" if tenths % 10 else f"{sign}{tenths // 10} %"


def days(number: int) -> str:
    return "1 day" if number == 1 else f"{number:,} days"
