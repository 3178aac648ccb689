"""A board pack in words: every value printed once, for paper and for slides alike."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from msgspec import Struct

from leanfolio.output.html.settings import SiteSettings, is_web
from leanfolio.views.cell import (
    CommitRef,
    Derived,
    Fact,
    Outside,
    SourceRef,
    Sparkline,
    Table,
    Tag,
    Value,
)
from leanfolio.views.change_story import ChangeLine
from leanfolio.views.meetings.section import WholeView
from leanfolio.views.pack import Headline, Pack, Sheet
from leanfolio.views.ref import Ref
from leanfolio.wording import Message, Money, Text, joined, message
from leanfolio.wording.language import Language

NOTHING = "–"
SHORT_TEXT = 14  # characters
LONG_WORD = 24
TALL_TEXT = 1500  # what may be higher than a page in a narrow column


class Run(Struct, frozen=True):
    """Some text, and the address that it leads to; "" where it leads nowhere."""

    text: str
    url: str = ""


class Cell(Struct, frozen=True):
    """A printed value. `tone` is that of a status: good, warn, bad or plain; else ""."""

    runs: tuple[Run, ...]
    tone: str = ""
    between: str = ", "  # its runs

    @property
    def text(self) -> str:
        """All of it as one text."""
        return self.between.join(run.text for run in self.runs)

    @property
    def is_long(self) -> bool:
        """Whether it holds a word that no column is wide enough for."""
        return any(len(word) > LONG_WORD for word in self.text.split())

    @property
    def is_short(self) -> bool:
        """Whether it is to stand on one line."""
        return len(self.text) <= SHORT_TEXT

    @property
    def is_tall(self) -> bool:
        """Whether it may be higher than a page, and so has to be parted between two."""
        return len(self.text) > TALL_TEXT


class Head(Struct, frozen=True):
    """The head of a column, and whether it holds numbers."""

    label: str
    number: bool


class Grid(Struct, frozen=True):
    """A printed table. Every row has a cell per head."""

    title: str
    heads: tuple[Head, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str

    @property
    def labelled_rows(self) -> Iterator[tuple[tuple[Head, Cell], ...]]:
        """The rows, each cell with the head of its column."""
        return (tuple(zip(self.heads, row, strict=True)) for row in self.rows)


class Tile(Struct, frozen=True):
    """A figure that stands large, with its name and what to hold it against."""

    label: str
    value: str
    note: str
    unit: str


class Entry(Struct, frozen=True):
    """A fact: its name, its value, and how it came about."""

    label: str
    value: Cell
    why: str


class Leaf(Struct, frozen=True):
    """A sheet of the pack in words."""

    anchor: str
    part: str
    question: str
    finding: str
    summary: str
    tiles: tuple[Tile, ...]
    facts: tuple[Entry, ...]
    grids: tuple[Grid, ...]
    lines: tuple[Cell, ...]
    notes: tuple[str, ...]
    missing: str
    cure: str
    whole: str  # "In full: Decisions"
    link: Run  # the address of that page
    follows: bool


class Printed(Struct, frozen=True):
    """A whole pack in words, with what stands on its cover and at the foot of each page."""

    name: str
    title: str
    site: str
    about: str
    finding: str
    note: str
    stamp: tuple[Entry, ...]  # day, commit, audience and site, as the cover states them
    contents: tuple[tuple[str, str, str], ...]  # anchor, part and finding of each part
    contents_title: str
    foot: str
    link: str  # the address of the site; "" where it has none
    leaves: tuple[Leaf, ...]
    language: str  # of its words
    direction: str  # ltr or rtl


class PackPrinter(Struct, frozen=True):
    """Prints the values of a pack in the language of a site, with links to its pages."""

    settings: SiteSettings
    language: Language
    currency: str  # of amounts that are printed without one, below a head that states it

    @property
    def base(self) -> str:
        """The address of the site with a slash at its end; "" where it has none on the web."""
        url = self.settings.site_url or ""
        return f"{url.rstrip('/')}/" if is_web(url) else ""

    def text(self, value: Any) -> str:
        return "" if value in (None, "") else self.language.text(value)

    def label(self, value: Text) -> str:
        """A label of a view, such as the head of a column."""
        return self.language.label(value) if value else ""

    def link(self, url: str) -> str:
        """The address of a page, by its path from the root; "" where the site has no address."""
        path, anchor, place = url.partition("#")
        return f"{self.base}{quote(path)}{anchor}{quote(place)}" if self.base else ""

    def cell(self, value: Value) -> Cell:
        """A cell of a table in words; what is not stated is a dash, never a zero."""
        match value:
            case None | "" | ():
                return Cell((Run(NOTHING),))
            case Ref():
                return Cell((self.ref(value),))
            case Tag():
                return Cell((Run(self.text(value.word)),), value.tone)
            case Outside():
                return Cell((Run(value.title, value.url.strip() if is_web(value.url) else ""),))
            case Derived():
                return self.cell(value.figure)
            case Sparkline():
                return Cell((Run(self.text(value.about)),))
            case CommitRef():
                return Cell((self.commit(value),))
            case SourceRef():
                return Cell((Run(str(value)),))
            case tuple():
                return Cell(tuple(self.ref(each) for each in value))
            case Money(currency="") if value.amount is not None:
                return Cell((Run(self.language.amount(value.amount, self.currency)),))
            case Decimal():
                return Cell((Run(self.language.short_number(value)),))
            case _:
                return Cell((Run(self.text(value)),))

    def ref(self, value: Ref) -> Run:
        return Run(value.name if value.id else self.text(value.title), self.link(value.url))

    def commit(self, value: CommitRef) -> Run:
        commits = self.settings.commits_url
        return Run(value.short, f"{commits}{value.id}" if commits else "")

    def grid(self, table: Table) -> Grid:
        return Grid(
            self.label(table.title),
            tuple(Head(self.label(head.label), head.number) for head in table.headers),
            tuple(tuple(map(self.cell, row)) for row in table.rows),
            self.text(table.note),
        )

    def tile(self, headline: Headline) -> Tile:
        return Tile(
            self.label(headline.label), self.cell(headline.value).text, self.text(headline.note),
            self.text(headline.unit),
        )  # fmt: skip

    def entry(self, fact: Fact) -> Entry:
        return Entry(self.label(fact.label), self.cell(fact.value), self.text(fact.why))

    def line(self, line: ChangeLine) -> Cell:
        """A sentence of what changed, with its item and its commit as links."""
        runs = [Run(self.text(line.text))]
        if line.item and line.there:
            runs.append(self.ref(line.item))
        if line.commit:
            runs.append(self.commit(CommitRef(line.commit.id, line.commit.short)))
        return Cell(tuple(runs))

    def leaf(self, sheet: Sheet) -> Leaf:
        """A sheet in words."""
        return Leaf(
            anchor=sheet.anchor,
            part=self.text(sheet.part),
            question=self.text(sheet.question),
            finding=self.text(sheet.finding),
            summary=self.text(sheet.summary),
            tiles=tuple(map(self.tile, sheet.headlines)),
            facts=tuple(map(self.entry, sheet.facts)),
            grids=tuple(map(self.grid, sheet.tables)),
            lines=tuple(map(self.line, sheet.lines)),
            notes=tuple(map(self.text, sheet.notes)),
            missing=self.text(missing_words(sheet)),
            cure=self.text(sheet.cure),
            whole=self.text(message("In full: {page}", page=sheet.whole.title)),
            link=self.address(sheet.whole),
            follows=sheet.follows,
        )

    def address(self, whole: WholeView) -> Run:
        """Where a page is: its address on the web, else its path in the folder of the site."""
        url = self.link(whole.url)
        return Run(url or whole.url, url)

    def stamp(self, as_of: date, audience: str) -> Iterator[Entry]:
        """What the cover says of where the figures come from."""
        settings = self.settings
        values: list[tuple[Message, Value]] = [(message("As of"), as_of)]
        if settings.commit:
            commit = Outside(settings.commit, settings.commit_url or "")
            values.append((message("Commit"), commit))
        values.append((message("Audience"), audience))
        if self.base:
            values.append((message("Site"), Outside(self.base, self.base)))
        return (Entry(self.text(label), self.cell(value), "") for label, value in values)

    def foot(self, as_of: date) -> Text:
        """What stands at the foot of each page: name, day, commit, and the address of the site."""
        settings = self.settings
        day = message("as of {day}", day=as_of)
        parts: list[Text] = [settings.name, day]
        if settings.commit:
            parts.append(message("commit {commit}", commit=settings.commit))
        if self.base:
            parts.append(self.base)
        return joined(parts, " · ")


def printed(
    pack: Pack, as_of: date, settings: SiteSettings, audience: str, currency: str
) -> Printed:
    """The pack in the language of its site. Raises ValueError for a wrong .po file."""
    out = PackPrinter(settings, settings.printer(), currency)
    leaves = tuple(map(out.leaf, pack.sheets))
    words = settings.language_of_words
    return Printed(
        name=pack.name,
        title=out.text(pack.title),
        site=settings.name,
        about=out.text(pack.about),
        finding=out.text(pack.finding),
        note=out.text(pack.note),
        stamp=tuple(out.stamp(as_of, audience)),
        contents=tuple(contents(leaves)),
        contents_title=out.text(message("In this pack")),
        foot=out.text(out.foot(as_of)),
        link=out.base,
        leaves=leaves,
        language=words,
        direction=settings.direction,
    )


def missing_words(sheet: Sheet) -> Text:
    """That nothing is there, as an empty section of a page says it; "" where something is."""
    return message("Nothing here: {what}", what=sheet.missing) if sheet.missing else ""


def contents(leaves: tuple[Leaf, ...]) -> Iterator[tuple[str, str, str]]:
    """Anchor, part and finding of each sheet that begins a page, or a part."""
    before = ""
    for leaf in leaves:
        if not leaf.follows or leaf.part != before:
            yield leaf.anchor, leaf.part, leaf.finding
        before = leaf.part
