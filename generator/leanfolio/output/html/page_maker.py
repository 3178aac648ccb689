"""The text of one page: its view, its prose and what stands around them, through its template."""

import posixpath
from collections.abc import Mapping
from functools import cached_property, lru_cache
from itertools import chain, count
from typing import Any
from urllib.parse import quote, urlsplit

from babel import Locale
from jinja2 import Environment
from markupsafe import Markup
from msgspec import Struct
from msgspec.structs import replace

from leanfolio import __version__
from leanfolio.cache.tracking import Recorder
from leanfolio.markdown.render import Body, Destination, anchor_in, as_section, resolve
from leanfolio.markdown.scan import Block, LinkKind, slug
from leanfolio.model import Increment
from leanfolio.model.hidden_fields import NOT_SHOWN
from leanfolio.model.portfolio import Portfolio
from leanfolio.output.feeds import CALENDAR, atom_path, json_path
from leanfolio.output.html.brand import brand_frame
from leanfolio.output.html.fitting import fitting_page
from leanfolio.output.html.say import Say
from leanfolio.output.html.settings import SiteSettings
from leanfolio.output.html.stamp import Stamp
from leanfolio.output.row_anchors import with_row_anchors
from leanfolio.output.script_words import words_file
from leanfolio.read.yaml import parse
from leanfolio.views import registry
from leanfolio.views.built import Built
from leanfolio.views.cell import Table
from leanfolio.views.looking_back import note_on_the_past
from leanfolio.views.page_spec import Page, PageSpec, ProseSpec, SectionSpec
from leanfolio.views.pages import NOT_FOUND, embedded_views, navigation, prose_url
from leanfolio.views.partial import WHAT_MAY_BE_READ
from leanfolio.views.ref import ref, url_of
from leanfolio.wording import message

MOST_PROSE_PAGES = 12  # in the navigation
Named = tuple[str, str, str]  # of an item: its address, its title, and how a link names it


class PageSource(Struct, frozen=True):
    """What pages read. With a recorder, the other values tell it what is read of them."""

    built: Built
    files: Mapping[str, tuple[str, str]]  # the address and title of what each file holds
    assets: Mapping[str, str]
    named: Mapping[str, Named]  # what prose links to by its id
    recorder: Recorder | None = None


class PageMaker:
    """Makes pages from a build. What stands around all pages is read once, when first needed."""

    def __init__(
        self, built: Built, settings: SiteSettings, say: Say, environment: Environment, stamp: Stamp
    ) -> None:
        self.built = built
        self.settings = settings
        self.say = say
        self.environment = environment
        self.stamp = stamp
        self.nav = lru_cache(256)(self._nav)

    def text(
        self,
        slot: PageSpec,
        page: Page,
        bodies: Mapping[str, Body],
        source: PageSource,
    ) -> str:
        """One page with placeholders for its stamp.

        `page` is what its slot made from `source`, from which all else that is the page's own is
        read too. `bodies` holds its prose, by address.
        """
        anchors: set[str] = set()

        def prose(text: ProseSpec) -> Markup:
            body = bodies.get(text.url)
            if body is None:
                return Markup()
            html = self.resolved(body.html, text, source, anchors)
            if isinstance(text, SectionSpec):
                html = as_section(html, text.anchor, body.title.slug if body.title else None)
            return Markup(html)  # noqa: S704

        own = prose(slot)
        carried = self.embedded_html(source.built, page.embedded, page.root, anchors)
        values = {
            **page.values,
            "page": self.frame_values(page),
            "site": self.site_values,
            "body": own,
            "carried": Markup(carried),  # noqa: S704
            "currency": self.built.portfolio.policy.currency,
        }
        template = self.environment.get_template(page.template)
        sections = {section.anchor: section for section in slot.sections}
        text = fitting_page(
            lambda prose_of: template.render({**values, "prose_of": prose_of.get}),
            {anchor: prose(section) for anchor, section in sections.items()},
            lambda anchor: self.as_written(sections[anchor].body),
        )
        return with_row_anchors(text)

    def as_written(self, body: str) -> Markup:
        """Prose without a layout, with the reason for that."""
        why = message("The page has no room to lay this text out; this is how it was written.")
        return Markup(
            '<p class="note">{}</p>\n<pre class="as-written" dir="auto" tabindex="0">{}</pre>'
        ).format(self.say.text(why), body.strip())

    # What stands around a page

    def frame_values(self, page: Page) -> dict[str, Any]:
        """What the frame says of this page."""
        root, settings = self.root_of(page), self.settings
        source_url = None
        if page.source and settings.edit_url:
            source_url = f"{settings.edit_url}{quote(page.source)}"
        permanent = f"{settings.site_url}{quote(page.url)}" if settings.site_url else None
        if permanent is None and settings.edition:
            permanent = quote(posixpath.basename(page.url))  # its own address, which stays
        if page.url == NOT_FOUND:
            permanent = None  # it is shown at any address
        finding = self.say.text(page.finding)
        return {
            "root": root,
            "nav": self.nav(root, page.active, bool(page.breadcrumbs)),
            "title": self.say.text(page.title),
            "finding": finding,
            "summary": self.say.text(page.summary),
            "note": self.say.text(self.note_on(page)),
            "active": page.active,
            "description": self.say.text(page.description) if page.description else finding,
            "breadcrumbs": [(entry.name, root + entry.url) for entry in page.breadcrumbs],
            "source_url": source_url,
            "source_path": f"content/{page.source}" if page.source else None,
            "data_links": [(file, f"{root}data/{file}") for file in page.data_files],
            "permanent_url": permanent,
            "feeds": self.feed_links(page, root),
            "calendar": f"{root}{CALENDAR}",
        }

    def feed_links(self, page: Page, root: str) -> list[tuple[str, str, str]]:
        """The feeds of a page, its own first: each with its title and both addresses."""
        every = [("portfolio", self.settings.name)]
        if page.feed:
            every.insert(0, (page.feed, self.say.text(page.title)))
        return [
            (title, f"{root}{quote(atom_path(name))}", f"{root}{quote(json_path(name))}")
            for name, title in every
        ]

    def note_on(self, page: Page) -> str:
        """What holds for all figures of a page: which go back to an earlier day, and whether they
        are those of all content, or of what this audience may read."""
        portfolio, view = self.built.portfolio, registry.find(page.active or "")
        if view is None:
            return ""
        past = note_on_the_past(portfolio, self.built.as_of, view.undated)
        parts = (past, WHAT_MAY_BE_READ if portfolio.partial else "")
        return " ".join(filter(None, map(self.say.text, parts)))

    def root_of(self, page: Page) -> str:
        """The path from a page to the root of the site.

        The page for an address without a page is served at any depth, so that its path starts at
        the server: at the site's address, or at the server's root where that is not configured.
        """
        if page.url == NOT_FOUND:
            return urlsplit(self.settings.site_url or "/").path or "/"
        return page.root

    @cached_property
    def nav_groups(self) -> list[Any]:
        """The navigation, with the pages of prose that stand beside the views."""
        own = [
            (page.title, quote(prose_url(page)), prose_url(page))
            for page in self.built.portfolio.pages
            if len(page.origin.path.parts) == 1 and page.origin.path.stem not in ("index", "README")
        ]
        text = self.say.text
        groups: list[Any] = [
            (text(heading), tuple((text(title), url, key) for title, url, key in entries))
            for heading, entries in navigation(self.built)
        ]
        return [*groups, *([(text(message("More")), tuple(own[:MOST_PROSE_PAGES]))] if own else [])]

    def _nav(self, root: str, active: str | None, inside: bool) -> Markup:
        """The links of the navigation, for all pages at this depth that lie in this entry."""
        template = self.environment.get_template("parts/nav.html.jinja")
        text = template.render(groups=self.nav_groups, root=root, active=active, inside=inside)
        return Markup(text)  # noqa: S704

    @cached_property
    def site_values(self) -> dict[str, Any]:
        """What the frame says of the site."""
        return {**self.constant_values, **self.stamp.placeholders}

    @cached_property
    def constant_values(self) -> dict[str, Any]:
        """What the frame says of the site beside the stamp: the same for all pages."""
        portfolio, as_of = self.built.portfolio, self.built.as_of
        language = self.settings.language_of_words
        running = (
            increment for increment in portfolio.items_of(Increment) if increment.runs_on(as_of)
        )
        return {
            "name": self.settings.name,
            "address": self.settings.site_url,
            "increment": next((increment.title for increment in running), None),
            "version": __version__,
            "edition": self.settings.edition,
            "theme": self.settings.theme,
            "brand": brand_frame(self.built, self.settings),
            "locale": str(Locale.parse(self.settings.language.replace("_", "-"), sep="-")),
            "edit_url": self.settings.edit_url,
            "commits_url": self.settings.commits_url,
            "language": language,
            "words": bool(words_file(self.say.language)),
            "direction": self.settings.direction,
        }

    # Links and views in prose

    def resolved(
        self,
        html: str,
        text: ProseSpec,
        source: PageSource,
        anchors: set[str],
    ) -> str:
        """Prose with every link to an item, a page or an image led to its address."""
        root = "../" * text.url.count("/")
        folder = posixpath.dirname(text.body_path)
        built = source.built

        def target(kind: LinkKind, written: str) -> Destination | None:
            if kind == "item":
                id, anchor = without_anchor(written)
                return item_destination(built.portfolio, source.named, id, root, anchor)
            path, anchor = without_anchor(written)
            full = posixpath.normpath(posixpath.join(folder, path.replace("%23", "#")))
            file = source.files.get(full)
            if file:
                return Destination(root + within(*file, anchor), file[1])
            if full in source.assets:
                return Destination(root + quote(full), "")
            return Destination("", NOT_SHOWN) if built.portfolio.partial else None

        def view(block: Block) -> str:
            return self.embedded_html(built, parse(block.text).values, root, anchors)

        return resolve(html, target, view)

    def embedded_html(
        self, built: Built, spec: Mapping[str, Any], root: str, anchors: set[str]
    ) -> str:
        """The tables that an author asks for in prose; empty if there is no such view.

        `anchors` holds those that stand on the page already, and gets the new ones.
        """
        macro = self.environment.get_template("parts/facts.html.jinja").module.plain_table  # type: ignore[attr-defined]
        return "".join(
            str(macro(with_own_anchor(table, anchors), root, heading=True, filterable=False))
            for table in (embedded_views(built, spec) if spec else ())
        )

    @cached_property
    def files(self) -> dict[str, tuple[str, str]]:
        """The address and title of what each file holds."""
        portfolio = self.built.portfolio
        files = {
            str(page.origin.path): (quote(prose_url(page)), page.title) for page in portfolio.pages
        }
        for item in portfolio.items.values():
            if not item.origin.prefix:
                files[str(item.origin.path)] = (url_of(item), item.title)
        policy = portfolio.policy
        files[str(policy.origin.path)] = (url_of(policy), policy.title)
        return files

    @cached_property
    def named(self) -> dict[str, Named]:
        """What a link in prose says of each item, by its id: it changes with nothing else of it."""
        items = self.built.portfolio.items
        return {id: (url_of(item), item.title, ref(item).name) for id, item in items.items()}

    @cached_property
    def assets(self) -> dict[str, str]:
        """The pictures and documents that are published, each by its path."""
        return {path: path for path in sorted(self.settings.assets)}


def with_own_anchor(table: Table, anchors: set[str]) -> Table:
    """The table with an anchor that the page has not yet: view-board, view-board-2."""
    numbered = (f"{table.anchor}-{n}" for n in count(2))
    names = chain([table.anchor], numbered)
    anchor = next(name for name in names if name not in anchors)
    anchors.add(anchor)
    return replace(table, anchor=anchor)


def item_destination(
    portfolio: Portfolio, named: Mapping[str, Named], id: str, root: str, anchor: str = ""
) -> Destination | None:
    """Where a link to an item leads; of one that is withheld nothing is shown."""
    if id in portfolio.withheld:
        return Destination("", NOT_SHOWN)
    item = named.get(id)
    if item is None and id in portfolio.absent:
        return Destination("", id)  # not there yet on the day that is looked back at
    if item is None:
        return None
    url, title, name = item
    return Destination(root + within(url, title, anchor), name)


def within(url: str, title: str, anchor: str) -> str:
    """The address of a heading, by that of the page or section of this title that it stands on."""
    if "#" in url and anchor and anchor[1:] == slug(title, {}):
        return url  # of a section its title is the whole
    return anchor_in(url, anchor)


def without_anchor(address: str) -> tuple[str, str]:
    """Return an address up to its first "#", and the rest: "#" and the anchor, or nothing."""
    start = address.find("#")
    return (address, "") if start < 0 else (address[:start], address[start:])
