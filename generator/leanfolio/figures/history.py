"""The story of every item: what it said from each landing on, and so when each field changed.

Git's door (history) tells which files each commit changed, and what they said then; here these
become versions of items. An item is its id, whatever file it stands in. A day is that of landing on
the main line. A file that could not be read changes nothing: its items stand as they last stood.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import PurePosixPath
from typing import Any, Literal

from leanfolio.model import (
    TYPES,
    CostOfDelay,
    Days,
    Epic,
    HasState,
    Increment,
    Item,
    Origin,
    Scored,
    Visibility,
)
from leanfolio.model.audience import AUDIENCES
from leanfolio.model.portfolio import Portfolio
from leanfolio.model.source import Commit
from leanfolio.read import ID, TYPE_OF_FOLDER, Reading, valid_item
from leanfolio.read.links import link

Fields = Mapping[str, Any]

# What a story is told of: identity, links, states, scores, money, targets and rules. Prose and
# records that carry their own dates are not kept, so that a long history fits in memory.
KEPT = frozenset((
    "type", "id", "title", "owner", "visibility", "confidential", "kind", "status",
    "features", "stories", "key_results",
    "themes", "parent", "objective", "epic", "feature", "value_stream", "team", "increment",
    "depends_on", "affects",
    "state", "history", "urgency", "due", "horizon", "iteration",
    "business_value", "time_criticality", "risk_opportunity", "job_size", "scored_on", "scored_by",
    "cost_of_delay", "duration_weeks", "size", "points",
    "cost", "cost_low", "cost_high", "approved", "actual", "currency", "budgets", "capacity",
    "level", "period", "commitment", "unit", "start", "end", "target", "low", "high", "weight",
    "cadence_days", "objectives",
    "as_of", "fiscal_year_start", "scale", "ranking", "cut_line", "states", "feature_states",
    "story_states", "guardrails", "rates", "rules",
))  # fmt: skip
NUMBERS = (
    "business_value",
    "time_criticality",
    "risk_opportunity",
    "job_size",
    "cost_of_delay",
    "duration_weeks",
)
Number = Decimal | CostOfDelay | None


@dataclass(frozen=True, slots=True)
class Version:
    """What an item said from one landing on; `fields` is None from where it was gone."""

    commit: Commit
    type: str
    path: PurePosixPath
    fields: Fields | None


@dataclass(frozen=True, slots=True)
class Landing:
    """One commit on the main line: each file it changed, and what that says now; None is gone."""

    commit: Commit
    changes: tuple[tuple[PurePosixPath, Fields | None], ...]


@dataclass(frozen=True)
class History:
    """All versions of every item, oldest first, and the commits that touched content."""

    commits: tuple[Commit, ...]
    versions: Mapping[str, tuple[Version, ...]] = field(default_factory=dict)
    shallow: bool = False  # what stood before the first commit is not known
    unread: int = 0  # versions of files that could not be read, and so changed nothing
    note: str = ""  # why it is not whole, as a sentence
    audience: Visibility = "confidential"

    def reaches(self, day: date) -> bool:
        """Whether it is known what stood at the end of this day."""
        return bool(self.commits) and self.commits[0].day <= day

    def at(self, id: str, day: date) -> Version | None:
        """The version that stood at the end of a day, in UTC; None where there was none."""
        versions = self.versions.get(id, ())
        index = standing(versions, after(day))
        return versions[index] if index >= 0 and versions[index].fields is not None else None

    def visible_to(
        self, audience: Visibility, withheld: Collection[str] = frozenset()
    ) -> "History":
        """The history as this audience may see it: also what was hidden only then is not there.

        `withheld` are the ids that it may not see today.
        """
        level = AUDIENCES.index(audience)
        if level >= AUDIENCES.index(self.audience) and not withheld:
            return self
        hidden = hidden_versions(self, level)
        seen = {
            id: open_versions(versions, [(id, index) in hidden for index in range(len(versions))])
            for id, versions in self.versions.items()
            if id not in withheld
        }
        versions = {id: without_fields(result) for id, result in seen.items() if result}
        return replace(self, versions=versions, audience=audience)


def without_fields(versions: tuple[Version, ...]) -> tuple[Version, ...]:
    """The versions without the fields that any of them names as confidential."""
    named = [version.fields.get("confidential", ()) for version in versions if version.fields]
    lists = [value if isinstance(value, list | tuple) else (value,) for value in named]
    secret = {name for names in lists for name in names if isinstance(name, str)}
    if not secret:
        return versions
    return tuple(
        replace(
            version,
            fields={key: value for key, value in version.fields.items() if key not in secret},
        )
        if version.fields is not None
        else version
        for version in versions
    )


def open_versions(versions: Sequence[Version], hidden: Sequence[bool]) -> tuple[Version, ...]:
    """The versions that may be seen; a hidden one is as good as gone."""
    matches: list[Version] = []
    for version, hides in zip(versions, hidden, strict=True):
        if version.fields is not None and not hides:
            matches.append(version)
        elif matches and matches[-1].fields is not None:
            matches.append(replace(version, fields=None))
    return tuple(matches)


def hidden_versions(history: History, level: int) -> set[tuple[str, int]]:
    """The versions beyond a level of visibility, as (id, index): own, or of a parent.

    What had a hidden parent at any time while it stood is hidden for all of that time. The
    portfolio's own rules are no item, and always there.
    """
    hidden = {
        (id, index)
        for id, versions in history.versions.items()
        for index, version in enumerate(versions)
        if version.fields is not None
        and version.type != "portfolio"
        and visibility(version.fields) > level
    }
    if not hidden:
        return hidden
    order = {commit.id: number for number, commit in enumerate(history.commits)}
    children: defaultdict[str, list[tuple[str, int]]] = defaultdict(list)
    for id, versions in history.versions.items():
        for index, version in enumerate(versions):
            for parent in parents_of(version):
                children[parent].append((id, index))

    def stood(id: str, index: int) -> tuple[int, int]:
        versions = history.versions[id]
        last = index + 1 == len(versions)
        end = len(order) if last else order[versions[index + 1].commit.id]
        return order[versions[index].commit.id], end

    waiting = sorted(hidden)
    while waiting:
        id, index = waiting.pop()
        start, end = stood(id, index)
        for child in children[id]:
            first, last = stood(*child)
            if child not in hidden and first < end and start < last:
                hidden.add(child)
                waiting.append(child)
    return hidden


def parents_of(version: Version) -> Iterator[str]:
    """The ids that a version names as its parents."""
    for name, up in TYPES[version.type].LINKS.items():
        value = version.fields.get(name) if version.fields and up.kind == "parent" else None
        named = value if isinstance(value, list | dict) else (value,)
        yield from (entry for entry in named if isinstance(entry, str))


def visibility(fields: Fields) -> int:
    """How far an item is hidden; a word that is none of ours hides it from all but insiders."""
    word = fields.get("visibility", "public")
    return AUDIENCES.index(word) if word in AUDIENCES else len(AUDIENCES) - 1


def after(day: date) -> int:
    """The first second after a day, in UTC."""
    if day == date.max:
        return 1 << 62
    return int(datetime.combine(day + timedelta(days=1), time(), UTC).timestamp())


def standing(versions: Sequence[Version], second: int) -> int:
    """The index of the version that stood just before this second; below 0 where none did."""
    return bisect_right(versions, second - 1, key=lambda version: version.commit.time) - 1


# From landings to versions -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Said:
    """One item as one file states it."""

    id: str
    type: str
    fields: Fields


def versions_of(landings: Iterable[Landing]) -> dict[str, tuple[Version, ...]]:
    """Every item's versions, from landings in the order in which they came, oldest first."""
    held: dict[PurePosixPath, tuple[Said, ...]] = {}
    homes: defaultdict[str, dict[PurePosixPath, Said]] = defaultdict(dict)
    versions: defaultdict[str, list[Version]] = defaultdict(list)
    for landing in landings:
        touched: dict[str, None] = {}
        for path, fields in landing.changes:
            for entry in held.pop(path, ()):
                homes[entry.id].pop(path, None)
                touched[entry.id] = None
            if fields is not None:
                held[path] = items_in(path, fields)
                for entry in held[path]:
                    homes[entry.id].setdefault(path, entry)
                    touched[entry.id] = None
        for id in touched:
            add_version(versions[id], landing.commit, homes[id])
    return {id: tuple(result) for id, result in versions.items() if result}


def add_version(
    versions: list[Version], commit: Commit, homes: Mapping[PurePosixPath, Said]
) -> None:
    """What an item says after a commit, where that differs from what it said before.

    Of two files with the same id the first by path stands, as it does when a portfolio is linked.
    """
    last = versions[-1] if versions else None
    if not homes:
        if last and last.fields is not None:
            versions.append(Version(commit, last.type, last.path, None))
        return
    path = min(homes, key=lambda home: home.parts) if len(homes) > 1 else next(iter(homes))
    text = homes[path]
    if last is None or last.type != text.type or last.fields != text.fields:
        versions.append(Version(commit, text.type, path, text.fields))


def items_in(path: PurePosixPath, fields: Fields) -> tuple[Said, ...]:
    """The items that a file holds: its own, and the children nested in it."""
    folder = path.parts[0] if len(path.parts) > 1 else ""
    implied = "portfolio" if str(path) == "portfolio.md" else TYPE_OF_FOLDER.get(folder)
    type = fields.get("type", implied)
    if not isinstance(type, str) or type not in TYPES:
        return ()
    return tuple(said_in(TYPES[type], {"id": path.stem, **fields}))


def said_in(model: type[Item], fields: Fields) -> Iterator[Said]:
    """An item and its children. A child without an id has no story: nothing tells it apart."""
    id = fields["id"]
    id = str(id) if isinstance(id, int) else id
    if not isinstance(id, str) or not ID.match(id):
        return
    leave = {"id", "type", *model.NESTED}
    own = {
        name: value
        for name, value in fields.items()
        if name not in leave and (value is not None or name == "visibility")
    }
    yield Said(id, model.TYPE, own)
    for name, type in model.NESTED.items():
        children = fields.get(name)
        child_model = TYPES[type]
        up = next(field for field, link in child_model.LINKS.items() if link.kind == "parent")
        for child in children if isinstance(children, list) else ():
            if isinstance(child, dict) and child.get("id") is not None:
                kept = {key: value for key, value in child.items() if key in KEPT}
                yield from said_in(child_model, {**kept, up: id})


def item_of(id: str, version: Version, only: Collection[str] | None = None) -> Item | None:
    """The item that a version describes, less the fields that are wrong; it has no prose."""
    own = {"title": id, **(version.fields or {}), "id": id}
    if only is not None:
        own = {name: value for name, value in own.items() if name in only}
    own = {name: value for name, value in own.items() if value is not None}
    if visibility(own) and own["visibility"] not in AUDIENCES:
        own["visibility"] = AUDIENCES[-1]
    return valid_item(TYPES[version.type], own, Origin(version.path), Reading())


# The portfolio on a day ----------------------------------------------------------------------


def portfolio_at(history: History, day: date, types: Collection[str] | None = None) -> Portfolio:
    """The portfolio as it stood at the end of a day, by its own rules of then."""
    return portfolios_at(history, (day,), types)[0]


def portfolios_at(
    history: History, days: Iterable[date], types: Collection[str] | None = None
) -> list[Portfolio]:
    """The portfolio at the end of each day; of these types alone, if any are given.

    A version that stood on several days is read once.
    """
    wanted = None if types is None else {*types, "portfolio"}
    read: dict[tuple[str, int], Item | None] = {}
    result = []
    for day in days:
        second = after(day)
        items: list[Item] = []
        for id, versions in history.versions.items():
            index = standing(versions, second)
            version = versions[index] if index >= 0 else None
            if version is None or version.fields is None:
                continue
            if wanted is not None and version.type not in wanted:
                continue
            key = (id, index)
            if key not in read:
                read[key] = item_of(id, version)
            item = read[key]
            if item is not None:
                items.append(item)
        result.append(linked(items).visible_to(history.audience))
    return result


def linked(items: list[Item]) -> Portfolio:
    """A portfolio out of these items; nobody mends what was wrong in the past."""
    items.sort(key=lambda item: item.origin.path.parts)
    there = {item.id for item in items}
    named = {target for item in items for _, _, target in item.linked()}
    teams = {team for item in items if isinstance(item, Increment) for _, team in item.teams()}
    absent = (named | teams) - there
    portfolio, _ = link(Reading(items=items, broken=absent))
    return replace(portfolio, broken=frozenset())


def last_begun(portfolio: Portfolio, as_of: date) -> Increment | None:
    """The increment that began last, up to a day."""
    begun = [(days.first, value.id) for value, days in dated(portfolio) if days.first <= as_of]
    result = portfolio[max(begun)[1]] if begun else None
    return result if isinstance(result, Increment) else None


def dated(portfolio: Portfolio) -> list[tuple[Increment, Days]]:
    """The increments whose days are known, in the order in which they end."""
    matches = [
        (increment, increment.days) for increment in portfolio.items_of(Increment) if increment.days
    ]
    return sorted(matches, key=lambda entry: (entry[1].last, entry[1].first, entry[0].id))


def at_increments(
    history: History, portfolio: Portfolio, as_of: date, last: int = 8
) -> list[tuple[Increment, Portfolio]]:
    """The epics as they stood at the end of each of the last increments, oldest first."""
    ended = [
        (value, days.last)
        for value, days in dated(portfolio)
        if days.last < as_of and history.reaches(days.last)
    ][-last:]
    then = portfolios_at(history, (day for _, day in ended), {"epic"})
    return [(value, result) for (value, _), result in zip(ended, then, strict=True)]


# The story of a score ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Rescoring:
    """One landing that changed numbers of a score. Without a commit: it is not committed yet."""

    commit: Commit | None
    before: Scored | None  # None where it was not there, or not known
    after: Scored

    @property
    def changes(self) -> tuple[tuple[str, Number, Number], ...]:
        """Each number that changed: its name, before, and after."""
        pairs = (
            (name, getattr(self.before, name, None), getattr(self.after, name)) for name in NUMBERS
        )
        return tuple(pair for pair in pairs if pair[1] != pair[2])


@dataclass(frozen=True, slots=True)
class ScoreStory:
    """How an item came to its score, and what it scored when the last increment began."""

    item: Scored
    rescorings: tuple[Rescoring, ...]  # oldest first
    since: Increment | None  # the increment that began last
    then: Scored | None  # as it stood just before that; None where it was not there
    known: bool  # whether the history reaches back that far


def score_history(history: History, portfolio: Portfolio, as_of: date) -> Mapping[str, ScoreStory]:
    """The story of every epic that has, or had, a number of a score."""
    increment = last_begun(portfolio, as_of)
    result = {}
    for epic in portfolio.items_of(Epic):
        rescorings = tuple(rescorings_of(history, epic))
        if rescorings or any(getattr(epic, name) is not None for name in NUMBERS):
            then, known = began(history, epic.id, increment)
            result[epic.id] = ScoreStory(epic, rescorings, increment, then, known)
    return result


def rescorings_of(history: History, item: Scored) -> Iterator[Rescoring]:
    """Each change of the numbers of an item, oldest first."""
    before: Scored | None = None
    stated: tuple[Any, ...] = (None,) * len(NUMBERS)
    for version in history.versions.get(item.id, ()):
        if version.fields is None:
            continue
        numbers = tuple(version.fields.get(name) for name in NUMBERS)
        if numbers == stated and before is not None:
            continue
        stated, now = numbers, scored(item.id, version)
        if now is None:
            continue
        result = Rescoring(version.commit, before, now)
        unknown = history.shallow and version.commit == history.commits[0]
        if result.changes and not unknown:
            yield result
        before = now
    uncommitted = Rescoring(None, before, item)
    if uncommitted.changes:
        yield uncommitted


def scored(id: str, version: Version) -> Scored | None:
    """An item with the numbers of its score alone."""
    item = item_of(id, version, only=("id", "title", "size", "currency", *NUMBERS))
    return item if isinstance(item, Scored) else None


def began(history: History, id: str, increment: Increment | None) -> tuple[Scored | None, bool]:
    """An item as it stood just before an increment began, and whether that is known."""
    if increment is None or increment.start is None or increment.start == date.min:
        return None, False
    eve = increment.start - timedelta(days=1)
    version = history.at(id, eve)
    return (scored(id, version) if version else None), history.reaches(eve)


# The story of a state ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Entered:
    """A state and the commit with which it was entered; without a state, it was left for none."""

    state: str | None
    commit: Commit
    gone: bool = False  # the item was removed: for flow figures it is cancelled that day
    earlier: bool = False  # it stood there already when the history that we have begins

    @property
    def day(self) -> date:
        return self.commit.day


def state_history(history: History, id: str) -> tuple[Entered, ...]:
    """The states of an item by landing, oldest first. A removed item may come back."""
    matches: list[Entered] = []
    for version in history.versions.get(id, ()):
        gone = version.fields is None
        state = version.fields.get("state") if version.fields is not None else None
        state = state if isinstance(state, str) else None
        earlier = history.shallow and version.commit == history.commits[0]
        if not matches or (state, gone) != (matches[-1].state, matches[-1].gone):
            matches.append(Entered(state, version.commit, gone, earlier))
    return tuple(matches)


@dataclass(frozen=True, slots=True)
class Moves:
    """When an item entered each state, and where that is said."""

    source: Literal["declared", "git", "none"]
    entries: tuple[tuple[str, date], ...]
    removed_on: date | None = None  # the day it left without a state of its own


def moves(item: HasState, history: History | None) -> Moves:
    """The item's own history where it has one, else that of git."""
    if item.history:
        return Moves("declared", tuple((entry.state, entry.on) for entry in item.history))
    entered = state_history(history, item.id) if history else ()
    entries = tuple(
        (element.state, element.day) for element in entered if element.state is not None
    )
    gone = entered[-1].day if entered and entered[-1].gone else None
    return Moves("git" if entries else "none", entries, gone)


@dataclass(frozen=True, slots=True)
class Compared:
    """One move as its item declares it and as git saw it land; None where only the other has it."""

    state: str
    declared: date | None
    landed: date | None

    @property
    def lag(self) -> int | None:
        """Days from the declared day to the landing; below 0 it was declared ahead of time."""
        if self.declared is None or self.landed is None:
            return None
        return (self.landed - self.declared).days


def compared(item: HasState, history: History) -> tuple[Compared, ...]:
    """The declared history beside that of git, state by state, in order.

    States that were passed through between two landings are declared alone.
    """
    entered = [value for value in state_history(history, item.id) if value.state is not None]
    places: defaultdict[str, list[int]] = defaultdict(list)
    for index, value in enumerate(entered):
        places[str(value.state)].append(index)
    matches: list[Compared] = []
    reached = 0
    for entry in item.history:
        same = places.get(entry.state, [])
        at = bisect_right(same, reached - 1)
        if at == len(same):
            matches.append(Compared(entry.state, entry.on, None))
            continue
        matches += (
            Compared(str(value.state), None, value.day) for value in entered[reached : same[at]]
        )
        landed = entered[same[at]]
        matches.append(Compared(entry.state, entry.on, None if landed.earlier else landed.day))
        reached = same[at] + 1
    matches += (Compared(str(value.state), None, value.day) for value in entered[reached:])
    return tuple(matches)


Entries = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Edited:
    """One landing that changed what a history had already said, rather than add to it."""

    commit: Commit
    before: Entries
    after: Entries


def edited(history: History, id: str) -> tuple[Edited, ...]:
    """Each time that earlier entries of an item's `history:` were changed, removed or inserted."""
    matches: list[Edited] = []
    last: Entries = ()
    for version in history.versions.get(id, ()):
        if version.fields is None:
            continue
        now = entries_in(version.fields.get("history"))
        if now[: len(last)] != last:
            start = shared(last, now)
            end = shared(last[start:][::-1], now[start:][::-1])
            before, after = last[start : len(last) - end], now[start : len(now) - end]
            matches.append(Edited(version.commit, before, after))
        last = now
    return tuple(matches)


def entries_in(value: Any) -> Entries:
    """The (state, day) pairs of a `history:` as it was written."""
    entries = value if isinstance(value, list) else ()
    return tuple(
        (str(entry.get("state")), str(entry.get("on")))
        for entry in entries
        if isinstance(entry, dict)
    )


def shared(one: Entries, other: Entries) -> int:
    """How many entries two lists have in common at their start."""
    pairs = zip(one, other, strict=False)
    return next((n for n, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))
