"""Makes the pages of one build, in this process or in another: from the build, without a cache."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import cache, partial
from pathlib import Path
from typing import Any, Self

from markupsafe import Markup
from msgspec import Struct, field

from leanfolio.cache.digest import digest
from leanfolio.cache.tracking import (
    Dependencies,
    Recorder,
    TrackedMapping,
    track,
    with_tracked_prose,
)
from leanfolio.disk.templates import templates_folder
from leanfolio.markdown.render import Body
from leanfolio.output.html.bodies import body_of, has_prose
from leanfolio.output.html.environment import environment_of, with_root
from leanfolio.output.html.graphs import Graphs
from leanfolio.output.html.graphviz_engine import Engine
from leanfolio.output.html.page_maker import PageMaker, PageSource
from leanfolio.output.html.say import Say, sort_value, with_link
from leanfolio.output.html.settings import SiteSettings
from leanfolio.output.html.small_drawings import interval, spark_height, spark_points, svg_percent
from leanfolio.output.html.stamp import Stamp
from leanfolio.output.html.template_words import TemplateWords
from leanfolio.output.sections import sections_of
from leanfolio.output.unique_ids import with_unique_ids
from leanfolio.views.built import Built
from leanfolio.views.funding.bars import ROOM, Bar
from leanfolio.views.lines import in_lines
from leanfolio.views.page_spec import Page, PageSpec
from leanfolio.views.pages import page_specs


class FactoryParts(Struct, frozen=True):
    """All that a factory is made from. Can be pickled, so another process can make one."""

    built: Built
    settings: SiteSettings
    engine: Engine
    overrides: tuple[Path, ...] = ()  # folders of templates that come before ours
    cache: Path | None = None  # where compiled templates lie
    layouts: Mapping[str, bytes] = field(default_factory=dict)  # of graphs, by digest


def recorded_source(tracked: Built, maker: PageMaker, recorder: Recorder) -> PageSource:
    """What pages read of a tracked build, and of its files and attachments, all recorded."""
    return PageSource(
        tracked,
        TrackedMapping(maker.files, "files", recorder),
        TrackedMapping(maker.assets, "assets", recorder),
        TrackedMapping(maker.named, "named", recorder),
        recorder,
    )


class ShownPage(Struct, frozen=True):
    """What a page shows beside its prose, the digest of that, and what was read to make it."""

    page: Page
    digest: bytes
    asked: Dependencies


class MadePage(Struct, frozen=True):
    """The text of a page in pieces, every second one a value of the stamp; and what it read.

    `shown` is the digest of the values that it shows, `asked` what was read to make those, and
    `printed` what was read while they were printed.
    """

    pieces: Sequence[str]
    shown: bytes
    asked: Dependencies
    printed: Dependencies


class MadePages(Struct, frozen=True):
    """Pages by address, with what was made for them and is worth keeping."""

    pages: Mapping[str, MadePage]
    bodies: Mapping[str, Body]  # prose of them and their sections that was rendered, by address
    layouts: Mapping[str, bytes]  # of their graphs, where they were new, by digest


def digest_of(page: Page) -> bytes:
    """The digest of all that a page shows beside its prose: values hold no item, and no code."""
    return digest(repr(page).encode("utf-8", "surrogatepass"))


class PageFactory:
    """Makes any page of a build. Reads templates; writes nothing but compiled ones."""

    def __init__(self, parts: FactoryParts) -> None:
        self.parts = parts
        self.slots = tuple(page_specs(parts.built))
        currency = parts.built.portfolio.policy.currency
        self.say = Say(
            parts.settings.printer(), currency, parts.settings.commits_url,
            parts.settings.edit_url or "",
        )  # fmt: skip
        self.graphs = Graphs(parts.engine, self.say, parts.layouts)
        self.folders = (*parts.overrides, templates_folder())
        words = TemplateWords(self.say.language.words, parts.settings.translations)
        environment = environment_of(self.folders, parts.cache, self._filters(), words)
        self.maker = PageMaker(parts.built, parts.settings, self.say, environment, self._stamp())
        maker = self.maker
        self.source = PageSource(parts.built, maker.files, maker.assets, maker.named)
        self.shown: dict[str, ShownPage] = {}  # by address, to be printed

    @classmethod
    def recording(cls, parts: FactoryParts) -> Self:
        """A factory whose pages come with what they read. The figures are those of the build."""
        factory, recorder = cls(parts), Recorder()
        figure = partial(getattr, parts.built.figures)
        tracked = track(with_tracked_prose(parts.built, recorder), figure, recorder)
        factory.source = recorded_source(tracked, factory.maker, recorder)
        return factory

    def make(self, numbers: Sequence[int], known: Mapping[str, Body]) -> MadePages:
        """Make these pages, by their place in `slots`; `known` is prose that is rendered already.

        `known` is by address, as all results are.
        """
        layouts = self.graphs.kept
        before = frozenset(layouts)
        pages: dict[str, MadePage] = {}
        bodies: dict[str, Body] = {}
        laid_out = dict(known)
        for slot in (self.slots[number] for number in numbers):
            for text in slot.texts:
                if text.url not in known and has_prose(text):
                    bodies[text.url] = laid_out[text.url] = body_of(text)
            pages[slot.url] = self._page(slot, laid_out)
        new = {key: layout for key, layout in layouts.items() if key not in before}
        return MadePages(pages, bodies, new)

    def _page(self, slot: PageSpec, bodies: Mapping[str, Body]) -> MadePage:
        shown = self.shown.pop(slot.url, None) or self._shown(slot)
        with self._recording() as printed:
            text = self.maker.text(slot, shown.page, bodies, self.source)
        return MadePage(self.maker.stamp.split(text), shown.digest, shown.asked, printed)

    def _shown(self, slot: PageSpec) -> ShownPage:
        with self._recording() as asked:
            page = slot.page(self.source.built)
        return ShownPage(page, digest_of(page) if self.source.recorder else b"", asked)

    def _recording(self) -> AbstractContextManager[Dependencies]:
        recorder = self.source.recorder
        return recorder.recording() if recorder else nullcontext({})

    def _stamp(self) -> Stamp:
        settings = self.parts.settings
        return Stamp(
            {
                "as_of": self.say.day(self.parts.built.as_of),
                "commit": settings.commit,
                "commit_url": settings.commit_url,
            }
        )

    def _name_lines(self, bar: Bar) -> tuple[str, ...]:
        """The name of a bar in lines, translated where it is a word of the format."""
        name = self.say.language.label(bar.title)
        return bar.lines if name == bar.title else in_lines(name, ROOM)

    def _filters(self) -> dict[str, Callable[..., Any]]:
        say = self.say
        printer = cache(say.value)  # one for each depth of a page
        return {
            "money": say.money,
            "number": say.number,
            "text": say.text,
            "label": say.language.label,
            "percent": say.percent,
            "day": say.day,
            "said": lambda value, root: printer(root)(value),
            "with_link": with_link,
            "sort_value": sort_value,
            "name_lines": self._name_lines,
            "spark_height": spark_height,
            "spark_points": spark_points,
            "interval": interval,
            "svg_percent": svg_percent,
            "kinds": lambda graph: {edge.kind for edge in graph.edges},
            "sections": sections_of,
            "unique_ids": lambda content, prose: Markup(  # noqa: S704
                with_unique_ids(content, prose)
            ),
            "drawn": with_root(self.graphs.draw),
        }
