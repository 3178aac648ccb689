"""Pages become HTML: our own templates, always escaped, with no name left undefined."""

import json
import posixpath
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from hashlib import sha256
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import quote

from babel import Locale
from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from leanfolio import __version__
from leanfolio.cache.compiled import KeptTemplates
from leanfolio.cache.page_dependencies import Answers, Memory, Questions, handed
from leanfolio.cache.page_texts import keep, key_of, recalled, salt_of
from leanfolio.cache.store import Store, making
from leanfolio.markdown.render import Body, Destination, resolve
from leanfolio.markdown.scan import Block, LinkKind, first_heading
from leanfolio.model import Increment
from leanfolio.model.portfolio import Portfolio
from leanfolio.model.source import Content
from leanfolio.output.html.bodies import Begun, begin_bodies
from leanfolio.output.html.drawing import draw
from leanfolio.output.html.graphviz_engine import EmbeddedGraphviz, Engine
from leanfolio.output.html.layout import Layout, Shape, lay_out, shape_of
from leanfolio.output.html.say import Say, sort_value
from leanfolio.output.html.small_drawings import interval, spark_height, spark_points
from leanfolio.read.yaml import parse
from leanfolio.views.built import Built
from leanfolio.views.graph import Graph, in_order
from leanfolio.views.lists import is_running
from leanfolio.views.page_spec import Page, PageSpec
from leanfolio.views.pages import embedded_view, navigation, page_specs, prose_url
from leanfolio.views.ref import url_of
from leanfolio.wording.language import Language, catalogue

BATCH = 64  # pages made ready at a time
Make = Callable[[Built], dict[str, str]]  # what makes files: path below the site's root -> text


@dataclass(frozen=True)
class Frame:
    """What a site says around all its pages."""

    name: str
    commit: str = ""
    commit_url: str | None = None
    edit_url: str | None = None  # with a trailing slash: what a source path is appended to
    site_url: str | None = None
    language: str = "en"
    workers: int = 1
    assets: frozenset[str] = frozenset()  # the pictures and documents that are published
    translations: bytes = b""  # the .po file of the language; without one its words are English

    @property
    def language_of_words(self) -> str:
        """The language of its sentences: numbers and days follow `language` all the same."""
        language = self.language.replace("_", "-")
        return language if self.translations or language.split("-")[0] == "en" else "en"

    def printer(self) -> Language:
        """What prints sentences, numbers and days. Raises ValueError for a wrong .po file."""
        return Language(self.language, catalogue(self.translations) if self.translations else None)

    def for_pages(self) -> "Frame":
        """The same without what pages rest on otherwise: files by their links, words by a salt."""
        return replace(self, workers=0, assets=frozenset(), translations=b"")


def templates_folder() -> Path:
    """The templates: inside the installed package, or beside the generator in its repository."""
    packaged = Path(__file__).parents[2] / "templates"
    return packaged if packaged.is_dir() else Path(__file__).parents[4] / "templates"


class Site:
    """All pages of one build. Reads nothing but templates; writes nothing at all."""

    def __init__(
        self,
        built: Built,
        frame: Frame,
        engine: Engine,
        store: Store | None = None,
        overrides: Sequence[Path] = (),
        cache: Path | None = None,
        content: Content | None = None,
        project: str = "",
        others: Mapping[str, Make] | None = None,
    ) -> None:
        """`content` is what was built from, and `project` says which of several it is: with these
        and a store, what is as it was is known without making it. `others` make what is no page."""
        self.built = built
        self.project = project
        self.others = others or {}
        self.frame = frame
        self.engine = engine
        self.store = store
        self.say = Say(frame.printer())
        self.layouts: dict[Shape, Layout] = {}
        self.kept = recalled_layouts(store)
        self.kept_before = len(self.kept)
        self.ready: dict[str, str] = {}
        self.nav = lru_cache(256)(self._nav)
        self.folders = (*overrides, templates_folder())
        self.slots = tuple(page_specs(built))
        # For each site anew: a template may be edited while `serve` runs.
        self.salt = salt_of(making(self.folders), engine.version, frame.translations)
        self.environment = self._environment(self.folders, cache)
        self.memory = self._memory(content)
        self.begins = {slot.url: self._begin(slot) for slot in self.slots}
        self.begins |= dict.fromkeys(self.others, b"")
        self.notes = self.memory.holding(self.begins) if self.memory else {}
        new = [slot for slot in self.slots if slot.url not in self.notes and slot.body.strip()]
        self.with_prose = [slot.url for slot in new]
        self.begun: Begun | None = self._begun(new)
        if not self.kept and isinstance(engine, EmbeddedGraphviz):
            engine.prepare()  # after the processes above: a thread would keep them from forking

    def _begun(self, slots: Sequence[PageSpec]) -> Begun:
        """The prose of these pages, which is being rendered."""
        texts = [slot.body for slot in slots]
        drops = [first_heading(slot.body) == slot.heading for slot in slots]
        return begin_bodies(texts, self.store, self.frame.workers, drops)

    @cached_property
    def bodies(self) -> dict[str, Body]:
        """The prose of every page that has some and is made anew, by address, until it is taken."""
        begun, self.begun = self.begun, None
        return dict(zip(self.with_prose, begun.bodies(), strict=True)) if begun else {}

    def body_of(self, slot: PageSpec) -> Body | None:
        """The prose of a page, which is then forgotten: all of it is more than the pages need."""
        found = self.bodies.pop(slot.url, None)
        if found is None and slot.body.strip():
            return self._begun([slot]).bodies()[0]  # asked for again, or its text is not kept
        return found

    # What earlier builds have made

    def _memory(self, content: Content | None) -> Memory | None:
        """The notes on this project's pages, where there is a place to keep them."""
        if content is None or self.store is None:
            return None
        portfolio = self.built.portfolio
        withheld, links = sorted(portfolio.withheld), (self.nav_groups, portfolio.policy.currency)
        everywhere = (
            self.project,
            self.frame.for_pages(),
            self.built.as_of,
            self.site,
            links,
            withheld,
        )
        answers = Answers(self.built, content, files=self.by_file, assets=self.assets)
        return Memory(self.store, answers, salt_of(self.salt, everywhere))

    def _begin(self, slot: PageSpec) -> bytes:
        """What a page rests on without asking: its address, and the file of its prose."""
        path = PurePosixPath(slot.body_path)
        file = self.memory.answers.of_file(path) if self.memory else b""
        rest = file or (slot.heading, slot.body)
        return repr((slot.url, slot.body_path, rest)).encode("utf-8", "surrogatepass")

    def other(self, name: str) -> dict[str, bytes]:
        """What is no page, made anew: each file with its bytes."""
        questions: Questions = {}
        made = self.others[name](self.noted(questions))
        found = {path: text.encode() for path, text in made.items()}
        if self.memory:
            files = {path: sha256(data).hexdigest() for path, data in found.items()}
            self.memory.keep({name: self.memory.note(files, self.begins[name], questions)})
        return found

    def noted(self, questions: Questions) -> Built:
        """All that is built, to make something from; what it asks is noted where notes are kept."""
        return self.memory.answers.noted(questions) if self.memory else self.built

    def html(self, slot: PageSpec) -> str:
        """One page, whole. Pages are made ready in batches, as MkDocs asks for them in order."""
        if slot.url not in self.ready:
            start, known = self.place_of[slot.url], slot.url in self.notes
            alike = (each for each in self.slots[start:] if (each.url in self.notes) == known)
            batch = list(islice(alike, BATCH))
            self.ready.update(self._as_noted(batch) if known else {})
            self.ready.update(self._batch([each for each in batch if each.url not in self.ready]))
        return self.ready.pop(slot.url)

    def _as_noted(self, slots: Iterable[PageSpec]) -> dict[str, str]:
        """The texts that are kept of these pages, of which the notes hold."""
        notes = {slot.url: self.notes[slot.url] for slot in slots}
        texts = recalled(self.store, [note.key for note in notes.values()])
        return {
            url: text
            for url, note in notes.items()
            if (text := texts.get(note.key)) is not None
            and sha256(text.encode()).hexdigest() == note.files.get(url)
        }

    @cached_property
    def place_of(self) -> dict[str, int]:
        return {slot.url: number for number, slot in enumerate(self.slots)}

    def _batch(self, slots: Sequence[PageSpec]) -> dict[str, str]:
        """These pages by address: those whose inputs are unchanged as they were kept."""
        asked: dict[str, Questions] = {slot.url: {} for slot in slots}
        given = {slot.url: self._given(slot, asked[slot.url]) for slot in slots}
        frame = self.frame.for_pages()
        keys = {
            url: key_of(self.salt, page.template, values, frame, self.built.as_of)
            for url, (page, values) in given.items()
        }
        known = recalled(self.store, keys.values())
        made = {
            url: self.environment.get_template(page.template).render(values)
            for url, (page, values) in given.items()
            if keys[url] not in known
        }
        keep(self.store, {keys[url]: text for url, text in made.items()})
        found = {url: made[url] if url in made else known[key] for url, key in keys.items()}
        if self.memory:
            self.memory.keep(
                {
                    url: self.memory.note(
                        {url: sha256(text.encode()).hexdigest()},
                        self.begins[url],
                        asked[url],
                        keys[url],
                    )
                    for url, text in found.items()
                }
            )
        return found

    def _given(self, slot: PageSpec, questions: Questions) -> tuple[Page, dict[str, Any]]:
        """All that the template of this page is given, and what was asked for it."""
        built = self.noted(questions)
        page = slot.page(built)
        body = self.body_of(slot)
        prose = Markup(self.resolved(body.html, slot, built, questions)) if body else Markup()  # noqa: S704
        return page, {
            **page.values,
            "page": self.around(page),
            "site": self.site,
            "body": prose,
            "carried": Markup(self.carried_html(built, page.embedded, page.root)),  # noqa: S704
            "currency": self.built.portfolio.policy.currency,
        }

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
        """Remember the layouts that this build has worked out, for the next."""
        if self.store is not None and len(self.kept) > self.kept_before:
            text = json.dumps({key: value.decode("latin-1") for key, value in self.kept.items()})
            self.store.put_many({LAYOUTS: text.encode()})
        if self.memory is not None:
            self.memory.close()

    def _environment(self, folders: Iterable[Path], cache: Path | None) -> Environment:
        environment = Environment(
            loader=FileSystemLoader([str(folder) for folder in folders]),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
            bytecode_cache=KeptTemplates(cache),
        )
        say = self.say
        printers = {root: say.value(root) for root in ("", "../", "../../")}
        environment.filters.update(
            money=say.money,
            number=say.number,
            figures=say.figures,
            text=say.text,
            percent=say.percent,
            day=say.day,
            said=lambda value, root: printers.get(root, say.value(root))(value),
            sort_value=sort_value,
            spark_height=spark_height,
            spark_points=spark_points,
            interval=interval,
            kinds=lambda graph: {edge.kind for edge in graph.edges},
            drawn=with_root(self.drawn),
        )
        return environment


def item_at(portfolio: Portfolio, id: str, root: str) -> Destination | None:
    """Where a link to an item leads; what is withheld is named as such."""
    if id in portfolio.withheld:
        return Destination("", "(withheld)")
    item = portfolio.items.get(id)
    return Destination(root + url_of(item), f"{item.id} {item.title}") if item else None


LAYOUTS = b"layouts"


def recalled_layouts(store: Store | None) -> dict[str, bytes]:
    """The layouts of earlier builds, each by its shape and engine."""
    found = store.get_many([LAYOUTS]).get(LAYOUTS) if store is not None else None
    try:
        kept = json.loads(found) if found else {}
        return {key: value.encode("latin-1") for key, value in kept.items()}
    except (ValueError, AttributeError):
        return {}


def with_root(drawn: Callable[[Graph, str, str], Markup]) -> Callable[..., Markup]:
    """The drawing filter, told by the page itself where the site's root lies."""

    @pass_context
    def drawn_here(context: Context, graph: Graph, ident: str) -> Markup:
        return drawn(graph, context["page"]["root"], ident)

    return drawn_here
