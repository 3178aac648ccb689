"""Which increment a meeting is about: the one to plan, and the one to look back on."""

from datetime import date
from itertools import chain

from leanfolio.figures.history.snapshots import dated
from leanfolio.figures.thresholds import DUE_SOON
from leanfolio.model import Feature, Increment
from leanfolio.model.portfolio import Portfolio
from leanfolio.wording import Text, joined, message, plural

NO_INCREMENT = message("no increment with a first and a last day is written.")
WRITE_ONE = message("Write {days} in a file below {folder}.",
                    days="start: and end:", folder="content/increments/")  # fmt: skip


def to_plan(portfolio: Portfolio, as_of: date) -> Increment | None:
    """The next increment to begin, else the one that runs; None where neither is written."""
    every = dated(portfolio)
    ahead = (entry for entry, days in every if days.first > as_of)
    running = (entry for entry, days in every if days.holds(as_of))
    return next(chain(ahead, running), None)


def to_review(portfolio: Portfolio, as_of: date) -> Increment | None:
    """The increment that ends within two weeks, else the last that is over, else what runs."""
    every = dated(portfolio)
    running = [(entry, days) for entry, days in every if days.holds(as_of)]
    ending = (entry for entry, days in running if days.last - as_of <= DUE_SOON)
    over = (entry for entry, days in reversed(every) if days.last < as_of)
    return next(chain(ending, over, (entry for entry, _ in running)), None)


def nothing_written(portfolio: Portfolio, what: Text, cure: Text) -> tuple[Text, Text]:
    """What is missing and where it is written, of an increment or of what stands in it."""
    return (what, cure) if dated(portfolio) else (NO_INCREMENT, WRITE_ONE)


def days_words(increment: Increment) -> Text:
    """The first and the last day of an increment; "" where they are not stated."""
    if increment.days is None:
        return ""
    first, last = increment.days
    return message("{increment}: {first} to {last}.",
                   increment=increment.title, first=first, last=last)  # fmt: skip


def still_open(portfolio: Portfolio, as_of: date) -> Text:
    """How far the running increment is, and how many of its features are open; "" where none runs.

    To an audience from which some is hidden features are not counted.
    """
    increment = next((entry for entry, days in dated(portfolio) if days.holds(as_of)), None)
    if increment is None or increment.days is None:
        return ""
    day = message(
        "{increment}, day {day} of {length}.", increment=increment.title,
        day=increment.days.elapsed(as_of), length=increment.days.length,
    )  # fmt: skip
    states = [portfolio.category_of(item) for item in portfolio.members_of(increment.id, Feature)]
    features = [category for category in states if category != "cancelled"]
    if portfolio.partial or not features:
        return day
    number = sum(category != "done" for category in features)
    count = plural(
        "{open} of its {n} feature is open.", "{open} of its {n} features are open.",
        len(features), open=number,
    )  # fmt: skip
    return joined((day, count), " ")
