"""The same money cut in other ways: by theme, objective, key result, horizon, kind or state.

Each epic's money is split once over its key results, by the stated weights or equally, and each
part of that equally over the themes which the objective serves. All cuts add up the same parts, so
each sums to the same total, to the cent.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from msgspec import Struct
from msgspec.structs import replace

from leanfolio.figures.funding.amount import ZERO, Total, rest, sum_of
from leanfolio.figures.funding.columns import Columns
from leanfolio.figures.funding.epic import EpicMoney
from leanfolio.figures.funding.split import split
from leanfolio.figures.funding.table import NO_STREAM, FundingTable
from leanfolio.model import Epic, KeyResult, Objective, Theme
from leanfolio.model.portfolio import Portfolio

SPLIT = ("approved", "committed", "forecast", "actual", "asked")
ASKED = ("asked",)  # a proposal only asks; other epics never do
NONE = ""  # the key of money that serves no theme, has no horizon, ...
UNALLOCATED = "(unallocated)"  # the key of money that no epic has


class Path(Struct, frozen=True):
    """One way from an epic up to a theme. "" where the way ends early."""

    key_result: str
    objective: str
    theme: str


NOWHERE = Path(NONE, NONE, NONE)


class Portion(Struct, frozen=True):
    """What one epic's money does on one such way. Columns that are unknown are None."""

    money: EpicMoney
    path: Path
    share: Fraction
    amounts: Mapping[str, Decimal | None]
    partial: frozenset[str] = frozenset()  # columns of which a part is not stated


class Slice(Struct, frozen=True):
    """One part of a cut, with the epics that it holds a part of."""

    key: str
    columns: Mapping[str, Total]
    epics: int


class Cut(Struct, frozen=True):
    """All the money, cut in one way. The slices sum to the total in every column."""

    name: str
    slices: tuple[Slice, ...]
    total: Slice


Key = Callable[[Portion], str]
KEYS: Mapping[str, Key] = {
    "theme": lambda portion: portion.path.theme,
    "objective": lambda portion: portion.path.objective,
    "key-result": lambda portion: portion.path.key_result,
    "horizon": lambda portion: horizon_of(portion.money.epic),
    "kind": lambda portion: portion.money.epic.kind,
    "state": lambda portion: portion.money.epic.state or NONE,
    "value-stream": lambda portion: portion.money.stream or NO_STREAM,
}


def horizon_of(epic: Epic) -> str:
    """The horizon as a key: "0" to "3", or NONE."""
    return NONE if epic.horizon is None else str(epic.horizon)


def portions(portfolio: Portfolio, epics: Iterable[EpicMoney]) -> tuple[Portion, ...]:
    """All the money of all epics, in its smallest parts."""
    themes = Themes(portfolio)
    return tuple(part for epic in epics for part in portions_of(portfolio, epic, themes))


def portions_of(portfolio: Portfolio, money: EpicMoney, themes: "Themes") -> Iterator[Portion]:
    """One epic's money in parts that sum to it, column by column."""
    shares = paths_of(portfolio, money.epic, themes)
    if len(shares) == 1:
        [(path, share)] = shares.items()
        yield Portion(money, path, share, {name: getattr(money, name) for name in SPLIT})
        return
    currency = portfolio.policy.currency
    parts = {name: split_or_unknown(getattr(money, name), shares, currency) for name in SPLIT}
    for path, share in shares.items():
        yield Portion(money, path, share, {name: part[path] for name, part in parts.items()})


def portions_in(
    portfolio: Portfolio, table: FundingTable, all: Iterable[Portion], period: str
) -> tuple[Portion, ...]:
    """The money that stands in one period of the funding table, in the same parts.

    An epic without a row there has none of it; of a row, what means nothing there is zero.
    """
    ways: dict[str, list[Portion]] = {}
    for portion in all:
        ways.setdefault(portion.money.epic.id, []).append(portion)
    rows = (row for row in table.rows if row.level == "epic" and row.period == period)
    currency = portfolio.policy.currency
    return tuple(part for row in rows for part in parts_in(row.columns, ways[row.id], currency))


def parts_in(columns: Columns, ways: Sequence[Portion], currency: str) -> Iterator[Portion]:
    """What one epic has in a period, in as many parts as it has ways up."""
    shares = {way.path: way.share for way in ways}
    totals: dict[str, Total] = {name: getattr(columns, name) for name in SPLIT}
    parts = {
        name: split_or_unknown(ZERO if total.absent else total.amount, shares, currency)
        for name, total in totals.items()
    }
    partial = frozenset(name for name, total in totals.items() if total.unknown)
    for way in ways:
        amounts = {name: part[way.path] for name, part in parts.items()}
        yield replace(way, amounts=amounts, partial=partial)


def split_or_unknown(
    amount: Decimal | None, shares: Mapping[Path, Fraction], currency: str
) -> Mapping[Path, Decimal | None]:
    """Every share of what is unknown is unknown."""
    return dict.fromkeys(shares) if amount is None else {**split(amount, shares, currency)}


def paths_of(portfolio: Portfolio, epic: Epic, themes: "Themes") -> dict[Path, Fraction]:
    """Every way up from an epic, with the share of its money that goes there. Sums to 1."""
    candidates: dict[Path, Fraction] = {}
    for id, share in epic.shares.items():
        result = portfolio.items.get(id)
        if not isinstance(result, KeyResult):
            candidates[NOWHERE] = candidates.get(NOWHERE, Fraction(0)) + share
            continue
        objective = result.objective if result.objective in portfolio else None
        reached = themes.themes_of(objective) if objective else (NONE,)
        for theme in reached:
            path = Path(id, objective or NONE, theme)
            part = share if len(reached) == 1 else share / len(reached)
            candidates[path] = candidates[path] + part if path in candidates else part
    return candidates or {NOWHERE: Fraction(1)}


class Themes:
    """Which themes an objective serves: its own, or else those of the objective above it."""

    def __init__(self, portfolio: Portfolio) -> None:
        self._portfolio = portfolio
        self._known: dict[str, tuple[str, ...]] = {}

    def themes_of(self, id: str) -> tuple[str, ...]:
        """The ids of its themes, each once; NONE where no objective on the way up names one."""
        if id not in self._known:
            self._known[id] = self._walk(id)
        return self._known[id]

    def _walk(self, id: str) -> tuple[str, ...]:
        seen: set[str] = set()
        here: str | None = id
        while here and here not in seen:
            seen.add(here)
            objective = self._portfolio.items.get(here)
            if not isinstance(objective, Objective):
                break
            own = [
                theme
                for theme in objective.themes
                if isinstance(self._portfolio.items.get(theme), Theme)
            ]
            if own:
                return tuple(dict.fromkeys(own))
            here = objective.parent
        return (NONE,)


def cut(
    name: str, all: Sequence[Portion], order: Iterable[str] = (), whole: Columns | None = None
) -> Cut:
    """The money by one key: keys in the given order, then as they come, then what has none.

    With the columns of the whole funding table, the last slice is what no epic has.
    """
    key = KEYS[name]
    groups: dict[str, list[Portion]] = {value: [] for value in order}
    for portion in all:
        groups.setdefault(key(portion), []).append(portion)
    nowhere = groups.pop(NONE, [])
    slices = [slice_of(value, group) for value, group in groups.items() if group]
    if nowhere:
        slices.append(slice_of(NONE, nowhere))
    total = slice_of("total", all)
    if whole is not None:
        beyond = {value: beyond_of(getattr(whole, value), total.columns[value]) for value in SPLIT}
        slices.append(Slice(UNALLOCATED, beyond, 0))
        total = Slice("total", {value: getattr(whole, value) for value in SPLIT}, total.epics)
    return Cut(name, tuple(slices), total)


def beyond_of(whole: Total, epics: Total) -> Total:
    """What the streams have beyond their epics, in one column."""
    if whole.absent:
        return whole
    return Total(rest(whole, [epics]).amount, whole.unknown)


def slice_of(key: str, group: Sequence[Portion]) -> Slice:
    """The sum of some portions. An epic that states nothing is missed once, however many parts."""
    asking = [entry for entry in group if entry.money.proposed]
    others = [entry for entry in group if not entry.money.proposed] if asking else group
    columns = {name: column_of(name, asking if name in ASKED else others) for name in SPLIT}
    return Slice(key, columns, len({entry.money.epic.id for entry in group}))


def column_of(name: str, group: Sequence[Portion]) -> Total:
    """One column: its sum, and how many epics do not state it."""
    known = [amount for entry in group if (amount := entry.amounts[name]) is not None]
    lacking = [entry for entry in group if entry.amounts[name] is None or name in entry.partial]
    if not lacking:
        return Total(sum_of(known))
    unknown = len({entry.money.epic.id for entry in lacking})
    return Total(sum_of(known) if known else None, unknown)
