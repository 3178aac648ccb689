"""The strategy tree: why are we doing this?"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from leanfolio.figures.okr.score import Band
from leanfolio.model import Epic, Feature, Item, KeyResult, Objective, Story, Theme
from leanfolio.model.portfolio import Portfolio
from leanfolio.views.cell import Text, sentence
from leanfolio.views.okr import KeyResultRow, ObjectiveRow, Okrs
from leanfolio.views.phrase import capital, count
from leanfolio.views.ref import Ref, ref
from leanfolio.views.trace import is_childless, is_orphan

MOST_BRANCHES = 180  # beyond this the tree stops a level higher, and pages of items go on


@dataclass(frozen=True, slots=True)
class Branch:
    """One item of the tree with what serves it."""

    item: Ref
    state: str | None
    category: str | None
    score: str | None
    band: Band | None
    pace: str | None  # expected by now
    money: Decimal | None  # approved
    note: Text
    first: bool  # whether this is where the tree shows it first
    again: bool  # already shown further up, with all that serves it
    branches: tuple["Branch", ...]
    folded: int = 0  # children that this tree leaves to the item's own page


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
            said = f"{objective.reported} of {objective.of} reported"
            self.scores[objective.id] = (objective, said)
            for key_result in objective.key_results:
                self.scores[key_result.id] = (key_result, key_result.journey)
        self.stops_at = deepest(portfolio)

    def branch(self, item: Item) -> Branch:
        again = item.id in self.shown
        self.shown.add(item.id)
        children = () if again else self.portfolio.children_of(item.id)
        stops = isinstance(item, self.stops_at)
        row, note = self.scores.get(item.id, (None, ""))
        return Branch(
            item=ref(item),
            state=getattr(item, "state", None),
            category=self.portfolio.category_of(item),
            score=row.score if row else None,
            band=row.band if row else None,
            pace=row.pace if row else None,
            money=item.approved if isinstance(item, Epic) else None,
            note=note or own_note(item),
            first=not again,
            again=again and bool(self.portfolio.children_of(item.id)),
            branches=() if stops else tuple(self.branch(child) for child in children),
            folded=len(children) if stops else 0,
        )


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
        return sentence("size {}", item.size)
    if isinstance(item, Story) and item.points is not None:
        return sentence("{} points", item.points)
    return ""
