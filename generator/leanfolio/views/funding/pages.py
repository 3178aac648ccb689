"""The pages of the money: one for each period, the current first; all together; and the cuts."""

import re
from collections.abc import Iterable, Sequence
from datetime import date

from msgspec import Struct

from leanfolio.figures.funding.calendar import calendar, period_at
from leanfolio.figures.funding.table import TOTAL
from leanfolio.model import Days
from leanfolio.model.portfolio import Portfolio
from leanfolio.views.funding.key_figures import KeyFigure, key_figures
from leanfolio.views.funding.pace import FundingPeriod, period_of
from leanfolio.views.funding.rows import FundingRow
from leanfolio.views.period_words import days_in_words
from leanfolio.wording import Text, in_context, message, plural

USUAL = "funding.html"  # where the current period stands
PACE, CUTS = "funding/pace.html", "funding/cuts.html"
ALL = "funding/all-periods.html"
MOST_ROWS = 85  # of one table; beyond them epics stand in the data, and then what is unallocated


class FundingPage(Struct, frozen=True):
    """A period as a page: its address, its title, and when it is."""

    period: str  # "total" of all together
    title: Text
    url: str
    word: Text  # now, over, to come; "" of all together
    template: str = "funding.html.jinja"


ALL_PERIODS = message("All periods")
OTHER_PAGES = (
    FundingPage("", message("Pace of spending"), PACE, "", "funding_pace.html.jinja"),
    FundingPage(
        "", message("By theme, objective and horizon"), CUTS, "", "funding_cuts.html.jinja"
    ),
)


class FundingSection(Struct, frozen=True):
    """The table of one period, or of all together, with its bottom line."""

    period: str
    title: Text
    rows: tuple[FundingRow, ...]
    total: FundingRow
    folded: int = 0  # epics that the page leaves to the exports
    days: Text = ""  # the first and the last day of the period

    def figures(self, currency: str, partial: bool) -> tuple[KeyFigure, ...]:
        """What stands at the head of its page."""
        streams = [row for row in self.rows if row.level == "value-stream"]
        return tuple(key_figures(self.total, self.title, currency, streams, partial=partial))

    @property
    def without_rest(self) -> bool:
        """Whether what is unallocated is left to the exports too."""
        return bool(self.folded) and self.flat

    @property
    def folded_note(self) -> Text:
        """What stands in the exports alone; "" where the page has all."""
        if not self.folded:
            return ""
        if self.without_rest:
            return plural(
                "{n} epic, and what is unallocated of each value stream, are not listed here:",
                "{n} epics, and what is unallocated of each value stream, are not listed here:",
                self.folded,
            )
        return plural("{n} epic is not listed here:", "{n} epics are not listed here:", self.folded)

    @property
    def groups(self) -> tuple[tuple[FundingRow, ...], ...]:
        """Each value stream with its epics and what is unallocated; or all, where it is flat."""
        if self.flat:
            return (self.rows,) if self.rows else ()
        starts = [index for index, row in enumerate(self.rows) if row.level == "value-stream"]
        ends = [*starts[1:], len(self.rows)]
        return tuple(self.rows[start:end] for start, end in zip(starts, ends, strict=True))

    @property
    def flat(self) -> bool:
        """Whether its rows are value streams alone, which then sort as any rows do."""
        return all(row.level == "value-stream" for row in self.rows)


def pages_of(portfolio: Portfolio, as_of: date) -> tuple[FundingPage, ...]:
    """The pages of the money of a portfolio; it takes the periods alone, and no figure."""
    periods = calendar(portfolio).values()
    current = period_at(periods, as_of)
    seen = [period_of(period, as_of) for period in periods]
    return funding_pages(seen, current.name if current else TOTAL)


def funding_pages(periods: Sequence[FundingPeriod], current: str) -> tuple[FundingPage, ...]:
    """The current period at the usual address, the others after it in order, then all together;
    and the other ways to see the money.

    A lone period is all there is. Each other period has an address of its own.
    """
    if len(periods) < 2:
        return (FundingPage(current, title_of(current), USUAL, ""), *OTHER_PAGES)
    urls = addresses([period.name for period in periods]) | {current: USUAL}
    pages = [
        FundingPage(period.name, period.name, urls[period.name], word_of(period, current))
        for period in periods
    ]
    pages.sort(key=lambda page: page.period != current)  # stable: the others stay in order
    return (*pages, FundingPage(TOTAL, title_of(TOTAL), ALL, ""), *OTHER_PAGES)


def addresses_of(portfolio: Portfolio) -> tuple[str, ...]:
    """Every address that a page of the money has on some day."""
    return (PACE, CUTS, ALL, *addresses(calendar(portfolio)).values())


def addresses(names: Iterable[str]) -> dict[str, str]:
    """An address for each period, from its name; unlike any other on a disk that knows no case."""
    taken = {url.casefold() for url in (PACE, CUTS, ALL)}
    urls = {}
    for name in names:
        stem = re.sub(r"[^A-Za-z0-9.-]+", "-", name).strip("-.") or "period"
        url, number = f"funding/{stem}.html", 1
        while url.casefold() in taken:
            number += 1
            url = f"funding/{stem}-{number}.html"
        taken.add(url.casefold())
        urls[name] = url
    return urls


def title_of(period: str) -> Text:
    return ALL_PERIODS if period == TOTAL else period


def word_of(period: FundingPeriod, current: str) -> Text:
    """When a period is, seen from the day of the figures."""
    if period.current:
        return in_context("when a period is", "now")
    if period.name == current:
        if period.elapsed:
            return in_context("when a period is", "the last")
        return in_context("when a period is", "the next")
    if period.elapsed is None:
        return ""
    if period.elapsed:
        return in_context("when a period is", "over")
    return in_context("when a period is", "to come")


def section_of(
    period: str, rows: Iterable[FundingRow], total: FundingRow, days: Days | None = None
) -> FundingSection:
    """The table of a period. What is too much for a page is counted; proposals stand apart."""
    own = [row for row in rows if row.period == period and not row.proposed]
    visible = own
    for level in ("epic", "unallocated"):
        if len(visible) > MOST_ROWS:
            visible = [row for row in visible if row.level != level]
    epics, listed = (sum(row.level == "epic" for row in rows) for rows in (own, visible))
    return FundingSection(
        period,
        title_of(period),
        tuple(visible),
        total,
        epics - listed,
        days_in_words(period, days),
    )
