"""The accent of a portfolio on the grounds of its pages: whether it can be read, and what can.

The theme's own colours stand in the stylesheet; the few that an accent meets are repeated here, as
a rule reads no files, and a test holds both against each other.
"""

from collections.abc import Iterator
from decimal import Decimal
from functools import cached_property, lru_cache

from msgspec import Struct

from leanfolio.model.colour import Colour, contrast

WORDS = Decimal("4.5")  # WCAG 2.2, 1.4.3: the least contrast of words
SHAPES = Decimal(3)  # WCAG 2.2, 1.4.11: the least contrast of shapes that mean something
STEP = Decimal("0.005")  # of lightness, between a colour that is tried and the next
SOFTEST, STRONGEST = 4, 38  # percent of accent in the grounds that are mixed with it
SOFT = (14, 12, 10, 8, 6, SOFTEST)  # percent that are tried for the ground of what is chosen


def colours(text: str) -> tuple[Colour, ...]:
    return tuple(map(Colour.read, text.split()))


class Scheme(Struct, frozen=True):
    """The colours of light or of dark pages that an accent meets."""

    name: str
    grounds: tuple[Colour, ...]  # paper, card, sunk, hover
    track: Colour  # below a bar that is filled with the accent
    words: tuple[Colour, ...]  # that stand on the soft accent; the first also on the strongest

    @property
    def card(self) -> Colour:
        return self.grounds[1]

    def soft(self, accent: Colour) -> Colour:
        """The ground of what is chosen: as much accent as all words on it can bear."""
        grounds = (accent.mixed(percent, self.card) for percent in SOFT)
        words = (accent, *self.words)
        borne = (each for each in grounds if all(contrast(word, each) >= WORDS for word in words))
        return next(borne, accent.mixed(SOFTEST, self.card))

    def weakest(self, accent: Colour) -> Decimal:
        """The contrast of the accent as words, on the ground where it is least."""
        return min(contrast(accent, ground) for ground in (*self.grounds, self.soft(accent)))

    def bears(self, accent: Colour) -> bool:
        """Whether everything that is written or drawn with, or on, this accent can be seen."""
        soft = self.soft(accent)
        return (
            self.weakest(accent) >= WORDS
            and contrast(accent, self.track) >= SHAPES
            and all(contrast(word, soft) >= WORDS for word in self.words)
            and contrast(self.words[0], accent.mixed(STRONGEST, self.card)) >= WORDS
        )

    def nearest(self, accent: Colour) -> Colour:
        """This accent where it can be read, or else the one of its hue that is nearest in
        lightness."""
        if self.bears(accent):
            return accent
        tried = (accent.at_lightness(each) for each in lightnesses(accent.oklab[0]))
        return next(filter(self.bears, tried))


LIGHT = Scheme(
    "light",
    colours("#faf8f4 #ffffff #f3f0e9 #f0ece3"),
    Colour.read("#e2ddd2"),
    colours("#1c1b19 #59554e #1b6339 #7d5100 #9e2218"),
)
DARK = Scheme(
    "dark",
    colours("#141412 #1c1c19 #22221e #26251f"),
    Colour.read("#3a3932"),
    colours("#ecebe6 #aca89e #7cc79a #e3b565 #f2988e"),
)


def lightnesses(start: Decimal) -> Iterator[Decimal]:
    """Every lightness from 0 to 1 in steps, the nearest to the start first, the darker before."""
    for count in range(1, int(1 / STEP) + 1):
        for lightness in (start - count * STEP, start + count * STEP):
            if 0 <= lightness <= 1:
                yield lightness


class Accent(Struct, frozen=True, dict=True):
    """An accent as it was written, and what pages use in its place."""

    written: Colour

    @cached_property
    def light(self) -> Colour:
        return LIGHT.nearest(self.written)

    @cached_property
    def dark(self) -> Colour:
        return DARK.nearest(self.written)

    @cached_property
    def contrast(self) -> Decimal:
        """As words on light pages, where it is least."""
        return LIGHT.weakest(self.written)


@lru_cache(8)
def accent_of(text: str) -> Accent:
    """The accent that a portfolio names by this colour."""
    return Accent(Colour.read(text))
