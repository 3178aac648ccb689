"""Pages that take more than a view and its template: home, risks, the money, how sure ranks are."""

from collections.abc import Iterator
from functools import partial

from leanfolio.views.built import Built
from leanfolio.views.funding.funding import Funding
from leanfolio.views.funding.guardrails import guardrails_finding, not_judged_summary
from leanfolio.views.funding.pages import CUTS, PACE, USUAL, FundingPage, pages_of
from leanfolio.views.home import home_view
from leanfolio.views.page_spec import Page, PageSpec, SearchEntry
from leanfolio.views.row_table import row_table
from leanfolio.views.view import MOST_ROWS, View
from leanfolio.wording import Text, message

HOW_SURE = "ranking/how-sure.html"


def home_page(view: View, built: Built) -> Page:
    """The first page; its description names the portfolio."""
    home = home_view(built.portfolio, built.facts, built.figures)
    return Page(
        url=view.address,
        template=view.template,
        title=view.title,
        finding=home.finding,
        summary=home.summary,
        active=view.name,
        description=message(
            "{portfolio}: what changed, what is off, what needs a decision",
            portfolio=built.portfolio.policy.title,
        ),
        values={view.variable: home},
    )


def vision_page(view: View, built: Built) -> Page:
    """The prose of the portfolio's own file."""
    policy = built.portfolio.policy
    return Page(
        url=view.address,
        template=view.template,
        title=view.title,
        finding=policy.title,
        active=view.name,
        description=message("What {portfolio} is for", portfolio=policy.title),
        source=str(policy.origin.path),
    )


def guardrails_page(view: View, built: Built) -> Page:
    """The guardrails, which are part of the figures of the money."""
    funding = built.figures.funding
    rails = funding.guardrails
    return view.page_with(
        guardrails_finding(rails), not_judged_summary(rails), {view.variable: funding}
    )


def risks_page(view: View, built: Built) -> Page:
    """The matrix of risks, and the register below it."""
    register = view.make(built)
    rows = view.row_tuple(register)[:MOST_ROWS]
    table = row_table(str(view.title), view.columns, rows, built.portfolio, view.name)
    values = {view.variable: register, "table": view.with_rest(table, len(register.risks))}
    return view.page_with(register.finding, register.summary, values)


def ranking_pages(view: View, built: Built) -> Iterator[PageSpec]:
    """How sure the ranking is, and how else it could be made: a page beside the order."""
    title = message("How sure the ranking is")

    def make(built: Built) -> Page:
        ranking = built.figures.ranking
        return Page(
            url=HOW_SURE,
            template="ranking_how_sure.html.jinja",
            title=title,
            finding=title,
            summary=ranking.certainty,
            active=view.name,
            description=message("How far estimates would have to move to change the ranking"),
            data=(view.name,),
            values={view.variable: ranking},
        )

    yield PageSpec(HOW_SURE, make, SearchEntry(title, title, "page"))


def funding_page(view: View, built: Built) -> Page:
    """The current period, at the usual address."""
    return period_page(built, view, built.figures.funding.pages[0])


def other_funding_pages(view: View, built: Built) -> Iterator[PageSpec]:
    """A page for each other period, one for all together, and the other ways to see the money."""
    for page in pages_of(built.portfolio, built.as_of)[1:]:
        search = SearchEntry(page.title, funding_title(page), "page")
        make = partial(period_page, view=view, page=page)
        yield PageSpec(page.url, make, search, made_from=repr(page))


def funding_title(page: FundingPage) -> Text:
    return message("Funding, {page}", page=page.title)


def period_page(built: Built, view: View, page: FundingPage) -> Page:
    """One page of the money."""
    funding = built.figures.funding
    usual, period = page.url == USUAL, page.period
    return Page(
        url=page.url,
        template=page.template,
        title=view.title if usual else funding_title(page),
        finding=funding_finding(funding, page),
        summary=funding.summary_of(period) if period else "",
        active=view.name,
        description=message("Who gets what, against plan: {page}", page=page.title),
        data=("funding.json", "funding-cuts.csv") if page.url == CUTS else (view.name,),
        values={
            "funding": funding,
            "here": page.url,
            "section": funding.section(period) if period else None,
            "usual": usual,
            "last": page == funding.last_period,
        },
    )


def funding_finding(funding: Funding, page: FundingPage) -> Text:
    """The heading of one page of the money."""
    if page.url == PACE:
        return funding.pace
    if page.url == USUAL:
        return funding.finding
    return funding.finding_of(page.period) if page.period else page.title
