"""A view: one kind of figures with its page, its data files and its table, named in one place."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Literal

from msgspec import Struct
from msgspec.structs import replace

from leanfolio.model import Item
from leanfolio.model.portfolio import Portfolio
from leanfolio.views.built import Built
from leanfolio.views.cell import Table
from leanfolio.views.lists import Listing
from leanfolio.views.page_spec import Page, PageSpec
from leanfolio.views.row_table import Columns, row_table
from leanfolio.wording import Text, plural

LISTING = "listing.html.jinja"
MOST_ROWS = 120  # of a page without a template of its own; a longer one is too heavy to open
Filter = Callable[[str], bool]  # whether an item of this id is wanted
Embed = Callable[[Built, Filter, Mapping[str, Any]], Table]


class TextTable(Struct, frozen=True):
    """Rows that a terminal prints in aligned columns."""

    columns: Columns
    rows: tuple[Any, ...]


class CsvTable(Struct, frozen=True):
    """A further table of a view, published as CSV alone: `data/NAME.csv`."""

    name: str
    title: Text
    rows: tuple[Any, ...]
    kind: type  # of its rows: the heads of a table that has none


class ByName(Struct, frozen=True):
    """How `show VIEW NAME` prints one of several things.

    `make` returns None for a name that is not among `names`. Where `or_revision` is set, such a
    name may be that of a git revision.
    """

    parameter: str
    names: Callable[[Built], Sequence[str]]
    make: Callable[[Built, str], Any]
    if_none: str  # what to do where there are no names at all
    or_revision: bool = False


def always(built: Built) -> bool:
    """Whether a view exists that every portfolio has."""
    return True


class View(Struct, frozen=True):
    """A view. The first four fields are needed; each of the others adds a place where it appears.

    Without `address` it has no page, without `group` no entry in the navigation. Without `rows` it
    has no data files, and `show` does not print it. `columns` are those of the terminal and of the
    table on a page: without a template of its own the page is that table, and `view: NAME` in
    prose embeds it. `exists` is asked with what the site's audience may read.
    """

    name: str
    title: Text
    about: Text  # what the page is about, in one line, for search engines
    make: Callable[[Built], Any]

    # The page
    address: str = ""
    group: Text | None = None  # the heading of the navigation that it stands under; "" is none
    exists: Callable[[Built], bool] = always
    template: str = LISTING
    variable: str = "listing"  # the name of its value in the template
    summary: Text = ""  # in place of the value's own
    data: tuple[str, ...] = ()  # what the page links to, where not its own; "NAME.csv" is one file
    item_types: tuple[str, ...] = ()  # pages of these items lie below its entry in the navigation
    page: Callable[["View", Built], Page] | None = None  # in place of the usual page
    more_pages: Callable[["View", Built], Iterable[PageSpec]] | None = None
    more_addresses: Callable[[Portfolio], Iterable[str]] | None = None  # of these, on any day
    prose: Callable[[Built], Item] | None = None  # whose body stands on the page

    # Its rows: data files, the terminal, tables
    rows: Callable[[Any], Iterable[Any]] | None = None
    row_type: type | None = None  # of its rows: the heads of a CSV that has none
    columns: Columns = ()
    filterable: bool = False  # whether the table of its page has a filter, where there is script
    lines: Callable[[Any], Iterable[Text | TextTable]] | None = None  # the terminal's, if no table
    csv_tables: Callable[[Any], Iterable[CsvTable]] | None = None
    embed: Embed | None = None  # the table of `view: NAME`, where it is not that of the columns
    by_name: ByName | None = None
    uses_history: bool = False  # whether `show` reads git for it
    undated: Text = ""  # a sentence: what it shows that bears no day, where a day is looked back at

    @property
    def published(self) -> bool:
        """Whether the site has data files of it."""
        return self.rows is not None and self.by_name is None

    @property
    def embeddable(self) -> bool:
        """Whether prose may hold it."""
        return self.embed is not None or bool(self.published and self.columns)

    def row_tuple(self, value: Any) -> tuple[Any, ...]:
        """Its rows; none of a view that has no rows."""
        return tuple(self.rows(value)) if self.rows else ()

    def further_tables(self, value: Any) -> tuple[CsvTable, ...]:
        """Its tables beside its rows; none of most views."""
        return tuple(self.csv_tables(value)) if self.csv_tables else ()

    def text(self, value: Any) -> Iterable[Text | TextTable]:
        """What a terminal prints below the finding."""
        if self.lines:
            return self.lines(value)
        return (TextTable(self.columns, self.row_tuple(value)),)

    def table(self, built: Built, wanted: Filter, options: Mapping[str, Any]) -> Table:
        """The table of `view: NAME`: the rows whose item is wanted."""
        if self.embed:
            return self.embed(built, wanted, options)
        rows = self.row_tuple(self.make(built))
        if options.get("where"):
            rows = tuple(row for row in rows if wanted(str(getattr(row, "id", ""))))
        return row_table(str(self.title), self.columns, rows, built.portfolio, self.name)

    def page_of(self, built: Built) -> Page:
        """The page at its address."""
        if self.page:
            return self.page(self, built)
        value = self.make(built)
        summary = self.summary or getattr(value, "summary", "")
        given = self.listing(built, value, summary) if self.template == LISTING else value
        return self.page_with(value.finding, summary, {self.variable: given})

    def listing(self, built: Built, value: Any, summary: Text) -> Listing:
        """What the template of lists is given: the value itself if it is one, or its rows."""
        if isinstance(value, Listing):
            return value
        rows = self.row_tuple(value)
        first = rows[:MOST_ROWS]
        table = row_table(str(self.title), self.columns, first, built.portfolio, self.name)
        return Listing(value.finding, summary, (self.with_rest(table, len(rows)),), self.filterable)

    def with_rest(self, table: Table, rows: int, kind: Literal["csv", "json"] = "csv") -> Table:
        """The table, and in words how many of these rows it leaves out, and which file has them."""
        left = rows - len(table.rows)
        if not left:
            return table
        file = f"data/{self.name}.{kind}"
        note = plural(
            "{n} more is not listed here; {file} has them all.",
            "{n} more are not listed here; {file} has them all.",
            left, file=file,
        )  # fmt: skip
        return replace(table, note=note)

    def page_with(self, finding: Text, summary: Text, values: Mapping[str, Any]) -> Page:
        """The page at its address with these values."""
        own = (self.name,) if self.published else ()
        return Page(
            url=self.address,
            template=self.template,
            title=self.title,
            finding=finding,
            summary=summary,
            active=self.name,
            description=self.about,
            data=self.data or own,
            values=values,
        )
