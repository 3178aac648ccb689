"""The strategy tree: why are we doing this?"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from leanfolio.model import Epic, Feature, Item, KeyResult, Objective, Story, Theme
from leanfolio.model.portfolio import Portfolio
from leanfolio.views.cell import Tag
from leanfolio.views.okr import KeyResultRow, ObjectiveRow, Okrs
from leanfolio.views.okr.rows import bar_share
from leanfolio.views.phrase import capital, count
from leanfolio.views.ref import Ref, ref
from leanfolio.views.trace import is_childless, is_orphan
from leanfolio.wording import Rounded, Text, joined, message, plural, readable

OPENED = 2  # levels of the tree that are open at first
MOST_BRANCHES = 180  # beyond this the tree stops a level higher, and pages of items go on


@dataclass(frozen=True, slots=True)
class Branch:
    """One item of the tree with what serves it."""

    item: Ref
    score: Rounded | None
    pace: Rounded | None  # expected by now
    status: Tag | None  # its score and band, or its state
    money: Decimal | None  # approved
    notes: Text
    first: bool  # whether this is where the tree shows it first
    opened: bool  # whether what serves it is in sight at once
    branches: tuple["Branch", ...]

    @property
    def share(self) -> float | None:
        return bar_share(self.score)

    @property
    def pace_share(self) -> float | None:
        return bar_share(self.pace)


@dataclass(frozen=True, slots=True)
class Strategy:
    finding: str
    lede: str
    branches: tuple[Branch, ...]
    orphans: tuple[Ref, ...]
    childless: tuple[Ref, ...]


def strategy_view(portfolio: Portfolio, okrs: Okrs, as_of: date) -> Strategy:
    """Themes with all that serves them; then what serves no theme."""
    grown = Tree(portfolio, okrs)
    themes = portfolio.items_of(Theme)
    branches = [grown.branch(theme) for theme in themes]
    loose = [
        objective for objective in portfolio.items_of(Objective) if objective.id not in grown.shown
    ]
    branches += [grown.branch(each) for each in loose if not each.parent]
    orphans = tuple(ref(item) for item in portfolio.items.values() if is_orphan(portfolio, item))
    childless = tuple(
        ref(item) for item in portfolio.items.values() if is_childless(portfolio, item)
    )
    return Strategy(
        finding=strategy_finding(portfolio, orphans),
        lede=f"{strategy_size(portfolio)} Open a line to see what serves it.",
        branches=tuple(branches),
        orphans=orphans,
        childless=childless,
    )


def strategy_size(portfolio: Portfolio) -> str:
    """Three themes, six objectives, 18 key results, and so on down."""
    models: tuple[type[Item], ...] = (Theme, Objective, KeyResult, Epic, Feature, Story)
    counts = (count(len(portfolio.items_of(model)), model.WORD) for model in models)
    return capital(f"{', '.join(counts)}.")


def strategy_finding(portfolio: Portfolio, orphans: tuple[Ref, ...]) -> str:
    epics = [orphan for orphan in orphans if orphan.type == "epic"]
    if epics:
        number = len(epics)
        verb = "moves" if number == 1 else "move"
        return f"{capital(count(number, 'epic'))} {verb} no key result, and should not be built"
    open_epics = [
        epic
        for epic in portfolio.items_of(Epic)
        if portfolio.category_of(epic) not in ("done", "cancelled")
    ]
    if not open_epics:
        return "There is no open epic"
    return f"Each of the {len(open_epics)} open epics moves a key result"


class Tree:
    """Grows branches, each item whole once, and by name wherever else it serves."""

    def __init__(self, portfolio: Portfolio, okrs: Okrs) -> None:
        self.portfolio = portfolio
        self.shown: set[str] = set()
        self.scores: dict[str, tuple[ObjectiveRow | KeyResultRow, Text]] = {}
        for objective in okrs.objectives:
            self.scores[objective.id] = (objective, objective.notes[0])
            for key_result in objective.key_results:
                self.scores[key_result.id] = (key_result, key_result.journey)
        self.stops_at = deepest(portfolio)

    def branch(self, item: Item, depth: int = 0) -> Branch:
        """Grow the branch of an item; what serves it stands where it is shown first."""
        again = item.id in self.shown
        self.shown.add(item.id)
        children = () if again else self.portfolio.children_of(item.id)
        stops = isinstance(item, self.stops_at)
        row, note = self.scores.get(item.id, (None, ""))
        return Branch(
            item=ref(item),
            score=row.score if row else None,
            pace=row.pace if row else None,
            status=row.standing if row and row.score else state_tag(self.portfolio, item),
            money=item.approved if isinstance(item, Epic) else None,
            notes=branch_notes(
                note or own_note(item),
                again=again and bool(self.portfolio.children_of(item.id)),
                folded=len(children) if stops else 0,
            ),
            first=not again,
            opened=depth < OPENED,
            branches=() if stops else tuple(self.branch(child, depth + 1) for child in children),
        )


def state_tag(portfolio: Portfolio, item: Item) -> Tag | None:
    """The state of what has one: good once it is in work."""
    state = getattr(item, "state", None)
    if not state:
        return None
    in_work = portfolio.category_of(item) in ("active", "done")
    return Tag("good" if in_work else "plain", readable(state))


def branch_notes(note: Text, *, again: bool, folded: int) -> Text:
    """A line's own figure, whether it is shown further up, and how much the tree leaves out."""
    notes: list[Text] = [note] if note else []
    if again:
        notes.append(message("shown above"))
    if folded:
        notes.append(plural("{n} more on its page", "{n} more on its page", folded))
    return joined(notes, "; ")


def deepest(portfolio: Portfolio) -> tuple[type[Item], ...]:
    """The types at which the tree stops, so that a page stays light enough to open."""
    room = MOST_BRANCHES - sum(
        len(portfolio.items_of(each)) for each in (Theme, Objective, KeyResult)
    )
    for above, model in ((KeyResult, Epic), (Epic, Feature), (Feature, Story)):
        room -= len(portfolio.items_of(model))
        if room < 0:
            return (above,)
    return ()


def own_note(item: Item) -> Text:
    """The one figure that an item carries itself."""
    if isinstance(item, Feature) and item.size is not None:
        return message("size {size}", size=item.size)
    if isinstance(item, Story) and item.points is not None:
        if item.points == int(item.points):
            return plural("{n} point", "{n} points", int(item.points))
        return message("points: {points}", points=item.points)
    return ""
