"""The ranking: what goes first, why, and how sure that is."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction

from msgspec import Struct

from leanfolio.figures.ranking.candidates import rank_open
from leanfolio.figures.ranking.cut import Cut
from leanfolio.figures.ranking.wsjf import FORMULA, PART_NAMES, PARTS, TIE_RULE, Form, Order
from leanfolio.model import CutLine, Epic, Feature, Scored
from leanfolio.model.portfolio import Portfolio
from leanfolio.views.cell import SourceLine
from leanfolio.views.derivation import line_of
from leanfolio.views.page_only import PageOnly
from leanfolio.views.ranking.agreement import AgreementRow, agreement_rows
from leanfolio.views.ranking.bump import Bump, bump
from leanfolio.views.ranking.cut import CutRow, capacity_words, cut_row
from leanfolio.views.ranking.drift import DriftView, drift_view
from leanfolio.views.ranking.figures import RankPlaces, ranking_figures
from leanfolio.views.ranking.headline import headline
from leanfolio.views.ranking.key_figures import KeyFigure, key_figures
from leanfolio.views.ranking.rows import RankedItem, VisibleRow, ranked_items, visible_rows
from leanfolio.views.ranking.scatter import Plot, scatter
from leanfolio.views.ranking.sensitivity import Sensitivity, sensitivity
from leanfolio.views.ranking.sequence import SequenceView, sequence_view
from leanfolio.views.ranking.urgency import UrgencyView, urgency_view
from leanfolio.views.ranking.what_if import WhatIf, WhatIfItem, what_if
from leanfolio.views.ranking.words import FORM_NAMES, Remainder, remainder
from leanfolio.views.ref import url_of
from leanfolio.wording import Message, Series, Text, joined, message, plural

FEW = 15  # of those without a place
AROUND = 10  # rows on either side of a cut line that lies deeper than that
VISIBLE = 48  # rows on the page, which has to stay light; all are in its data files
VISIBLE_DRAWS = 12  # rows of the table of draws
UNITS = {
    "cost_of_delay": message("cost of delay per week"),
    "duration_weeks": message("duration in weeks"),
}
MOST_IN_BROWSER = 2000  # candidates up to which the page can be ranked anew by a browser


class Unranked(Struct, frozen=True):
    """An open item without a place, and why."""

    id: str
    title: str
    url: str
    why: Text


class Ranking(Struct, frozen=True):
    """What goes first: items in order, the cut line, how sure it is, and what had no place."""

    form: Form
    finding: Text
    summary: Text
    formula: Message
    tie_rule: Message
    scale: tuple[Decimal, ...]
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
    scatter: PageOnly[Plot | None]
    cut_source: PageOnly[SourceLine | None] = None

    @property
    def visible_items(self) -> tuple[RankedItem, ...]:
        """The items that the page prints: the first, and those around the cut line."""
        place = self.cut.place if self.cut else 0
        if place + AROUND <= VISIBLE or len(self.items) <= VISIBLE:
            return self.items[:VISIBLE]
        top = VISIBLE - 2 * AROUND
        return self.items[:top] + self.items[max(place - AROUND, top) : place + AROUND]

    @property
    def rows(self) -> tuple[VisibleRow, ...]:
        """The rows of the page's table."""
        place = self.cut.place if self.cut else 0
        return tuple(visible_rows(self.visible_items, self.what_if.items, place))

    @property
    def remainder(self) -> Remainder | None:
        """The rows that the page leaves out."""
        return remainder(self.items, len(self.visible_items), "ranking.csv")

    @property
    def heads(self) -> tuple[tuple[str, str], ...]:
        """The heads of the page's table, each with its class."""
        cut = (("Cut line", ""),) if self.cut else ()
        sequence = (("In sequence", "num"),) if self.dependencies.any else ()
        return (("#", "num"), ("Epic", ""), ("Score", "num"), ("How sure", ""), *cut, *sequence)

    @property
    def caption(self) -> Message:
        return message("Score = {formula}. {ties}", formula=self.formula, ties=self.tie_rule)

    @property
    def key_figures(self) -> tuple[KeyFigure, ...]:
        return tuple(
            key_figures(self.items, self.cut, self.sensitivity, self.dependencies, self.cut_source)
        )

    @property
    def has_rivals(self) -> bool:
        """Whether at least two are ranked: otherwise no place can be unsure."""
        return len(self.items) > 1

    @property
    def certainty(self) -> Message:
        """How many one-step changes put another item first; that none can, where one is alone."""
        if not self.items:
            return message("No epic can be ranked.")
        if not self.has_rivals:
            return message("One candidate is ranked: its place cannot change.")
        return self.sensitivity.first_place

    @property
    def parts(self) -> tuple[tuple[str, Message], ...]:
        """What a score of this form is made of: the field, and what it is called."""
        return tuple((part, UNITS.get(part, PART_NAMES[part])) for part in PARTS[self.form])

    @property
    def packed_parts(self) -> Series:
        """The parts in one line, for the page's script: field:name;field:name."""
        return joined((joined(pair, ":") for pair in self.parts), ";")

    @property
    def can_be_tried(self) -> bool:
        """Whether a reader's browser is given the numbers of all, to rank them anew."""
        return 1 < len(self.items) <= MOST_IN_BROWSER

    @property
    def too_many_to_try(self) -> bool:
        """Whether there are too many candidates for a reader's browser."""
        return len(self.items) > MOST_IN_BROWSER

    @property
    def hidden_numbers(self) -> tuple[WhatIfItem, ...]:
        """The numbers of those without a row, with which the others compete all the same."""
        ranks = {row.rank for row in self.visible_items}
        return tuple(item for rank, item in enumerate(self.what_if.items, 1) if rank not in ranks)

    @property
    def ruling_words(self) -> Message:
        """Which form the ranking goes by."""
        return message(
            "{formula} rules this ranking; forms are never mixed.", formula=self.formula
        ).sentence()

    @property
    def draws_items(self) -> tuple[RankedItem, ...]:
        """The items of the table of draws: the first of the ranking."""
        return self.items[:VISIBLE_DRAWS]

    @property
    def draws_remainder(self) -> Remainder | None:
        return remainder(self.items, VISIBLE_DRAWS, "ranking.csv")

    @property
    def visible_unranked(self) -> tuple[Unranked, ...]:
        return self.unranked[:FEW]

    @property
    def unranked_remainder(self) -> Remainder | None:
        return remainder(self.unranked, FEW)

    @property
    def what_is_needed(self) -> Message:
        """What an epic must state to be ranked."""
        return message("An open epic needs every part of the formula: {formula}.",
                       formula=self.formula)  # fmt: skip


def ranking_view(
    portfolio: Portfolio,
    as_of: date,
    *,
    places: RankPlaces | None = None,
    flow_days: Fraction | None = None,
    past: Sequence[tuple[str, Portfolio]] = (),
) -> Ranking:
    """The ranking of all open epics, in the form that the portfolio states.

    `places` are those of that ranking, where they are known already; `flow_days` is the time within
    which 85 % of epics get done; `past` are earlier states of the portfolio with what to call them,
    oldest first.
    """
    items = portfolio.items_of(Epic)
    line = portfolio.policy.cut_line
    before = [
        (label, rank_open(then, then.items_of(Epic), then.policy.ranking, as_of))
        for label, then in past
    ]
    return ranking_of(
        portfolio, items, as_of, line=line, places=places, flow_days=flow_days, past=before
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
    places: RankPlaces | None = None,
    flow_days: Fraction | None = None,
    past: Sequence[tuple[str, Order]] = (),
) -> Ranking:
    """A ranking of some items by the portfolio's own form and scale."""
    result = ranking_figures(portfolio, items, as_of, line, places)
    order = result.order
    return Ranking(
        form=order.form,
        finding=headline(portfolio, result),
        summary=summary(order, result.line),
        formula=FORMULA[order.form],
        tie_rule=TIE_RULE,
        scale=portfolio.policy.scale,
        cut=cut_row(result),
        items=ranked_items(portfolio, result),
        unranked=tuple(
            Unranked(entry.item.id, entry.item.title, url_of(entry.item), entry.why)
            for entry in order.unscored
        ),
        sensitivity=sensitivity(result),
        agreements=agreement_rows(portfolio, result, as_of),
        dependencies=sequence_view(portfolio, result),
        urgency=urgency_view(portfolio, result.items, as_of, flow_days),
        drift=drift_view(portfolio, *past[-1], order) if past else None,
        bump=bump([*past, ("now", order)]) if past else None,
        what_if=what_if(result),
        scatter=scatter(result),
        cut_source=line_of(portfolio.policy, "cut_line", capacity_words(result.line))
        if result.line
        else None,
    )


def summary(order: Order, line: Cut | None) -> Message:
    """The form, how many compete for how much, and the tie rule."""
    number, form = len(order.scores), FORM_NAMES[order.form]
    if line is None:
        return plural(
            "{form}; {n:spelled} candidate is ranked. {ties}",
            "{form}; {n:spelled} candidates are ranked. {ties}",
            number, form=form, ties=TIE_RULE,
        )  # fmt: skip
    return plural(
        "{form}; {n:spelled} candidate is ranked for {capacity}. {ties}",
        "{form}; {n:spelled} candidates are ranked for {capacity}. {ties}",
        number, form=form, capacity=capacity_words(line), ties=TIE_RULE,
    )  # fmt: skip


__all__ = ["RankedItem", "Ranking", "Unranked", "ranking_of", "ranking_view", "ranking_within"]
