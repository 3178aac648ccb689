"""How a score came about, commit by commit; and how ranks moved from increment to increment."""

from collections.abc import Iterator, Mapping
from datetime import date

from msgspec import Struct

from leanfolio.figures.funding.currency import Exchange, exchange
from leanfolio.figures.history.rescoring import Number, Rescoring, ScoreChanges, score_changes
from leanfolio.figures.history.snapshots import at_increments
from leanfolio.figures.history.versions import History
from leanfolio.figures.ranking.wsjf import PART_NAMES, Form, score, why_unscored
from leanfolio.model import CostOfDelay, Scored
from leanfolio.model.portfolio import Portfolio
from leanfolio.views.cell import CommitRef, Table, headers
from leanfolio.views.ranking.words import readable_number
from leanfolio.views.ref import Ref, ref
from leanfolio.wording import (
    Formula,
    Message,
    Rounded,
    Text,
    formula,
    joined,
    listed,
    message,
    trimmed,
)

UNCOMMITTED = message("not committed")
FIRST = message("first stated")
NOT_SCORED = message("not scored")

Points = Rounded | Message  # a score, or that there is none


# The page of an epic -------------------------------------------------------------------------


class ScoreRow(Struct, frozen=True):
    """One number that changed, or all with which the epic came."""

    on: date | None  # None: not committed yet
    by: str  # the author of the commit
    commit: CommitRef | None
    number: Message
    before: Text | None
    after: Text | None
    score_before: Points | None  # None: it was not there
    score_after: Points


class ScoreHistory(Struct, frozen=True):
    """Every change of the numbers of one epic, newest first; and its drift in this increment."""

    item: Ref
    form: Form
    finding: Text
    score_then: Points | None  # when the last increment began
    score_now: Points
    rows: tuple[ScoreRow, ...]
    note: str

    @property
    def table(self) -> Table:
        return Table(
            "How its score changed",
            headers(
                "On",
                "By",
                "Commit",
                "Number",
                "Before",
                "After",
                "Score before#",
                "Score after#",
            ),
            tuple(
                (
                    row.on or UNCOMMITTED,
                    row.by,
                    row.commit,
                    row.number,
                    row.before,
                    row.after,
                    row.score_before,
                    row.score_after,
                )
                for row in self.rows
            ),
            note=joined((text for text in (self.finding, self.note) if text), " "),
            anchor="score-history",
            without_rows=bool(self.note),
        )


class Scoring(Struct, frozen=True):
    """By which form, and at which rates, a portfolio scores."""

    form: Form
    exchange: Exchange

    def points(self, item: Scored) -> Points:
        """What an item scores, or that it is not scored."""
        if why_unscored(item, self.form, self.exchange):
            return NOT_SCORED
        return Rounded(score(item, self.form, self.exchange).value)


def score_histories(
    history: History | None, portfolio: Portfolio, as_of: date
) -> Mapping[str, ScoreHistory]:
    """The history of the score of every epic that has one, by id; none outside git.

    Money of any time is converted by today's rates: only an epic's own numbers move its score.
    """
    if history is None:
        return {}
    scoring = Scoring(portfolio.policy.ranking, exchange(portfolio.policy, as_of))
    stories = score_changes(history, portfolio, as_of)
    return {id: history_of_score(changes, scoring, history) for id, changes in stories.items()}


def history_of_score(changes: ScoreChanges, scoring: Scoring, history: History) -> ScoreHistory:
    return ScoreHistory(
        item=ref(changes.item),
        form=scoring.form,
        finding=finding(changes, scoring, history),
        score_then=scoring.points(changes.then) if changes.then else None,
        score_now=scoring.points(changes.item),
        rows=tuple(
            row for rescoring in reversed(changes.rescorings) for row in rows_of(rescoring, scoring)
        ),
        note=history.note,
    )


def rows_of(rescoring: Rescoring, scoring: Scoring) -> Iterator[ScoreRow]:
    """A row for each number that changed; the numbers with which it came share one."""
    commit, before, after = rescoring.commit, rescoring.before, rescoring.after
    for number, old, new in changed_numbers(rescoring):
        yield ScoreRow(
            on=commit.day if commit else None,
            by=commit.author if commit else "",
            commit=CommitRef(commit.id, commit.short) if commit else None,
            number=number,
            before=old,
            after=new,
            score_before=scoring.points(before) if before else None,
            score_after=scoring.points(after),
        )


def changed_numbers(
    rescoring: Rescoring,
) -> Iterator[tuple[Message, Text | None, Text | None]]:
    """The name of each number that changed, before, and after."""
    if rescoring.before is not None:
        for name, before, after in rescoring.changes:
            yield PART_NAMES[name], number_words(before), number_words(after)
        return
    stated = (
        message("{part} {number}", part=PART_NAMES[name], number=number_words(after))
        for name, _, after in rescoring.changes
    )
    yield FIRST, None, joined(stated, ", ")


def finding(changes: ScoreChanges, scoring: Scoring, history: History) -> Text:
    """What the score was when the last increment began, what it is now, and what moved it."""
    since, then = changes.since, changes.then
    if since is None:
        return ""
    if not changes.known:
        return unknown_words(since.id, history)
    if then is None:
        return message("It was not there when {increment} began.", increment=since.id)
    numbers = Rescoring(None, then, changes.item).changes
    if not numbers:
        return message("No number has changed since {increment} began.", increment=since.id)
    return message(
        "{scores}; since {increment} began: {changes}.",
        scores=scores_words(scoring.points(then), scoring.points(changes.item)),
        increment=since.id,
        changes=listed(change_words(*change) for change in numbers),
    )


def unknown_words(increment: str, history: History) -> Message:
    if not history.commits:
        return message("What it scored when {increment} began is not known.", increment=increment)
    return message(
        "What it scored when {increment} began is not known: git knows of {day} and later.",
        increment=increment, day=history.commits[0].day,
    )  # fmt: skip


def scores_words(before: Points, now: Points) -> Message:
    """Both scores, or that they print the same."""
    if str(before) == str(now):
        return message("Still {score}", score=now)
    return message("{before} then, {now} now", before=before, now=now).sentence()


def change_words(name: str, before: Number, after: Number) -> Message:
    none = message("none")
    return message(
        "{part} {before} to {after}",
        part=PART_NAMES[name],
        before=number_words(before) or none,
        after=number_words(after) or none,
    )


def number_words(value: Number) -> Message | Formula | None:
    """A number as it stands in a cell; a cost of delay per week; None for none."""
    if isinstance(value, CostOfDelay):
        return message("{amount} a week", amount=readable_number(value.per_week))
    return None if value is None else formula(trimmed(value))


# The page of the ranking ---------------------------------------------------------------------


def past_rankings(
    history: History | None, portfolio: Portfolio, as_of: date
) -> list[tuple[str, Portfolio]]:
    """The portfolio at the end of each increment, for `ranking_view(past=...)`."""
    if history is None:
        return []
    return [(past.id, then) for past, then in at_increments(history, portfolio, as_of)]
