"""What the page of an epic says of its reference class: the finished epics that it names."""

from collections.abc import Iterator
from datetime import date

from leanfolio.figures.flow.reference_class import Bound, ReferenceClass
from leanfolio.views.cell import Fact
from leanfolio.views.flow.forecast_words import chance_words
from leanfolio.wording import Message, days, message, plural, some


def reference_facts(found: ReferenceClass | None, as_of: date) -> Iterator[Fact]:
    """The day by which one more like these is done; of fewer than six, that there is no date.

    Nothing of an epic that names no class.
    """
    if found is None:
        return
    known = [bound for bound in found.bounds if bound.found is not None]
    value = too_few(found) if not known else bound_words(known[0], as_of)
    yield Fact("Reference class", value, class_words(found))
    for bound in known[1:]:
        yield Fact("The same, surer", bound_words(bound, as_of))


def bound_words(bound: Bound, as_of: date) -> Message:
    """A flow time that one more keeps with a chance, and the day that it gives."""
    assert bound.found is not None
    chance = chance_words(bound.found.share)
    time = days(bound.found.days)
    if bound.day is None:
        return message(
            "within {time} once it is begun, with a chance of {chance}", time=time, chance=chance
        )
    if bound.day < as_of:
        return message(
            "past since {day}: one more would take at most {time} with a chance of {chance}",
            day=bound.day, time=time, chance=chance,
        )  # fmt: skip
    return message(
        "by {day}, {time} after it was begun, with a chance of {chance}",
        day=bound.day, time=time, chance=chance,
    )  # fmt: skip


def too_few(found: ReferenceClass) -> Message:
    return plural(
        "no date: {n} of them is finished, and 85 % takes six",
        "no date: {n} of them are finished, and 85 % takes six",
        len(found.times),
    )


def class_words(found: ReferenceClass) -> Message:
    return plural(
        "{n} finished, of {items}", "{n} finished, of {items}",
        len(found.times), items=some(found.named),
    )  # fmt: skip
