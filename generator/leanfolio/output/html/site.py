"""All pages of a site, from what earlier builds have made and what has to be made anew."""

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any

from leanfolio.cache.store import Store
from leanfolio.cache.tracking import Dependencies
from leanfolio.disk.templates import templates_folder
from leanfolio.model.source import Content
from leanfolio.output.html.bodies import PageBodies
from leanfolio.output.html.cached_pages import CachedPages
from leanfolio.output.html.environment import environment_of, rendering_digest, with_root
from leanfolio.output.html.graphs import Graphs
from leanfolio.output.html.graphviz_engine import Engine
from leanfolio.output.html.page_maker import PageMaker
from leanfolio.output.html.say import Say, sort_value
from leanfolio.output.html.settings import SiteSettings
from leanfolio.output.html.small_drawings import interval, spark_height, spark_points, svg_percent
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

    def standing_files(self, name: str) -> Mapping[str, str] | None:
        """The SHA-256 of each file of a page, or of another output, that the old site has as it is
        to be; None of what has to be written."""
        return self.cached.standing_files(name) if self.cached else None

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
            "text": say.text,
            "percent": say.percent,
            "day": say.day,
            "said": lambda value, root: printers.get(root, say.value(root))(value),
            "sort_value": sort_value,
            "spark_height": spark_height,
            "spark_points": spark_points,
            "interval": interval,
            "svg_percent": svg_percent,
            "kinds": lambda graph: {edge.kind for edge in graph.edges},
            "drawn": with_root(self.graphs.draw),
        }
