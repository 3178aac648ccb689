"""Items on their way back to Jira or Azure DevOps, by the map that they came with.

Only fields go out that the map gives to us, alone or shared, and only items of which such a field
is other than what the source said last time. Whatever else a form needs, such as a title that the
source owns, is what the source said.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from leanfolio.importing.exchange_map import ID_HERE, INCREMENT, ExchangeMap
from leanfolio.importing.item_file import normal
from leanfolio.importing.last_import import Base
from leanfolio.importing.mapping import BODY
from leanfolio.importing.outgoing_values import (
    OutgoingValues,
    UnsayableError,
    own_fields,
    value_here,
)
from leanfolio.model.portfolio import Portfolio
from leanfolio.output.trackers import (
    MOST_ROWS,
    OUR_ID,
    Row,
    TooLargeTree,
    TrackerRow,
    paragraphs,
    table,
    tracker_rows,
    trees,
)
from leanfolio.read.yaml import parse


@dataclass
class Outgoing:
    """What goes out: `rows` from the top, and why some values do not, in `left`.

    `types` overrides what a type is called there. `everything` takes items that did not change too.
    """

    portfolio: Portfolio
    map: ExchangeMap
    base: Base
    types: Mapping[str, str] = field(default_factory=dict)
    everything: bool = False

    def __post_init__(self) -> None:
        mapped = [type for type in self.map.types.values() if type]
        every = tracker_rows(self.portfolio, self.map.source_name.casefold())
        self.every = {row.id: row for row in every if row.item.TYPE in mapped}
        self.rows = [row for row in self.every.values() if self.everything or self.changed(row)]
        self.left: list[str] = []
        numbers = iter(range(1, 2 * len(self.every) + 1))
        taken = {self.number(row) for row in self.every.values()}
        free = (str(number) for number in numbers if str(number) not in taken)
        self.numbers = {row.id: self.number(row) or next(free) for row in self.every.values()}
        names = {id: self.key(row) or self.numbers[id] for id, row in self.every.items()}
        self.values = OutgoingValues(self.map, self.portfolio.policy, names)
        self.names = names

    # What the source knows -------------------------------------------------------------------

    def key(self, row: TrackerRow) -> str:
        """The key there; empty of an item that is new there."""
        source = row.item.source
        return source.key if source is not None and source.system == self.map.source_name else ""

    def number(self, row: TrackerRow) -> str:
        """The unchanging number there; its key where the file has none."""
        source = row.item.source
        return (source.id or source.key) if source is not None and self.key(row) else ""

    def said(self, row: TrackerRow) -> Mapping[str, str]:
        known = self.base.get(self.number(row))
        return known.said if known is not None else {}

    def changed(self, row: TrackerRow) -> bool:
        """Whether something that is ours to say is other than what the source said last time."""
        if self.number(row) not in self.base:
            return True
        said, item = self.said(row), row.item
        return any(normal(value_here(item, name)) != said.get(name) for name in self.ours(row))

    def ours(self, row: TrackerRow) -> Iterator[str]:
        """The fields here that are ours to say."""
        map, model = self.map, type(row.item)
        yield from (name for name in ("title", "state") if getattr(map, name) != "source")
        if map.parent != "source":
            yield from (name for name, link in model.LINKS.items() if link.kind == "parent")
        for own in own_fields(map, model.TYPE):
            if own.target == INCREMENT:
                yield from ("increment", "iteration")
            else:
                yield own.target
        yield from (name for _, name in self.links(row))

    def links(self, row: TrackerRow) -> Iterator[tuple[str, str]]:
        """The columns of links that are ours, with the field of each. Azure's tables have none."""
        for name, link in self.map.links.items() if self.map.system == "jira" else ():
            for way in ("inward", "outward"):
                target: str = getattr(link, way, None) or ""
                if link is not None and link.owner != "source" and target in row.item.LINKS:
                    yield f"{way.capitalize()} issue link ({name})", target

    @cached_property
    def headings(self) -> frozenset[str]:
        """The columns of fields that are ours: empty ones stay, as what was taken away here."""
        types = {row.item.TYPE for row in self.rows}
        return frozenset(own.heading for type in types for own in own_fields(self.map, type))

    # Cells -----------------------------------------------------------------------------------

    def title(self, row: TrackerRow) -> str:
        """Ours, or what the source said where the title is its own: the forms need one."""
        said = self.said(row).get("title")
        if self.map.title != "source" or said is None:
            return row.item.title
        return str(parse(f"title: {said}").values.get("title", row.item.title))

    def type(self, row: TrackerRow) -> str:
        """What its type is called there: as the source said last, as was given, as the map says.

        Empty where several may be and nobody said which, and Jira knows.
        """
        type, known = row.item.TYPE, self.base.get(self.number(row))
        if known is not None and known.type:
            return known.type
        if type in self.types:
            return self.types[type]
        names = [name for name, ours in self.map.types.items() if ours == type]
        if len(names) > 1 and self.key(row):
            if self.map.system == "jira":
                return ""
            self.left.append(f"{row.id}: {' or '.join(names)}? it went out as {names[0]}")
        return names[0]

    def status(self, row: TrackerRow) -> str:
        if self.map.state == "source" or not row.item.state:
            return ""
        try:
            return self.values.status(row.item.TYPE, row.item.state)
        except UnsayableError as why:
            self.left.append(f"{row.id}: its state: {why}")
            return ""

    def fields(self, row: TrackerRow) -> dict[str, Any]:
        """The cells of the fields that are ours; None of what cannot be said."""
        cells: dict[str, Any] = {}
        for own in own_fields(self.map, row.item.TYPE):
            try:
                cells[own.heading] = self.values.texts(row.item, own)
            except UnsayableError as why:
                self.left.append(f"{row.id}: `{own.target}`: {why}")
                cells[own.heading] = None
        return cells

    def id_heading(self, type: str) -> str:
        """The column of the ids here of a type; empty where the map has none."""
        return next((each.name or name for name, each in self.map.filling(ID_HERE, type)), "")

    def prose(self, row: TrackerRow) -> dict[str, str]:
        """The prose of an item that is new there; that of others is never touched."""
        for name, mapped in () if self.key(row) else self.map.filling(BODY, row.item.TYPE):
            return {mapped.name or name: row.prose} if mapped.owner != "source" else {}
        return {}


def jira_rows(out: Outgoing) -> str:
    """The table for Jira's importer; empty where nothing changed."""
    rows: list[Row] = []
    for row in out.rows:
        new = not out.key(row)
        links = {
            column: tuple(filter(None, map(out.names.get, value_here(row.item, name) or ())))
            for column, name in out.links(row)
        }
        ours = new or out.map.parent != "source"
        rows.append({
            "Issue id": out.numbers[row.id], "Issue key": out.key(row), "Issue Type": out.type(row),
            "Parent": out.numbers.get(row.parent or "", "") if ours else "",
            "Summary": out.title(row), "Status": out.status(row), **out.fields(row),
            **links, **out.prose(row),
            out.id_heading(row.item.TYPE) or OUR_ID: row.id if new else "",
        })  # fmt: skip
    always = ("Issue id", "Issue key", "Issue Type", "Summary", *out.headings)
    return table(rows, always) if rows else ""


def azure_rows(out: Outgoing) -> list[str] | TooLargeTree:
    """The tables for Azure's importer: whole trees, so that what is above a changed item is there.

    A field that cannot be said of one item is in no row: an empty cell would take away what is
    there.
    """
    taken = {row.id for row in out.rows}
    for row in out.rows:
        above = out.every.get(row.parent or "")
        while above is not None and above.id not in taken:
            taken.add(above.id)
            above = out.every.get(above.parent or "")
    files = trees([row for row in out.every.values() if row.id in taken])
    return files if isinstance(files, TooLargeTree) else [azure_file(out, rows) for rows in files]


def azure_file(out: Outgoing, rows: list[tuple[int, TrackerRow]]) -> str:
    deepest = max(depth for depth, _ in rows)
    titles = tuple(f"Title {level}" for level in range(1, deepest + 1))
    known = [bool(out.key(row)) for _, row in rows]
    all_new, any_new = not any(known), not all(known)
    cells: list[Row] = []
    for depth, row in rows:
        prose = {name: paragraphs(text) for name, text in out.prose(row).items() if all_new}
        title = {name: out.title(row) if n == depth else "" for n, name in enumerate(titles, 1)}
        first = {"ID": out.number(row), "Work Item Type": out.type(row)}
        heading = out.id_heading(row.item.TYPE) if any_new else ""
        ours = {heading: row.id} if heading else {}
        cells.append(first | title | out.fields(row) | prose | ours)
    unsayable = {name for each in cells for name, value in each.items() if value is None}
    kept = [{n: value for n, value in each.items() if n not in unsayable} for each in cells]
    return table(kept, ("ID", "Work Item Type", *titles, *out.headings))


def azure_state_rows(out: Outgoing) -> tuple[list[str], int]:
    """The files that set states of items which Azure has, and how many items are new there."""
    known = [(row, out.status(row)) for row in out.rows if out.key(row)]
    rows: list[Row] = [
        {"ID": out.number(row), "Work Item Type": out.type(row), "Title": out.title(row),
         "State": status}
        for row, status in known if status
    ]  # fmt: skip
    files = [rows[start : start + MOST_ROWS] for start in range(0, len(rows), MOST_ROWS)]
    tables = [table(each, ("ID", "Work Item Type", "Title", "State")) for each in files]
    return tables, len(out.rows) - len(known)
