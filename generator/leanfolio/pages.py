"""The site: which pages there are, at which address, and what each shows."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from leanfolio.build import Built
from leanfolio.model import Item
from leanfolio.portfolio import ProsePage
from leanfolio.view.cell import Text
from leanfolio.view.funding_pages import PACE, USUAL, FundingPage, pages_of
from leanfolio.view.guardrails import held_said, silent_said
from leanfolio.view.home import home_view
from leanfolio.view.item import item_view
from leanfolio.view.lists import epic_list, increment_list, risk_list
from leanfolio.view.ref import Ref, url_of
from leanfolio.view.strategy import strategy_view
from leanfolio.view.trace import trace_view

# Navigation by question: heading, then (title, address, key).
NAV: tuple[tuple[str, tuple[tuple[str, str, str], ...]], ...] = (
    ("", (("Home", "index.html", "home"),)),
    ("Why", (("Vision", "vision.html", "vision"), ("Strategy", "strategy.html", "strategy"),
             ("Objectives", "objectives.html", "objectives"),
             ("Traceability", "trace.html", "trace"))),
    ("What", (("Board", "board.html", "board"), ("Ranking", "ranking.html", "ranking"),
              ("Epics", "epics.html", "epics"))),
    ("When", (("Increments", "increments.html", "increments"), ("Risks", "risks.html", "risks"))),
    ("Money", (("Funding", "funding.html", "funding"),
               ("Guardrails", "guardrails.html", "guardrails"),
               ("Scenarios", "scenarios.html", "scenarios"),
               ("Ballots", "ballots.html", "ballots"))),
    ("Trust", (("Problems", "problems.html", "problems"), ("Data", "data.html", "data"))),
)  # fmt: skip
# Pages that stand in the navigation only where there is something to show.
RARE = ("scenarios", "ballots")
DATA = ("ranking", "board", "funding", "okr", "trace", "problems", "items")


def shown(built: Built) -> frozenset[str]:
    """Which of the rare pages this portfolio has."""
    records = built.records
    found = {"scenarios": records.alternatives, "ballots": records.rounds}
    return frozenset(name for name in RARE if found[name])


def nav(built: Built) -> tuple[tuple[str, tuple[tuple[str, str, str], ...]], ...]:
    """The navigation of this portfolio: rare pages only where there are some."""
    hidden = set(RARE) - shown(built)
    return tuple(
        (head, tuple(entry for entry in entries if entry[2] not in hidden)) for head, entries in NAV
    )


@dataclass(frozen=True)
class Page:
    """One page, decided: what the frame shows around it, and the values of its template."""

    url: str
    template: str
    title: str
    finding: Text
    lede: Text = ""
    active: str | None = None
    description: str = ""
    thread: tuple[Ref, ...] = ()
    source: str | None = None  # its file below the content folder
    line: int = 1
    data: tuple[str, ...] = ()
    values: Mapping[str, Any] = field(default_factory=dict)
    carries: Mapping[str, Any] = field(default_factory=dict)  # the view that a prose page asks for

    @property
    def root(self) -> str:
        return "../" * self.url.count("/")


@dataclass(frozen=True)
class Slot:
    """A page that is to be: its address and its prose; `page` decides the rest when asked."""

    url: str
    page: Callable[[Built], Page]
    body: str = ""
    body_path: str = ""  # the file that links in the prose start from
    heading: str = ""  # a first heading of the prose that says just this is left out
    search: tuple[str, str, str, str] | None = None  # id, title, word, more words


def slots(built: Built) -> Iterator[Slot]:
    """Every page of the site: the views, then prose pages, then one page per item."""
    own = {prose_url(page): page for page in built.portfolio.pages}
    for url, make in view_pages(built).items():
        title = make.__name__.removesuffix("_page").capitalize()
        if url in own:
            continue
        vision = url == "vision.html"
        origin = built.portfolio.policy.origin
        yield Slot(
            url,
            make,
            body=origin.body if vision else "",
            body_path=str(origin.path) if vision else "",
            heading=built.portfolio.policy.title,
            search=(title, title, "page", ""),
        )
    for here in pages_of(built.portfolio, built.as_of)[1:]:
        if here.url not in own:
            said = (here.title, f"Funding, {here.title}", "page", "")
            yield Slot(here.url, partial(funding_page, here=here), search=said)
    for url, page in own.items():
        yield prose_slot(url, page)
    for item in built.portfolio.items.values():
        yield item_slot(item)


def prose_url(page: ProsePage) -> str:
    path = page.origin.path
    name = "index" if path.stem in ("index", "README") else path.stem
    return str(path.with_name(f"{name}.html"))


def prose_slot(url: str, page: ProsePage) -> Slot:
    """A prose page as it was written; what it carries of views stands below the prose."""
    path = str(page.origin.path)

    def make(built: Built) -> Page:
        return Page(
            url=url,
            template="prose.html.jinja",
            title=page.title,
            finding=page.title,
            active=url,
            description=page.description,
            source=path,
            carries=page.view,
        )

    said = (page.title, page.title, "page", "")
    return Slot(url, make, page.origin.body, path, page.title, search=said)


def item_slot(item: Item) -> Slot:
    """An item's page: its figures are decided when it is asked for."""
    id = item.id

    def make(built: Built) -> Page:
        item = built.portfolio[id]
        view = item_view(built.portfolio, item, built.figures)
        return Page(
            url=url_of(item),
            template="item.html.jinja",
            title=f"{item.id} {item.title}",
            finding=view.finding,
            lede=view.lede,
            active=ACTIVE.get(item.TYPE),
            description=f"{item.WORD.capitalize()} {item.id}: {item.title}",
            thread=view.thread,
            source=view.file,
            line=view.line,
            values={"view": view},
        )

    more = " ".join(filter(None, (getattr(item, "state", None), item.owner, *item.tags)))
    path = str(item.origin.path)
    said = (item.id, item.title, item.WORD, more)
    return Slot(url_of(item), make, item.origin.body, path, item.title, search=said)


ACTIVE = {
    "theme": "strategy", "objective": "objectives", "key-result": "objectives", "epic": "epics",
    "increment": "increments", "risk": "risks", "value-stream": "funding",
}  # fmt: skip


def view_pages(built: Built) -> dict[str, Callable[[Built], Page]]:
    """The pages that every portfolio has, by address."""
    rare = {"scenarios": scenarios_page, "ballots": ballots_page}
    own = shown(built)
    return {
        "index.html": home_page,
        "vision.html": vision_page,
        "strategy.html": strategy_page,
        "objectives.html": objectives_page,
        "trace.html": trace_page,
        "board.html": board_page,
        "ranking.html": ranking_page,
        "epics.html": epics_page,
        "increments.html": increments_page,
        "risks.html": risks_page,
        "funding.html": funding_page,
        "guardrails.html": guardrails_page,
        **{f"{name}.html": page for name, page in rare.items() if name in own},
        "problems.html": problems_page,
        "data.html": data_page,
    }


def home_page(built: Built) -> Page:
    home = home_view(built.portfolio, built.figures)
    return Page(
        "index.html", "home.html.jinja", "Home", home.finding, home.lede, "home",
        f"{built.portfolio.policy.title}: what changed, what is off, what needs a decision",
        values={"home": home},
    )  # fmt: skip


def vision_page(built: Built) -> Page:
    policy = built.portfolio.policy
    return Page(
        "vision.html", "prose.html.jinja", "Vision", policy.title, "", "vision",
        f"What {policy.title} is for", source=str(policy.origin.path),
    )  # fmt: skip


def strategy_page(built: Built) -> Page:
    strategy = strategy_view(built.portfolio, built.figures.okrs, built.as_of)
    return Page(
        "strategy.html", "strategy.html.jinja", "Strategy", strategy.finding, strategy.lede,
        "strategy", "From themes down to stories, with progress and money",
        data=("okr", "trace"), values={"strategy": strategy},
    )  # fmt: skip


def objectives_page(built: Built) -> Page:
    okrs = built.figures.okrs
    return Page(
        "objectives.html", "objectives.html.jinja", "Objectives", okrs.finding, okrs.lede,
        "objectives", "Objectives and key results with their scores",
        data=("okr",), values={"okrs": okrs},
    )  # fmt: skip


def trace_page(built: Built) -> Page:
    trace = trace_view(built.portfolio)
    return Page(
        "trace.html", "trace.html.jinja", "Traceability", trace.finding, trace.lede, "trace",
        "What serves what, from themes down to epics", data=("trace",), values={"trace": trace},
    )  # fmt: skip


def board_page(built: Built) -> Page:
    board = built.figures.board
    return Page(
        "board.html", "board.html.jinja", "Board", board.finding, board.lede, "board",
        "The portfolio kanban: one column per state", data=("board",), values={"board": board},
    )  # fmt: skip


def ranking_page(built: Built) -> Page:
    ranking = built.figures.ranking
    return Page(
        "ranking.html", "ranking.html.jinja", "Ranking", ranking.finding, ranking.lede, "ranking",
        "What goes first, why, and how sure that is",
        data=("ranking",), values={"ranking": ranking},
    )  # fmt: skip


def epics_page(built: Built) -> Page:
    listing = epic_list(built.portfolio, built.figures)
    return Page(
        "epics.html", "listing.html.jinja", "Epics", listing.finding, listing.lede, "epics",
        "All epics", data=("items",), values={"listing": listing},
    )  # fmt: skip


def increments_page(built: Built) -> Page:
    listing = increment_list(built.portfolio, built.as_of)
    return Page(
        "increments.html", "listing.html.jinja", "Increments", listing.finding, listing.lede,
        "increments", "Planning increments: what was promised, what was delivered",
        data=("items",), values={"listing": listing},
    )  # fmt: skip


def risks_page(built: Built) -> Page:
    listing = risk_list(built.portfolio, built.as_of)
    return Page(
        "risks.html", "listing.html.jinja", "Risks", listing.finding, listing.lede, "risks",
        "What may go wrong, and who does what about it",
        data=("items",), values={"listing": listing},
    )  # fmt: skip


def funding_page(built: Built, here: FundingPage | None = None) -> Page:
    """The current period at the usual address, or another page of the money."""
    funding = built.figures.funding
    here = here or funding.pages[0]
    usual, period = here.url == USUAL, here.period
    found = funding.finding if usual else funding.finding_of(period) if period else here.title
    found = funding.pace if here.url == PACE else found
    return Page(
        here.url, here.template, "Funding" if usual else f"Funding, {here.title}", found,
        funding.lede_of(period) if period else "",
        "funding", f"Who gets what, against plan: {here.title}", data=("funding",),
        values={
            "funding": funding,
            "here": here.url,
            "section": funding.section(period) if period else None,
            "usual": usual,
            "last": here == funding.last_period,
        },
    )  # fmt: skip


def guardrails_page(built: Built) -> Page:
    funding = built.figures.funding
    return Page(
        "guardrails.html", "guardrails.html.jinja", "Guardrails",
        held_said(funding.guardrails), silent_said(funding.guardrails), "guardrails",
        "Whether the rules for money held",
        data=("funding",), values={"funding": funding},
    )  # fmt: skip


def scenarios_page(built: Built) -> Page:
    found = built.scenarios
    return Page(
        "scenarios.html", "scenarios.html.jinja", "Scenarios", found.finding,
        "Each is written as changes to the present allocation, and stands beside it.",
        "scenarios", "Other ways to share the money, side by side",
        data=("scenarios",), values={"view": found},
    )  # fmt: skip


def ballots_page(built: Built) -> Page:
    found = built.ballots
    return Page(
        "ballots.html", "ballots.html.jinja", "Ballots", found.finding,
        "What each group would give, and what was then approved.",
        "ballots", "Participatory budgeting: the ballots and what came of them",
        data=("ballots",), values={"view": found},
    )  # fmt: skip


def problems_page(built: Built) -> Page:
    problems = built.figures.problems
    return Page(
        "problems.html", "problems.html.jinja", "Problems", problems.finding, problems.lede,
        "problems", "Every rule that the content breaks",
        data=("problems",), values={"problems": problems},
    )  # fmt: skip


def data_page(built: Built) -> Page:
    names = (*DATA, *(name for name in RARE if name in shown(built)))
    return Page(
        "data.html", "data.html.jinja", "Data", "Every figure of this site, as data",
        "The same values as the pages show: take them on in a spreadsheet or a program.",
        "data", "The figures of this site as JSON and CSV", values={"names": names},
    )  # fmt: skip
