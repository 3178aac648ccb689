"""How many lines a text takes on a slide, whatever program shows it: estimated from above.

The widths are those of Helvetica, which Arial and Liberation Sans share. What they do not cover is
taken as wide as the widest of its kind, and everything a little wider than it is.
"""

import unicodedata
from collections.abc import Iterator
from functools import lru_cache

# Characters by width, in thousandths of the size of the type.
WIDTHS = {
    **dict.fromkeys("ijl'", 222), **dict.fromkeys(" !,./:;I[\\]|ft", 278),
    **dict.fromkeys("()-`r{}", 334), **dict.fromkeys('"*^', 469),
    **dict.fromkeys("cksvxyzJ", 500), **dict.fromkeys("#$0123456789?L_abdeghnopqu", 556),
    **dict.fromkeys("+<=>~", 584), **dict.fromkeys("FTZ", 611),
    **dict.fromkeys("&ABEKPSVXY", 667), **dict.fromkeys("CDHNRUw", 722),
    **dict.fromkeys("GOQ", 778), **dict.fromkeys("Mm", 833), **dict.fromkeys("%W", 944),
    "@": 1015,
}  # fmt: skip
OTHER, WIDE = 750, 1000
SAFETY = 1.06  # bold type, and fonts that stand in for Arial
LEADING = 1.22  # from line to line, over the size of the type


@lru_cache(8192)
def advance(character: str) -> int:
    """The width of a character in thousandths of the size of the type."""
    known = WIDTHS.get(character)
    if known is not None:
        return known
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    if unicodedata.east_asian_width(character) in "WF":
        return WIDE
    base = unicodedata.normalize("NFD", character)[0]
    return WIDTHS.get(base, OTHER)


def width(text: str, size: float) -> float:
    """The width of a text on one line, in points."""
    return sum(map(advance, text)) * size * SAFETY / 1000


def lines(text: str, room: float, size: float) -> list[str]:
    """A text in lines no wider than `room` points; a word that is wider is broken in itself."""
    found = [""]
    for word in pieces(text, room, size):
        joined = f"{found[-1]} {word}" if found[-1] else word
        if width(joined, size) <= room or not found[-1]:
            found[-1] = joined
        else:
            found.append(word)
    return found


def pieces(text: str, room: float, size: float) -> Iterator[str]:
    """The words of a text, each that is wider than the room in pieces that are not."""
    for word in text.split():
        if width(word, size) <= room:
            yield word
            continue
        piece = ""
        for character in word:
            if piece and width(piece + character, size) > room:
                yield piece
                piece = ""
            piece += character
        yield piece


def height(count: int, size: float) -> float:
    """The height of so many lines, in points."""
    return count * size * LEADING
