"""Participatory budgeting: what each group would give, and what was then funded."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from leanfolio.figures.funding.ballots import Tallied, tally
from leanfolio.figures.funding.records import Round
from leanfolio.model import Epic
from leanfolio.model.portfolio import Portfolio
from leanfolio.views.funding.scenarios import anchor
from leanfolio.views.phrase import capital, cents, count, words
from leanfolio.views.ref import Ref, ref


@dataclass(frozen=True, slots=True)
class GroupRow:
    """A group's ballot: what it gave in all, and whether that is within the pot."""

    name: str
    given: Decimal
    left: Decimal | None  # of the pot; below zero is over it
    word: str  # within the pot, over the pot, no pot


@dataclass(frozen=True, slots=True)
class BallotRow:
    """An epic over all ballots, beside what was then approved for it."""

    epic: Ref
    groups: int
    total: Decimal
    mean: Decimal
    lowest: Decimal
    highest: Decimal
    deviation: Decimal
    funded: Decimal | None
    difference: Decimal | None  # funded less the mean
    word: str  # more than the groups gave, less, as they gave, not funded


@dataclass(frozen=True, slots=True)
class BallotRound:
    """A round: its pot, its groups, and the result by mean."""

    name: str
    title: str
    on: date | None
    pot: Decimal | None
    note: str
    finding: str
    groups: tuple[GroupRow, ...]
    items: tuple[BallotRow, ...]

    @property
    def anchor(self) -> str:
        """Where it stands on its page."""
        return anchor("round", self.name)


@dataclass(frozen=True, slots=True)
class Ballots:
    """Every round of participatory budgeting, the latest first."""

    currency: str
    finding: str
    rounds: tuple[BallotRound, ...]

    @property
    def rows(self) -> tuple["BallotLine", ...]:
        """The results of all rounds, as a spreadsheet has them."""
        return tuple(
            BallotLine(
                each.name, row.epic.id, row.epic.title, row.groups, row.total, row.mean,
                row.lowest, row.highest, row.deviation, row.funded, row.difference,
            )
            for each in self.rounds
            for row in each.items
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class BallotLine:
    """A line of the CSV: an epic in a round."""

    round: str
    id: str
    title: str
    groups: int
    total: Decimal
    mean: Decimal
    lowest: Decimal
    highest: Decimal
    deviation: Decimal
    funded: Decimal | None
    difference: Decimal | None


def ballots_view(
    portfolio: Portfolio, rounds: Iterable[Round], funded: Mapping[str, Decimal | None]
) -> Ballots:
    """All rounds; `funded` is what is approved for each epic, in the portfolio's currency."""
    found = [round_view(portfolio, each, funded) for each in rounds]
    found.sort(key=lambda each: each.on or date.min, reverse=True)
    said = f"{capital(count(len(found), 'round'))} of participatory budgeting"
    return Ballots(
        portfolio.policy.currency, found[0].finding if len(found) == 1 else said, tuple(found)
    )


def round_view(
    portfolio: Portfolio, each: Round, funded: Mapping[str, Decimal | None]
) -> BallotRound:
    votes = [vote for vote in each.votes if isinstance(portfolio.items.get(vote.item), Epic)]
    result = tally(votes, each.pot, funded)
    groups = tuple(
        GroupRow(
            name,
            given,
            None if each.pot is None else each.pot - given,
            "no pot" if each.pot is None else "within the pot" if within else "over the pot",
        )
        for name, given, within in result.groups
    )
    items = tuple(row_of(portfolio, item) for item in result.items)
    return BallotRound(
        each.name, each.title, each.on, each.pot, each.note, finding(groups, items), groups, items
    )


def row_of(portfolio: Portfolio, each: Tallied) -> BallotRow:
    return BallotRow(
        epic=ref(portfolio[each.item]),
        groups=each.groups,
        total=each.total,
        mean=cents(each.mean),
        lowest=each.lowest,
        highest=each.highest,
        deviation=each.deviation,
        funded=each.funded,
        difference=each.difference,
        word=word_of(each.difference),
    )


def word_of(difference: Decimal | None) -> str:
    if difference is None:
        return "not funded"
    if not difference:
        return "as the groups gave"
    return "more than the groups gave" if difference > 0 else "less than the groups gave"


def finding(groups: tuple[GroupRow, ...], items: tuple[BallotRow, ...]) -> str:
    """How many of the groups' choices were funded."""
    chosen = [row for row in items if row.total]
    if not chosen:
        return "No group has given anything yet"
    funded = sum(row.funded is not None for row in chosen)
    said = f"{count(len(groups), 'group')} gave to {count(len(chosen), 'epic')}"
    has = "has" if funded == 1 else "have"
    return f"{capital(said)}, of which {words(funded)} {has} approved money"
