"""The ranking: what goes first, why, and how sure that is."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from leanfolio.figures.ranking.candidates import rank_open
from leanfolio.figures.ranking.cut import Cut
from leanfolio.figures.ranking.interval import Interval
from leanfolio.figures.ranking.wsjf import FORMULA, NAMES, PARTS, TIE_RULE, Form, Order
from leanfolio.model import CutLine, Epic, Feature, Scored
from leanfolio.model.portfolio import Portfolio
from leanfolio.views.phrase import count, plain, quoted, words
from leanfolio.views.ranking.agreement import AgreementRow, agreement_rows
from leanfolio.views.ranking.bump import Bump, bump
from leanfolio.views.ranking.cut import CutRow, cut_row
from leanfolio.views.ranking.drift import DriftView, drift_view
from leanfolio.views.ranking.figures import reckoned
from leanfolio.views.ranking.rows import RankedItem, ranked_items
from leanfolio.views.ranking.scatter import Plot, scatter
from leanfolio.views.ranking.sensitivity import Sensitivity, sensitivity
from leanfolio.views.ranking.sequence import SequenceView, sequence_view
from leanfolio.views.ranking.urgency import UrgencyView, urgency_view
from leanfolio.views.ranking.what_if import WhatIf, WhatIfItem, what_if
from leanfolio.views.ranking.words import FORM_NAMES, exactly, ordinal
from leanfolio.views.ref import url_of

FEW = 15  # of those without a place
AROUND = 10  # rows on either side of a cut line that lies deeper than that
SHOWN = 48  # rows on the page, which has to stay light; all are in its data files
UNITS = {"cost_of_delay": "cost of delay per week", "duration_weeks": "duration in weeks"}
TRIED = 2000  # candidates up to which the page can be ranked anew by a browser


@dataclass(frozen=True, slots=True)
class Unranked:
    """An open item without a place, and why."""

    id: str
    title: str
    url: str
    why: str


@dataclass(frozen=True, slots=True)
class Ranking:
    """What goes first: items in order, the cut line, how sure it is, and what had no place."""

    form: Form
    finding: str
    lede: str
    formula: str
    tie_rule: str
    scale: tuple[str, ...]
    cut: CutRow | None
    items: tuple[RankedItem, ...]
    unranked: tuple[Unranked, ...]
    sensitivity: Sensitivity
    agreements: tuple[AgreementRow, ...]
    dependencies: SequenceView
    urgency: UrgencyView
    drift: DriftView | None  # against the last of the portfolios given as past
    bump: Bump | None  # ranks over all of them
    what_if: WhatIf
    scatter: Plot | None

    @property
    def shown(self) -> tuple[RankedItem, ...]:
        """The rows that the page prints: the first, and those around the cut line."""
        place = self.cut.place if self.cut else 0
        if place + AROUND <= SHOWN or len(self.items) <= SHOWN:
            return self.items[:SHOWN]
        top = SHOWN - 2 * AROUND
        return self.items[:top] + self.items[max(place - AROUND, top) : place + AROUND]

    @property
    def parts(self) -> tuple[tuple[str, str], ...]:
        """What a score of this form is made of: the field, and what it is called."""
        return tuple((part, UNITS.get(part, NAMES[part])) for part in PARTS[self.form])

    @property
    def can_be_tried(self) -> bool:
        """Whether a reader's browser is given the numbers of all, to rank them anew."""
        return 1 < len(self.items) <= TRIED

    @property
    def not_shown(self) -> tuple[WhatIfItem, ...]:
        """The numbers of those without a row, with which the others compete all the same."""
        rows = {row.rank for row in self.shown}
        return tuple(each for n, each in enumerate(self.what_if.items, 1) if n not in rows)

    @property
    def unranked_shown(self) -> tuple[Unranked, ...]:
        return self.unranked[:FEW]


def ranking_view(
    portfolio: Portfolio,
    as_of: date,
    *,
    order: Order | None = None,
    flow_days: Fraction | None = None,
    past: Sequence[tuple[str, Portfolio]] = (),
) -> Ranking:
    """The ranking of all open epics, in the form that the portfolio states.

    `order` is that order, where it is known already; `flow_days` is the time within which 85 % of
    epics get done; `past` are earlier states of the portfolio with what to call them, oldest first.
    """
    items = portfolio.items_of(Epic)
    line = portfolio.policy.cut_line
    before = [
        (label, rank_open(then, then.items_of(Epic), then.policy.ranking)) for label, then in past
    ]
    return ranking_of(
        portfolio, items, as_of, line=line, order=order, flow_days=flow_days, past=before
    )


def ranking_within(portfolio: Portfolio, id: str, as_of: date) -> Ranking:
    """What goes first within one item: epics of a value stream, features of an epic or increment.

    The portfolio's cut line does not apply there.
    """
    members: tuple[Scored, ...] = portfolio.members_of(id, Epic)
    features = portfolio.children_of(id, Feature) or portfolio.members_of(id, Feature)
    return ranking_of(portfolio, members or features, as_of)


def ranking_of(
    portfolio: Portfolio,
    items: Iterable[Scored],
    as_of: date,
    *,
    line: CutLine | None = None,
    order: Order | None = None,
    flow_days: Fraction | None = None,
    past: Sequence[tuple[str, Order]] = (),
) -> Ranking:
    """A ranking of some items by the portfolio's own form and scale."""
    found = reckoned(portfolio, items, as_of, line, order)
    order = found.order
    return Ranking(
        form=order.form,
        finding=finding(order, found.sure),
        lede=lede(order, found.line),
        formula=FORMULA[order.form],
        tie_rule=f"Ties: {', then '.join(TIE_RULE)}.",
        scale=tuple(plain(each) for each in portfolio.policy.scale),
        cut=cut_row(found),
        items=ranked_items(portfolio, found),
        unranked=tuple(
            Unranked(each.item.id, each.item.title, url_of(each.item), each.why)
            for each in order.unscored
        ),
        sensitivity=sensitivity(found),
        agreements=agreement_rows(portfolio, found),
        dependencies=sequence_view(portfolio, found),
        urgency=urgency_view(portfolio, found.items, as_of, flow_days),
        drift=drift_view(portfolio, *past[-1], order) if past else None,
        bump=bump([*past, ("now", order)]) if past else None,
        what_if=what_if(found),
        scatter=scatter(found),
    )


def lede(order: Order, line: Cut | None) -> str:
    """The form, how many compete for how much, and the tie rule."""
    among = f"{FORM_NAMES[order.form]} over {count(len(order.scores), 'candidate')}"
    room = f" for {capacity_words(line)}" if line else ""
    return f"{among}{room}. Ties: {', then '.join(TIE_RULE)}."


def capacity_words(line: Cut) -> str:
    if line.measure == "count":
        return count(int(line.capacity), "place")
    return f"{'a total size' if line.measure == 'size' else 'a cost'} of {exactly(line.capacity)}"


def finding(order: Order, sure: Sequence[Interval]) -> str:
    """What the ranking says, in one sentence."""
    if not order.scores:
        return "Nothing can be ranked yet" if order.unscored else "There is nothing to rank"
    leader = order.scores[0]
    if len(order.scores) == 1:
        return f"{quoted(leader.item.title)} is the only candidate that can be ranked"
    first = quoted(leader.item.title)
    if order.scores[-1].value == leader.value:
        number = words(len(order.scores))
        return f"All {number} candidates score the same: the tie rule alone orders them"
    if sure[0].high > 1:
        place = ordinal(sure[0].high)
        return f"{first} leads, but one step in one score is enough to move it to {place}"
    rivals = [each.item.title for each, s in zip(order.scores, sure, strict=True) if s.low == 1][1:]
    if rivals:
        return f"{first} leads, but one step in one score would put {quoted(rivals[0])} first"
    return f"{first} leads, and no single step in any score moves it"


__all__ = ["RankedItem", "Ranking", "Unranked", "ranking_of", "ranking_view", "ranking_within"]
