"""The one list of views. Pages, navigation, data files, `show`, `view:` and the editor read it.

To add a view is to add an entry to the module of its group in `groups/`, or here where it has none
of those: what each field of an entry does stands at `View`. The order is that of the navigation, of
the data page and of every list of names.
"""

from collections.abc import Iterator

from msgspec import Struct

from leanfolio.model.portfolio import Portfolio
from leanfolio.views import embedded, looking_back
from leanfolio.views.built import Built
from leanfolio.views.custom_pages import home_page
from leanfolio.views.data_rows import ItemRow, all_items
from leanfolio.views.groups import changes, flow, meetings, money, what, when, why
from leanfolio.views.home import home_view
from leanfolio.views.problems import ProblemRow
from leanfolio.views.row_table import columns
from leanfolio.views.view import View
from leanfolio.wording import Text, message

TRUST = message("Trust")


class DataFile(Struct, frozen=True):
    """A line of the data page: what the files hold, and their paths from the root of the site."""

    title: Text
    json: str  # empty where there is none
    csv: str


class DataIndex(Struct, frozen=True):
    """Every data file of the site."""

    finding: Text
    summary: Text
    files: tuple[DataFile, ...]


class ListLine(Struct, frozen=True):
    """A line of the search page: a page that lists things, and what it is about."""

    title: Text
    about: Text
    url: str


class ListIndex(Struct, frozen=True):
    """Every list of the site: what leads to everything where a search cannot run."""

    finding: Text
    summary: Text
    lists: tuple[ListLine, ...]


def list_index(built: Built) -> ListIndex:
    """Every view with a page and an entry in the navigation."""
    return ListIndex(
        message("Find an item or a page"),
        message("By its id, its title, who answers for it, or a word of its text."),
        tuple(
            ListLine(view.title, view.about, view.address)
            for view in page_views(built)
            if view.group is not None
        ),
    )


def data_index(built: Built) -> DataIndex:
    """Every data file of the site, view by view."""
    return DataIndex(
        message("Every figure of this site, as data"),
        message("The same values as the pages show: take them on in a spreadsheet or a program."),
        tuple(line for view in data_views(built) for line in data_lines(view, built)),
    )


def data_lines(view: View, built: Built) -> Iterator[DataFile]:
    yield DataFile(view.title, f"data/{view.name}.json", f"data/{view.name}.csv")
    for table in view.csv_tables(view.make(built)) if view.csv_tables else ():
        yield DataFile(table.title, "", f"data/{table.name}.csv")


VIEWS: tuple[View, ...] = (
    View(
        "home",
        message("Home"),
        message("What changed, what is off, what needs a decision"),
        lambda built: home_view(built.portfolio, built.facts, built.figures),
        address="index.html",
        group="",
        template="home.html.jinja",
        variable="home",
        page=home_page,
        undated=looking_back.PLANS_AND_SCORES,
    ),
    *meetings.VIEWS,
    *why.VIEWS,
    *what.VIEWS,
    *when.VIEWS,
    *money.VIEWS,
    *flow.VIEWS,
    *changes.VIEWS,
    View(
        "problems",
        message("Problems"),
        message("Every rule that the content breaks"),
        lambda built: built.figures.problems,
        address="problems.html",
        group=TRUST,
        template="problems.html.jinja",
        variable="problems",
        rows=lambda problems: problems.problems,
        row_type=ProblemRow,
        columns=columns("file", "line", "severity", "rule", "message"),
        embed=embedded.problems_table,
    ),
    View(
        "items",
        message("Items"),
        message("Every item: what it is, and where its page is"),
        all_items,
        rows=lambda items: items.items,
        row_type=ItemRow,
        columns=columns("id", "type", "title", "state", "owner"),
    ),
    View(
        "data",
        message("Data"),
        message("The figures of this site as JSON and CSV"),
        data_index,
        address="data.html",
        group=TRUST,
        template="data.html.jinja",
        variable="index",
    ),
    View(
        "search",
        message("Search"),
        message("Find an item or a page by its id, title, owner or words"),
        list_index,
        address="search.html",
        template="search.html.jinja",
        variable="index",
    ),
)  # fmt: skip


def find(name: str) -> View | None:
    """The view of this name; None where there is none."""
    return next((view for view in VIEWS if view.name == name), None)


def page_views(built: Built) -> tuple[View, ...]:
    """The views that have a page in this portfolio."""
    return tuple(view for view in VIEWS if view.address and view.exists(built))


def data_views(built: Built) -> tuple[View, ...]:
    """The views of which the site of this portfolio has data files."""
    return tuple(view for view in VIEWS if view.published and view.exists(built))


def terminal_views() -> tuple[View, ...]:
    """The views that `show` prints."""
    return tuple(view for view in VIEWS if view.rows is not None)


def embeddable_views() -> tuple[View, ...]:
    """The views that prose may hold, as `view: NAME`."""
    return tuple(view for view in VIEWS if view.embeddable)


def embeddable_names() -> tuple[str, ...]:
    """The names that may stand after `view:`."""
    return tuple(view.name for view in embeddable_views())


def view_addresses(portfolio: Portfolio) -> dict[str, str]:
    """The address of each page of a view, from the root of the site, with the view's name."""
    further = (
        (address, view.name)
        for view in VIEWS
        if view.more_addresses
        for address in view.more_addresses(portfolio)
    )
    return {view.address: view.name for view in VIEWS if view.address} | dict(further)


def entry_of(item_type: str) -> str | None:
    """The view under whose entry of the navigation the page of such an item lies."""
    return next((view.name for view in VIEWS if item_type in view.item_types), None)
