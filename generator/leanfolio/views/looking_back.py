"""What is said where figures stand for a day before that of the files: how far they go back."""

from collections.abc import Iterator
from datetime import date

from leanfolio.model.portfolio import Portfolio
from leanfolio.wording import Message, Text, joined, message, plural, some

MOST_NAMED = 3

# What bears no day, by what a view is about.
ALL_ELSE = message("What bears no day is as in those files.")
PLANS_AND_SCORES = message(
    "Plans, scores, sizes and targets bear no day: they are as in those files."
)
GOALS = message("Targets, weights and links bear no day: they are as in those files.")
LIMITS = message("Sizes, limits and owners bear no day: they are as in those files.")
SCORES = message("Scores, sizes and costs bear no day: they are as in those files.")
RISKS = message(
    "The status of a risk, its rating and its owner bear no day: they are as in those files."
)
CASES = message("Owners, hypotheses, scores and costs bear no day: they are as in those files.")
INCREMENTS = message(
    "What is planned for an increment, sizes and rated values bear no day: they are as in those"
    " files."
)
MONEY = message(
    "Approvals, budgets, forecasts, and what is stated as spent bear no day: they are as in those"
    " files, or not stated where that would be false; bookings are those up to the day."
)


def note_on_the_past(portfolio: Portfolio, as_of: date, undated: Text = "") -> Text:
    """Return which figures go back to the day, and which do not; "" of the day of the files.

    `undated` says in a sentence what a view shows that bears no day.
    """
    return joined(sentences(portfolio, as_of, undated or ALL_ELSE), " ")


def sentences(portfolio: Portfolio, as_of: date, undated: Text) -> Iterator[Text]:
    """Yield the sentences of the note."""
    back = portfolio.looking_back
    if back is None:
        return
    yield message(
        "As it stood on {day}, told by files of {written}.", day=as_of, written=back.written_on
    )
    yield undated
    if back.from_git:
        yield from_git(back.from_git)
    if back.unknown:
        yield plural(
            "Where {n:spelled} item stood then is not known, as it has no history: {items}.",
            "Where {n:spelled} items stood then is not known, as they have no history: {items}.",
            len(back.unknown), items=some(back.unknown, MOST_NAMED),
        )  # fmt: skip
    if back.to_come:
        yield plural(
            "{n:spelled} item was not there yet, by its history or its parent's: {items}.",
            "{n:spelled} items were not there yet, by their histories or their parents': {items}.",
            len(back.to_come), items=some(back.to_come, MOST_NAMED),
        ).sentence()  # fmt: skip


def from_git(ids: tuple[str, ...]) -> Message:
    """Return of which items git alone says where they stood."""
    return plural(
        "Where {n:spelled} item stood then is known from git alone: {items}.",
        "Where {n:spelled} items stood then is known from git alone: {items}.",
        len(ids), items=some(ids, MOST_NAMED),
    )  # fmt: skip
