"""How a figure came about: its arithmetic, and the lines of content that it is made from."""

from collections.abc import Iterable, Sequence
from fractions import Fraction

from leanfolio.model import Item
from leanfolio.views.cell import Derivation, SourceLine, SourceRef, Value
from leanfolio.views.ref import ref
from leanfolio.wording import Formula, Part, Rounded, Text, formula, rounded

MOST_LINES = 12  # that a page lists below one figure; where there are more, the others are counted
MOST_PLACES = 6


def derivation(
    arithmetic: Text, lines: Iterable[SourceLine] = (), most: int = MOST_LINES
) -> Derivation:
    """Return a derivation that lists the first of its lines and counts the others."""
    every = tuple(lines)
    return Derivation(arithmetic, every[:most], max(len(every) - most, 0))


def place_of(item: Item, field: str = "") -> SourceRef:
    """Return the line that states a field of an item; where none does, its first line."""
    stated = field and item.is_stated(field)
    return SourceRef(str(item.origin.path), item.at(*([field] if stated else [])).line)


def place_of_entry(item: Item, field: str, index: int) -> SourceRef:
    """Return the line of one entry of a field that is a list."""
    place = item.at(field, index)
    return SourceRef(str(place.path), place.line)


def line_of(item: Item, field: str, part: Value) -> SourceLine:
    """Return what an item brings to a figure with one of its fields."""
    return SourceLine(ref(item), part, place_of(item, field))


def mean_of_sum(values: Sequence[Fraction], mean: Fraction) -> Formula:
    """Return a mean of many values: their sum over their number, as "12.4 / 20 = 0.62".

    The sum has as few decimals, at least two, as give the mean that is printed.
    """
    total, number = sum(values, Fraction(0)), len(values)
    for places in range(2, MOST_PLACES):
        printed = Rounded(total, places)
        if rounded(Fraction(printed.decimal) / number) == rounded(mean):
            break
    else:
        printed = Rounded(total, MOST_PLACES)
    return formula(printed, " / ", number, " = ", Rounded(mean))


def sum_of(parts: Sequence[Part], total: Part) -> Formula:
    """Return a sum as a reader would type it: "4 + 3 = 7"; of many parts only what they make."""
    if not 0 < len(parts) <= MOST_LINES:
        return formula(total)
    terms: list[Part] = []
    for part in parts:
        terms += [" + ", part] if terms else [part]
    return formula(*terms, " = ", total)
