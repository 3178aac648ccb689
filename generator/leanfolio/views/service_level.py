"""The service level that is expected of flow: what was attained, and what is past it, in words."""

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

from msgspec import Struct

from leanfolio.figures.flow.figures import ServiceLevelResult
from leanfolio.wording import Message, Percent, days, message, plural, rounded, some, trimmed


class LevelRow(Struct, frozen=True):
    """The service level that is expected, what was attained, and the open items past it."""

    share: Decimal  # in percent
    days: int
    attained: Decimal | None
    past: tuple[str, ...]


def level_row(level: ServiceLevelResult | None) -> LevelRow | None:
    """The level as a row; None where none is expected."""
    if level is None:
        return None
    attained = None if level.attained is None else in_percent(level.attained)
    past = tuple(flow.id for flow in level.past)
    return LevelRow(in_percent(level.share), level.days, attained, past)


def in_percent(share: Fraction) -> Decimal:
    """A share of one in percent, with one decimal at most."""
    return trimmed(Decimal(rounded(share * 100, 1)))


def level_words(level: ServiceLevelResult | None) -> Iterator[Message]:
    """What was attained of the level, and which open items are past it; nothing without one."""
    if level is None:
        return
    share, time = Percent(level.share), days(level.days)
    if level.attained is None:
        yield message(
            "The service level is {share} done within {time}; nothing is finished yet.",
            share=share, time=time,
        )  # fmt: skip
    else:
        yield plural(
            "The service level is {share} done within {time}; {attained} of {n} finished item was.",
            "The service level is {share} done within {time}; {attained} of {n} finished items"
            " were.",
            level.finished, share=share, time=time, attained=Percent(level.attained),
        )  # fmt: skip
    if level.past:
        yield plural(
            "{n:spelled} open item has taken longer already: {items}.",
            "{n:spelled} open items have taken longer already: {items}.",
            len(level.past), items=some(flow.id for flow in level.past),
        ).sentence()  # fmt: skip
