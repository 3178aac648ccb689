"""How many objectives are green, in the words that every page says it in."""

from collections.abc import Sequence

from leanfolio.figures.okr.score import ObjectiveScore
from leanfolio.views.okr.rows import ObjectiveRow
from leanfolio.wording import Message, many, message, of_all, plural


def green_share(objectives: Sequence[ObjectiveRow | ObjectiveScore]) -> Message:
    """Return how many of these objectives are green; or that none has reported."""
    if objectives and all(entry.score is None for entry in objectives):
        return message("no objective has reported yet")
    return green_of(sum(entry.band == "green" for entry in objectives), len(objectives))


def green_of(green: int, whole: int) -> Message:
    """Return how many objectives are green: two of six objectives are green."""
    return of_all(
        green,
        whole,
        empty=message("there are no objectives"),
        only=message("the one objective is green"),
        only_not=message("the one objective is not green"),
        both=message("both objectives are green"),
        neither=message("neither of the two objectives is green"),
        every=many("all {n:spelled} objectives are green", whole),
        none=many("none of {n:spelled} objectives is green", whole),
        some=plural(
            "{n:pronoun} of {whole:spelled} objectives is green",
            "{n:pronoun} of {whole:spelled} objectives are green",
            green,
            whole=whole,
        ),
    )
