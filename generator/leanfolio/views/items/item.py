"""The page of one item: what it is, why it is done, where it stands, what it touches."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from leanfolio.model import (
    Epic,
    Feature,
    HasState,
    Increment,
    Item,
    KeyResult,
    Objective,
    Risk,
    Story,
    Team,
    Theme,
    ValueStream,
)
from leanfolio.model.portfolio import Portfolio
from leanfolio.views.board import blockers, days_in_state
from leanfolio.views.cell import Fact, Outside, Table, Tag, Text, headers
from leanfolio.views.figures import Figures
from leanfolio.views.graph import Graph
from leanfolio.views.items import epic as epics
from leanfolio.views.items import goals, plan
from leanfolio.views.items.page_parts import Parts
from leanfolio.views.phrase import in_words
from leanfolio.views.ref import Ref, ref
from leanfolio.views.trace import around


@dataclass(frozen=True, slots=True)
class ItemView:
    """One page, whatever the type: the facts, tables and drawing that its type asks for."""

    item: Ref
    thread: tuple[Ref, ...]  # from the theme down to its parent
    finding: Text
    tags: tuple[Tag, ...]
    lede: Text
    facts: tuple[Fact, ...]
    tables: tuple[Table, ...]
    gap_title: str  # "To enter ready it lacks"
    gap: tuple[str, ...]
    graph: Graph | None
    file: str
    line: int
    links: tuple[Outside, ...]
    waivers: Table | None
    risks: tuple[Ref, ...]


def item_view(portfolio: Portfolio, item: Item, figures: Figures) -> ItemView:
    """Everything that the page of this item shows, but its prose."""
    parts = PARTS[type(item)](portfolio, item, figures)
    graph = around(portfolio, item.id)
    return ItemView(
        item=ref(item),
        thread=thread(portfolio, item),
        finding=parts.finding or item.title,
        tags=(*state_tags(portfolio, item, figures), *parts.tags),
        lede=parts.lede,
        facts=(*common_facts(item), *parts.facts),
        tables=tuple(table for table in parts.tables if table.rows),
        gap_title=parts.gap_title,
        gap=parts.gap,
        graph=graph if len(graph.nodes) > 1 else None,
        file=str(item.origin.path),
        line=item.at().line,
        links=tuple(Outside(link.title, link.url) for link in item.links),
        waivers=waiver_table(item, figures) if item.waivers else None,
        risks=tuple(ref(portfolio[edge.source]) for edge in portfolio.edges_to(item.id, "affects")),
    )


def thread(portfolio: Portfolio, item: Item) -> tuple[Ref, ...]:
    """The way up from here to a theme; where there are several parents, by the first."""
    path: list[Ref] = []
    seen = {item.id}
    here = item
    while True:
        above = next(
            (parent for parent in portfolio.parents_of(here.id) if parent.id not in seen), None
        )
        if above is None:
            return tuple(reversed(path))
        seen.add(above.id)
        path.append(ref(above))
        here = above


def state_tags(portfolio: Portfolio, item: Item, figures: Figures) -> Iterator[Tag]:
    """Its state, with how long it has been there, and what blocks it.

    The day is read only for an item with a history, as pages that read it change every day.
    """
    if not isinstance(item, HasState) or not item.state:
        return
    category = portfolio.category_of(item)
    lasts = item.history and category not in ("done", "cancelled")
    days = days_in_state(item, figures.as_of) if lasts else None
    tone = {"done": "good", "cancelled": "plain", "active": "good"}.get(category or "", "plain")
    since = f", {days} days" if days is not None else ""
    yield Tag(tone, f"{in_words(item.state)}{since}")  # type: ignore[arg-type]
    if blocked := blockers(portfolio, item):
        yield Tag("warn", f"blocked by {', '.join(blocked)}")


def common_facts(item: Item) -> Iterator[Fact]:
    if item.owner:
        yield Fact("Owner", item.owner)
    if item.tags:
        yield Fact("Tags", ", ".join(item.tags))
    if item.source:
        said = f"{item.source.system} {item.source.key}"
        url = item.source.url
        yield Fact("Imported from", Outside(said, url) if url else said)


def waiver_table(item: Item, figures: Figures) -> Table:
    return Table(
        "Waivers",
        headers("Rule", "Reason", "Approved by", "Until", "Now"),
        tuple(
            (
                waiver.rule,
                waiver.reason,
                waiver.approver,
                waiver.until,
                Tag("plain", "holds") if waiver.until >= figures.as_of else Tag("bad", "expired"),
            )
            for waiver in item.waivers
        ),
        anchor="waivers",
    )


PARTS: dict[type[Item], Callable[[Portfolio, Any, Figures], Parts]] = {
    Theme: goals.theme,
    Objective: goals.objective,
    KeyResult: goals.key_result,
    Epic: epics.epic,
    Feature: epics.feature,
    Story: epics.story,
    ValueStream: plan.value_stream,
    Team: plan.team,
    Increment: plan.increment,
    Risk: plan.risk,
}
