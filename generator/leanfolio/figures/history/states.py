"""When an item entered each state: as its `history:` field declares it, and as git dates it."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from msgspec import Struct

from leanfolio.figures.history.versions import History
from leanfolio.model import HasState
from leanfolio.model.source import Commit


class Entered(Struct, frozen=True):
    """A state and the commit that entered it; None if the commit left the item without a state."""

    state: str | None
    commit: Commit
    gone: bool = False  # the item was removed: for flow figures it is cancelled that day
    earlier: bool = False  # the state was entered before the known history begins

    @property
    def day(self) -> date:
        return self.commit.day


def state_history(history: History, id: str) -> tuple[Entered, ...]:
    """The states of an item by commit, oldest first. A removed item may come back."""
    matches: list[Entered] = []
    for version in history.versions.get(id, ()):
        gone = version.fields is None
        state = version.fields.get("state") if version.fields is not None else None
        state = state if isinstance(state, str) else None
        earlier = history.shallow and version.commit == history.commits[0]
        if not matches or (state, gone) != (matches[-1].state, matches[-1].gone):
            matches.append(Entered(state, version.commit, gone, earlier))
    return tuple(matches)


class StateChanges(Struct, frozen=True):
    """When an item entered each state, and the source of these dates."""

    source: Literal["declared", "git", "none"]
    entries: tuple[tuple[str, date], ...]
    removed_on: date | None = None  # the day it left without a state of its own


def state_changes(item: HasState, history: History | None) -> StateChanges:
    """The state changes by the item's own `history:` field where it has one, else by git."""
    if item.history:
        return StateChanges("declared", tuple((entry.state, entry.on) for entry in item.history))
    entered = state_history(history, item.id) if history else ()
    entries = tuple(
        (element.state, element.day) for element in entered if element.state is not None
    )
    gone = entered[-1].day if entered and entered[-1].gone else None
    return StateChanges("git" if entries else "none", entries, gone)


@dataclass(frozen=True, slots=True)
class ComparedState:
    """A state change as the item declares it and as git dates it; None where one has none."""

    state: str
    declared: date | None
    landed: date | None
    commit: Commit | None = field(default=None, compare=False)  # of the landing

    @property
    def lag(self) -> int | None:
        """Days from the declared day to the landing; below 0 it was declared ahead of time."""
        if self.declared is None or self.landed is None:
            return None
        return (self.landed - self.declared).days


def compare_states(
    item: HasState, history: History, name: Callable[[str], str] = str
) -> tuple[ComparedState, ...]:
    """The declared state changes beside those of git, state by state, in order.

    States that were passed through between two landings are declared alone. `name` gives the
    present name of a state.
    """
    entered = landed_states(item.id, history, name)
    places: defaultdict[str, list[int]] = defaultdict(list)
    for index, (state, _) in enumerate(entered):
        places[state].append(index)
    matches: list[ComparedState] = []
    reached = 0
    for entry in item.history:
        state = name(entry.state)
        same = places.get(state, [])
        at = bisect_right(same, reached - 1)
        if at == len(same):
            matches.append(ComparedState(state, entry.on, None))
            continue
        matches += map(landed_alone, entered[reached : same[at]])
        landed = entered[same[at]][1]
        day = None if landed.earlier else landed.day
        matches.append(ComparedState(state, entry.on, day, landed.commit))
        reached = same[at] + 1
    matches += map(landed_alone, entered[reached:])
    return tuple(matches)


def landed_states(
    id: str, history: History, name: Callable[[str], str]
) -> list[tuple[str, Entered]]:
    """The states of an item by git under their present names, each once in a row."""
    result: list[tuple[str, Entered]] = []
    for value in state_history(history, id):
        if value.state is not None and (not result or result[-1][0] != name(value.state)):
            result.append((name(value.state), value))
    return result


def landed_alone(entry: tuple[str, Entered]) -> ComparedState:
    """A state that git alone tells of."""
    state, landed = entry
    return ComparedState(state, None, landed.day, landed.commit)
