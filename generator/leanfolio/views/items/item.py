"""The page of one item: what it is, why it is done, where it stands, what it touches."""

from collections.abc import Callable
from typing import Any

from msgspec import Struct

from leanfolio.model import (
    Epic,
    Feature,
    HasUpdates,
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
from leanfolio.views.cell import Fact, Outside, SourceRef, Table, Tag
from leanfolio.views.figures import Figures
from leanfolio.views.graph import Graph
from leanfolio.views.health import HealthRow, earlier_updates
from leanfolio.views.increments.board import WorkBoard
from leanfolio.views.item_graphs import around
from leanfolio.views.items import epic as epics
from leanfolio.views.items import goals, increment, plan
from leanfolio.views.items.item_facts import (
    common_facts,
    risks_to,
    sources_of,
    state_tags,
    waiver_table,
)
from leanfolio.views.items.page_parts import Parts
from leanfolio.views.items.stories import StoryList, story_list
from leanfolio.views.okr.chart import CheckInChart
from leanfolio.views.ref import Ref, ref
from leanfolio.wording import Message, Text

MOST_BESIDE = 6  # columns of a table that fit beside the facts of an item
MOST_UNFOLDED = 100  # cells of all tables together that a phone shows unfolded: some five screens


class ItemView(Struct, frozen=True):
    """One page, whatever the type: the facts, tables and drawing that its type asks for."""

    item: Ref
    thread: tuple[Ref, ...]  # from the theme down to its parent
    finding: Text
    tags: tuple[Tag, ...]
    summary: Text
    facts: tuple[Fact, ...]
    tables: tuple[Table, ...]  # with what it waives, and earlier words, last
    missing_title: Text  # "To enter ready it lacks"
    missing_evidence: tuple[Message, ...]
    graph: Graph | None
    kinds: tuple[str, ...]  # kinds of links in the graph
    file: str
    line: int
    links: tuple[Outside, ...]
    risks: tuple[Ref, ...]
    health: HealthRow | None = None  # the newest word on it
    chart: CheckInChart | None = None  # of check-ins, with its table
    work: WorkBoard | None = None  # of an increment
    stories: StoryList | None = None  # of a feature that has some
    sources: tuple[tuple[str, SourceRef], ...] = ()  # facts, each with the line that states it

    @property
    def has_aside(self) -> bool:
        """Whether anything stands beside the prose."""
        return bool(self.facts or self.missing_evidence or self.risks or self.links)

    @property
    def folds(self) -> bool:
        """Whether the page is so long that a phone folds its long tables and its drawing."""
        cells = sum(len(table.rows) * len(table.headers) for table in self.tables)
        return self.work is not None or cells > MOST_UNFOLDED

    @property
    def beside(self) -> tuple[Table, ...]:
        """The tables that are narrow enough to stand beside the facts, below the prose.

        None where work or stories come before them, which take the whole width.
        """
        beside = self.has_aside and self.work is None and self.stories is None
        return tuple(table for table in self.tables if beside and is_narrow(table))

    @property
    def below(self) -> tuple[Table, ...]:
        """The tables that take the whole width of the page."""
        return tuple(table for table in self.tables if table not in self.beside)


def is_narrow(table: Table) -> bool:
    return len(table.headers) <= MOST_BESIDE


def item_view(portfolio: Portfolio, item: Item, figures: Figures) -> ItemView:
    """Return everything that the page of this item shows, but its prose."""
    parts = PARTS[type(item)](portfolio, item, figures)
    graph = around(portfolio, item.id)
    word = figures.health.get(item.id)
    tables = [*parts.tables, waiver_table(item, figures)]
    if isinstance(item, HasUpdates):
        tables.append(earlier_updates(item, word))
    facts = (*common_facts(portfolio, item), *parts.facts)
    return ItemView(
        item=ref(item),
        thread=breadcrumbs(portfolio, item),
        finding=parts.finding or item.title,
        tags=(*state_tags(portfolio, item, figures), *parts.tags),
        summary=parts.summary,
        facts=facts,
        sources=tuple(sources_of(item, facts)),
        tables=tuple(table for table in tables if table.rows or table.without_rows),
        missing_title=parts.missing_title,
        missing_evidence=parts.missing_evidence,
        graph=graph if len(graph.nodes) > 1 else None,
        kinds=tuple(sorted({edge.kind for edge in graph.edges})),
        file=str(item.origin.path),
        line=item.at().line,
        links=tuple(Outside(link.title, link.url) for link in item.links),
        health=word,
        chart=parts.chart,
        work=parts.work,
        stories=story_list(portfolio, item, figures) if isinstance(item, Feature) else None,
        risks=risks_to(portfolio, item),
    )


def breadcrumbs(portfolio: Portfolio, item: Item) -> tuple[Ref, ...]:
    """Return the way from a theme down to here; where there are several parents, by the first."""
    path: list[Ref] = []
    visited = {item.id}
    here = item
    while True:
        above = next(
            (parent for parent in portfolio.parents_of(here.id) if parent.id not in visited), None
        )
        if above is None:
            return tuple(reversed(path))
        visited.add(above.id)
        path.append(ref(above))
        here = above


PARTS: dict[type[Item], Callable[[Portfolio, Any, Figures], Parts]] = {
    Theme: goals.theme,
    Objective: goals.objective,
    KeyResult: goals.key_result,
    Epic: epics.epic,
    Feature: epics.feature,
    Story: epics.story,
    ValueStream: plan.value_stream,
    Team: plan.team,
    Increment: increment.increment,
    Risk: plan.risk,
}
