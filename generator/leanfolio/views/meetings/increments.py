"""Which increment a meeting is about: the one to plan, and the one to look back on."""

from datetime import date

from leanfolio.figures.thresholds import DUE_SOON
from leanfolio.model import Increment
from leanfolio.model.portfolio import Portfolio
from leanfolio.views.lists import is_running
from leanfolio.wording import Text, message

NO_INCREMENT = message("no increment with a first and a last day is written.")
WRITE_ONE = message("Write {days} in a file below {folder}.",
                    days="start: and end:", folder="content/increments/")  # fmt: skip


def dated(portfolio: Portfolio) -> list[Increment]:
    """The increments that have days, in the order of their first days."""
    every = [entry for entry in portfolio.items_of(Increment) if entry.days]
    return sorted(every, key=lambda entry: (entry.start or date.min, entry.id))


def to_plan(portfolio: Portfolio, as_of: date) -> Increment | None:
    """The next increment to begin, else the one that runs; None where neither is written."""
    every = dated(portfolio)
    ahead = (entry for entry in every if entry.days and entry.days.first > as_of)
    running = (entry for entry in every if is_running(entry, as_of))
    return next(ahead, None) or next(running, None)


def to_review(portfolio: Portfolio, as_of: date) -> Increment | None:
    """The increment that ends within two weeks, else the last that is over, else what runs."""
    every = dated(portfolio)
    running = next((entry for entry in every if is_running(entry, as_of)), None)
    if running and running.days and running.days.last - as_of <= DUE_SOON:
        return running
    over = [entry for entry in every if entry.days and entry.days.last < as_of]
    return over[-1] if over else running


def nothing_written(portfolio: Portfolio, what: Text, cure: Text) -> tuple[Text, Text]:
    """What is missing and where it is written, of an increment or of what stands in it."""
    return (what, cure) if dated(portfolio) else (NO_INCREMENT, WRITE_ONE)
