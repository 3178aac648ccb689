"""The site: its navigation and every page of it, from views, prose and items."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import count
from typing import Any

from msgspec.structs import replace

from leanfolio.model import Feature, Item, Story
from leanfolio.model.addresses import page_of, stories_page
from leanfolio.model.conditions import view_names
from leanfolio.model.portfolio import Portfolio, ProsePage
from leanfolio.views import registry
from leanfolio.views.built import Built
from leanfolio.views.cell import Table
from leanfolio.views.embedded import embedded_table
from leanfolio.views.feeds import TYPES as FEED_TYPES
from leanfolio.views.items.item import breadcrumbs, item_view
from leanfolio.views.items.stories import story_list
from leanfolio.views.page_spec import Page, PageSpec, SearchEntry, SectionSpec
from leanfolio.views.ref import ref, url_of
from leanfolio.views.view import View
from leanfolio.wording import Text, heading, message

NOT_FOUND = "404.html"  # what servers give where an address has no page
NavGroup = tuple[Text, tuple[tuple[Text, str, str], ...]]  # heading, then (title, address, key)


def navigation(built: Built) -> tuple[NavGroup, ...]:
    """The navigation by question: of the views that this portfolio has, each under its heading."""
    groups: dict[Text, list[tuple[Text, str, str]]] = {}
    for view in registry.page_views(built):
        if view.group is not None:
            groups.setdefault(view.group, []).append((view.title, view.address, view.name))
    return tuple((heading, tuple(entries)) for heading, entries in groups.items())


def page_specs(built: Built) -> Iterator[PageSpec]:
    """Every page of the site: of views, then of prose, then one per item; last the page for an
    address without a page. The stories of a feature are sections of its page, or of several.

    A prose page at the address of a view replaces the page of that view.
    """
    prose = {prose_url(page): page for page in built.portfolio.pages}
    for spec in view_specs(built):
        if spec.url not in prose:
            yield spec
    for url, page in prose.items():
        yield prose_spec(url, page)
    yield from item_specs(built.portfolio)
    yield not_found_spec()


def view_specs(built: Built) -> Iterator[PageSpec]:
    """The pages of all views that this portfolio has."""
    for view in registry.page_views(built):
        yield view_spec(view, built)
        if view.more_pages:
            yield from view.more_pages(view, built)


def view_spec(view: View, built: Built) -> PageSpec:
    """The page at the address of a view; of some with the prose of an item."""
    search = SearchEntry(view.title, view.title, "page", about=view.about)
    if view.prose is None:
        return PageSpec(view.address, view.page_of, search)
    item = view.prose(built)
    path = str(item.origin.path)
    return PageSpec(view.address, view.page_of, search, item.origin, path, item.title)


def embedded_views(built: Built, options: Mapping[str, Any]) -> Iterator[Table]:
    """The tables that `view:` in prose asks for; none for what prose may not hold."""
    tables = (embedded_view(built, {**options, "view": name}) for name in view_names(options))
    yield from filter(None, tables)


def embedded_view(built: Built, options: Mapping[str, Any]) -> Table | None:
    """The table of the one view that is named; None where prose may hold no such view."""
    view = registry.find(str(options.get("view")))
    if view is None or not view.embeddable:
        return None
    return replace(embedded_table(view, built, options), anchor=f"view-{view.name}")


def prose_url(page: ProsePage) -> str:
    """The file of a prose page, from the root of the site. In an address it is percent-encoded."""
    path = page.origin.path
    name = "index" if path.stem in ("index", "README") else path.stem
    return str(path.with_name(f"{name}.html"))


def prose_spec(url: str, page: ProsePage) -> PageSpec:
    """A prose page as it was written; a view that its front matter names stands below the prose."""
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
            embedded=page.view,
        )

    search = SearchEntry(page.title, page.title, "page", prose=page.origin)
    return PageSpec(url, make, search, page.origin, path, page.title)


def item_specs(portfolio: Portfolio) -> Iterator[PageSpec]:
    """The pages of all items; that of a feature before those with more of its stories."""
    sections: defaultdict[str, list[SectionSpec]] = defaultdict(list)
    for story in portfolio.items_of(Story):
        if story.page:
            sections[page_of(story)].append(section_spec(story))
    for item in portfolio.items.values():
        if isinstance(item, Story) and item.page:
            continue
        yield item_spec(item, tuple(sections.get(page_of(item), ())))
        if isinstance(item, Feature):
            for number in count(2):
                more = sections.get(stories_page(item.id, number))
                if not more:
                    break
                yield stories_spec(item, number, tuple(more))


def section_spec(story: Story) -> SectionSpec:
    """The section of a story on a page of its feature."""
    prose, path = story.origin, str(story.origin.path)
    return SectionSpec(url_of(story), story.id, search_entry(story), prose, path, story.title)


def stories_spec(feature: Feature, number: int, sections: tuple[SectionSpec, ...]) -> PageSpec:
    """A page with stories of a feature that its own has no room for, by its number from 2."""
    id, url = feature.id, stories_page(feature.id, number)

    def make(built: Built) -> Page:
        feature = built.portfolio[id]
        assert isinstance(feature, Feature)
        found = story_list(built.portfolio, feature, built.figures, number)
        assert found is not None
        title = message(
            "{title}: stories, page {number} of {pages}",
            title=feature.title, number=number, pages=len(found.pages),
        )  # fmt: skip
        return Page(
            url=url,
            template="stories.html.jinja",
            title=title,
            finding=title,
            active=registry.entry_of(Feature.TYPE),
            breadcrumbs=(*breadcrumbs(built.portfolio, feature), ref(feature)),
            values={"stories": found},
        )

    return PageSpec(url, make, None, sections=sections, made_from=str(number))


def item_spec(item: Item, sections: tuple[SectionSpec, ...] = ()) -> PageSpec:
    """The page of an item; its figures are computed when it is asked for."""
    id = item.id

    def make(built: Built) -> Page:
        item = built.portfolio[id]
        view = item_view(built.portfolio, item, built.figures)
        return Page(
            url=url_of(item),
            template="item.html.jinja",
            title=ref(item).name,
            finding=view.finding,
            summary=view.summary,
            active=registry.entry_of(item.TYPE),
            description=message(
                "{type} {id}: {title}", type=heading(item.WORD), id=item.id, title=item.title
            ),
            breadcrumbs=view.thread,
            source=view.file,
            line=view.line,
            feed=item.id if isinstance(item, FEED_TYPES) else "",
            values={"view": view},
        )

    origin = item.origin
    search, path = search_entry(item), str(origin.path)
    return PageSpec(url_of(item), make, search, origin, path, item.title, sections=sections)


def search_entry(item: Item) -> SearchEntry:
    """What the search knows of an item."""
    return SearchEntry(
        item.id,
        item.title,
        item.WORD,
        item.owner or "",
        getattr(item, "state", None) or "",
        item.tags,
        None if item.origin.prefix else item.origin,
    )


def not_found_spec() -> PageSpec:
    """The page that a server gives for an address without a page; no page links to it."""

    def make(built: Built) -> Page:
        return Page(
            url=NOT_FOUND,
            template="not_found.html.jinja",
            title=message("Page not found"),
            finding=message("There is no page at this address"),
            summary=message("An item may have been renamed or withdrawn since the link was made."),
        )

    return PageSpec(NOT_FOUND, make, None)
