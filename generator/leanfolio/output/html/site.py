"""Pages become HTML: our own templates, always escaped, with no name left undefined."""

import json
import posixpath
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cached_property, lru_cache
from hashlib import sha256
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import quote

import babel
import jinja2
import markdown_it
from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from leanfolio import __version__
from leanfolio.cache.compiled import CompiledTemplates
from leanfolio.cache.digest import digest, generator_digest
from leanfolio.cache.entry import CacheEntry
from leanfolio.cache.fingerprints import Fingerprints
from leanfolio.cache.page_dependencies import LastBuild
from leanfolio.cache.page_texts import PAGE_TEXTS
from leanfolio.cache.store import Store
from leanfolio.cache.tracking import Dependencies, TrackedMapping
from leanfolio.markdown.render import Body, Destination, resolve
from leanfolio.markdown.scan import Block, LinkKind, first_heading
from leanfolio.model import Increment
from leanfolio.model.business_case import IN_WORDS
from leanfolio.model.portfolio import Portfolio
from leanfolio.model.source import Content
from leanfolio.output.html.bodies import Begun, begin_bodies
from leanfolio.output.html.drawing import draw
from leanfolio.output.html.layout import EmbeddedGraphviz, Engine, Layout, Shape, lay_out, shape_of
from leanfolio.output.html.say import Say
from leanfolio.read.yaml import parse
from leanfolio.views.board import Board, Card, Column
from leanfolio.views.built import Built
from leanfolio.views.cell import Sentence, Tag
from leanfolio.views.embedded import carried
from leanfolio.views.graph import Graph, in_order
from leanfolio.views.home import DecisionNeeded
from leanfolio.views.lists import is_running
from leanfolio.views.pages import Page, Slot, nav, prose_url, slots
from leanfolio.views.phrase import in_words
from leanfolio.views.problems import ProblemRow
from leanfolio.views.ref import Ref, url_of
from leanfolio.views.strategy import Branch
from leanfolio.wording import Money

BATCH = 64  # pages made ready at a time
MOST_CARDS = 30  # in one column; what is beyond is counted, and listed with the epics
Make = Callable[[Built], dict[str, str]]  # what makes files: path below the site's root -> text
TONE = {"red": "bad", "yellow": "warn", "green": "good"}


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


def templates_folder() -> Path:
    """The templates: inside the installed package, or beside the generator in its repository."""
    packaged = Path(__file__).parents[2] / "templates"
    return packaged if packaged.is_dir() else Path(__file__).parents[4] / "templates"


# The libraries that print a page.
VERSIONS = (babel.__version__, jinja2.__version__, markdown_it.__version__, sys.version)


def made_by(folders: tuple[Path, ...], engine: Engine) -> bytes:
    """The digest of what makes all pages: code, templates, layout engine, libraries."""
    return digest(repr((generator_digest(folders), engine.version, VERSIONS)).encode())


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
        self.say = Say(frame.language, built.portfolio.policy.currency)
        self.layouts: dict[Shape, Layout] = {}
        self.kept = dict(LAYOUTS.get_many(store, [LAYOUTS.key()]).get(LAYOUTS.key(), {}))
        self.kept_before = len(self.kept)
        self.ready: dict[str, str] = {}
        self.nav = lru_cache(256)(self._nav)
        self.folders = (*overrides, templates_folder())
        self.slots = tuple(slots(built))
        # For each site anew: a template may be edited while `serve` runs.
        self.salt = made_by(self.folders, engine)
        self.environment = self._environment(self.folders, cache)
        self.memory = self._memory(content)
        self.begins = {slot.url: self._begin(slot) for slot in self.slots}
        self.begins |= dict.fromkeys(self.others, b"")
        self.notes = self.memory.unchanged(self.begins) if self.memory else {}
        new = [slot for slot in self.slots if slot.url not in self.notes and slot.body.strip()]
        self.with_prose = [slot.url for slot in new]
        self.begun: Begun | None = self._begun(new)
        if not self.kept and isinstance(engine, EmbeddedGraphviz):
            engine.prepare()  # after the processes above: a thread would keep them from forking

    def _begun(self, slots: Sequence[Slot]) -> Begun:
        """The prose of these pages, which is being rendered."""
        texts = [slot.body for slot in slots]
        drops = [first_heading(slot.body) == slot.heading for slot in slots]
        return begin_bodies(texts, self.store, self.frame.workers, drops)

    @cached_property
    def bodies(self) -> dict[str, Body]:
        """The prose of every page that has some and is made anew, by address, until it is taken."""
        begun, self.begun = self.begun, None
        return dict(zip(self.with_prose, begun.bodies(), strict=True)) if begun else {}

    def body_of(self, slot: Slot) -> Body | None:
        """The prose of a page, which is then forgotten: all of it is more than the pages need."""
        found = self.bodies.pop(slot.url, None)
        if found is None and slot.body.strip():
            return self._begun([slot]).bodies()[0]  # asked for again, or its text is not kept
        return found

    # What earlier builds have made

    def _memory(self, content: Content | None) -> LastBuild | None:
        """The notes on this project's pages, where there is a place to keep them."""
        if content is None or self.store is None:
            return None
        portfolio = self.built.portfolio
        frame = replace(self.frame, workers=0, assets=frozenset())
        withheld, links = sorted(portfolio.withheld), (self.nav_groups, portfolio.policy.currency)
        everywhere = (self.project, frame, self.built.as_of, self.site, links, withheld)
        fingerprints = Fingerprints(self.built, content, files=self.by_file, assets=self.assets)
        common = digest(repr((self.salt, everywhere)).encode("utf-8", "surrogatepass"))
        return LastBuild(self.store, fingerprints, common)

    def _begin(self, slot: Slot) -> bytes:
        """What a page rests on without asking: its address, and the file of its prose."""
        path = PurePosixPath(slot.body_path)
        file = self.memory.fingerprints.file_digest(path) if self.memory else b""
        rest = file or (slot.heading, slot.body)
        return repr((slot.url, slot.body_path, rest)).encode("utf-8", "surrogatepass")

    def other(self, name: str) -> dict[str, bytes]:
        """What is no page, made anew: each file with its bytes."""
        with self.recorded() as (built, dependencies):
            made = self.others[name](built)
        found = {path: text.encode() for path, text in made.items()}
        if self.memory:
            files = {path: sha256(data).hexdigest() for path, data in found.items()}
            self.memory.keep({name: self.memory.record(files, self.begins[name], dependencies)})
        return found

    @contextmanager
    def recorded(self) -> Iterator[tuple[Built, Dependencies]]:
        """The build to make an output from, and the names of what is read of it in this block."""
        if self.memory is None:
            yield self.built, {}
            return
        fingerprints = self.memory.fingerprints
        with fingerprints.recorder.recording() as dependencies:
            yield fingerprints.tracked, dependencies

    def html(self, slot: Slot) -> str:
        """One page, whole. Pages are made ready in batches, as MkDocs asks for them in order."""
        if slot.url not in self.ready:
            start, known = self.place_of[slot.url], slot.url in self.notes
            alike = (each for each in self.slots[start:] if (each.url in self.notes) == known)
            batch = list(islice(alike, BATCH))
            self.ready.update(self._as_noted(batch) if known else {})
            self.ready.update(self._batch([each for each in batch if each.url not in self.ready]))
        return self.ready.pop(slot.url)

    def _as_noted(self, slots: Iterable[Slot]) -> dict[str, str]:
        """The texts that are kept of these pages, of which the notes hold."""
        notes = {slot.url: self.notes[slot.url] for slot in slots}
        texts = PAGE_TEXTS.get_many(self.store, [note.text_key for note in notes.values()])
        return {
            url: text
            for url, note in notes.items()
            if (text := texts.get(note.text_key)) is not None
            and sha256(text.encode()).hexdigest() == note.files.get(url)
        }

    @cached_property
    def place_of(self) -> dict[str, int]:
        return {slot.url: number for number, slot in enumerate(self.slots)}

    def _batch(self, slots: Sequence[Slot]) -> dict[str, str]:
        """These pages made anew, by address."""
        made: dict[str, tuple[str, Dependencies]] = {slot.url: self._made(slot) for slot in slots}
        keys = {url: PAGE_TEXTS.key(self.salt, self.project.encode(), url.encode()) for url in made}
        PAGE_TEXTS.put_many(self.store, {keys[url]: text for url, (text, _) in made.items()})
        if self.memory:
            records = {
                url: self.memory.record(
                    {url: sha256(text.encode()).hexdigest()},
                    self.begins[url],
                    dependencies,
                    keys[url],
                )
                for url, (text, dependencies) in made.items()
            }
            self.memory.keep(records)
        return {url: text for url, (text, _) in made.items()}

    def _made(self, slot: Slot) -> tuple[str, Dependencies]:
        """The text of a page, and what was read of the build until it was rendered."""
        with self.recorded() as (built, dependencies):
            page = slot.page(built)
            body = self.body_of(slot)
            prose = Markup(self.resolved(body.html, slot, built)) if body else Markup()  # noqa: S704
            values = {
                **page.values,
                "page": self.around(page),
                "site": self.site,
                "body": prose,
                "carried": Markup(self.carried_html(built, page.carries, page.root)),  # noqa: S704
                "currency": self.built.portfolio.policy.currency,
            }
            return self.environment.get_template(page.template).render(values), dependencies

    def around(self, page: Page) -> dict[str, Any]:
        """What the frame says of this page."""
        root = page.root
        source_url = None
        if page.source and self.frame.edit_url:
            source_url = f"{self.frame.edit_url}{page.source}"
        permanent = f"{self.frame.site_url}{page.url}" if self.frame.site_url else None
        return {
            "root": root,
            "nav": self.nav(root, page.active, bool(page.thread)),
            "title": page.title,
            "finding": self.say.text(page.finding),
            "lede": self.say.text(page.lede),
            "active": page.active,
            "description": page.description or self.say.text(page.finding),
            "breadcrumbs": [(each.name, root + each.url) for each in page.thread],
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
        return [*nav(self.built), *([("More", tuple(own[:12]))] if own else [])]

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
            "version": __version__,
            "language": self.frame.language,
        }

    def resolved(self, html: str, slot: Slot, built: Built) -> str:
        """Prose with every link to an item, a page or an image led to its address."""
        root = "../" * slot.url.count("/")
        folder = posixpath.dirname(slot.body_path)
        files, assets = self.tracked(self.by_file, "files"), self.tracked(self.assets, "assets")

        def target(kind: LinkKind, said: str) -> Destination | None:
            if kind == "item":
                return item_at(built.portfolio, said, root)
            path, hash, anchor = said.partition("#")
            full = posixpath.normpath(posixpath.join(folder, path))
            found = files.get(full)
            if found:
                return Destination(root + found[0] + hash + anchor, found[1])
            return Destination(root + quote(full), "") if full in assets else None

        def view(block: Block) -> str:
            return self.carried_html(built, parse(block.text).values, root)

        return resolve(html, target, view)

    def tracked(self, value: Mapping[str, Any], name: str) -> Mapping[str, Any]:
        """A mapping that records what is read of it, where records are kept."""
        if self.memory is None:
            return value
        return TrackedMapping(value, name, self.memory.fingerprints.recorder)

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
        table = carried(built.portfolio, built.figures, spec)
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
        rooted = replace(ordered, nodes=nodes)
        return Markup(draw(rooted, self.layouts[shape], ident=ident))  # noqa: S704

    def close(self) -> None:
        """Remember the layouts that this build has worked out, for the next."""
        if self.store is not None and len(self.kept) > self.kept_before:
            LAYOUTS.put_many(self.store, {LAYOUTS.key(): self.kept})
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
            bytecode_cache=CompiledTemplates(cache),
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
            share=share,
            tone=TONE.__getitem__,
            kinds=lambda graph: {edge.kind for edge in graph.edges},
            drawn=with_root(self.drawn),
            decision_entries=lambda found: [self.decision_entry(each) for each in found],
            branch_entries=lambda found: [self.branch_entry(each, 0) for each in found],
            board_columns=lambda board: board_columns(board, self.say.day),
            evidence_words=lambda found: ", ".join(IN_WORDS[each] for each in found),
            problem_entries=lambda found: [self.problem_entry(*each) for each in enumerate(found)],
        )
        return environment

    def decision_entry(self, decision: DecisionNeeded) -> dict[str, Any]:
        by, as_of = decision.by, self.built.as_of
        days = (by - as_of).days if by else None
        if days is None:
            due = ("plain", "no date")
        elif days < 0:
            due = ("bad", f"{-days} days late")
        else:
            due = ("warn", f"in {days} days") if days <= 14 else ("plain", f"in {days} days")
        return {
            "ref": decision.item,
            "by": self.say.day(by) if by else "open",
            "due": due,
            "ask": decision.decision.capitalize(),
            "who": decision.who or "nobody named",
            "evidence": self.say.text(decision.evidence),
        }

    def branch_entry(self, branch: Branch, depth: int) -> dict[str, Any]:
        """One line of the strategy tree, as its part of the template takes it."""
        state = None
        if branch.band:
            state = (TONE[branch.band], f"{self.say.figures(branch.score or '')} {branch.band}")
        elif branch.state:
            active = branch.category in ("active", "done")
            state = ("good" if active else "plain", in_words(branch.state))
        notes = [self.say.text(branch.note)]
        notes += ["shown above"] * branch.again
        notes += [f"{branch.folded} more on its page"] * bool(branch.folded)
        return {
            "ref": branch.item,
            "first": branch.first,
            "note": "; ".join(filter(None, notes)),
            "share": share(branch.score) if branch.score else None,
            "pace": share(branch.pace),
            "state": state,
            "money": self.say.money(branch.money) if branch.money is not None else "",
            "open": depth < 2,
            "children": [self.branch_entry(each, depth + 1) for each in branch.branches],
        }

    def problem_entry(self, index: int, row: ProblemRow) -> dict[str, Any]:
        edit = self.frame.edit_url
        return {
            "id": f"p{index + 1}",
            "kind": "bad" if row.severity == "error" else "warn",
            "severity": row.severity,
            "at": f"content/{row.file}:{row.line}:{row.column}",
            "url": f"{edit}{row.file}" if edit else None,
            "rule": row.rule,
            "rule_url": f"#rule-{row.rule}",
            "message": row.message,
            "hint": row.hint,
        }


def item_at(portfolio: Portfolio, id: str, root: str) -> Destination | None:
    """Where a link to an item leads; what is withheld is named as such."""
    if id in portfolio.withheld:
        return Destination("", "(withheld)")
    item = portfolio.items.get(id)
    return Destination(root + url_of(item), f"{item.id} {item.title}") if item else None


def encode_layouts(layouts: Mapping[str, bytes]) -> bytes:
    return json.dumps({key: value.decode("latin-1") for key, value in layouts.items()}).encode()


def decode_layouts(data: bytes) -> dict[str, bytes]:
    return {key: value.encode("latin-1") for key, value in json.loads(data).items()}


LAYOUTS = CacheEntry("layouts", encode_layouts, decode_layouts)


def with_root(drawn: Callable[[Graph, str, str], Markup]) -> Callable[..., Markup]:
    """The drawing filter, told by the page itself where the site's root lies."""

    @pass_context
    def drawn_here(context: Context, graph: Graph, ident: str) -> Markup:
        return drawn(graph, context["page"]["root"], ident)

    return drawn_here


def share(score: str | None) -> float | None:
    """A printed score as a share of a hundred, for a bar's length."""
    return None if score is None else min(max(float(score), 0.0), 1.0) * 100


def sort_value(value: Any) -> Markup | str:
    """The attribute by which a cell sorts, where its text is not it."""
    match value:
        case Money(amount=amount):
            found = "" if amount is None else f"{amount:f}"
        case date():
            found = value.isoformat()
        case Tag():
            found = str(value.word)
        case Sentence():
            found = first_figure(value)
        case _:
            return ""
    return Markup(' data-value="{}"').format(found)


def first_figure(said: Sentence) -> str:
    """The figure by which a sentence sorts; empty where it has none."""
    for part in said.parts:
        found = first_figure(part) if isinstance(part, Sentence) else part
        if isinstance(found, Decimal) or (isinstance(part, Sentence) and found):
            return str(found)
    return ""


def board_columns(board: Board, day: Callable[[date], str]) -> list[dict[str, Any]]:
    """The columns as the part of the template takes them."""
    return [
        {
            "key": column.state,
            "title": column.title,
            "count": column.count,
            "limit": limit_tag(column),
            "policy": policy_words(column),
            "empty": "Nothing here.",
            "cards": [card_tile(card, day) for card in column.cards[:MOST_CARDS]],
            "folded": max(len(column.cards) - MOST_CARDS, 0),
        }
        for column in board.columns
    ]


def limit_tag(column: Column) -> tuple[str, str] | None:
    if column.limit is None and column.limit_size is None:
        return None
    full = column.limit is not None and column.count == column.limit
    return ("bad" if column.over else "warn" if full else "plain", column.words)


def policy_words(column: Column) -> str | None:
    said = []
    if column.enter:
        said.append(f"Enter: {column.enter}")
    if column.leave:
        said.append(f"Leave: {column.leave}")
    return " · ".join(said) or None


def card_tile(card: Card, day: Callable[[date], str]) -> dict[str, Any]:
    """An epic's card in few words, with what is wrong about it marked."""
    meta = []
    if card.rank is not None:
        meta.append(f"rank {card.rank}")
    if card.value_stream:
        meta.append(card.value_stream.title)
    if card.age_days is not None:
        meta.append(f"{card.age_days} days here")
    if card.owner:
        meta.append(card.owner)
    flags = []
    if card.blocked:
        flags.append(("warn", f"blocked by {', '.join(card.blocked)}"))
    if card.too_old:
        flags.append(("warn", "too long here"))
    if card.waived_until:
        flags.append(("plain", f"waiver until {day(card.waived_until)}, {card.waived_by}"))
    return {
        "ref": Ref(card.id, "epic", "epic", card.title, card.url),
        "meta": meta,
        "flags": flags,
        "stuck": bool(card.blocked or card.too_old),
    }
