"""Later edits of an item's `history:` field: declared dates that were changed after the fact."""

from typing import Any

from msgspec import Struct

from leanfolio.figures.history.versions import History
from leanfolio.model.source import Commit

Entries = tuple[tuple[str, str], ...]


class HistoryEdit(Struct, frozen=True):
    """A commit that changed entries a `history:` field already had, rather than add to them."""

    commit: Commit
    before: Entries
    after: Entries


def history_edits(history: History, id: str) -> tuple[HistoryEdit, ...]:
    """Each time that earlier entries of an item's `history:` were changed, removed or inserted."""
    matches: list[HistoryEdit] = []
    last: Entries = ()
    for version in history.versions.get(id, ()):
        if version.fields is None:
            continue
        now = entries_in(version.fields.get("history"))
        if now[: len(last)] != last:
            start = common_prefix(last, now)
            end = common_prefix(last[start:][::-1], now[start:][::-1])
            before, after = last[start : len(last) - end], now[start : len(now) - end]
            matches.append(HistoryEdit(version.commit, before, after))
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


def common_prefix(one: Entries, other: Entries) -> int:
    """How many entries two lists have in common at their start."""
    pairs = zip(one, other, strict=False)
    return next((n for n, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))
