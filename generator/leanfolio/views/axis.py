"""From numbers and days to places in a drawing: axes that end at round numbers, and calendars."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from fractions import Fraction

from msgspec import Struct

from leanfolio.model import Days
from leanfolio.wording import Part, Rounded, message

MOST_STEPS = 8  # of an axis, for a round step
HALF = Fraction(1, 2)
SHORTENED = (
    (10**12, 10**12),
    (10**9, 10**9),
    (10**6, 10**6),
    (10**3, 10**4),
)  # unit, from where on


def round_step(span: Fraction) -> Fraction:
    """A step of 1, 2 or 5 times a power of ten, of which at most eight make a span above zero."""
    step = Fraction(1)
    while span / step > 1000:
        step *= 1000
    while span / step < 1:
        step /= 1000
    while True:
        for factor in (1, 2, 5):
            if span / (step * factor) <= MOST_STEPS:
                return step * factor
        step *= 10


def at_share(share: Fraction, start: int, end: int) -> int:
    """The place between two others at a share of the way, rounded half up to a whole unit."""
    return (start + (end - start) * share + HALF).__floor__()


class Scale(Struct, frozen=True):
    """An axis between two round numbers, which may lie below zero."""

    low: Fraction
    high: Fraction
    step: Fraction
    start: int  # where the low end stands in the drawing
    end: int

    def at(self, value: Fraction) -> int:
        return at_share((value - self.low) / (self.high - self.low), self.start, self.end)

    @property
    def marks(self) -> Iterator[Fraction]:
        """The round numbers from end to end, both included."""
        count = int((self.high - self.low) / self.step)
        return (self.low + self.step * number for number in range(count + 1))

    @property
    def ticks(self) -> tuple[tuple[int, Part], ...]:
        """Where each mark stands, and its number; large ones are short, as in 20k or -1.5M."""
        most = max(abs(self.low), abs(self.high))
        unit = next((size for size, least in SHORTENED if most >= least), 1)
        places = places_of(self.step / unit)
        return tuple(
            (self.at(mark), shortened(Rounded(mark / unit, places), unit)) for mark in self.marks
        )


def shortened(number: Rounded, unit: int) -> Part:
    """A number of an axis, in thousands, millions and so on."""
    match unit:
        case 1_000:
            return message("{number}k", number=number)
        case 1_000_000:
            return message("{number}M", number=number)
        case 1_000_000_000:
            return message("{number}G", number=number)
        case 1_000_000_000_000:
            return message("{number}T", number=number)
        case _:
            return number


def scale_over(values: Iterable[Fraction], start: int, end: int) -> Scale:
    """An axis that holds all of these values; where they are all the same, with room around it."""
    every = list(values)
    low, high = min(every), max(every)
    if low == high:
        room = abs(low) / 4 or Fraction(1)
        low, high = low - room, high + room
    step = round_step(high - low)
    bottom, top = (low / step).__floor__() * step, -((-high / step).__floor__()) * step
    return Scale(bottom, top, step, start, end)


def places_of(step: Fraction) -> int:
    """How many decimals a step of 1, 2 or 5 times a power of ten has."""
    places = 0
    while (step * 10**places).denominator != 1:
        places += 1
    return places


class Calendar(Struct, frozen=True):
    """An axis of days. A day stands at its end, so that the first one is not at the very start."""

    days: Days
    start: int
    end: int

    def at(self, day: date) -> int:
        """Where the end of a day stands; before the first day, that is the start."""
        return at_share(Fraction(self.days.elapsed(day), self.days.length), self.start, self.end)

    def before(self, day: date) -> int:
        """Where the beginning of a day stands."""
        return self.start if day <= self.days.first else self.at(day - timedelta(days=1))
