"""The matrix of open epics by key results, whole or divided by theme so that a page can hold it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from leanfolio.model import Epic, KeyResult, Theme
from leanfolio.model.portfolio import Portfolio
from leanfolio.views.ref import Ref, ref
from leanfolio.wording import Message, Percent, listed, message, plural

MOST_ELEMENTS = 3_000  # HTML elements of all matrices of a page: what a phone opens at once


@dataclass(frozen=True, slots=True)
class Coverage:
    """An epic's row of the matrix: the key results that it moves, with its share in percent."""

    epic: Ref
    state: str | None
    shares: Mapping[str, int]  # by key result; one that it does not move is not there


@dataclass(frozen=True, slots=True)
class Row:
    epic: Ref
    cells: tuple[int | None, ...]  # one per key result of its matrix


@dataclass(frozen=True, slots=True)
class Matrix:
    """Epics by key results, as one table."""

    about: Ref | None  # the theme of its key results, where the whole is divided
    title: str | Message
    key_results: tuple[Ref, ...]
    rows: tuple[Row, ...]

    @property
    def elements(self) -> int:
        """How many HTML elements it takes: two per column's head, five per row, one per cell."""
        columns = len(self.key_results)
        return 5 + 2 * columns + len(self.rows) * (5 + columns)


@dataclass(frozen=True, slots=True)
class Matrices:
    """What a page shows of the matrix, and a sentence for each part that it leaves out."""

    shown: tuple[Matrix, ...] = ()
    notes: tuple[Message, ...] = ()


def coverage_of(epic: Epic, key_results: tuple[KeyResult, ...]) -> Coverage:
    shares = epic.shares
    return Coverage(
        epic=ref(epic),
        state=epic.state,
        shares={
            result.id: int(Percent(shares[result.id]).percents or 0)
            for result in key_results
            if result.id in shares
        },
    )


def matrices_of(
    portfolio: Portfolio, key_results: tuple[KeyResult, ...], rows: tuple[Coverage, ...]
) -> Matrices:
    """Return the matrix whole, or where that is too large, as many of its themes as there is room.

    Nothing is shown where no epic moves a key result.
    """
    title = message("Key results by open epics")
    whole = matrix(None, title, key_results, rows)
    if not rows or not key_results:
        return Matrices()
    if whole.elements <= MOST_ELEMENTS:
        return Matrices((whole,))
    shown: list[Matrix] = []
    notes = [
        message(
            "{epics} by {key_results} are too many for one table: it is divided by theme, and "
            "each theme names the epics that move its key results alone.",
            epics=epics_counted(len(rows)).sentence(),
            key_results=key_results_counted(len(key_results)),
        )
    ]
    room = MOST_ELEMENTS
    unmoved: list[str] = []
    for part in by_theme(portfolio, key_results, rows):
        if not part.rows:
            unmoved.append(str(part.title))
        elif part.elements <= room:
            shown.append(part)
            room -= part.elements
        else:
            notes.append(not_shown(part))
    if unmoved:
        notes.append(
            message("No open epic moves a key result of {themes}.", themes=listed(unmoved))
        )
    if idle := sum(1 for row in rows if not row.shares):
        notes.append(
            plural(
                "{n:spelled} open epic moves no key result.",
                "{n:spelled} open epics move no key result.",
                idle,
            ).sentence()
        )
    return Matrices(tuple(shown), tuple(notes))


def by_theme(
    portfolio: Portfolio, key_results: tuple[KeyResult, ...], rows: tuple[Coverage, ...]
) -> Iterator[Matrix]:
    """Yield a matrix per theme with the epics that move its key results; last, one without."""
    themes: dict[str | None, list[KeyResult]] = {
        theme.id: [] for theme in portfolio.items_of(Theme)
    }
    themes[None] = []
    for result in key_results:
        above = [each.id for each in portfolio.ancestors_of(result.id) if isinstance(each, Theme)]
        for id in above or (None,):
            themes[id].append(result)
    for id, results in themes.items():
        if results:
            about = ref(portfolio[id]) if id is not None else None
            title = about.name if about else message("no theme")
            ids = frozenset(result.id for result in results)
            yield matrix(about, title, results, (row for row in rows if ids & row.shares.keys()))


def matrix(
    about: Ref | None,
    title: str | Message,
    key_results: Iterable[KeyResult],
    rows: Iterable[Coverage],
) -> Matrix:
    columns = tuple(ref(result) for result in key_results)
    return Matrix(
        about,
        title,
        columns,
        tuple(Row(row.epic, tuple(row.shares.get(each.id) for each in columns)) for row in rows),
    )


def not_shown(part: Matrix) -> Message:
    return message(
        "Not shown, for want of room: {theme}, {epics} by {key_results}. "
        "The page of each key result lists the epics that move it.",
        theme=part.title,
        epics=epics_counted(len(part.rows)),
        key_results=key_results_counted(len(part.key_results)),
    )


def epics_counted(number: int) -> Message:
    return plural("{n:grouped} open epic", "{n:grouped} open epics", number)


def key_results_counted(number: int) -> Message:
    return plural("{n:grouped} key result", "{n:grouped} key results", number)
