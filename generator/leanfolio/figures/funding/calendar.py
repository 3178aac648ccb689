"""When money counts: the periods of the budgets, in order, and the one in which a day lies."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction

from msgspec import Struct

from leanfolio.model import Budget, Days, Epic, EpicBudget, NamedPeriod, ValueStream
from leanfolio.model.portfolio import Portfolio


class BudgetPeriod(Struct, frozen=True):
    """A period for which somebody has money. A name that is no calendar period has no days."""

    name: str
    days: Days | None

    def elapsed(self, as_of: date) -> Fraction | None:
        """The share of the period that has gone by, from 0 to 1."""
        return Fraction(self.days.elapsed(as_of), self.days.length) if self.days else None


class LeftOut(Struct, frozen=True):
    """A budget line that would count some days twice, and so counts nowhere."""

    holder: ValueStream | Epic
    index: int  # of the line among its budgets
    line: Budget | EpicBudget
    first: Budget | EpicBudget


def period_order(period: BudgetPeriod) -> tuple[date, date, str]:
    """Earlier first, of equal starts the shorter; those without days last."""
    first, last = period.days or (date.max, date.max)
    return first, last, period.name


def calendar(portfolio: Portfolio) -> Mapping[str, BudgetPeriod]:
    """Every period that a budget names, in order of time.

    An epic's money stands in the periods of its value stream; where that has none, in its own.
    """
    result: dict[str, BudgetPeriod] = {}
    funded = {stream.id for stream in portfolio.items_of(ValueStream) if stream.budgets}
    alone = (epic for epic in portfolio.items_of(Epic) if epic.budgets)
    holders: list[ValueStream | Epic] = [
        *portfolio.items_of(ValueStream),
        *(epic for epic in alone if epic.value_stream not in funded),
    ]
    for holder in holders:
        for line in holder.budgets:
            name = str(line.period)
            if name not in result:
                result[name] = BudgetPeriod(name, portfolio.days_of(line.period))
    return {entry.name: entry for entry in sorted(result.values(), key=period_order)}


def lines_of(
    stream: ValueStream, periods: Mapping[str, BudgetPeriod]
) -> tuple[dict[str, Budget], list[LeftOut]]:
    """A stream's budget by period. Of two lines that share a day, the one written first counts."""
    lines = stream.budgets
    named = [periods[str(line.period)] for line in lines]
    twice = doubles(named)
    left_out = [
        LeftOut(stream, index, lines[index], lines[first]) for index, first in twice.items()
    ]
    pairs = enumerate(zip(named, lines, strict=True))
    return {period.name: line for index, (period, line) in pairs if index not in twice}, left_out


class Spans:
    """The periods that epics name, each worked out once; and which of several share a day."""

    def __init__(self, portfolio: Portfolio) -> None:
        self._portfolio = portfolio
        self._known: dict[str, BudgetPeriod] = {}
        self._doubles: dict[tuple[str, ...], Mapping[int, int]] = {}

    def period_of(self, period: NamedPeriod) -> BudgetPeriod:
        """A period with its days."""
        name = str(period)
        result = self._known.get(name)
        if result is None:
            result = self._known[name] = BudgetPeriod(name, self._portfolio.days_of(period))
        return result

    def doubles(self, periods: Sequence[BudgetPeriod]) -> Mapping[int, int]:
        """Which of some periods shares a day with one before it, and with which: by number."""
        names = tuple(period.name for period in periods)
        result = self._doubles.get(names)
        if result is None:
            result = self._doubles[names] = doubles(periods)
        return result


def own_lines(
    epic: Epic, spans: Spans
) -> tuple[list[tuple[EpicBudget, BudgetPeriod]], list[LeftOut]]:
    """An epic's budget lines that count: of two that share a day, the one written first."""
    lines = epic.budgets
    periods = [spans.period_of(line.period) for line in lines]
    twice = spans.doubles(periods)
    left_out = [LeftOut(epic, index, lines[index], lines[first]) for index, first in twice.items()]
    pairs = zip(lines, periods, strict=True)
    return [pair for index, pair in enumerate(pairs) if index not in twice], left_out


def doubles(periods: Sequence[BudgetPeriod]) -> Mapping[int, int]:
    """The periods that would count some days twice, each with the first that counts them.

    Two periods share a day, or have one name. Those that count share none, so that they stand in
    order of time, and a search by halves finds the ones that a further period meets.
    """
    named: dict[str, int] = {}
    firsts: list[date] = []
    lasts: list[date] = []
    numbers: list[int] = []  # of the periods that count, in order of time
    result: dict[int, int] = {}
    for index, period in enumerate(periods):
        start = end = 0
        if period.days is not None:
            start = bisect_left(lasts, period.days.first)
            end = bisect_right(firsts, period.days.last)
        met = numbers[start:end]
        if period.name in named:
            met.append(named[period.name])
        if met:
            result[index] = min(met)
            continue
        named[period.name] = index
        if period.days is not None:
            firsts.insert(start, period.days.first)
            lasts.insert(start, period.days.last)
            numbers.insert(start, index)
    return result


def period_at(periods: Iterable[BudgetPeriod], day: date) -> BudgetPeriod | None:
    """The period in which a day lies: the shortest of several; else the last before; else the next.

    Periods without days come last.
    """
    dated = [(period, period.days) for period in periods if period.days is not None]
    inside = [pair for pair in dated if pair[1].first <= day <= pair[1].last]
    if inside:
        return min(inside, key=lambda pair: (pair[1].length, period_order(pair[0])))[0]
    before = [pair for pair in dated if pair[1].last < day]
    if before:
        return max(before, key=lambda pair: (pair[1].last, pair[1].first, pair[0].name))[0]
    return min(periods, key=period_order, default=None)
