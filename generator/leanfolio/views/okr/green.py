"""How many objectives are green, in the words that every page says it in."""

from collections.abc import Iterator, Sequence

from leanfolio.figures.okr.score import ObjectiveScore
from leanfolio.views.okr.rows import ObjectiveRow
from leanfolio.wording import Message, many, message, of_all, plural

Objectives = Sequence[ObjectiveRow | ObjectiveScore]


def green_share(objectives: Objectives, *, partial: bool = False) -> tuple[Message, ...]:
    """Return how many of these objectives are green, of those that can be judged; and how many
    cannot, as nothing of them is due yet or they have no score.

    Of these it is not said that they are not green. Each message is a clause of its own. Where an
    audience may read only some (`partial`), nothing is said of all.
    """
    if partial:
        return (shown_and_green(objectives),)
    judged = sum(entry.band is not None for entry in objectives)
    green = sum(entry.band == "green" for entry in objectives)
    if judged == len(objectives):
        return (green_of(green, judged),)
    if not judged:
        return none_judged(objectives)
    return (green_of_judged(green, judged), *not_judged(objectives))


def shown_and_green(objectives: Objectives) -> Message:
    """Return how many objectives are green, of those that are shown."""
    return plural(
        "{n:spelled} objective is green of those that are shown",
        "{n:spelled} objectives are green of those that are shown",
        sum(entry.band == "green" for entry in objectives),
    )


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


def green_of_judged(green: int, judged: int) -> Message:
    """Return the same where there are others, which cannot be judged."""
    return of_all(
        green,
        judged,
        empty=message("no objective can be judged"),
        only=message("the one objective that can be judged is green"),
        only_not=message("the one objective that can be judged is not green"),
        both=message("both objectives that can be judged are green"),
        neither=message("neither of the two objectives that can be judged is green"),
        every=many("all {n:spelled} objectives that can be judged are green", judged),
        none=many("none of {n:spelled} objectives that can be judged is green", judged),
        some=plural(
            "{n:pronoun} of {whole:spelled} objectives that can be judged is green",
            "{n:pronoun} of {whole:spelled} objectives that can be judged are green",
            green,
            whole=judged,
        ),
    )


def not_judged(objectives: Objectives) -> Iterator[Message]:
    """Yield how many objectives cannot be judged, for each reason."""
    not_due = sum(entry.not_yet_due for entry in objectives)
    without = sum(entry.band is None for entry in objectives) - not_due
    if not_due:
        yield plural("{n:pronoun} is not due yet", "{n:pronoun} are not due yet", not_due)
    if without:
        yield plural("{n:pronoun} has no score", "{n:pronoun} have no score", without)


def none_judged(objectives: Objectives) -> tuple[Message, ...]:
    """Return why not one of some objectives can be judged."""
    if not any(entry.reported for entry in objectives):
        return (message("no objective has reported yet"),)
    if all(entry.not_yet_due for entry in objectives):
        return (message("no objective is due yet"),)
    if not any(entry.not_yet_due for entry in objectives):
        return (message("no objective has a score: nothing that reported has a weight"),)
    return (message("no objective can be judged"), *not_judged(objectives))
