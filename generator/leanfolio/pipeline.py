"""The pipeline, one line per stage: files become a checked portfolio with its figures."""

from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import PurePosixPath

from leanfolio.check import check
from leanfolio.check.rule import Scan, scanned
from leanfolio.figures.facts import Facts
from leanfolio.figures.funding.records import read_records
from leanfolio.figures.history.visible import visible_history
from leanfolio.model import Visibility
from leanfolio.model.portfolio import Portfolio
from leanfolio.model.source import Source
from leanfolio.problem import Problem
from leanfolio.read import read
from leanfolio.read.links import link
from leanfolio.views.built import Built
from leanfolio.views.registry import embeddable_names, view_addresses


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
    known: Sequence[Problem] | None = None,
) -> Built:
    """Read, link, check. `as_of` rules; without it the portfolio's own day, or else `otherwise`.

    `assets` are the paths of the images and other files beside the Markdown; `refused` are the
    problems that the disk's door found. `earlier` is what a change
    is held against. `scan` reads bodies of prose, or remembers them. `known` are the problems that
    an earlier run found in all of this: then no rule is run again.
    """
    reading = read(sources)
    portfolio, faults = link(reading)
    today = as_of or portfolio.policy.as_of or otherwise
    beside = read_records(records)
    facts = Facts(portfolio, today, beside)
    if known is not None:
        return Built(portfolio, facts, tuple(known))
    matches = [*refused, *reading.problems, *faults, *beside.problems]
    problems = check(
        portfolio,
        today,
        matches,
        assets=assets,
        earlier=earlier,
        records=beside,
        views=embeddable_names(),
        addresses=view_addresses(),
        scan=scan,
        facts=facts,
    )
    return Built(portfolio, facts, tuple(problems))


def published(built: Built, audience: Visibility) -> Built:
    """The same, with all that this audience may not read gone.

    Where nothing is withheld the figures are those that were checked, and not computed again.
    """
    portfolio = built.portfolio.visible_to(audience)
    history = built.history and visible_history(built.history, audience, portfolio.withheld)
    facts = (
        built.facts
        if portfolio is built.portfolio
        else Facts(portfolio, built.as_of, built.records)
    )
    return Built(portfolio, facts, built.problems, history)
