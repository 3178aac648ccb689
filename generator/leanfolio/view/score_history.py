"""How a score came about, commit by commit; and how ranks moved from increment to increment."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from leanfolio.model import CostOfDelay, Epic, Scored
from leanfolio.portfolio import Portfolio
from leanfolio.rank.candidates import rank_open
from leanfolio.rank.wsjf import NAMES, Form, Order, score, why_unscored
from leanfolio.story import History, Number, Rescoring, ScoreStory, at_increments, score_history
from leanfolio.view.cell import Header, Table, Value, headers
from leanfolio.view.phrase import capital, count, listed, plain, rounded
from leanfolio.view.ranking_words import exactly
from leanfolio.view.ref import Ref, ref

LANES = 20  # epics in the drawing; all are in the table
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
    finding: str
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
                    each.on or UNCOMMITTED,
                    each.commit,
                    each.number,
                    each.before,
                    each.after,
                    each.score_before,
                    each.score_after,
                )
                for each in self.rows
            ),
            note=" ".join(said for said in (self.finding, self.note) if said),
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
        rows=tuple(row for each in reversed(story.rescorings) for row in rows_of(each, form)),
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


def finding(story: ScoreStory, form: Form, history: History) -> str:
    """What the score was when the last increment began, what it is now, and what moved it."""
    since, then = story.since, story.then
    if since is None:
        return ""
    if not story.known:
        begins = f": git knows of {history.commits[0].day} and later" if history.commits else ""
        return f"What it scored when {since.id} began is not known{begins}."
    if then is None:
        return f"It was not there when {since.id} began."
    changes = Rescoring(None, then, story.item).changes
    before, now = points(then, form), points(story.item, form)
    if not changes:
        return f"No number has changed since {since.id} began."
    moved = listed(change_words(*each) for each in changes)
    score = f"Still {now}" if before == now else f"{before} then, {now} now"
    return capital(f"{score}; since {since.id} began: {moved}.")


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


@dataclass(frozen=True, slots=True)
class RankColumn:
    """A ranking: at the end of an increment, or now. `x` runs from 0 at the left to 1."""

    label: str
    on: date
    x: str


@dataclass(frozen=True, slots=True)
class RankDot:
    """A place in a ranking. `y` runs from 0 at the top to 1."""

    column: int
    rank: int
    x: str
    y: str


@dataclass(frozen=True, slots=True)
class Lane:
    """One epic through the rankings. It breaks where the epic was in none: a list of runs."""

    item: Ref
    ranks: tuple[int | None, ...]
    runs: tuple[tuple[RankDot, ...], ...]


@dataclass(frozen=True, slots=True)
class RanksOverTime:
    """The bump chart of ranks over the increments, and the table that it draws."""

    columns: tuple[RankColumn, ...]
    lanes: tuple[Lane, ...]
    depth: int  # lanes from top to foot; what ranks lower stands in the last
    table: Table
    note: str


def past_rankings(
    history: History | None, portfolio: Portfolio, as_of: date
) -> list[tuple[str, Portfolio]]:
    """The portfolio at the end of each increment, for `ranking_view(past=...)`."""
    if history is None:
        return []
    return [(each.id, then) for each, then in at_increments(history, portfolio, as_of)]


def ranks_over_time(
    history: History | None, portfolio: Portfolio, as_of: date
) -> RanksOverTime | None:
    """The ranks of epics at the end of each increment and now; None where there is but one."""
    past = at_increments(history, portfolio, as_of) if history else []
    if history is None or not past:
        return None
    orders = [
        (each.id, each.days.last if each.days else as_of, order_of(then)) for each, then in past
    ]
    orders.append(("now", as_of, order_of(portfolio)))
    return lanes(portfolio, orders, history.note)


def order_of(portfolio: Portfolio) -> Order:
    return rank_open(portfolio, portfolio.of(Epic), portfolio.policy.ranking)


def lanes(
    portfolio: Portfolio, orders: Sequence[tuple[str, date, Order]], note: str = ""
) -> RanksOverTime:
    """Lanes for the first of the newest ranking, then for those that were ranked before.

    An epic that is not in the portfolio today has no lane: removed, or not for this audience.
    """
    ranks = [{each.item.id: n for n, each in enumerate(order.scores, 1)} for _, _, order in orders]
    ids = list(dict.fromkeys(id for found in reversed(ranks) for id in found if id in portfolio))
    ranked = {id: tuple(found.get(id) for found in ranks) for id in ids}
    drawn = ids[:LANES]
    deepest = max((rank for id in drawn for rank in ranked[id] if rank), default=1)
    depth = min(deepest, LANES + 1)
    columns = tuple(
        RankColumn(label, on, place(Fraction(n, max(len(orders) - 1, 1))))
        for n, (label, on, _) in enumerate(orders)
    )
    return RanksOverTime(
        columns=columns,
        lanes=tuple(lane(ref(portfolio[id]), ranked[id], columns, depth) for id in drawn),
        depth=depth,
        table=rank_table(portfolio, columns, ranked, note),
        note=f"{count(len(ids) - len(drawn), 'more epic')} in the table." if ids[LANES:] else "",
    )


def lane(
    item: Ref, ranks: tuple[int | None, ...], columns: tuple[RankColumn, ...], depth: int
) -> Lane:
    runs: list[list[RankDot]] = [[]]
    for column, rank in enumerate(ranks):
        if rank is None:
            runs.append([])
            continue
        y = place(Fraction(2 * min(rank, depth) - 1, 2 * depth))
        runs[-1].append(RankDot(column, rank, columns[column].x, y))
    return Lane(item, ranks, tuple(tuple(run) for run in runs if run))


def place(share: Fraction) -> str:
    return rounded(share, 4)


def rank_table(
    portfolio: Portfolio,
    columns: Sequence[RankColumn],
    ranked: Mapping[str, tuple[int | None, ...]],
    note: str,
) -> Table:
    rows: list[tuple[Value, ...]] = [
        (ref(portfolio[id]), *ranks, moved(ranks)) for id, ranks in ranked.items()
    ]
    heads = (Header(each.label, number=True) for each in columns)
    return Table(
        "Ranks over the increments",
        (*headers("Epic"), *heads, *headers("Since the last")),
        tuple(rows),
        note,
        anchor="ranks",
    )


def moved(ranks: tuple[int | None, ...]) -> str:
    """What became of an epic between the last two rankings, in words."""
    before, now = ranks[-2] if len(ranks) > 1 else None, ranks[-1]
    if now is None:
        return "left" if before is not None else ""
    if before is None:
        return "entered"
    if before == now:
        return "same place"
    return f"up {before - now}" if now < before else f"down {now - before}"


__all__ = [
    "Lane",
    "RankColumn",
    "RankDot",
    "RanksOverTime",
    "ScoreHistory",
    "ScoreRow",
    "past_rankings",
    "ranks_over_time",
    "score_histories",
]
