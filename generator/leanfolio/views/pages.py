"""The site: which pages there are, at which address, and what each shows."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from leanfolio.model import Item
from leanfolio.model.portfolio import ProsePage
from leanfolio.views.built import Built
from leanfolio.views.cell import Text
from leanfolio.views.funding.guardrails import guardrails_finding, not_judged_summary
from leanfolio.views.funding.pages import PACE, USUAL, FundingPage, pages_of
from leanfolio.views.home import home_view
from leanfolio.views.items.item import item_view
from leanfolio.views.lists import epic_list, increment_list, risk_list
from leanfolio.views.ref import Ref, url_of
from leanfolio.views.strategy import strategy_view
from leanfolio.views.trace import trace_view

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
    for url, title, make in view_pages(built):
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


@dataclass(frozen=True, slots=True)
class Shown:
    """A page that shows one view: what it is called, what it is about, and where it comes from."""

    title: str
    about: str
    of: Callable[[Built], Any]
    value: str  # the name of the view in the template
    data: tuple[str, ...] = ()
    lede: str = ""  # where the view says none of its own
    template: str = ""  # where it is not that of the address

    def page(self, built: Built, *, name: str) -> Page:
        view = self.of(built)
        return Page(
            f"{name}.html", self.template or f"{name}.html.jinja", self.title, view.finding,
            self.lede or view.lede, name, self.about, data=self.data, values={self.value: view},
        )  # fmt: skip


VIEWS = {
    "strategy": Shown(
        "Strategy", "From themes down to stories, with progress and money",
        lambda built: strategy_view(built.portfolio, built.figures.okrs, built.as_of),
        "strategy", ("okr", "trace"),
    ),
    "objectives": Shown(
        "Objectives", "Objectives and key results with their scores",
        lambda built: built.figures.okrs, "okrs", ("okr",),
    ),
    "trace": Shown(
        "Traceability", "What serves what, from themes down to epics",
        lambda built: trace_view(built.portfolio), "trace", ("trace",),
    ),
    "board": Shown(
        "Board", "The portfolio kanban: one column per state",
        lambda built: built.figures.board, "board", ("board",),
    ),
    "ranking": Shown(
        "Ranking", "What goes first, why, and how sure that is",
        lambda built: built.figures.ranking, "ranking", ("ranking",),
    ),
    "epics": Shown(
        "Epics", "All epics", lambda built: epic_list(built.portfolio, built.figures),
        "listing", ("items",), template="listing.html.jinja",
    ),
    "increments": Shown(
        "Increments", "Planning increments: what was promised, what was delivered",
        lambda built: increment_list(built.portfolio, built.as_of),
        "listing", ("items",), template="listing.html.jinja",
    ),
    "risks": Shown(
        "Risks", "What may go wrong, and who does what about it",
        lambda built: risk_list(built.portfolio, built.as_of),
        "listing", ("items",), template="listing.html.jinja",
    ),
    "scenarios": Shown(
        "Scenarios", "Other ways to share the money, side by side",
        lambda built: built.scenarios, "view", ("scenarios",),
        "Each is written as changes to the present allocation, and stands beside it.",
    ),
    "ballots": Shown(
        "Ballots", "Participatory budgeting: the ballots and what came of them",
        lambda built: built.ballots, "view", ("ballots",),
        "What each group would give, and what was then approved.",
    ),
    "problems": Shown(
        "Problems", "Every rule that the content breaks",
        lambda built: built.figures.problems, "problems", ("problems",),
    ),
}  # fmt: skip


def view_pages(built: Built) -> Iterator[tuple[str, str, Callable[[Built], Page]]]:
    """The pages that this portfolio has beside its prose and its items: address, name, page."""
    yield "index.html", "Home", home_page
    yield "vision.html", "Vision", vision_page
    hidden = set(RARE) - shown(built)
    for name, each in VIEWS.items():
        if name not in hidden:
            yield f"{name}.html", each.title, partial(each.page, name=name)
    yield "funding.html", "Funding", funding_page
    yield "guardrails.html", "Guardrails", guardrails_page
    yield "data.html", "Data", data_page


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
        guardrails_finding(funding.guardrails), not_judged_summary(funding.guardrails),
        "guardrails",
        "Whether the rules for money held",
        data=("funding",), values={"funding": funding},
    )  # fmt: skip


def data_page(built: Built) -> Page:
    names = (*DATA, *(name for name in RARE if name in shown(built)))
    return Page(
        "data.html", "data.html.jinja", "Data", "Every figure of this site, as data",
        "The same values as the pages show: take them on in a spreadsheet or a program.",
        "data", "The figures of this site as JSON and CSV", values={"names": names},
    )  # fmt: skip
