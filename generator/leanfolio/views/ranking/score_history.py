"""How a score came about, commit by commit; and how ranks moved from increment to increment."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from leanfolio.figures.history import (
    History,
    Number,
    Rescoring,
    ScoreStory,
    at_increments,
    score_history,
)
from leanfolio.figures.ranking.wsjf import NAMES, Form, score, why_unscored
from leanfolio.model import CostOfDelay, Scored
from leanfolio.model.portfolio import Portfolio
from leanfolio.views.cell import Table, Text, headers, joined, sentence, with_figures
from leanfolio.views.phrase import capital, plain, rounded
from leanfolio.views.ranking.words import exactly
from leanfolio.views.ref import Ref, ref
from leanfolio.wording import listed

UNCOMMITTED = "not committed"
FIRST = "first stated"
NOT_SCORED = "not scored"


# The page of an epic -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """One number that changed, or all with which the epic came."""

    on: date | None  # None: not committed yet
    commit: str  # its short id
    commit_id: str  # its full id, for a link to the repository
    number: str
    before: str | None
    after: str | None
    score_before: str | None  # None: it was not there
    score_after: str


@dataclass(frozen=True, slots=True)
class ScoreHistory:
    """Every change of the numbers of one epic, newest first; and its drift in this increment."""

    item: Ref
    form: Form
    finding: Text
    score_then: str | None  # when the last increment began
    score_now: str
    rows: tuple[ScoreRow, ...]
    note: str

    @property
    def table(self) -> Table:
        return Table(
            "How its score changed",
            headers("On", "Commit", "Number", "Before", "After", "Score before#", "Score after#"),
            tuple(
                (
                    row.on or UNCOMMITTED,
                    row.commit,
                    row.number,
                    row.before and with_figures(row.before),
                    row.after and with_figures(row.after),
                    row.score_before and with_figures(row.score_before),
                    with_figures(row.score_after),
                )
                for row in self.rows
            ),
            note=joined((said for said in (self.finding, self.note) if said), " "),
            anchor="score-history",
        )


def score_histories(
    history: History | None, portfolio: Portfolio, as_of: date
) -> Mapping[str, ScoreHistory]:
    """The history of the score of every epic that has one, by id; none outside git."""
    if history is None:
        return {}
    stories = score_history(history, portfolio, as_of)
    return {id: told(story, portfolio.policy.ranking, history) for id, story in stories.items()}


def told(story: ScoreStory, form: Form, history: History) -> ScoreHistory:
    return ScoreHistory(
        item=ref(story.item),
        form=form,
        finding=finding(story, form, history),
        score_then=points(story.then, form),
        score_now=points(story.item, form) or "",
        rows=tuple(
            row for rescoring in reversed(story.rescorings) for row in rows_of(rescoring, form)
        ),
        note=history.note,
    )


def rows_of(rescoring: Rescoring, form: Form) -> list[ScoreRow]:
    """A row for each number that changed; the numbers with which it came share one."""
    commit, changes = rescoring.commit, rescoring.changes
    if rescoring.before is None:
        together = ", ".join(f"{NAMES[name]} {said(after)}" for name, _, after in changes)
        found: list[tuple[str, str | None, str | None]] = [(FIRST, None, together)]
    else:
        found = [(NAMES[name], said(before), said(after)) for name, before, after in changes]
    return [
        ScoreRow(
            on=commit.day if commit else None,
            commit=commit.short if commit else "",
            commit_id=commit.id if commit else "",
            number=name,
            before=before,
            after=after,
            score_before=points(rescoring.before, form),
            score_after=points(rescoring.after, form) or "",
        )
        for name, before, after in found
    ]


def finding(story: ScoreStory, form: Form, history: History) -> Text:
    """What the score was when the last increment began, what it is now, and what moved it."""
    since, then = story.since, story.then
    if since is None:
        return ""
    if not story.known:
        known: Text = ""
        if history.commits:
            known = sentence(": git knows of {} and later", history.commits[0].day)
        return sentence("What it scored when {} began is not known{}.", since.id, known)
    if then is None:
        return f"It was not there when {since.id} began."
    changes = Rescoring(None, then, story.item).changes
    before, now = points(then, form), points(story.item, form)
    if not changes:
        return f"No number has changed since {since.id} began."
    moved = str(listed(change_words(*change) for change in changes))
    score = f"Still {now}" if before == now else f"{capital(before or '')} then, {now} now"
    return sentence("{}; since {} began: {}.", with_figures(score), since.id, with_figures(moved))


def change_words(name: str, before: Number, after: Number) -> str:
    return f"{NAMES[name]} {said(before) or 'none'} to {said(after) or 'none'}"


def said(value: Number) -> str | None:
    """A number as it stands in a cell; a cost of delay per week."""
    if isinstance(value, CostOfDelay):
        return f"{exactly(value.per_week)} a week"
    return None if value is None else plain(value)


def points(item: Scored | None, form: Form) -> str | None:
    """What an item scores, rounded; None where there is none."""
    if item is None:
        return None
    return NOT_SCORED if why_unscored(item, form) else rounded(score(item, form).value)


# The page of the ranking ---------------------------------------------------------------------


def past_rankings(
    history: History | None, portfolio: Portfolio, as_of: date
) -> list[tuple[str, Portfolio]]:
    """The portfolio at the end of each increment, for `ranking_view(past=...)`."""
    if history is None:
        return []
    return [(each.id, then) for each, then in at_increments(history, portfolio, as_of)]
