"""The workspace: a portfolio's files as they stand in the editor. One change costs one file."""

from bisect import insort
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import cached_property
from pathlib import PurePosixPath
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from leanfolio.check import RULES, Setting, apply_policy, run_rules
from leanfolio.check import links as prose_links
from leanfolio.check.links import Written
from leanfolio.check.local_rules import BODY_BY_BODY, ITEM_BY_ITEM
from leanfolio.editor.mentions import Mention, mentions
from leanfolio.editor.text import Lines, text_of
from leanfolio.figures.funding.records import NO_RECORDS, Records, read_records
from leanfolio.figures.ranking.candidates import rank_open
from leanfolio.figures.ranking.wsjf import Order
from leanfolio.markdown.scan import VIEW_WORD, Prose, scan
from leanfolio.model import Epic, Increment, Item, Origin, Policy, Story
from leanfolio.model.portfolio import Portfolio
from leanfolio.model.source import Source
from leanfolio.problem import Problem
from leanfolio.read import Reading, read
from leanfolio.read.links import link
from leanfolio.views.registry import embeddable_names, view_addresses

Names = frozenset[str]
NOTHING = Prose()
OF_THE_WHOLE = tuple(name for name in RULES if name not in BODY_BY_BODY | ITEM_BY_ITEM)
MARKS = ("[", "<", "|", VIEW_WORD)  # a body without any of these links to nothing


class FileProblems(Struct):
    """What rules said of one file, and what else it rested on: the same answer while that is."""

    frame: Any
    problems: list[Problem]


NEVER = FileProblems(None, [])


class Document:
    """One file in the workspace: its bytes, what they say, and what its prose links to."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.reading = read((source,))
        self.kept = {BODY_BY_BODY: NEVER, ITEM_BY_ITEM: NEVER}

    @cached_property
    def lines(self) -> Lines:
        """Its text by lines; of a file that is no text, none."""
        return Lines(text_of(self.source.data) or "")

    @cached_property
    def prose(self) -> Prose:
        return scan(self.body.body) if self.body else NOTHING

    @cached_property
    def mentions(self) -> tuple[Mention, ...]:
        """Every place in it where an item is named."""
        return tuple(mentions(self.reading, self.body, self.prose, self.lines))

    @cached_property
    def goals(self) -> tuple[Any, ...]:
        """What others may link to in it: its path, its items and who may see them, its headings."""
        items = tuple(
            (
                item.id,
                item.title,
                item.TYPE,
                item.visibility,
                item.visibility == "public" or item.at("visibility"),
            )
            for item in self.reading.items
        )
        pages = tuple(
            (page.visibility, page.origin.place("visibility")) for page in self.reading.pages
        )
        slugs = tuple(heading.slug for heading in self.prose.headings)
        return self.source.path, items, pages, slugs

    @cached_property
    def knots(self) -> tuple[Any, ...]:
        """All that links depend on: its items, their types, and which others they name."""
        items = self.reading.items
        named = tuple(
            (item.id, type(item), tuple(item.linked()), not isinstance(item, Policy) or item)
            for item in items
        )
        within = tuple(tuple(item.named()) for item in items if isinstance(item, Increment))
        return named, within, self.reading.broken, len(self.reading.pages)

    @cached_property
    def written(self) -> Written | None:
        """Its body as the rules ask for it; None of one that links to nothing."""
        origin = self.body
        if origin is None or not any(mark in origin.body for mark in MARKS):
            return None
        item = next((entry for entry in self.reading.items if not entry.origin.prefix), None)
        return Written(item.id if item else str(origin.path), origin, item, self.prose)

    @cached_property
    def body(self) -> Origin | None:
        """Where its prose stands."""
        for item in self.reading.items:
            if not item.origin.prefix:
                return item.origin
        return self.reading.pages[0].origin if self.reading.pages else None


def stands(items: Mapping[str, Item], item: Item) -> bool:
    """Whether this is the item of its id, and no other that has the id too.

    Told by where it was written: linking makes a new object of a story that changes its page.
    """
    there = items.get(item.id)
    return there is not None and there.origin is item.origin


def in_place_of(before: Item, after: Item) -> Item:
    """Return an item that was read anew with what linking found of it: the page of a story."""
    if isinstance(after, Story) and isinstance(before, Story) and after.page != before.page:
        return after.on_page(before.page)
    return after


def title_index(document: Document) -> list[str]:
    return [item.title for item in document.reading.items]


class Snapshot(Struct, frozen=True, dict=True):
    """What the workspace says at one moment: the linked portfolio, and every problem it has."""

    portfolio: Portfolio
    as_of: date
    problems: tuple[Problem, ...]

    @cached_property
    def ranking(self) -> Order:
        """The epics in their order, as the ranking shows them."""
        portfolio = self.portfolio
        return rank_open(portfolio, portfolio.items_of(Epic), portfolio.policy.ranking, self.as_of)

    @cached_property
    def by_path(self) -> dict[PurePosixPath, list[Problem]]:
        """The problems of each file."""
        result: dict[PurePosixPath, list[Problem]] = {}
        for problem in self.problems:
            result.setdefault(problem.at.path, []).append(problem)
        return result


class Workspace(Struct):
    """All files of a content folder: put a file in, take one out, and ask what they say."""

    as_of: date | None
    otherwise: date
    assets: Mapping[PurePosixPath, int] = field(default_factory=dict)
    refused: tuple[Problem, ...] = ()
    beside: tuple[Source, ...] = ()
    records: Records = NO_RECORDS
    documents: dict[PurePosixPath, Document] = field(default_factory=dict)
    order: list[PurePosixPath] = field(default_factory=list)
    current: Snapshot | None = None
    linked: tuple[Portfolio, list[Problem]] | None = None
    doubles: tuple[Any, ...] = ()  # the items that stand aside, since another has their id
    frames: dict[Names, Any] = field(default_factory=dict)  # what kept answers rest on

    @classmethod
    def from_sources(
        cls, sources: Iterable[Source], as_of: date | None, otherwise: date
    ) -> "Workspace":
        workspace = cls(as_of, otherwise)
        for source in sources:
            workspace.put(source)
        return workspace

    def put(self, source: Source) -> bool:
        """Take this for the file's content from now on. Whether that changed anything."""
        before = self.documents.get(source.path)
        if before is not None and before.source.data == source.data:
            return False
        if before is None:
            insort(self.order, source.path, key=lambda path: path.parts)
        after = self.documents[source.path] = Document(source)
        self.current = None
        self.linked = self.relinked(before, after) if before is not None else None
        return True

    def relinked(self, before: Document, after: Document) -> tuple[Portfolio, list[Problem]] | None:
        """The links as they were, with a file's items in place of what they were before; None
        where an id, a type or a link of them is another, or where one of them had a fault."""
        if self.linked is None or before.knots != after.knots or before.reading.pages:
            return None
        portfolio, faults = self.linked
        if faults and title_index(before) != title_index(after):  # hints may tell of them
            return None
        path = after.source.path
        for fault in faults:
            if fault.at.path == path or any(other.at.path == path for other in fault.related):
                return None
        items = dict(portfolio.items)  # a copy in C: acts change thousands of files in turn
        policy = portfolio.policy
        for old, item in zip(before.reading.items, after.reading.items, strict=True):
            if isinstance(item, Policy):
                policy = item if old is policy else policy
            elif item.id in items:
                items[item.id] = in_place_of(items[item.id], item)
        if policy is not portfolio.policy:
            portfolio = replace(portfolio, policy=policy)
        return portfolio.with_items(items), faults

    def drop(self, path: PurePosixPath) -> None:
        """The file is gone."""
        if self.documents.pop(path, None) is not None:
            self.order.remove(path)
            self.current = self.linked = None

    def furnish(
        self,
        assets: Mapping[PurePosixPath, int],
        refused: tuple[Problem, ...],
        records: tuple[Source, ...] = (),
    ) -> None:
        """What lies beside the Markdown, and what the door to the disk refused."""
        if (assets, refused, records) != (self.assets, self.refused, self.beside):
            self.assets, self.refused, self.beside = assets, refused, records
            self.records = read_records(records)
            self.current = None

    def turn(self, otherwise: date) -> None:
        """The day for which content stands, where nothing else says one, is this now."""
        if otherwise != self.otherwise:
            self.otherwise, self.current = otherwise, None

    def copy(self) -> "Workspace":
        """A workspace to try something on. The files that do not change are not read again."""
        return replace(
            self, documents=dict(self.documents), order=list(self.order), frames=dict(self.frames)
        )

    def items(self) -> Iterator[Item]:
        """Every item of every file, also the second of two with one id."""
        for path in self.order:
            yield from self.documents[path].reading.items

    @property
    def portfolio(self) -> Portfolio:
        """All items, linked."""
        return self.link()[0]

    def reading_problems(self) -> Iterator[Problem]:
        """What is wrong with files by themselves."""
        yield from self.refused
        for path in self.order:
            yield from self.documents[path].reading.problems
        yield from self.records.problems

    def link(self) -> tuple[Portfolio, list[Problem]]:
        if self.linked is None:
            reading = Reading()
            for path in self.order:
                part = self.documents[path].reading
                reading.items += part.items
                reading.pages += part.pages
                reading.broken |= part.broken
            self.linked = link(reading)
            items = self.linked[0].items
            aside = (item for item in reading.items if not stands(items, item))
            self.doubles = tuple((entry.origin.path, entry.id) for entry in aside)
        return self.linked

    def snapshot(self) -> Snapshot:
        """Every problem of the portfolio as it stands now: what `check` says of the same files."""
        if self.current is None:
            portfolio, faults = self.link()
            as_of = self.as_of or portfolio.policy.as_of or self.otherwise
            written = self.written(portfolio)
            setting = self.setting(as_of, portfolio, [body for _, body in written])
            matches = [
                *self.reading_problems(),
                *faults,
                *self.of_each_item(as_of, portfolio),
                *self.of_each_body(as_of, portfolio, written),
                *run_rules(OF_THE_WHOLE, portfolio, setting),
            ]
            self.current = Snapshot(
                portfolio, as_of, tuple(apply_policy(portfolio, setting, matches))
            )
        return self.current

    def setting(self, as_of: date, portfolio: Portfolio, written: list[Written]) -> Setting:
        known = {prose_links.written: (portfolio, written)}
        views = embeddable_names()
        return Setting(
            as_of,
            RULES,
            self.assets,
            records=self.records,
            views=views,
            addresses=view_addresses(portfolio),
            known=known,
        )

    def of_each_item(self, as_of: date, portfolio: Portfolio) -> Iterator[Problem]:
        """What the rules say that look at one item at a time: only what changed is asked anew."""
        frame = self.frame_of(ITEM_BY_ITEM, (portfolio.policy, as_of, self.doubles))
        fresh = {
            p: document
            for p, document in self.documents.items()
            if document.kept[ITEM_BY_ITEM].frame is not frame
        }
        items = (item for document in fresh.values() for item in document.reading.items)
        changed = {entry.id: entry for entry in items if stands(portfolio.items, entry)}
        part = Portfolio(portfolio.policy, changed)
        result = run_rules(ITEM_BY_ITEM, part, Setting(as_of, RULES)) if fresh else ()
        self.keep(ITEM_BY_ITEM, frame, fresh, result)
        for document in self.documents.values():
            yield from document.kept[ITEM_BY_ITEM].problems

    def of_each_body(
        self, as_of: date, portfolio: Portfolio, written: list[tuple[Document, Written]]
    ) -> Iterator[Problem]:
        """What the rules say that look at one body of prose, and at what there is to link to."""
        goals = tuple(self.documents[path].goals for path in self.order)
        around = (goals, portfolio.items.keys(), portfolio.broken, self.assets)
        frame = self.frame_of(BODY_BY_BODY, around)
        fresh = {
            body.origin.path: document
            for document, body in written
            if document.kept[BODY_BY_BODY].frame is not frame
        }
        bodies = [document.written for document in fresh.values() if document.written]
        setting = self.setting(as_of, portfolio, bodies)
        result = run_rules(BODY_BY_BODY, portfolio, setting) if fresh else ()
        self.keep(BODY_BY_BODY, frame, fresh, result)
        for document, _ in written:
            yield from document.kept[BODY_BY_BODY].problems

    def frame_of(self, rules: Names, now: Any) -> Any:
        """What answers rest on: the value of before where it is the same, to be told by `is`."""
        if self.frames.get(rules) != now:
            self.frames[rules] = now
        return self.frames[rules]

    def keep(
        self,
        rules: Names,
        frame: Any,
        fresh: Mapping[PurePosixPath, Document],
        result: Iterable[Problem],
    ) -> None:
        """Put what was said of these files beside them."""
        for document in fresh.values():
            document.kept[rules] = FileProblems(frame, [])
        for problem in result:
            if (
                problem.at.path in fresh
            ):  # what rules say of the portfolio's own file comes each time
                fresh[problem.at.path].kept[rules].problems.append(problem)

    def written(self, portfolio: Portfolio) -> list[tuple[Document, Written]]:
        """What the rules ask of every body, without reading again the ones that did not change."""
        result = []
        for path in self.order:
            document = self.documents[path]
            body = document.written
            if body is None:
                continue
            item = body.item
            if item is None or item is portfolio.policy or stands(portfolio.items, item):
                result.append((document, body))
        return result
