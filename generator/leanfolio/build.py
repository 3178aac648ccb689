"""The pipeline, one line per stage: files become a checked portfolio with its figures."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import PurePosixPath

from leanfolio.check import RULES, check
from leanfolio.check.rule import Scan, scanned
from leanfolio.flow.time import usual_flow_time
from leanfolio.link import link
from leanfolio.model import Epic, Visibility
from leanfolio.money.actuals import Ledger, book
from leanfolio.money.currency import exchange
from leanfolio.money.funding import TOTAL
from leanfolio.money.records import NO_RECORDS, Records, read_records
from leanfolio.portfolio import Portfolio
from leanfolio.problem import Problem
from leanfolio.read import read
from leanfolio.source import Source
from leanfolio.story import History
from leanfolio.view.ballots import Ballots, ballots_view
from leanfolio.view.board import board_view
from leanfolio.view.figures import Figures
from leanfolio.view.funding import funding_view
from leanfolio.view.okr import okr_view
from leanfolio.view.problems import problems_view
from leanfolio.view.ranking import ranking_view
from leanfolio.view.scenarios import Scenarios, scenarios_view
from leanfolio.view.score_history import past_rankings, score_histories


@dataclass(frozen=True)
class Built:
    """A portfolio as of a day, with every problem that its files have."""

    portfolio: Portfolio
    as_of: date
    problems: tuple[Problem, ...]
    records: Records = NO_RECORDS
    history: History | None = None  # what git says of earlier days; None where nobody asked

    @cached_property
    def ledger(self) -> Ledger:
        """What was spent on the items that are seen here."""
        rates = exchange(self.portfolio.policy, self.as_of)
        return book(self.records.spendings, self.portfolio, rates, self.as_of)[0]

    @cached_property
    def scenarios(self) -> Scenarios:
        """The other ways to share the money that the portfolio keeps."""
        found = self.records.alternatives
        return scenarios_view(self.portfolio, found, self.as_of, self.ledger)

    @cached_property
    def ballots(self) -> Ballots:
        """What the rounds of participatory budgeting came to."""
        rows = (row for row in self.figures.funding.rows if row.level == "epic")
        funded = {row.id: row.approved for row in rows if row.period == TOTAL}
        return ballots_view(self.portfolio, self.records.rounds, funded)

    @property
    def errors(self) -> tuple[Problem, ...]:
        return tuple(each for each in self.problems if each.severity == "error")

    @cached_property
    def figures(self) -> Figures:
        """Every figure that more than one page shows."""
        usual = usual_flow_time(self.portfolio, self.portfolio.of(Epic))
        past = past_rankings(self.history, self.portfolio, self.as_of)
        ranking = ranking_view(self.portfolio, self.as_of, flow_days=usual, past=past)
        okrs = okr_view(self.portfolio, self.as_of)
        ranks = {each.id: each.rank for each in ranking.items}
        laws = {name: rule.law for name, rule in RULES.items()}
        seen = (each for each in self.problems if not names_hidden(each, self.portfolio))
        return Figures(
            as_of=self.as_of,
            currency=self.portfolio.policy.currency,
            ranking=ranking,
            board=board_view(self.portfolio, self.as_of, ranks),
            okrs=okrs,
            funding=funding_view(self.portfolio, self.as_of, self.ledger),
            problems=problems_view(seen, laws),
            ranked={each.id: each for each in ranking.items},
            objectives={each.id: each for each in okrs.objectives},
            key_results={row.id: row for each in okrs.objectives for row in each.key_results},
            score_histories=score_histories(self.history, self.portfolio, self.as_of),
        )


def names_hidden(problem: Problem, portfolio: Portfolio) -> bool:
    """Whether a problem speaks of an item that this audience may not see."""
    if not portfolio.withheld:
        return False
    said = f"{problem.message} {problem.hint} {problem.at.path}"
    return any(id in said for id in portfolio.withheld)


def build(
    sources: Iterable[Source],
    *,
    as_of: date | None,
    otherwise: date,
    assets: frozenset[PurePosixPath] = frozenset(),
    refused: Iterable[Problem] = (),
    records: Iterable[Source] = (),
    earlier: Portfolio | None = None,
    scan: Scan = scanned,
) -> Built:
    """Read, link, check. `as_of` rules; without it the portfolio's own day, or else `otherwise`.

    `assets` are the paths of the images and other files beside the Markdown; `refused` are the
    problems that the disk's door found. `earlier` is what a change
    is held against. `scan` reads bodies of prose, or remembers them.
    """
    reading = read(sources)
    portfolio, faults = link(reading)
    today = as_of or portfolio.policy.as_of or otherwise
    beside = read_records(records)
    found = [*refused, *reading.problems, *faults, *beside.problems]
    problems = check(
        portfolio, today, found, assets=assets, earlier=earlier, records=beside, scan=scan
    )
    return Built(portfolio, today, tuple(problems), beside)


def published(built: Built, audience: Visibility) -> Built:
    """The same, with all that this audience may not read gone."""
    portfolio = built.portfolio.visible_to(audience)
    history = built.history and built.history.visible_to(audience, portfolio.withheld)
    return Built(portfolio, built.as_of, built.problems, built.records, history)
