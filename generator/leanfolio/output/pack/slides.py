"""The board pack as slides: a PPTX file of real texts and tables, the same bytes each time.

It needs python-pptx, an extra: `leanfolio[pptx]`.
"""

from datetime import date

from leanfolio.output.pack.archive import with_fixed_times
from leanfolio.output.pack.printed import Printed
from leanfolio.output.pack.slide_plan import plan


class NoPptx(Exception):
    """The library that writes slides is not installed."""


def slides(pack: Printed, day: date) -> bytes:
    """The pack as the bytes of a PPTX file, with no date but `day`. Raises NoPptx."""
    try:
        # An extra, wanted by slides alone.
        from leanfolio.output.pack.deck import Deck  # noqa: PLC0415
    except ImportError:
        raise NoPptx from None
    deck = Deck(pack, day)
    deck.add_cover()
    for leaf in pack.leaves:
        every = plan(leaf)
        for number, slide in enumerate(every, start=1):
            deck.add(slide, number, len(every))
    return with_fixed_times(deck.data())
