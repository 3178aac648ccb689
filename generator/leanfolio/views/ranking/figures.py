"""All that is reckoned of one ranking, once, before any of it is said."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from leanfolio.figures.funding.currency import exchange
from leanfolio.figures.ranking.candidates import rank_open
from leanfolio.figures.ranking.change import Change, changes
from leanfolio.figures.ranking.cut import Cut, cut
from leanfolio.figures.ranking.delay_order import Sequence, sequence
from leanfolio.figures.ranking.dependencies import Dependencies, dependencies
from leanfolio.figures.ranking.integer_scores import Whole, whole
from leanfolio.figures.ranking.interval import Interval, intervals
from leanfolio.figures.ranking.perturbation import Perturbed, perturb, usual_draws
from leanfolio.figures.ranking.smallest_change import crossings
from leanfolio.figures.ranking.wsjf import Order
from leanfolio.model import CutLine, Scored
from leanfolio.model.portfolio import Portfolio


@dataclass(frozen=True, slots=True)
class Reckoned:
    """A ranking with its cut line, what could change it, and the order in which to work."""

    items: tuple[Scored, ...]  # all that were asked for, scored or not
    order: Order
    line: Cut | None
    whole: Whole
    changes: tuple[tuple[Change, ...], ...]
    sure: tuple[Interval, ...]
    crossings: Mapping[int, Change]
    drawn: Perturbed
    waiting: Dependencies
    sequence: Sequence


def reckoned(
    portfolio: Portfolio,
    items: Iterable[Scored],
    as_of: date,
    line: CutLine | None,
    order: Order | None = None,
) -> Reckoned:
    """The figures of a ranking, whose order is given where it is known already.

    The seed of its draws is the day, written as a number.
    """
    policy, candidates = portfolio.policy, tuple(items)
    order = order or rank_open(portfolio, candidates, policy.ranking)
    numbers = whole(order, (Fraction(each) for each in policy.scale))
    above = cut(line, order.scores, costs(portfolio, order, as_of))
    varied = changes(numbers)
    waiting = dependencies(portfolio, order)
    seed = as_of.year * 10_000 + as_of.month * 100 + as_of.day
    return Reckoned(
        items=candidates,
        order=order,
        line=above,
        whole=numbers,
        changes=varied,
        sure=intervals(varied),
        crossings=crossings(numbers, varied, above) if above else {},
        drawn=perturb(order, numbers, above, seed, usual_draws(len(order.scores))),
        waiting=waiting,
        sequence=sequence(numbers, waiting),
    )


def costs(portfolio: Portfolio, order: Order, as_of: date) -> list[Fraction | None]:
    """What each ranked item is likely to cost in the portfolio's currency; None where unknown."""
    rates = exchange(portfolio.policy, as_of)
    worth = [
        rates.worth(getattr(score.item, "cost", None), getattr(score.item, "currency", None))
        for score in order.scores
    ]
    return [None if each is None else Fraction(each) for each in worth]
