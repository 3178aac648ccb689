"""All pages of a site, from what earlier builds have made and what has to be made anew."""

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any

from leanfolio.cache.store import Store
from leanfolio.cache.tracking import Dependencies
from leanfolio.model.source import Content
from leanfolio.output.html.bodies import PageBodies
from leanfolio.output.html.cached_pages import CachedPages
from leanfolio.output.html.environment import environment_of, rendering_digest, with_root
from leanfolio.output.html.graphs import Graphs
from leanfolio.output.html.graphviz_engine import Engine
from leanfolio.output.html.page_maker import PageMaker
from leanfolio.output.html.say import Say, sort_value
from leanfolio.output.html.settings import SiteSettings, templates_folder
from leanfolio.output.html.small_drawings import interval, spark_height, spark_points
from leanfolio.output.html.stamp import Stamp
from leanfolio.views.built import Built
from leanfolio.views.page_spec import PageSpec
from leanfolio.views.pages import page_specs

BATCH = 64  # pages made ready at a time
Make = Callable[[Built], dict[str, str]]  # what makes files: path below the site's root -> text


class Site:
    """All pages of one build. Reads nothing but templates; writes nothing but the cache."""

    def __init__(
        self,
        built: Built,
        settings: SiteSettings,
        engine: Engine,
        store: Store | None = None,
        overrides: Sequence[Path] = (),
        cache: Path | None = None,
        content: Content | None = None,
        project: str = "",
        others: Mapping[str, Make] | None = None,
    ) -> None:
        """`overrides` are folders of templates that come before ours; compiled ones lie in `cache`.

        `content` is what was built from, and `project` tells several sites in one store apart: with
        these, outputs that would come out the same are not made again. `others` make what is no
        page, by a name for each.
        """
        self.built = built
        self.settings = settings
        self.others = others or {}
        self.slots = tuple(page_specs(built))
        self.say = Say(settings.printer())
        self.graphs = Graphs(engine, store, self.say)
        folders = (*overrides, templates_folder())
        self.environment = environment_of(folders, cache, self._filters())
        self.maker = PageMaker(built, settings, self.say, self.environment, self._stamp())
        self.cached: CachedPages | None = None
        if content is not None and store is not None:
            rendering = rendering_digest(folders, engine, settings.translations)
            self.cached = CachedPages(store, content, self.maker, rendering, project)
            self.cached.find_unchanged(self.slots, self.others)
        self.unchanged = frozenset(self.cached.unchanged if self.cached else ())
        new = [slot for slot in self.slots if slot.url not in self.unchanged]
        self.bodies = PageBodies(new, store, settings.workers)
        self.graphs.prepare()
        self.ready: dict[str, str] = {}

    def _stamp(self) -> Stamp:
        return Stamp(
            {
                "as_of": self.say.day(self.built.as_of),
                "commit": self.settings.commit,
                "commit_url": self.settings.commit_url,
            }
        )

    def html(self, slot: PageSpec) -> str:
        """One page, whole. Pages are made ready in batches, as MkDocs asks for them in order."""
        if slot.url not in self.ready:
            start, known = self._positions[slot.url], slot.url in self.unchanged
            alike = (
                other for other in self.slots[start:] if (other.url in self.unchanged) == known
            )
            batch = list(islice(alike, BATCH))
            if self.cached and known:
                self.ready.update(self.cached.kept_texts(batch))
            self.ready.update(self._made([slot for slot in batch if slot.url not in self.ready]))
        return self.ready.pop(slot.url)

    @cached_property
    def _positions(self) -> dict[str, int]:
        return {slot.url: number for number, slot in enumerate(self.slots)}

    def _made(self, slots: Sequence[PageSpec]) -> dict[str, str]:
        """These pages made anew, by address."""
        maker, cached = self.maker, self.cached
        if cached is None:
            texts = {
                slot.url: maker.text(
                    slot, self.bodies.take(slot), self.built, maker.files, maker.assets
                )
                for slot in slots
            }
            return {url: maker.stamp.fill(maker.stamp.split(text)) for url, text in texts.items()}
        made: dict[str, tuple[str, Dependencies]] = {}
        for slot in slots:
            body = self.bodies.take(slot)
            with cached.recording() as dependencies:
                text = maker.text(slot, body, cached.built, cached.files, cached.assets)
            made[slot.url] = text, dependencies
        return cached.keep_pages(made)

    def other(self, name: str) -> dict[str, bytes]:
        """What is no page, made anew: each file with its bytes."""
        make = self.others[name]
        if self.cached is None:
            return {path: text.encode() for path, text in make(self.built).items()}
        return self.cached.make_other(name, make)

    def around(self, page: Page) -> dict[str, Any]:
        """What the frame says of this page."""
        root = page.root
        source_url = None
        if page.source and self.frame.edit_url:
            source_url = f"{self.frame.edit_url}{page.source}"
        permanent = f"{self.frame.site_url}{page.url}" if self.frame.site_url else None
        return {
            "root": root,
            "nav": self.nav(root, page.active, bool(page.breadcrumbs)),
            "title": self.say.text(page.title),
            "finding": self.say.text(page.finding),
            "lede": self.say.text(page.summary),
            "active": page.active,
            "description": self.say.text(page.description or page.finding),
            "breadcrumbs": [(each.name, root + each.url) for each in page.breadcrumbs],
            "source_url": source_url,
            "source_path": f"content/{page.source}" if page.source else None,
            "data_links": [
                (f"{name}.{kind}", f"{root}data/{name}.{kind}")
                for name in page.data
                for kind in ("json", "csv")
            ],
            "permanent_url": permanent,
        }

    @cached_property
    def nav_groups(self) -> list[Any]:
        """The navigation, with the pages of prose that stand beside the views."""
        own = [
            (page.title, prose_url(page), prose_url(page))
            for page in self.built.portfolio.pages
            if len(page.origin.path.parts) == 1 and page.origin.path.stem not in ("index", "README")
        ]
        text = self.say.text
        groups: list[Any] = [
            (text(heading), tuple((text(title), url, key) for title, url, key in entries))
            for heading, entries in navigation(self.built)
        ]
        return [*groups, *([("More", tuple(own[:12]))] if own else [])]

    def _nav(self, root: str, active: str | None, inside: bool) -> Markup:
        """The links of the navigation, for all pages at this depth that lie in this entry."""
        groups = self.nav_groups
        template = self.environment.get_template("parts/nav.html.jinja")
        text = template.render(groups=groups, root=root, active=active, inside=inside)
        return Markup(text)  # noqa: S704

    @cached_property
    def site(self) -> dict[str, Any]:
        portfolio, as_of = self.built.portfolio, self.built.as_of
        running = (
            increment for increment in portfolio.items_of(Increment) if is_running(increment, as_of)
        )
        return {
            "name": self.frame.name,
            "increment": next((each.title for each in running), None),
            "as_of": self.say.day(as_of),
            "commit": self.frame.commit,
            "commit_url": self.frame.commit_url,
            "edit_url": self.frame.edit_url,
            "version": __version__,
            "language": self.frame.language_of_words,
            "direction": Locale.parse(self.frame.language_of_words, sep="-").text_direction,
        }

    def resolved(self, html: str, slot: PageSpec, built: Built, questions: Questions) -> str:
        """Prose with every link to an item, a page or an image led to its address."""
        root = "../" * slot.url.count("/")
        folder = posixpath.dirname(slot.body_path)
        files = handed(self.by_file, "files", questions)
        assets = handed(self.assets, "assets", questions)

        def target(kind: LinkKind, said: str) -> Destination | None:
            if kind == "item":
                id, hash, anchor = said.partition("#")
                found = item_at(built.portfolio, id, root)
                return replace(found, url=found.url + hash + anchor) if found and hash else found
            path, hash, anchor = said.partition("#")
            full = posixpath.normpath(posixpath.join(folder, path.replace("%23", "#")))
            found = files.get(full)
            if found:
                return Destination(root + found[0] + hash + anchor, found[1])
            return Destination(root + quote(full), "") if full in assets else None

        def view(block: Block) -> str:
            return self.carried_html(built, parse(block.text).values, root)

        return resolve(html, target, view)

    @cached_property
    def assets(self) -> Mapping[str, str]:
        """The pictures and documents that are published, each by its path."""
        return {path: path for path in sorted(self.frame.assets)}

    @cached_property
    def by_file(self) -> dict[str, tuple[str, str]]:
        """The address and title of what each file holds."""
        portfolio = self.built.portfolio
        found = {str(page.origin.path): (prose_url(page), page.title) for page in portfolio.pages}
        for item in portfolio.items.values():
            if not item.origin.prefix:
                found[str(item.origin.path)] = (url_of(item), item.title)
        found[str(portfolio.policy.origin.path)] = ("vision.html", portfolio.policy.title)
        return found

    def carried_html(self, built: Built, spec: Mapping[str, Any], root: str) -> str:
        if not spec:
            return ""
        table = embedded_view(built, spec)
        if table is None:
            return ""
        macro = self.environment.get_template("parts/facts.html.jinja").module.plain_table  # type: ignore[attr-defined]
        return str(macro(table, root, heading=True, filterable=False))

    def drawn(self, graph: Graph, root: str, ident: str) -> Markup:
        """A graph as SVG, laid out once per shape."""
        ordered = in_order(graph)
        shape = shape_of(ordered)
        if shape not in self.layouts:
            self.layouts.update(lay_out([shape], self.engine, self.kept))
        nodes = tuple(
            replace(node, url=root + node.url) if node.url else node for node in ordered.nodes
        )
        folded = tuple(map(self.say.text, ordered.folded))
        rooted = replace(ordered, nodes=nodes, title=self.say.text(ordered.title), folded=folded)
        return Markup(draw(rooted, self.layouts[shape], ident=ident))  # noqa: S704

    def close(self) -> None:
        """Keep for the next build what was not kept yet."""
        self.graphs.close()
        if self.cached is not None:
            self.cached.close()

    def _filters(self) -> dict[str, Callable[..., Any]]:
        say = self.say
        printers = {root: say.value(root) for root in ("", "../", "../../")}
        return {
            "money": say.money,
            "number": say.number,
            "figures": say.figures,
            "text": say.text,
            "percent": say.percent,
            "day": say.day,
            "said": lambda value, root: printers.get(root, say.value(root))(value),
            "sort_value": sort_value,
            "spark_height": spark_height,
            "spark_points": spark_points,
            "interval": interval,
            "kinds": lambda graph: {edge.kind for edge in graph.edges},
            "drawn": with_root(self.graphs.draw),
        }
