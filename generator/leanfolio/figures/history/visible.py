"""The history as an audience may see it: what was hidden at a time stays hidden for that time."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence

from msgspec.structs import replace

from leanfolio.figures.history.versions import History, Version, visibility
from leanfolio.model import TYPES, Item, Policy, Visibility
from leanfolio.model.hidden_fields import raw_without
from leanfolio.model.visibility import AUDIENCES


def visible_history(
    history: History,
    audience: Visibility,
    withheld: Collection[str] = frozenset(),
    names: Collection[str] = frozenset(),
) -> History:
    """The history without the versions that this audience may not see, or could not see then.

    `withheld` are the ids that it may not see today, and `names` the fields that are hidden from it
    in all items: they are left out altogether.
    """
    level = AUDIENCES.index(audience)
    if level >= AUDIENCES.index(history.audience) and not (withheld or names):
        return history
    hidden = hidden_versions(history, level)
    visible = {
        id: visible_versions(versions, [(id, index) in hidden for index in range(len(versions))])
        for id, versions in history.versions.items()
        if id not in withheld
    }
    versions = {
        id: without_names(without_confidential(result), names)
        for id, result in visible.items()
        if result
    }
    plans = {id: commit for id, commit in history.plans.items() if id in versions}
    return replace(history, versions=versions, audience=audience, plans=plans)


def without_names(versions: tuple[Version, ...], names: Collection[str]) -> tuple[Version, ...]:
    """An item's versions without the fields that are hidden in all items."""
    if not names:
        return versions
    return tuple(
        version
        if version.fields is None
        else replace(version, fields=raw_without(model_of(version.type), version.fields, names))
        for version in versions
    )


def model_of(type: str) -> type[Item]:
    """The model of a type of item, or of the portfolio's own file."""
    return TYPES.get(type, Policy)


def without_confidential(versions: tuple[Version, ...]) -> tuple[Version, ...]:
    """An item's versions without the fields that any of them names as confidential."""
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


def visible_versions(versions: Sequence[Version], hidden: Sequence[bool]) -> tuple[Version, ...]:
    """An item's visible versions; a hidden one counts as a removal of the item."""
    matches: list[Version] = []
    for version, hides in zip(versions, hidden, strict=True):
        if version.fields is not None and not hides:
            matches.append(version)
        elif matches and matches[-1].fields is not None:
            matches.append(replace(version, fields=None))
    return tuple(matches)


def hidden_versions(history: History, level: int) -> set[tuple[str, int]]:
    """The versions beyond a level of visibility, as (id, index): by their own, or a parent's.

    An item that had a hidden parent at any time during a version is hidden for all of that version.
    The portfolio's own file is no item, and always visible.
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
    children = children_by_parent(history)
    periods = version_periods(history)
    waiting = sorted(hidden)
    while waiting:
        parent = waiting.pop()
        start, end = periods[parent]
        for child in children[parent[0]]:
            first, last = periods[child]
            if child not in hidden and first < end and start < last:
                hidden.add(child)
                waiting.append(child)
    return hidden


def children_by_parent(history: History) -> Mapping[str, list[tuple[str, int]]]:
    """The versions, as (id, index), that name each id as a parent."""
    children: defaultdict[str, list[tuple[str, int]]] = defaultdict(list)
    for id, versions in history.versions.items():
        for index, version in enumerate(versions):
            for parent in parents_of(version):
                children[parent].append((id, index))
    return children


def version_periods(history: History) -> Mapping[tuple[str, int], tuple[int, int]]:
    """From which commit to before which each version was in force, by number of the commit."""
    order = {commit.id: number for number, commit in enumerate(history.commits)}
    periods = {}
    for id, versions in history.versions.items():
        starts = [order[version.commit.id] for version in versions]
        for index, period in enumerate(zip(starts, [*starts[1:], len(order)], strict=True)):
            periods[id, index] = period
    return periods


def parents_of(version: Version) -> Iterator[str]:
    """The ids that a version names as its parents."""
    for name, up in TYPES[version.type].LINKS.items():
        value = version.fields.get(name) if version.fields and up.kind == "parent" else None
        named = value if isinstance(value, list | dict) else (value,)
        yield from (entry for entry in named if isinstance(entry, str))
