"""Records: what was spent, what groups would give, how else the money could be shared."""

from collections.abc import Iterator

from leanfolio.check.rule import Check, Setting
from leanfolio.figures.funding.ballots import over_the_pot
from leanfolio.figures.funding.ledger import disagreements
from leanfolio.figures.funding.records import record_duplicate
from leanfolio.figures.funding.scenario import KnownIds, read_scenario
from leanfolio.model import Epic
from leanfolio.model.portfolio import Portfolio
from leanfolio.problem import Problem
from leanfolio.read.suggestions import Suggestions
from leanfolio.wording import tell

# What reading finds. Each tells its problem while the file is read. -------------------------


def csv_column() -> None:
    """A table names all of its columns in its first row, and no others.

    Amounts under a wrong heading would be read as something else.

    Fix: write the header as the hint says; the order of the columns is free.
    """


def csv_row() -> None:
    """A row has no more values than its header has columns, and its quotes are closed.

    A comma inside an amount cuts it in two, and half of it would be a figure.

    Fix: put a value that holds a comma between double quotes.
    """


def actual_unreadable() -> None:
    """A record of spending has a day, an id, an amount and its currency.

    What is guessed at is a wrong figure, and what is passed over is missing from every sum.

    Fix: write what the row lacks; leave a row out until its amount is known.
    """


def ballot_unreadable() -> None:
    """A vote has a group, an item and an amount of zero or more, and stands once.

    A vote that cannot be read would change the result without a word.

    Fix: write what the vote lacks; add two votes of one group for one item up.
    """


UNREAD = ("csv-column", "csv-row", "actual-unreadable")
UNBOOKED = ("actual-misplaced",)
READING = (csv_column, csv_row, actual_unreadable, ballot_unreadable, record_duplicate)


# Spending ------------------------------------------------------------------------------------


def booking_problems(rule: str, portfolio: Portfolio, setting: Setting) -> Iterator[Problem]:
    """The problems of one rule that booking the records came upon."""
    problems = setting.facts_of(portfolio).booking[1]
    return (problem for problem in problems if problem.rule == rule)


def actual_twice(portfolio: Portfolio, setting: Setting) -> Iterator[Problem]:
    """The same money is booked once.

    An export that is appended twice would double the spending without a word.

    Fix: delete the second row; or, where the money was spent twice, say so in its note.
    """
    yield from booking_problems("actual-twice", portfolio, setting)


def actual_misplaced(portfolio: Portfolio, setting: Setting) -> Iterator[Problem]:
    """Money is booked on an epic, or on a value stream, that exists.

    Spending without an owner is in no total, and nobody misses it.

    Fix: correct the id; a feature or a story books on its epic.
    """
    yield from booking_problems("actual-misplaced", portfolio, setting)


def actual_after_close(portfolio: Portfolio, setting: Setting) -> Iterator[Problem]:
    """Nothing is spent on an epic after it was closed.

    A closed epic has no budget left that anybody watches.

    Fix: book it where the work goes on; or reopen the epic.
    """
    yield from booking_problems("actual-after-close", portfolio, setting)


def actual_in_the_future(portfolio: Portfolio, setting: Setting) -> Iterator[Problem]:
    """Money that is booked was spent by the day as of which the figures stand.

    What is to come is a forecast; it counts in no sum of what was spent.

    Fix: correct the day; or leave the row out until then.
    """
    yield from booking_problems("actual-in-the-future", portfolio, setting)


def actual_differs(portfolio: Portfolio, setting: Setting) -> Iterator[Problem]:
    """An epic's own `actual` says what was booked on it.

    Two figures for one thing are one too many; what the epic says stands until one of them goes.
    While rows of the records cannot be read or booked, the rule is silent: one of them may be what
    is missing.

    Fix: book what is missing; where money was spent before the records begin, write it as
    `opening_balance: {on: ..., amount: ...}`. Then take `actual` out of the epic.
    """
    facts = setting.facts_of(portfolio)
    left_out = any(problem.rule in UNBOOKED for problem in facts.booking[1])
    if not left_out and not any(problem.rule in UNREAD for problem in setting.records.problems):
        yield from disagreements(portfolio, facts.ledger, facts.rates)


# Ballots -------------------------------------------------------------------------------------


def ballot_unknown(portfolio: Portfolio, setting: Setting) -> Iterator[Problem]:
    """A vote is for an epic that exists.

    Money given to nothing makes the result of the round look smaller than it is.

    Fix: correct the id; or write the epic first, a phrase in the funnel is enough.
    """
    known = Suggestions([epic.id for epic in portfolio.items_of(Epic)])
    for entry in setting.records.rounds:
        for vote in entry.votes:
            if vote.item in portfolio.absent:
                continue
            if not isinstance(portfolio.items.get(vote.item), Epic):
                yield Problem(
                    vote.at,
                    "ballot-unknown",
                    tell(
                        "{group} votes for {item}, which is no epic",
                        group=vote.group,
                        item=vote.item,
                    ),
                    known.hint(vote.item, tell("write the id of an epic")),
                )


def ballot_over_pot(_: Portfolio, setting: Setting) -> Iterator[Problem]:
    """No group gives more than there is.

    A ballot that spends more than the pot has not chosen.

    Fix: lower some of its amounts.
    """
    for entry in setting.records.rounds:
        if entry.pot is not None:
            yield from over_the_pot(entry.votes, entry.pot)


# Scenarios -----------------------------------------------------------------------------------


def scenario_problems(portfolio: Portfolio, setting: Setting) -> list[Problem]:
    """What is wrong with the scenarios."""
    problems: list[Problem] = []
    known = KnownIds(portfolio)
    for alternative in setting.records.alternatives:
        problems += read_scenario(alternative.fields, alternative.origin, portfolio, known)[1]
    return problems


def scenario_field(portfolio: Portfolio, setting: Setting) -> Iterator[Problem]:
    """A scenario changes the fields that it may change, to values that they can have.

    It compares ways to share the money; anything else belongs on a branch of its own.

    Fix: correct the name or the value; `why:` is the place for the rest.
    """
    problems = setting.once(scenario_problems, portfolio)
    yield from (problem for problem in problems if problem.rule == "scenario-field")


def scenario_unknown(portfolio: Portfolio, setting: Setting) -> Iterator[Problem]:
    """A scenario names epics, value streams and budget periods that exist.

    A change to nothing looks as if it cost nothing.

    Fix: correct the id or the period.
    """
    problems = setting.once(scenario_problems, portfolio)
    yield from (problem for problem in problems if problem.rule == "scenario-unknown")


# What these find is in no sum, so that nobody can turn them off.
LEFT_OUT: tuple[Check, ...] = (actual_twice, actual_misplaced, ballot_unknown, scenario_field,
                               scenario_unknown)  # fmt: skip
ERRORS: tuple[Check, ...] = ()
WARNINGS: tuple[Check, ...] = (
    actual_after_close,
    actual_in_the_future,
    actual_differs,
    ballot_over_pot,
)
