"""The matrix of open epics by key results, whole or divided so that a page can hold it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct

from leanfolio.model import Epic, KeyResult, Theme
from leanfolio.model.portfolio import Portfolio
from leanfolio.views.facets import Facets, facets_of
from leanfolio.views.page_only import PageOnly
from leanfolio.views.ref import Ref, ref
from leanfolio.wording import Message, Percent, message, plural, some

MOST_NAMED = 20  # parts that a sentence names; the rest of them is counted
MOST_ELEMENTS = 1_150  # HTML elements of all matrices of the page, beside its drawings


class Coverage(Struct, frozen=True):
    """An epic's row of the matrix: the key results that it moves, with its share in percent."""

    epic: Ref
    state: str | None
    shares: Mapping[str, int]  # by key result; one that it does not move is not there
    facets: PageOnly[Facets]


class Row(Struct, frozen=True):
    epic: Ref
    facets: Facets  # by what a reader narrows the rows
    cells: tuple[int | None, ...]  # one per key result of its matrix


class Matrix(Struct, frozen=True):
    """Epics by key results, as one table."""

    about: Ref | None  # the theme or objective of its key results, where the whole is divided
    title: str | Message
    key_results: tuple[Ref, ...]
    rows: tuple[Row, ...]

    @property
    def elements(self) -> int:
        return elements(len(self.key_results), len(self.rows))


def elements(columns: int, rows: int) -> int:
    """HTML elements that it takes: its frame, two per column, five per row, one per cell."""
    return 10 + 2 * columns + rows * (5 + columns)


class Part(Struct, frozen=True):
    """A part of the matrix before its cells are made: of a large one they never are."""

    about: Ref | None
    title: str | Message
    key_results: tuple[KeyResult, ...]
    rows: tuple[Coverage, ...]

    @property
    def elements(self) -> int:
        return elements(len(self.key_results), len(self.rows))

    @property
    def matrix(self) -> Matrix:
        columns = tuple(ref(result) for result in self.key_results)
        rows = (
            Row(row.epic, row.facets, tuple(row.shares.get(entry.id) for entry in columns))
            for row in self.rows
        )
        return Matrix(self.about, self.title, columns, tuple(rows))


class Matrices(Struct, frozen=True):
    """What a page shows of the matrix, and a sentence for each part that it leaves out."""

    shown: tuple[Matrix, ...] = ()
    notes: tuple[Message, ...] = ()


def coverage_of(portfolio: Portfolio, epic: Epic, order: Mapping[str, int]) -> Coverage:
    """What an epic moves of the key results of these ids, in this order."""
    shares = epic.shares
    moved = sorted(shares.keys() & order.keys(), key=order.__getitem__)
    return Coverage(
        epic=ref(epic),
        state=epic.state,
        shares={id: int(Percent(shares[id]).percents or 0) for id in moved},
        facets=facets_of(portfolio, epic),
    )


def matrices_of(
    portfolio: Portfolio, key_results: tuple[KeyResult, ...], rows: tuple[Coverage, ...]
) -> Matrices:
    """Return the matrix whole, or where that is too large, divided by theme.

    Nothing is shown where there is no open epic or no key result.
    """
    if not rows or not key_results:
        return Matrices()
    whole = Part(None, message("Key results by open epics"), key_results, rows)
    if whole.elements <= MOST_ELEMENTS:
        return Matrices((whole.matrix,))
    return divided(whole, parts_of(portfolio, key_results, rows))


def divided(whole: Part, parts: Iterable[Part]) -> Matrices:
    """Return as many of the parts as there is room for, and sentences on the rest."""
    visible: list[Matrix] = []
    unmoved: list[str | Message] = []
    left_out: list[Message] = []
    room = MOST_ELEMENTS
    for part in parts:
        if not part.rows:
            unmoved.append(part.title)
        elif part.elements <= room:
            visible.append(part.matrix)
            room -= part.elements
        else:
            left_out.append(size_of(part))
    notes = [too_many(whole)]
    if left_out:
        notes.append(not_shown(left_out))
    if unmoved:
        notes.append(
            message("No open epic moves a key result of {items}.", items=some(unmoved, MOST_NAMED))
        )
    idle = sum(1 for row in whole.rows if not row.shares)
    if idle:
        notes.append(
            plural(
                "{n:spelled} open epic moves no key result.",
                "{n:spelled} open epics move no key result.",
                idle,
            ).sentence()
        )
    return Matrices(tuple(visible), tuple(notes))


def too_many(whole: Part) -> Message:
    return message(
        "{epics} by {key_results} are too many for one table: it is divided by theme, and a theme "
        "that is too large by objective; each part names only the epics that move its key results.",
        epics=epics_counted(len(whole.rows)),
        key_results=key_results_counted(len(whole.key_results)),
    )


def not_shown(parts: list[Message]) -> Message:
    return message(
        "Not shown, for want of room: {parts}. The page of each key result lists the epics that "
        "move it.",
        parts=some(parts, MOST_NAMED),
    )


def size_of(part: Part) -> Message:
    return message(
        "{title} ({epics} by {key_results})",
        title=part.title,
        epics=epics_counted(len(part.rows)),
        key_results=key_results_counted(len(part.key_results)),
    )


def parts_of(
    portfolio: Portfolio, key_results: tuple[KeyResult, ...], rows: tuple[Coverage, ...]
) -> Iterator[Part]:
    """Yield a part per theme, or per objective of a theme that alone is too large for a page."""
    by_theme: dict[str | None, list[KeyResult]] = {t.id: [] for t in portfolio.items_of(Theme)}
    for result in key_results:
        themes = [
            entry.id for entry in portfolio.ancestors_of(result.id) if isinstance(entry, Theme)
        ]
        for id in themes or (None,):
            by_theme.setdefault(id, []).append(result)
    movers: defaultdict[str, list[int]] = defaultdict(list)
    for number, row in enumerate(rows):
        for moved in row.shares:
            movers[moved].append(number)
    for id, results in by_theme.items():
        theme = part(portfolio, id, results, rows, movers)
        if theme.elements <= MOST_ELEMENTS:
            yield theme
            continue
        by_objective: dict[str, list[KeyResult]] = {}
        for result in results:
            for objective in portfolio.parents_of(result.id)[:1]:
                by_objective.setdefault(objective.id, []).append(result)
        for objective_id, own in by_objective.items():
            yield part(portfolio, objective_id, own, rows, movers)


def part(
    portfolio: Portfolio,
    id: str | None,
    key_results: Iterable[KeyResult],
    rows: tuple[Coverage, ...],
    movers: Mapping[str, Sequence[int]],
) -> Part:
    """Return the part of a theme or objective, with the epics that move its key results.

    `movers` are the numbers of the rows that move a key result, by its id.
    """
    results = tuple(key_results)
    numbers = sorted({number for result in results for number in movers.get(result.id, ())})
    about = ref(portfolio[id]) if id is not None else None
    title = about.name if about else message("no theme")
    return Part(about, title, results, tuple(rows[number] for number in numbers))


def epics_counted(number: int) -> Message:
    return plural("{n:grouped} open epic", "{n:grouped} open epics", number)


def key_results_counted(number: int) -> Message:
    return plural("{n:grouped} key result", "{n:grouped} key results", number)
