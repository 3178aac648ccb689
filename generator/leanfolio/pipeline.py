"""The pipeline, one line per stage: files become a checked portfolio with its figures."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import PurePosixPath
from types import MappingProxyType

from msgspec.structs import replace

from leanfolio.check import RULES, check
from leanfolio.check.attachments import attachments_in_use
from leanfolio.check.rule import Scan, Setting, scanned
from leanfolio.check.states.history import recorded
from leanfolio.figures.facts import Facts
from leanfolio.figures.funding.records import Records, read_records
from leanfolio.figures.history.looking_back import as_it_stood, with_git_states
from leanfolio.figures.history.versions import History
from leanfolio.figures.history.visible import visible_history
from leanfolio.model import Visibility
from leanfolio.model.audience import mention_of
from leanfolio.model.portfolio import Portfolio
from leanfolio.model.source import Source
from leanfolio.model.visibility import AUDIENCES
from leanfolio.problem import Problem
from leanfolio.read import FieldsOf, Reading, parse, read
from leanfolio.read.links import link
from leanfolio.views.built import Built
from leanfolio.views.registry import embeddable_names, view_addresses

NO_ASSETS: Mapping[PurePosixPath, int] = MappingProxyType({})


def build(
    sources: Iterable[Source],
    *,
    as_of: date | None,
    otherwise: date,
    committed: bool = True,
    assets: Mapping[PurePosixPath, int] = NO_ASSETS,
    refused: Iterable[Problem] = (),
    records: Iterable[Source] = (),
    earlier: Portfolio | None = None,
    scan: Scan = scanned,
    fields_of: FieldsOf = parse,
    known: Sequence[Problem] | None = None,
    files: dict[Source, Reading] | None = None,
    history: History | None = None,
) -> Built:
    """Read, link, check. `as_of` rules; without it the portfolio's own day, or else `otherwise`,
    the day of the content. A day before that is looked back at: see `figures.history.looking_back`.
    What is not `committed` has no day but that of the newest thing it records up to `otherwise`.

    `assets` are the images and other files beside the Markdown, by path, with their sizes in bytes;
    `refused` are the problems that the disk's door found. `earlier` is what a change is held
    against. `scan` reads bodies of prose and `fields_of` front matters, or they remember them.
    `known` are the problems that an earlier run found in all of this: then no rule is run again.
    `files` are those that were read before, of this or another revision. `history` is what git
    says, for the rules that ask it.
    """
    reading = read(sources, files, fields_of)
    written, faults = link(reading)
    beside = read_records(records)
    portfolio, today = written, as_of or written.policy.as_of or otherwise
    written_on = written.policy.as_of or (
        otherwise if committed else newest_record(written, otherwise)
    )
    if today < written_on:
        booked = booking_days(beside)
        portfolio = as_it_stood(written, today, written_on, booked)
        earlier = earlier and as_it_stood(earlier, today, written_on, booked)
        beside = beside.visible_to(AUDIENCES[-1], portfolio.absent - portfolio.broken)
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
        addresses=view_addresses(portfolio),
        scan=scan,
        facts=facts,
        written=written,
        history=history,
    )
    return Built(portfolio, facts, tuple(problems), history)


def newest_record(portfolio: Portfolio, latest: date) -> date:
    """Return the newest day up to `latest` of which an item records something; else the first."""
    items = (portfolio.policy, *portfolio.items.values())
    days = (day for item in items for _, day, _ in recorded(item) if day <= latest)
    return max(days, default=date.min)


def booking_days(records: Records) -> dict[str, list[date]]:
    """Return the days of the records of spending on each item, by id."""
    booked: dict[str, list[date]] = {}
    for record in records.spendings:
        booked.setdefault(record.item, []).append(record.on)
    return booked


def with_git_history(built: Built, history: History | None) -> Built:
    """Return the same with what git says of earlier days: states too, where a day is looked back
    at. Its problems are those that the files show by themselves."""
    if history is None or built.portfolio.looking_back is None:
        return replace(built, history=history)
    portfolio = with_git_states(built.portfolio, built.as_of, history)
    return Built(portfolio, Facts(portfolio, built.as_of, built.records), built.problems, history)


def published(built: Built, audience: Visibility, scan: Scan = scanned) -> Built:
    """The same, with all that this audience may not read gone.

    Where nothing is withheld the figures are those that were checked, and not computed again.
    """
    portfolio = built.portfolio.visible_to(audience)
    no_spending = built.portfolio.spending_hidden_from(audience)
    readers = built.portfolio.policy.audiences
    records = built.records.visible_to(audience, portfolio.withheld, no_spending, readers)
    history = built.history and visible_history(
        built.history, audience, portfolio.withheld, readers.hidden_from(audience)
    )
    if portfolio is built.portfolio and records == built.records:
        return replace(built, history=history)
    facts = Facts(portfolio, built.as_of, records)
    return Built(portfolio, facts, published_problems(built, facts, scan), history)


def published_problems(built: Built, visible: Facts, scan: Scan) -> tuple[Problem, ...]:
    """Return the problems that the visible content has by itself, in the words of the whole.

    Every rule is asked again of what this audience may read. A problem that it finds there in other
    words, or not at all, is one of the hidden part: its figures would tell of it. A problem that
    only the visible part has, such as an epic without its hidden stream, is none of the whole. Of
    reading, which is not done again, the problems in visible files stay that name nothing hidden.
    """
    portfolio = visible.portfolio
    judged = set(
        check(
            portfolio,
            built.as_of,
            records=visible.records,
            views=embeddable_names(),
            scan=scan,
            facts=visible,
        )
    )
    mention = mention_of(portfolio.withheld)
    files = {item.origin.path for item in (portfolio.policy, *portfolio.items.values())}
    files |= {page.origin.path for page in portfolio.pages}
    return tuple(
        problem
        for problem in built.problems
        if problem in judged
        or (
            RULES[problem.rule].family in ("reading", "linking")
            and problem.at.path in files
            and not any(mention.search(text) for text in problem_texts(problem))
        )
    )


def problem_texts(problem: Problem) -> Iterator[str]:
    """Yield every text of a problem that a page or a report prints."""
    yield from (problem.message, problem.hint, str(problem.at.path))
    for entry in problem.related:
        yield from (entry.note, str(entry.at.path))


def published_assets(
    built: Built, assets: Iterable[PurePosixPath], scan: Scan = scanned
) -> tuple[PurePosixPath, ...]:
    """Return the pictures and documents to which the prose of this portfolio leads, in order.

    Of a portfolio as an audience sees it these are the ones that the audience may have. What lies
    beside the records of spending is never published.
    """
    in_order = tuple(path for path in assets if path.parts[0] != "actuals")
    if not in_order:
        return ()
    in_use = attachments_in_use(built.portfolio, Setting(built.as_of, scan=scan))
    return tuple(path for path in in_order if path in in_use)
