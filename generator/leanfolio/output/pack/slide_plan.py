"""Which texts and tables stand on which slide, and how high: planned before anything is drawn.

All measures are points, on a slide of 960 by 540. Nothing runs over: a table that does not fit goes
on on the next slide with its heads, and a cell that is higher than a slide goes on in the next row.
"""

from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct, field

from leanfolio.output.pack.printed import Cell, Entry, Grid, Head, Leaf, Run, Tile
from leanfolio.output.pack.text_fit import height, lines, width

WIDTH, HEIGHT = 960, 540
MARGIN = 36
ROOM = WIDTH - 2 * MARGIN
PART_TOP, TITLE_TOP = 16, 34
BOTTOM = 500  # below it stands the foot
TITLE_SIZES = (22, 18, 15, 13)
MOST_TITLE_LINES = 2  # in a larger size; the smallest takes what it needs
MOST_TITLE = 700  # characters of a title; a longer one goes on below it
PAD_X = 4  # inside a cell
GAP = 8
MOST_LINES = 20  # of a cell, so that a row fits below the longest title
TILES = 4  # in a row
FACTS = 3  # in a row
LABEL = 84  # width of the name of a fact
COUNT = " (99/99)"  # what a title may end with


MARKS = {"good": "●", "warn": "▲", "bad": "■", "plain": "○"}  # before the word of a status


class Setting(Struct, frozen=True):
    """How large texts are, and how much room stands above and below them in a cell."""

    body: float
    small: float
    pad: float


SETTINGS = (Setting(10.5, 9, 2.2), Setting(9.5, 8.5, 1.4), Setting(9, 8, 1))


class Words(Struct, frozen=True):
    """A paragraph at a height of the slide."""

    top: float
    height: float
    cell: Cell
    size: float
    soft: bool = False  # in grey
    left: float = MARGIN
    width: float = ROOM
    bold: bool = False
    to_end: bool = False  # whether it ends at the right


class TablePart(Struct):
    """The rows of a table that stand on one slide. `heads` is empty of a table without heads."""

    top: float
    title: str
    heads: tuple[Head, ...]
    widths: tuple[float, ...]
    head_height: float
    setting: Setting
    labels: frozenset[int]  # columns that name what stands beside them
    rows: list[tuple[float, tuple[Cell, ...]]] = field(default_factory=list)

    @property
    def height(self) -> float:
        return self.head_height + sum(row[0] for row in self.rows)


class Slide(Struct):
    """One slide: its title in the largest size that fits, and what stands below it."""

    part: str
    title: str
    title_size: float
    title_height: float
    whole: Run  # the page of the site that has it in full
    words: list[Words] = field(default_factory=list)
    tables: list[TablePart] = field(default_factory=list)


class Planner:
    """Fills slides from top to bottom with the parts of a leaf."""

    def __init__(self, leaf: Leaf, setting: Setting) -> None:
        self.leaf = leaf
        self.set = setting
        self.slides: list[Slide] = []
        self.y = 0.0
        self.begin()

    def begin(self) -> None:
        """Begin a slide."""
        title, rest = self.leaf.finding, ""
        if len(title) > MOST_TITLE:
            title, rest = f"{title[:MOST_TITLE]}…", f"…{title[MOST_TITLE:]}"
        size, tall = title_fit(title + COUNT)
        top = TITLE_TOP + tall + GAP
        self.slides.append(Slide(part_of(self.leaf), title, size, tall, whole_of(self.leaf)))
        self.y = top
        if rest and len(self.slides) == 1:
            self.text(rest, self.set.body)

    @property
    def free(self) -> float:
        """The height that is left on the slide."""
        return BOTTOM - self.y

    @property
    def is_fresh(self) -> bool:
        """Whether nothing stands on the slide yet."""
        slide = self.slides[-1]
        return not slide.words and not slide.tables

    def need(self, tall: float) -> None:
        """Go to the next slide where so much does not fit on this one."""
        if tall > self.free and not self.is_fresh:
            self.begin()

    def text(self, text: str, size: float, *, soft: bool = False, bold: bool = False) -> None:
        """A paragraph; one that is higher than what is left goes on on the next slide."""
        left = lines(text, ROOM - 2 * PAD_X, size) if text else []
        while left:
            self.need(height(min(len(left), 2), size) + 2)
            number = max(int((self.free - 2) / height(1, size)), 1)
            here, left = left[:number], left[number:]
            tall = height(len(here), size) + 2
            cell = Cell((Run(" ".join(here)),))
            self.slides[-1].words.append(Words(self.y, tall, cell, size, soft, bold=bold))
            self.y += tall

    def tiles(self, tiles: Sequence[Tile]) -> None:
        """Figures in rows of four, each with its name, value and note."""
        for start in range(0, len(tiles), TILES):
            row = tiles[start : start + TILES]
            wide = ROOM / TILES
            parts = [list(tile_words(tile, wide - 2 * PAD_X, self.set.small)) for tile in row]
            tall = max(sum(part[1] for part in tile) for tile in parts) + GAP
            self.need(tall)
            for number, tile in enumerate(parts):
                y = self.y
                for text, part_height, size, soft in tile:
                    left = MARGIN + number * wide
                    words = Words(y, part_height, Cell((Run(text),)), size, soft, left, wide,
                                  bold=not soft)  # fmt: skip
                    self.slides[-1].words.append(words)
                    y += part_height
            self.y += tall

    def tall(self, texts: Sequence[str], widths: Sequence[float]) -> float:
        """The height of a row: that of its highest cell."""
        pairs = zip(texts, widths, strict=True)
        size = self.set.body
        count = max(len(lines(text, wide - 2 * PAD_X, size)) for text, wide in pairs)
        return height(count, size) + 2 * self.set.pad

    def table(self, title: str, heads: tuple[Head, ...], widths: tuple[float, ...],
              rows: Iterable[tuple[Cell, ...]], labels: frozenset[int]) -> None:  # fmt: skip
        """A table, over as many slides as it takes."""
        body = self.set.body
        head_height = self.tall(tuple(head.label for head in heads), widths) if heads else 0.0
        above = height(1, body) + 2 if title else 0.0
        part: TablePart | None = None
        for piece in (piece for row in rows for piece in split_row(row, widths, body)):
            tall = self.tall(tuple(map(shown, piece)), widths)
            if part is None:
                self.need(above + head_height + tall)
                self.text(title, body, bold=True)
            elif tall > self.free:
                self.begin()
                part = None
            if part is None:
                part = TablePart(self.y, title, heads, widths, head_height, self.set, labels)
                self.slides[-1].tables.append(part)
                self.y += head_height
            part.rows.append((tall, piece))
            self.y += tall
        self.y += GAP


def plan(leaf: Leaf) -> list[Slide]:
    """The slides of a leaf, in the largest type in which they are as few as they can be."""
    return min((planned(leaf, setting) for setting in SETTINGS), key=len)


def planned(leaf: Leaf, setting: Setting) -> list[Slide]:
    """The slides of a leaf in type of this size."""
    out = Planner(leaf, setting)
    out.text(leaf.summary, setting.body, soft=True)
    out.y += 2
    out.tiles(leaf.tiles)
    if leaf.facts:
        widths = (LABEL, ROOM / FACTS - LABEL) * FACTS
        labels = frozenset(range(0, 2 * FACTS, 2))
        out.table("", (), widths, fact_rows(leaf.facts), labels)
    for grid in leaf.grids:
        widths = column_widths(grid, setting.body)
        out.table(grid.title, grid.heads, widths, grid.rows, frozenset())
        if grid.note:
            out.y -= GAP
            out.text(grid.note, setting.small, soft=True)
            out.y += GAP
    for line in leaf.lines:
        out.text(f"• {line.text}", setting.body)
    out.text(" ".join(filter(None, (leaf.missing, leaf.cure))), setting.body)
    out.text(" ".join(leaf.notes), setting.small, soft=True)
    return out.slides


def part_of(leaf: Leaf) -> str:
    """The part of the pack, with the question that is asked in it."""
    return " · ".join(filter(None, (leaf.part, leaf.question)))


def whole_of(leaf: Leaf) -> Run:
    """The page that has it in full as a link; where the site has no address, with its path."""
    text = leaf.whole if leaf.link.url else f"{leaf.whole} ({leaf.link.text})"
    return Run(text, leaf.link.url)


def title_fit(title: str) -> tuple[float, float]:
    """The size of a title, and its height: the largest in which it takes two lines."""
    for size in TITLE_SIZES:
        count = len(lines(title, ROOM - 2 * PAD_X, size))
        if count <= MOST_TITLE_LINES or size == TITLE_SIZES[-1]:
            return size, height(count, size) + 4
    raise AssertionError(title)


def tile_words(tile: Tile, room: float, small: float) -> Iterator[tuple[str, float, float, bool]]:
    """The texts of a figure, each with its height, its size, and whether it is grey."""
    value = f"{tile.value} {tile.unit}".strip()
    parts = ((tile.label, small, True), (value, 18, False), (tile.note, small, True))
    for text, size, soft in parts:
        if text:
            yield text, height(len(lines(text, room, size)), size) + 2, size, soft


def fact_rows(facts: Sequence[Entry]) -> Iterator[tuple[Cell, ...]]:
    """The facts in columns, read down and then across: each its name, and value with reason."""
    down = -(-len(facts) // FACTS)
    for number in range(down):
        row: list[Cell] = []
        for fact in facts[number::down]:
            why = (Run(fact.why),) if fact.why else ()
            value = Cell((*fact.value.runs, *why), fact.value.tone, between=" · ")
            row += [Cell((Run(fact.label),)), value]
        yield (*row, *([Cell((Run(""),))] * (2 * FACTS - len(row))))


def shown(cell: Cell) -> str:
    """The text of a cell as it is drawn, with the mark of its status."""
    return f"{MARKS[cell.tone]} {cell.text}" if cell.tone else cell.text


def unbroken(text: str) -> list[str]:
    """The words of a text; the mark of a status stays with the first of its words."""
    words = text.split()
    return [" ".join(words[:2]), *words[2:]] if text[:1] in MARKS.values() else words


def split_row(
    row: tuple[Cell, ...], widths: Sequence[float], size: float
) -> Iterator[tuple[Cell, ...]]:
    """A row; of one that is higher than a slide, as many rows as it takes, with all its text."""
    broken = [
        lines(cell.text, wide - 2 * PAD_X, size) for cell, wide in zip(row, widths, strict=True)
    ]
    if max(map(len, broken)) <= MOST_LINES:
        yield row
        return
    for start in range(0, max(map(len, broken)), MOST_LINES):
        texts = (" ".join(each[start : start + MOST_LINES]) for each in broken)
        yield tuple(
            Cell((Run(text),), cell.tone if text else "")
            for cell, text in zip(row, texts, strict=True)
        )


def column_widths(grid: Grid, size: float) -> tuple[float, ...]:
    """The widths of columns, which together are that of the slide: by their longest words first,
    then by how much they hold."""
    least, wanted = [], []
    for number, head in enumerate(grid.heads):
        texts = [head.label, *(shown(row[number]) for row in grid.rows)]
        words = (width(word, size) for text in texts for word in unbroken(text))
        least.append(min(max(words, default=20.0), 120.0) + 2 * PAD_X + 2)
        wanted.append(min(max(width(text, size) for text in texts), 420.0) + 2 * PAD_X + 2)
    if sum(least) >= ROOM:
        return tuple(each * ROOM / sum(least) for each in least)
    more = [max(want - each, 0.0) for want, each in zip(wanted, least, strict=True)]
    spare, asked = ROOM - sum(least), sum(more)
    if asked <= spare:  # what is left over goes to all alike
        return tuple(
            each + add + (spare - asked) / len(least) for each, add in zip(least, more, strict=True)
        )
    return tuple(each + add * spare / asked for each, add in zip(least, more, strict=True))
