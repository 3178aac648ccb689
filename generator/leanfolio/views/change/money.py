"""Money that moved: with its sign, from what to what."""

from collections.abc import Collection, Iterator, Sequence
from decimal import Decimal

from leanfolio.figures.change.comparison import Comparison
from leanfolio.figures.change.values import POLICY
from leanfolio.figures.funding.amount import EXACT, ZERO
from leanfolio.figures.funding.baseline import Refunded
from leanfolio.figures.funding.table import TOTAL
from leanfolio.views.change_story import ChangeLine, CommitOf, named
from leanfolio.views.ref import ref
from leanfolio.wording import Message, Money, Text, message

PAIR = 2
TOLD = ("approved", "target")  # what was given or is meant to be; the rest is counted
FIELDS = ("budgets", "approved")  # that hold these amounts
LEVELS = ("value-stream", "epic")
WORDS: dict[str, Message] = {"approved": message("approved"), "target": message("target")}


def money_lines(comparison: Comparison, commit_of: CommitOf) -> Iterator[ChangeLine]:
    """Yield the approvals and targets that moved: streams before epics, the largest first."""
    before, after = comparison.before.currency, comparison.after.currency
    if before != after:
        yield ChangeLine(
            "money",
            message(
                "All money is stated in {after} now, and was in {before}: amounts are not compared",
                before=before, after=after,
            ),
        )  # fmt: skip
        return
    rows = sorted(told_rows(comparison), key=weight)
    shifts = shifted(rows)
    for row, column in rows:
        item = comparison.after.portfolio[row.id]
        was, now = row.columns[column]
        if (pair := shifts.get((row.level, row.id, column))) is not None:
            if row is pair[0]:
                text = shift_words(named(item), column, pair, after)
                yield ChangeLine("money", text, ref(item), commit_of(row.id, *FIELDS))
            continue
        subject = named(item)
        if row.period != TOTAL:
            subject = message("{item} in {period}", item=subject, period=row.period)
        text = money_words(subject, WORDS[column], Money(was, after), Money(now, after))
        yield ChangeLine("money", text, ref(item), commit_of(row.id, *FIELDS))


def shifted(
    rows: Sequence[tuple[Refunded, str]],
) -> dict[tuple[str, str, str], tuple[Refunded, Refunded]]:
    """Return the amounts that went from one period to another, in whole: from where, to where."""
    periods: dict[tuple[str, str, str], list[tuple[Decimal, Refunded]]] = {}
    for row, column in rows:
        was, now = row.columns[column]
        moved = EXACT.subtract(now or ZERO, was or ZERO)
        periods.setdefault((row.level, row.id, column), []).append((moved, row))
    return {
        key: (first[1], second[1])
        for key, entries in periods.items()
        if len(entries) == PAIR
        for first, second in (sorted(entries, key=lambda entry: entry[0]),)
        if first[0] == -second[0] != 0
    }


def shift_words(item: Text, column: str, pair: tuple[Refunded, Refunded], currency: str) -> Message:
    """Return how much went from which period to which, and what both have now."""
    (was, left), (_, has) = (row.columns[column] for row in pair)
    amount = EXACT.subtract(was or ZERO, left or ZERO)
    return message(
        "{item}: {amount} {column} moved from {before} (now {left}) to {after} (now {has})",
        item=item, amount=Money(amount, currency), column=WORDS[column],
        before=pair[0].period, after=pair[1].period,
        left=message("nothing stated") if left is None else Money(left, currency),
        has=Money(has, currency),
    )  # fmt: skip


def told_rows(comparison: Comparison) -> Iterator[tuple[Refunded, str]]:
    """Yield what moved of what is there on both sides: of all periods together, and only where
    that is the same, of each period."""
    there = present_on_both(comparison)
    rows = [row for row in comparison.money if row.level in LEVELS and row.id in there]
    whole = {
        (row.level, row.id, column)
        for row in rows
        for column in TOLD
        if row.period == TOTAL and column in row.columns
    }
    for row in rows:
        for column in TOLD:
            in_total = (row.level, row.id, column) in whole
            if column in row.columns and in_total == (row.period == TOTAL):
                yield row, column


def present_on_both(comparison: Comparison) -> Collection[str]:
    """Return the ids of items that did not come or go."""
    before, after = comparison.before.portfolio.items, comparison.after.portfolio.items
    return (before.keys() & after.keys()) - set(comparison.reused)


def weight(entry: tuple[Refunded, str]) -> tuple[int, Decimal, str, str]:
    """Return what the lines of money are sorted by."""
    row, column = entry
    was, now = row.columns[column]
    moved = abs(EXACT.subtract(now or ZERO, was or ZERO))
    return LEVELS.index(row.level), -moved, row.id, row.period


def money_words(item: Text, column: Text, was: Money, now: Money) -> Message:
    """Return how an amount moved: from, to, and by how much with its sign."""
    values = {"item": item, "column": column, "before": was, "after": now}
    if was.amount is None:
        return message("{item}: {column} is {after} now; nothing was stated before",
                       item=item, column=column, after=now)  # fmt: skip
    if now.amount is None:
        return message("{item}: {column} is no longer stated; it was {before}",
                       item=item, column=column, before=was)  # fmt: skip
    difference = Money(abs(EXACT.subtract(now.amount, was.amount)), now.currency)
    if now.amount > was.amount:
        return message("{item}: {column} from {before} to {after} (+{difference})",
                       **values, difference=difference)  # fmt: skip
    return message("{item}: {column} from {before} to {after} (−{difference})",
                   **values, difference=difference)  # fmt: skip


def money_count(comparison: Comparison) -> int:
    """Return of how many items other money changed, which has no line of its own.

    That is a forecast, what was spent, a cost, a rate, or a line that changes no sum.
    """
    there = {*present_on_both(comparison), POLICY}
    told = {row.id for row, _ in told_rows(comparison)}
    changed = {change.id for change in comparison.of_kind("money")}
    changed |= {
        row.id
        for row in comparison.money
        if row.level in LEVELS and {"forecast", "actual"} & row.columns.keys()
    }
    return len(changed & there - told)
