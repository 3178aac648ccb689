"""The strategy tree: why are we doing this?"""

from collections.abc import Mapping
from decimal import Decimal
from itertools import pairwise

from msgspec import Struct

from leanfolio.figures.facts import Facts
from leanfolio.figures.funding.cuts import NONE, Portion
from leanfolio.figures.funding.goals import GoalMoney, goal_money
from leanfolio.model import Epic, Feature, Item, KeyResult, Objective, Story, Theme
from leanfolio.model.policy import CLOSED
from leanfolio.model.portfolio import Portfolio
from leanfolio.views.cell import Tag
from leanfolio.views.facets import Facets, facets_of
from leanfolio.views.funding.cuts import epics_not_stated
from leanfolio.views.okr import KeyResultRow, ObjectiveRow, Okrs
from leanfolio.views.ref import Ref, ref
from leanfolio.views.story_words import points
from leanfolio.views.trace import RefList, childless_of, orphans_of, ref_list
from leanfolio.wording import Message, Money, Part, Rounded, Text, joined, message, plural, readable

MOST_BRANCHES = 180  # beyond this the tree stops a level higher, and pages of items go on
OPEN_LEVELS = 2  # levels of the tree that are open at first
NO_MONEY = GoalMoney({}, {})  # where an audience may not know what money is for


class Branch(Struct, frozen=True):
    """One item of the tree with what serves it."""

    item: Ref
    facets: Facets
    status: Tag | None  # its score with its band, or its state
    progress: Decimal | None  # its score as a share of a hundred
    pace: Decimal | None  # what is expected by now, likewise
    money: Decimal | None  # approved for it, of an epic the part for what stands above
    notes: Text
    first: bool  # whether this is where the tree shows it first
    open: bool
    branches: tuple["Branch", ...]


class Strategy(Struct, frozen=True):
    finding: Text
    summary: Text
    branches: tuple[Branch, ...]
    orphans: RefList
    childless: RefList


def strategy_view(facts: Facts, okrs: Okrs) -> Strategy:
    """Return themes with all that serves them; then what serves no theme."""
    portfolio = facts.portfolio
    tree = Tree(facts, okrs)
    branches = [tree.branch(theme) for theme in portfolio.items_of(Theme)]
    rest = [entry for entry in portfolio.items_of(Objective) if entry.id not in tree.visited]
    branches += [tree.branch(entry) for entry in rest if not entry.parent]
    orphans = orphans_of(portfolio)
    return Strategy(
        finding=strategy_finding(portfolio, orphans),
        summary=summary(portfolio),
        branches=tuple(branches),
        orphans=ref_list(orphans),
        childless=ref_list(childless_of(portfolio)),
    )


def summary(portfolio: Portfolio) -> Text:
    """Return how many there are of each type, and whether money may be shown."""
    all = message(
        "{sizes}. Open a line to see what serves it.", sizes=joined(sizes(portfolio), ", ")
    )
    if not portfolio.hides_money_of_goals:
        return all
    return joined((all, message("What is approved is not shown.")), " ")


def sizes(portfolio: Portfolio) -> tuple[Message, ...]:
    """Return how many there are of each type, from themes down."""

    def number(model: type[Item]) -> int:
        return len(portfolio.items_of(model))

    return (
        plural("{n:spelled} theme", "{n:spelled} themes", number(Theme)).sentence(),
        plural("{n:spelled} objective", "{n:spelled} objectives", number(Objective)),
        plural("{n:spelled} key result", "{n:spelled} key results", number(KeyResult)),
        plural("{n:spelled} epic", "{n:spelled} epics", number(Epic)),
        plural("{n:spelled} feature", "{n:spelled} features", number(Feature)),
        plural("{n:spelled} story", "{n:spelled} stories", number(Story)),
    )


def strategy_finding(portfolio: Portfolio, orphans: tuple[Ref, ...]) -> Message:
    """Return whether every open epic moves a key result; what is over can no more be left out."""
    closed = {e.id for e in portfolio.items_of(Epic)
              if portfolio.category_of(e) in CLOSED}  # fmt: skip
    open_epics = len(portfolio.items_of(Epic)) - len(closed)
    idle = sum(orphan.type == "epic" and orphan.id not in closed for orphan in orphans)
    if portfolio.partial:
        return moving_what_is_shown(open_epics - idle)
    if idle and not portfolio.items_of(KeyResult):
        return plural(
            "no key result is written that the {n:spelled} open epic could move",
            "no key result is written that the {n} open epics could move",
            idle,
        ).sentence()
    if idle:
        return plural(
            "{n:spelled} epic moves no key result, and should not be built",
            "{n:spelled} epics move no key result, and should not be built",
            idle,
        ).sentence()
    if not open_epics:
        return message("There is no open epic")
    return plural(
        "the {n:spelled} open epic moves a key result",
        "each of the {n} open epics moves a key result",
        open_epics,
    ).sentence()


def moving_what_is_shown(number: int) -> Message:
    """Return how many open epics move a key result that is shown; others may move a hidden one."""
    return plural(
        "{n:spelled} open epic moves a key result, of those that are shown",
        "{n:spelled} open epics move a key result, of those that are shown",
        number,
    ).sentence()


class Tree:
    """Grows branches, each item whole once, and by name wherever else it serves."""

    def __init__(self, facts: Facts, okrs: Okrs) -> None:
        self.portfolio = portfolio = facts.portfolio
        self.money = (
            NO_MONEY if portfolio.hides_money_of_goals else goal_money(portfolio, facts.portions)
        )
        self.counted: set[tuple[str, str]] = set()
        self.visited: set[str] = set()
        self.rows: dict[str, ObjectiveRow | KeyResultRow] = {}
        for objective in okrs.objectives:
            self.rows[objective.id] = objective
            self.rows |= {row.id: row for row in objective.key_results}
        self.stops_at = deepest(portfolio)

    def branch(self, item: Item, way: tuple[Item, ...] = ()) -> Branch:
        again = item.id in self.visited
        self.visited.add(item.id)
        children = self.portfolio.children_of(item.id)
        stops = isinstance(item, self.stops_at)
        row = self.rows.get(item.id)
        own = own_note(row, item)
        if isinstance(item, Theme):
            own = reported_below(self.objectives_below(item))
        money, lacking = self.approved(item, way)
        notes = [each for each in (own, lacking) if each]
        if again and children:
            notes.append(message("shown above"))
        if stops and children and not again:
            notes.append(message("{more} more on its page", more=len(children)))
        grows = () if again or stops else children
        return Branch(
            item=ref(item),
            facets=facets_of(self.portfolio, item),
            status=status(self.portfolio, item, row),
            progress=percents(row.score) if row else None,
            pace=percents(row.pace) if row else None,
            money=money,
            notes=joined(notes, "; ") if notes else "",
            first=not again,
            open=len(way) < OPEN_LEVELS,
            branches=tuple(self.branch(child, (*way, item)) for child in grows),
        )

    def approved(self, item: Item, way: tuple[Item, ...]) -> tuple[Decimal | None, Part]:
        """Return what is approved for an item on this way down from a theme, with a note on it.

        A goal that stands twice below a theme counts in its sum once, and has its money there.
        """
        top = way[0] if way else item
        theme = top.id if isinstance(top, Theme) else NONE
        if isinstance(item, Epic):
            portion = self.money.epics.get((theme, way[-1].id, item.id))
            return (portion.amounts["approved"], whole_note(portion)) if portion else (None, None)
        total = self.money.goals.get((theme, item.id))
        if total is None or (theme, item.id) in self.counted:
            return None, None
        self.counted.add((theme, item.id))
        notes: list[Part] = []
        if total.unknown:
            lacking = epics_not_stated(total.unknown)
            notes.append(message("approved: {lacking}", lacking=lacking))
        if isinstance(item, Objective) and self.portfolio.children_of(item.id, Objective):
            notes.append(message("approved includes the objectives below"))
        return total.amount, joined(notes, "; ") if notes else None

    def objectives_below(self, item: Item) -> dict[str, ObjectiveRow]:
        """Return the objectives that serve an item, at any depth, each once."""
        found: dict[str, ObjectiveRow] = {}
        waiting = [item.id]
        while waiting:
            for child in self.portfolio.children_of(waiting.pop(), Objective):
                row = self.rows.get(child.id)
                if child.id not in found and isinstance(row, ObjectiveRow):
                    found[child.id] = row
                    waiting.append(child.id)
        return found


def whole_note(portion: Portion) -> Message | None:
    """Return the approval of a whole epic, beside the part of it that stands here."""
    whole = portion.money.approved
    if whole is None or portion.share == 1:
        return None
    return message("its part of {amount}", amount=Money(whole, ""))


def reported_below(objectives: Mapping[str, ObjectiveRow]) -> Message | None:
    """Return how many key results of some objectives reported; None where they have none."""
    whole = sum(row.of for row in objectives.values())
    if not whole:
        return None
    part = sum(row.reported for row in objectives.values())
    return plural(
        "{part} of {n} key result reported", "{part} of {n} key results reported", whole, part=part
    )


def status(portfolio: Portfolio, item: Item, row: ObjectiveRow | KeyResultRow | None) -> Tag | None:
    """Return its score with its band, or else its state."""
    if row and row.score:
        return row.standing
    state = getattr(item, "state", None)
    if not state:
        return None
    alive = portfolio.category_of(item) in ("active", "done")
    return Tag("good" if alive else "plain", readable(state))


def percents(score: Rounded | None) -> Decimal | None:
    """Return a score as a share of a hundred, held between 0 and 100."""
    if score is None:
        return None
    return min(max(score.decimal, Decimal(0)), Decimal(1)) * 100


def deepest(portfolio: Portfolio) -> tuple[type[Item], ...]:
    """Return the types at which the tree stops, so that a page stays light enough to open."""
    room = MOST_BRANCHES - len(portfolio.items_of(Theme)) - len(portfolio.items_of(Objective))
    levels: tuple[type[Item], ...] = (Objective, KeyResult, Epic, Feature, Story)
    for above, model in pairwise(levels):
        room -= len(portfolio.items_of(model))
        if room < 0:
            return (above,)
    return ()


def own_note(row: ObjectiveRow | KeyResultRow | None, item: Item) -> Part:
    """Return the one figure that an item carries itself."""
    match row:
        case ObjectiveRow():
            return reported_below({row.id: row}) or message("no key result")
        case KeyResultRow():
            return joined((row.journey,), "")
    if isinstance(item, Feature) and item.size is not None:
        return message("size {size}", size=item.size)
    if isinstance(item, Story) and item.points is not None:
        return points(item.points)
    return None
