"""Participatory budgeting: what each group would give, and what was then funded."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

from msgspec import Struct

from leanfolio.figures.funding.ballots import Tallied, tally
from leanfolio.figures.funding.records import Round
from leanfolio.model import Epic
from leanfolio.model.portfolio import Portfolio
from leanfolio.views.cell import Tag
from leanfolio.views.funding.scenarios import anchor
from leanfolio.views.ref import Ref, ref
from leanfolio.wording import Message, Part, Text, cents, in_context, message, of_all, plural


class GroupRow(Struct, frozen=True):
    """A group's ballot: what it gave in all, and whether that is within the pot."""

    name: str
    given: Decimal
    left: Decimal | None  # of the pot; below zero is over it
    word: Message  # within the pot, over the pot, no pot

    @property
    def verdict(self) -> Tag:
        """Whether it kept within the pot, as a page prints it."""
        if self.left is None:
            return Tag("plain", self.word)
        return Tag("bad" if self.left < 0 else "good", self.word)


class BallotRow(Struct, frozen=True):
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
    word: Message  # more than the groups gave, less, as they gave, not funded

    @property
    def sign(self) -> str:
        """Of the difference: + where more was approved than the groups gave."""
        if not self.difference:
            return ""
        return "+" if self.difference > 0 else "−"

    @property
    def size(self) -> Decimal | None:
        """The difference without its sign."""
        return None if self.difference is None else abs(self.difference)


class BallotRound(Struct, frozen=True):
    """A round: its pot, its groups, and the result by mean."""

    name: str
    title: str
    on: date | None
    pot: Decimal | None
    note: str
    finding: Text
    groups: tuple[GroupRow, ...]
    items: tuple[BallotRow, ...]

    @property
    def anchor(self) -> str:
        """Where it stands on its page."""
        return anchor("round", self.name)


class Ballots(Struct, frozen=True):
    """Every round of participatory budgeting, the latest first."""

    currency: str
    finding: Text
    rounds: tuple[BallotRound, ...]

    @property
    def rows(self) -> tuple["BallotLine", ...]:
        """The results of all rounds, as a spreadsheet has them."""
        return tuple(
            BallotLine(
                entry.name, row.epic.id, row.epic.title, row.groups, row.total, row.mean,
                row.lowest, row.highest, row.deviation, row.funded, row.difference,
            )
            for entry in self.rounds
            for row in entry.items
        )  # fmt: skip


class BallotLine(Struct, frozen=True):
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
    views = [round_view(portfolio, entry, funded) for entry in rounds]
    views.sort(key=lambda view: view.on or date.min, reverse=True)
    count = plural(
        "{n:spelled} round of participatory budgeting",
        "{n:spelled} rounds of participatory budgeting",
        len(views),
    )
    finding = views[0].finding if len(views) == 1 else count.sentence()
    return Ballots(portfolio.policy.currency, finding, tuple(views))


def round_view(
    portfolio: Portfolio, entry: Round, funded: Mapping[str, Decimal | None]
) -> BallotRound:
    """Return a round of voting: its tally, its groups, and the money that each epic has."""
    votes = [vote for vote in entry.votes if isinstance(portfolio.items.get(vote.item), Epic)]
    result = tally(votes, entry.pot, funded)
    groups = tuple(
        GroupRow(
            name,
            given,
            None if entry.pot is None else entry.pot - given,
            pot_word(entry.pot, within=within),
        )
        for name, given, within in result.groups
    )
    items = tuple(row_of(portfolio, item) for item in result.items)
    return BallotRound(
        entry.name,
        entry.title,
        entry.on,
        entry.pot,
        entry.note,
        finding(groups, items),
        groups,
        items,
    )


def row_of(portfolio: Portfolio, entry: Tallied) -> BallotRow:
    return BallotRow(
        epic=ref(portfolio[entry.item]),
        groups=entry.groups,
        total=entry.total,
        mean=cents(entry.mean),
        lowest=entry.lowest,
        highest=entry.highest,
        deviation=entry.deviation,
        funded=entry.funded,
        difference=entry.difference,
        word=word_of(entry.difference),
    )


def pot_word(pot: Decimal | None, *, within: bool) -> Message:
    """Whether a group gave no more than the pot holds."""
    if pot is None:
        return in_context("verdict of a ballot", "no pot")
    if within:
        return in_context("verdict of a ballot", "within the pot")
    return in_context("verdict of a ballot", "over the pot")


def word_of(difference: Decimal | None) -> Message:
    """What was approved beside what the groups gave on average."""
    if difference is None:
        return in_context("verdict of an epic in a ballot", "not funded")
    if not difference:
        return in_context("verdict of an epic in a ballot", "as the groups gave")
    if difference > 0:
        return in_context("verdict of an epic in a ballot", "more than the groups gave")
    return in_context("verdict of an epic in a ballot", "less than the groups gave")


def finding(groups: tuple[GroupRow, ...], items: tuple[BallotRow, ...]) -> Message:
    """How many of the groups' choices were funded."""
    chosen = [row for row in items if row.total]
    if not chosen:
        return message("No group has given anything yet")
    funded = sum(row.funded is not None for row in chosen)
    parts: dict[str, Part] = {
        "groups": plural("{n:spelled} group", "{n:spelled} groups", len(groups)).sentence(),
        "epics": plural("{n:spelled} epic", "{n:spelled} epics", len(chosen)),
    }
    none = message("{groups} gave to {epics}, of which none has approved money", **parts)
    return of_all(
        funded,
        len(chosen),
        empty=none,
        only=message("{groups} gave to {epics}, which has approved money", **parts),
        only_not=message("{groups} gave to {epics}, which has no approved money", **parts),
        both=message("{groups} gave to {epics}, both of which have approved money", **parts),
        neither=message("{groups} gave to {epics}, neither of which has approved money", **parts),
        every=message("{groups} gave to {epics}, all of which have approved money", **parts),
        none=none,
        some=plural(
            "{groups} gave to {epics}, of which {n:pronoun} has approved money",
            "{groups} gave to {epics}, of which {n:pronoun} have approved money",
            funded,
            **parts,
        ),
    )
