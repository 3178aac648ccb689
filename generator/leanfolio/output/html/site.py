"""All pages of a site, from what earlier builds have made and what has to be made anew."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from functools import cached_property
from itertools import islice
from pathlib import Path

from leanfolio.cache.store import Store
from leanfolio.markdown.render import Body
from leanfolio.model.source import Content
from leanfolio.output.html.bodies import keep_bodies, stored_bodies
from leanfolio.output.html.cached_pages import CachedPages, as_bytes
from leanfolio.output.html.environment import rendering_digest
from leanfolio.output.html.graphs import keep_layouts, stored_layouts
from leanfolio.output.html.graphviz_engine import Engine
from leanfolio.output.html.page_factory import FactoryParts, MadePages, PageFactory
from leanfolio.output.html.page_workers import PageWorkers
from leanfolio.output.html.settings import SiteSettings
from leanfolio.views.built import Built
from leanfolio.views.page_spec import PageSpec
from leanfolio.views.pages import NOT_FOUND

BATCH = 64  # unchanged pages whose texts are read at a time
# What makes files: path below the site's root -> text, or the bytes of a picture.
Make = Callable[[Built], Mapping[str, str | bytes]]


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
        executor: Executor | None = None,
    ) -> None:
        """`overrides` are folders of templates that come before ours; compiled ones lie in `cache`.

        `content` is what was built from, and `project` tells several sites in one store apart: with
        these, outputs that would come out the same are not made again. `others` make what is no
        page, by a name for each. `executor` makes the pages, if there is one.
        """
        self.built = built
        self.store = store
        self.others = others or {}
        layouts = stored_layouts(store)
        parts = FactoryParts(built, settings, engine, tuple(overrides), cache, layouts)
        self.factory = PageFactory(parts)
        self.slots = self.factory.slots
        self.cached: CachedPages | None = None
        if content is not None and store is not None:
            rendering = rendering_digest(self.factory.folders, engine, settings.translations)
            self.cached = CachedPages(store, content, self.factory.maker, rendering, project)
            self.cached.find_unchanged(self.slots, self.others)
            self.factory.source = self.cached.source
            self.factory.shown = self.cached.shown
        self.unchanged = frozenset(self.cached.unchanged if self.cached else ())
        self.ready: dict[str, bytes] = {}
        self.layouts = dict(layouts)
        # The page for an address without a page is asked for out of order, and made when it is.
        settled = self.unchanged | {NOT_FOUND}
        new = [slot for slot in self.slots if slot.url not in settled]
        self.expected = frozenset(slot.url for slot in new)
        numbers = [self._positions[slot.url] for slot in new]
        self.workers = PageWorkers(
            self.factory, numbers, self._known, self._compute_figures, executor, settings.workers
        )

    def _known(self, numbers: Sequence[int]) -> dict[str, Body]:
        return stored_bodies(self.store, [self.slots[number] for number in numbers])

    def _compute_figures(self) -> None:
        """Compute all figures once, before other processes are to have them."""
        known = self.cached.fingerprints.all_figures() if self.cached else self.built.figures
        vars(self.built)["figures"] = known.computed()

    def html(self, slot: PageSpec) -> str:
        """One page, whole."""
        return self.page(slot).decode()

    def page(self, slot: PageSpec) -> bytes:
        """The file of a page. They are made ready in batches, as MkDocs asks for them in order."""
        if slot.url in self.unchanged and slot.url not in self.ready:
            self._recall_from(slot)
        while slot.url in self.expected and slot.url not in self.ready:
            try:
                made = self.workers.next_pages()
            except IndexError:
                break  # it was asked for before
            self.ready.update(self._kept(made))
        if slot.url not in self.ready:
            number = self._positions[slot.url]
            self.ready.update(self._kept(self.factory.make([number], self._known([number]))))
        return self.ready.pop(slot.url)

    def _recall_from(self, slot: PageSpec) -> None:
        """Read the texts of this unchanged page and the next ones from the cache."""
        start = self._positions[slot.url]
        unchanged = (other for other in self.slots[start:] if other.url in self.unchanged)
        if self.cached:
            self.ready.update(self.cached.kept_pages(list(islice(unchanged, BATCH))))

    def stamped_anew(self, slot: PageSpec, old: bytes | None) -> bytes | None:
        """The file of an unchanged page from that of the old site, of which this commit is not."""
        if self.cached is None or old is None:
            return None
        self.ready.pop(slot.url, None)
        return self.cached.stamped_anew(slot.url, old)

    @cached_property
    def _positions(self) -> dict[str, int]:
        return {slot.url: number for number, slot in enumerate(self.slots)}

    def _kept(self, made: MadePages) -> dict[str, bytes]:
        """The files of pages by address, once all that is worth it is kept for the next build."""
        slots = [self.slots[self._positions[url]] for url in made.pages]
        keep_bodies(self.store, slots, made.bodies)
        self.layouts.update(made.layouts)
        if self.cached is not None:
            return self.cached.keep_pages(made.pages)
        fill = self.factory.maker.stamp.fill
        return {url: fill(page.pieces)[0] for url, page in made.pages.items()}

    def other(self, name: str) -> dict[str, bytes]:
        """What is no page, made anew: each file with its bytes."""
        make = self.others[name]
        if self.cached is None:
            return as_bytes(make(self.built))
        return self.cached.make_other(name, make)

    def standing_files(self, name: str) -> Mapping[str, str] | None:
        """The SHA-256 of each file of a page, or of another output, that the old site has as it is
        to be; None of what has to be written."""
        return self.cached.standing_files(name) if self.cached else None

    def close(self) -> None:
        """Keep for the next build what was not kept yet."""
        self.workers.close()
        if len(self.layouts) > len(self.factory.parts.layouts):
            keep_layouts(self.store, self.layouts)
        if self.cached is not None:
            self.cached.close()
