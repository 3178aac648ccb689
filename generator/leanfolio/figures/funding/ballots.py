"""Participatory budgeting: what each group would give, and what that comes to."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from pathlib import PurePosixPath

from msgspec import Struct

from leanfolio.figures.funding.amount import EXACT, ZERO, less, sum_of
from leanfolio.figures.funding.csv_rows import CsvRow, read_amount, rows_of
from leanfolio.problem import Place, Problem, Related
from leanfolio.wording import tell

COLUMNS = ("group", "item", "amount")


class Vote(Struct, frozen=True):
    """What a group gives to an item."""

    group: str
    item: str
    amount: Decimal
    at: Place


class Tallied(Struct, frozen=True):
    """An item over all ballots. A group that does not name it gives it nothing: so it voted."""

    item: str
    groups: int  # how many gave it anything
    total: Decimal
    mean: Fraction
    lowest: Decimal
    highest: Decimal
    deviation: Decimal  # standard deviation over all groups, in money
    funded: Decimal | None  # what was then approved
    difference: Decimal | None  # funded less the mean, to the cent


class Tally(Struct, frozen=True):
    """The result: every item by what it was given, and how much of the pot each group gave."""

    pot: Decimal | None
    groups: tuple[tuple[str, Decimal, bool], ...]  # name, given, within the pot
    items: tuple[Tallied, ...]


def read_ballots(text: str, path: PurePosixPath) -> tuple[tuple[Vote, ...], list[Problem]]:
    """The votes of one CSV text: group, item, amount."""
    rows, problems = rows_of(text, path, COLUMNS, optional=("note",))
    votes: dict[tuple[str, str], Vote] = {}
    for row in rows:
        vote = vote_of(row)
        if isinstance(vote, Problem):
            problems.append(vote)
            continue
        first = votes.setdefault((vote.group.casefold(), vote.item.casefold()), vote)
        if first is not vote:
            problems.append(vote_twice(vote, first))
    return tuple(votes.values()), problems


def vote_of(row: CsvRow) -> Vote | Problem:
    """One row as a vote, or the first thing that is wrong with it."""
    for name in COLUMNS:
        if name not in row.cells or not row.cells[name].text:
            at = row.cells[name].at if name in row.cells else row.at
            return Problem(at, "ballot-unreadable", f"the row has no {name}", f"write the {name}")
    amount = read_amount(row.cells["amount"], "ballot-unreadable")
    if isinstance(amount, Problem):
        return amount
    if amount < 0:
        message = f"the amount {amount} is negative"
        return Problem(
            row.cells["amount"].at, "ballot-unreadable", message, "give, or leave it out"
        )
    item = row.cells["item"]
    return Vote(row.cells["group"].text, item.text, amount, item.at)


def vote_twice(vote: Vote, first: Vote) -> Problem:
    """A group votes for one item in two rows."""
    return Problem(
        vote.at,
        "ballot-unreadable",
        f"{vote.group} votes twice for {vote.item}",
        "add the two up in one row",
        related=(Related(first.at, "the first is here"),),
    )


def over_the_pot(votes: Iterable[Vote], pot: Decimal) -> Iterable[Problem]:
    """No group gives more than there is.

    A ballot that spends more than the pot has not chosen.

    Fix: lower some of its amounts.
    """
    given: dict[str, list[Vote]] = {}
    for vote in votes:
        given.setdefault(vote.group, []).append(vote)
    for group, own in given.items():
        spent = sum_of(vote.amount for vote in own)
        if spent > pot:
            yield Problem(
                own[0].at,
                "ballot-over-pot",
                tell(
                    "{group} gives {spent}, and the pot holds {pot}",
                    group=group,
                    spent=spent,
                    pot=pot,
                ),
                tell("lower its amounts by {excess}", excess=less(spent, pot)),
            )


def tally(
    votes: Iterable[Vote],
    pot: Decimal | None = None,
    funded: Mapping[str, Decimal | None] | None = None,
) -> Tally:
    """Mean and spread of every item over all groups, highest mean first, beside what was funded."""
    ballots: dict[str, dict[str, Decimal]] = {}
    for vote in votes:
        ballots.setdefault(vote.group, {})[vote.item] = vote.amount
    given = {group: sum_of(ballot.values()) for group, ballot in ballots.items()}
    items = dict.fromkeys(item for ballot in ballots.values() for item in ballot)
    tallied = [tallied_of(item, ballots, (funded or {}).get(item)) for item in items]
    return Tally(
        pot,
        tuple((group, sum, pot is None or sum <= pot) for group, sum in given.items()),
        tuple(sorted(tallied, key=lambda entry: (-entry.mean, entry.item))),
    )


def tallied_of(
    item: str, ballots: Mapping[str, Mapping[str, Decimal]], funded: Decimal | None
) -> Tallied:
    """One item over all ballots; `ballots` holds amounts by group and item, and is not empty."""
    amounts = [ballot.get(item, ZERO) for ballot in ballots.values()]
    total = sum_of(amounts)
    mean = Fraction(total) / len(amounts)
    return Tallied(
        item=item,
        groups=sum(amount > 0 for amount in amounts),
        total=total,
        mean=mean,
        lowest=min(amounts),
        highest=max(amounts),
        deviation=deviation(amounts, mean),
        funded=funded,
        difference=None if funded is None else to_cents(Fraction(funded) - mean),
    )


def deviation(amounts: Iterable[Decimal], mean: Fraction) -> Decimal:
    """The standard deviation over all groups, to the cent: they all voted, so it is no sample."""
    squares = [(Fraction(amount) - mean) ** 2 for amount in amounts]
    variance = sum(squares, Fraction(0)) / len(squares)
    ratio = EXACT.divide(Decimal(variance.numerator), Decimal(variance.denominator))
    return to_cents(Fraction(EXACT.sqrt(ratio)))


def to_cents(amount: Fraction) -> Decimal:
    """The nearest cent, halves away from zero."""
    cents = (abs(amount) * 100 + Fraction(1, 2)).__floor__()
    return EXACT.scaleb(Decimal(cents if amount >= 0 else -cents), -2)
