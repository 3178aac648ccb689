"""Change logs of Jira: which field changed, when, from what, and to what."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from leanfolio.importing.moments import with_offset
from leanfolio.importing.work_item import Change

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def moment(value: object) -> datetime | None:
    """A time of Jira in UTC: text with an offset, or milliseconds since 1970; None of neither."""
    if isinstance(value, int) and not isinstance(value, bool):
        try:
            return EPOCH + timedelta(milliseconds=value)
        except OverflowError:
            return None
    return with_offset(value) if isinstance(value, str) else None


def changes_in(histories: Iterable[Any]) -> tuple[tuple[Change, ...], int]:
    """The changes of a change log, oldest first, and how many entries it has.

    An entry that came twice, as on two pages, counts once.
    """
    entries: dict[tuple[datetime, int], list[Any]] = {}
    for history in histories:
        if not isinstance(history, dict):
            continue
        at, items = moment(history.get("created")), history.get("items")
        if at is None or not isinstance(items, list):
            continue
        number = str(history.get("id", ""))
        key = (at, int(number) if number.isdecimal() else 0)
        if not key[1]:
            entries.setdefault(key, []).extend(items)
        else:
            entries.setdefault(key, items)
    changes = []
    for key in sorted(entries):
        for item in entries[key]:
            if isinstance(item, dict) and (change := change_of(key[0], item)) is not None:
                changes.append(change)  # noqa: PERF401 - of which there are hundreds of thousands
    return tuple(changes), len(entries)


def change_of(at: datetime, item: dict[str, Any]) -> Change | None:
    """One item of an entry: by the field's id where there is one, else by its name."""
    get = item.get
    name = get("fieldId") or get("field")
    if not isinstance(name, str):
        return None
    values = (get("from"), get("fromString"), get("to"), get("toString"))
    return Change(at, name, *[v if isinstance(v, str) else text_of(v) for v in values])


def text_of(value: object) -> str:
    return "" if value is None else str(value)
