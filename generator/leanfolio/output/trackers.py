"""Epics, features and stories as the tables that Jira and Azure DevOps import.

Jira takes one table, a level below the other, where a row names its parent by the id of that row,
and a field of several values is a column that is repeated. Azure takes a tree, `Title 1` above
`Title 2`, of at most 1,000 rows a file, in which new items have neither an id nor a state; states
follow in a file of their own. Text that a spreadsheet would run gets an apostrophe, which an import
of the table takes off again.
"""

import csv
import html
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct

from leanfolio.model import Epic, Feature, HasState, Item, Story
from leanfolio.model.audience import mention_of
from leanfolio.model.hidden_fields import NOT_SHOWN
from leanfolio.model.portfolio import Portfolio
from leanfolio.output.data import flat
from leanfolio.output.table_guard import guard

LEVELS: tuple[type[HasState], ...] = (Epic, Feature, Story)  # from the top
JIRA_TYPES = {"epic": "Epic", "feature": "Story", "story": "Sub-task"}
AZURE_TYPES = {"epic": "Epic", "feature": "Feature", "story": "User Story"}
MOST_ROWS = 1000  # that Azure takes in a file, its head apart
# Fields that stand in fields of the other system, by the headings that its own exports have.
JIRA_FIELDS: Mapping[str, str] = {
    "due": "Due date",
    "business_value": "Custom field (Business Value)",
    "time_criticality": "Custom field (Time Criticality)",
    "risk_opportunity": "Custom field (Risk or Opportunity)",
    "job_size": "Custom field (Job Size)",
    "size": "Custom field (Story Points)",
    "points": "Custom field (Story Points)",
}
AZURE_FIELDS: Mapping[str, str] = {
    "due": "Target Date", "business_value": "Business Value",
    "time_criticality": "Time Criticality", "risk_opportunity": "Risk or Opportunity",
    "job_size": "Effort", "size": "Story Points", "points": "Story Points",
}  # fmt: skip
OUR_ID = "Custom field (leanfolio ID)"
Row = dict[str, Any]


class TrackerRow(Struct, frozen=True):
    """An item on its way out: the item above it in the table, its number there, its prose."""

    item: HasState
    parent: str | None
    key: str  # what the other system calls it; "" of an item that is new there
    prose: str

    @property
    def id(self) -> str:
        return self.item.id


class TooLargeTree(Struct, frozen=True):
    """A tree of more rows than a file of Azure may have."""

    id: str
    rows: int


def tracker_rows(portfolio: Portfolio, system: str) -> list[TrackerRow]:
    """Every epic, feature and story, a level below the other. `system` names that of the keys."""
    mention = mention_of(portfolio.withheld)
    rows = []
    for model in LEVELS:
        for item in portfolio.items_of(model):
            parents = (edge.target for edge in portfolio.edges_from(item.id, "parent"))
            source = item.source
            ours = source is not None and source.system.casefold().startswith(system)
            # Names in addresses are left in prose for pages, which know what is hidden.
            prose = mention.sub(NOT_SHOWN, without_heading(item.origin.body, item.title))
            key = source.key if source is not None and ours else ""
            rows.append(TrackerRow(item, next(parents, None), key, prose))
    return rows


def without_heading(body: str, title: str) -> str:
    """The prose below a first heading that only repeats the title."""
    text = body.strip()
    first, _, rest = text.partition("\n")
    return rest.strip() if first.lstrip("#").strip() == title.strip() and first[:1] == "#" else text


# Jira --------------------------------------------------------------------------------------------


def jira_csv(portfolio: Portfolio, types: Mapping[str, str]) -> str:
    """The table that Jira's importer takes. Each item is below its parent."""
    rows = tracker_rows(portfolio, "jira")
    numbers = {row.id: number for number, row in enumerate(rows, start=1)}
    names = {row.id: row.key or str(numbers[row.id]) for row in rows}
    blocks = blocked_by_id(portfolio, names)
    out: list[Row] = []
    for row in rows:
        new = not row.key
        out.append({
            "Issue id": numbers[row.id],
            "Issue key": row.key,
            "Issue Type": types[row.item.TYPE],
            "Parent": numbers.get(row.parent or "", ""),
            "Summary": row.item.title,
            "Status": row.item.state,
            "Assignee": row.item.owner,
            "Description": row.prose if new else "",
            **fields_of(row.item, JIRA_FIELDS),
            "Labels": tuple(tag.replace(" ", "-") for tag in row.item.tags),
            "Outward issue link (Blocks)": blocks.get(row.id, ()),
            OUR_ID: row.id,
        })  # fmt: skip
    return table(out, ("Issue id", "Issue key", "Issue Type", "Parent", "Summary"))


def blocked_by_id(portfolio: Portfolio, names: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """For each item the names in the table of those that cannot go on without it."""
    result: dict[str, tuple[str, ...]] = {}
    for edge in portfolio.edges:
        if edge.kind == "needs" and edge.source in names and edge.target in names:
            result[edge.target] = (*result.get(edge.target, ()), names[edge.source])
    return result


def fields_of(item: Item, headings: Mapping[str, str]) -> Row:
    """The values that stand in fields of the other system, by heading."""
    result: Row = {}
    for name, heading in headings.items():
        value = getattr(item, name, None)
        if value is not None or heading not in result:
            result[heading] = value
    return result


# Azure -------------------------------------------------------------------------------------------


def azure_csv(portfolio: Portfolio, types: Mapping[str, str]) -> list[str] | TooLargeTree:
    """The tables that Azure's importer takes, each at most 1,000 rows of whole trees."""
    files = trees(tracker_rows(portfolio, "azure"))
    if isinstance(files, TooLargeTree):
        return files
    return [azure_table(rows, types) for rows in files]


def trees(rows: Sequence[TrackerRow]) -> list[list[tuple[int, TrackerRow]]] | TooLargeTree:
    """The rows of each file with their depth from 1: whole trees, as many as a file may hold."""
    children: dict[str | None, list[TrackerRow]] = {}
    known = {row.id for row in rows}
    for row in rows:
        children.setdefault(row.parent if row.parent in known else None, []).append(row)
    files: list[list[tuple[int, TrackerRow]]] = []
    for top in children.get(None, ()):
        tree = list(below(top, children))
        if len(tree) > MOST_ROWS:
            return TooLargeTree(top.id, len(tree))
        if not files or len(files[-1]) + len(tree) > MOST_ROWS:
            files.append([])
        files[-1] += tree
    return files


def below(
    row: TrackerRow, children: Mapping[str | None, Sequence[TrackerRow]]
) -> Iterator[tuple[int, TrackerRow]]:
    """A row with its depth from 1, and then all below it."""
    waiting = [(1, row)]
    while waiting:
        depth, here = waiting.pop()
        yield depth, here
        waiting += [(depth + 1, child) for child in reversed(children.get(here.id, ()))]


def azure_table(rows: Sequence[tuple[int, TrackerRow]], types: Mapping[str, str]) -> str:
    """One file: a column for each level of titles. An id is that of an item which Azure has.

    Descriptions are written where all items are new: an empty one would take away what is there.
    """
    deepest = max(depth for depth, _ in rows)
    titles = tuple(f"Title {level}" for level in range(1, deepest + 1))
    all_new = not any(row.key for _, row in rows)
    out: list[Row] = []
    for depth, row in rows:
        out.append({
            "ID": row.key,
            "Work Item Type": types[row.item.TYPE],
            **{title: row.item.title if n == depth else "" for n, title in enumerate(titles, 1)},
            "Assigned To": row.item.owner,
            "Description": paragraphs(row.prose) if all_new else "",
            **fields_of(row.item, AZURE_FIELDS),
            "Tags": "; ".join(tag.replace(";", ",") for tag in (*row.item.tags, row.id)),
        })  # fmt: skip
    return table(out, ("ID", "Work Item Type", *titles))


def azure_states(portfolio: Portfolio, types: Mapping[str, str]) -> tuple[list[str], int]:
    """The files that set states of items which Azure has, and how many items are new there."""
    rows = tracker_rows(portfolio, "azure")
    known = [row for row in rows if row.key and row.item.state]
    out: list[Row] = [
        {
            "ID": row.key, "Work Item Type": types[row.item.TYPE], "Title": row.item.title,
            "State": row.item.state,
        }
        for row in known
    ]  # fmt: skip
    files = [out[start : start + MOST_ROWS] for start in range(0, len(out), MOST_ROWS)]
    new = sum(1 for row in rows if not row.key)
    return [table(each, ("ID", "Work Item Type", "Title", "State")) for each in files], new


def paragraphs(text: str) -> str:
    """Prose as HTML that shows its lines as they are."""
    lines = (line.strip() for line in text.splitlines())
    return "".join(f"<p>{html.escape(line)}</p>" for line in lines if line)


# Tables ------------------------------------------------------------------------------------------


def table(rows: Sequence[Row], always: Iterable[str]) -> str:
    """Rows as CSV. A tuple takes as many columns of one name as its longest; empty columns go."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    widths = {name: max((width(row.get(name)) for row in rows), default=0) for name in names}
    kept = [name for name in names if widths[name] or name in always]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([name for name in kept for _ in range(max(widths[name], 1))])
    for row in rows:
        cells: list[Any] = []
        for name in kept:
            value = row.get(name)
            values = value if isinstance(value, tuple) else (value,)
            spare = max(widths[name], 1) - len(values)
            cells += [cell(entry) for entry in values] + [""] * spare
        writer.writerow(cells)
    return out.getvalue()


def cell(value: Any) -> Any:
    """A value as it stands in a table."""
    plain = flat(value)
    return guard(plain) if isinstance(plain, str) else plain


def width(value: Any) -> int:
    """How many columns a value takes."""
    if isinstance(value, tuple):
        return len(value)
    return 0 if value is None or value == "" else 1
