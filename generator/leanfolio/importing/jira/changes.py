"""Change logs of Jira: which field changed, when, from what, and to what."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from leanfolio.importing.work_item import Change

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def moment(value: object) -> datetime | None:
    """A time of Jira in UTC: text with an offset, or milliseconds since 1970; None of neither."""
    if isinstance(value, int) and not isinstance(value, bool):
        return EPOCH + timedelta(milliseconds=value)
    if not isinstance(value, str):
        return None
    try:
        parsed = datetime.fromisoformat(value)
        return parsed.astimezone(UTC) if parsed.tzinfo else None
    except (ValueError, OverflowError):
        return None


def entries_of(histories: Iterable[Any]) -> Iterator[tuple[tuple[datetime, int], list[Any]]]:
    """The entries of a change log with a time: (time, number), and their items."""
    for history in histories:
        if not isinstance(history, dict):
            continue
        at, items = moment(history.get("created")), history.get("items")
        if at is not None and isinstance(items, list):
            number = str(history.get("id", ""))
            yield (at, int(number) if number.isdecimal() else 0), items


def changes_in(histories: Iterable[Any]) -> tuple[tuple[Change, ...], int]:
    """The changes of a change log, oldest first, and how many entries it has.

    An entry that came twice, as on two pages, counts once.
    """
    entries: dict[tuple[datetime, int], list[Any]] = {}
    for key, items in entries_of(histories):
        if key[1] and key in entries:
            continue
        entries.setdefault(key, []).extend(items)
    changes = tuple(
        change
        for (at, _), items in sorted(entries.items(), key=lambda entry: entry[0])
        for item in items
        if isinstance(item, dict) and (change := change_of(at, item)) is not None
    )
    return changes, len(entries)


def change_of(at: datetime, item: dict[str, Any]) -> Change | None:
    """One item of an entry: by the field's id where there is one, else by its name."""
    name = item.get("fieldId") or item.get("field")
    if not isinstance(name, str):
        return None
    return Change(
        at,
        name,
        str(item.get("from") or ""),
        str(item.get("fromString") or ""),
        str(item.get("to") or ""),
        str(item.get("toString") or ""),
    )
