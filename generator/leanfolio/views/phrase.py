"""How figures are said: rounded half up as a reader's calculator does, counted in words."""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

SMALL = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
         "eleven", "twelve")  # fmt: skip

ACRONYMS = frozenset(("mvp", "poc", "qa", "uat"))


def rounded(value: Fraction | Decimal, places: int = 2) -> str:
    """A fraction as a decimal number with so many places, rounded half up (away from zero)."""
    over, under = value.as_integer_ratio()
    scale = 10**places
    whole = (2 * abs(over) * scale + under) // (2 * under)
    sign = "-" if over < 0 and whole else ""
    if not places:
        return f"{sign}{whole}"
    return f"{sign}{whole // scale}.{whole % scale:0{places}d}"


def plain(value: Decimal | Fraction | int | None) -> str:
    """A number without needless zeros: 13, 0.5, 1200000."""
    if value is None:
        return ""
    text = rounded(value) if isinstance(value, Fraction) else f"{Decimal(value):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def percent(share: Fraction | Decimal, places: int = 0) -> str:
    """A share of one, in percent: 0.625 is 63 %."""
    return f"{rounded(Fraction(share) * 100, places)} %"


def cents(value: Fraction) -> Decimal:
    """Money to the cent, half up: the one place where a split of money is rounded."""
    return (Decimal(value.numerator) / Decimal(value.denominator)).quantize(
        Decimal("0.01"), ROUND_HALF_UP
    )


def words(number: int) -> str:
    """Small numbers as words, others as digits."""
    return SMALL[number] if 0 <= number < len(SMALL) else str(number)


def count(number: int, noun: str, plural: str | None = None) -> str:
    """One epic, two epics, 13 epics."""
    many = plural or (f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s")
    return f"{words(number)} {noun if number == 1 else many}"


def green_of(green: int, objectives: int) -> str:
    """Two of six objectives are green; none of them, where there is none."""
    if objectives == 1:
        return f"the one objective is {'green' if green else 'not green'}"
    verb = "is" if green == 1 else "are"
    some = words(green) if green else "none"
    return f"{some} of {words(objectives)} objectives {verb} green"


def capital(sentence: str) -> str:
    """A sentence with its first letter large."""
    return sentence[:1].upper() + sentence[1:]


def in_words(name: str) -> str:
    """The name of a state as a reader says it: in progress, MVP."""
    return " ".join(part.upper() if part in ACRONYMS else part for part in name.split("-"))


def quoted(title: str) -> str:
    """A title inside a sentence: without marks its words run into the sentence's."""
    return f"“{title}”"
