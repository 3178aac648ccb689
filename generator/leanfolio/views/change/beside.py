"""What changed beside the items: ballots, scenarios and attachments."""

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from leanfolio.figures.change.beside import BESIDE, BYTES, VOTES, Beside
from leanfolio.figures.change.comparison import Comparison
from leanfolio.figures.change.differences import Change
from leanfolio.figures.change.values import ItemValues
from leanfolio.views.change_story import ChangeLine, CommitOf
from leanfolio.wording import Message, Money, Part, Text, joined, listed, message, plural, quoted

COUNTED: dict[Beside, Callable[[int], Message]] = {
    "ballot": lambda n: plural("{n} ballot", "{n} ballots", n),
    "scenario": lambda n: plural("{n} scenario", "{n} scenarios", n),
    "attachment": lambda n: plural("{n} picture or document", "{n} pictures and documents", n),
}
NAMES: dict[Beside, Callable[[Part], Message]] = {
    "ballot": lambda name: message("the ballot {name}", name=name),
    "scenario": lambda name: message("the scenario {name}", name=name),
    "attachment": lambda name: message("the file {name}", name=name),
}
FIELDS: dict[str, Message] = {
    "title": message("the title"), "on": message("the day"), "pot": message("the pot"),
    "note": message("the note"), "why": message("the reason"),
    "visibility": message("who may read it"),
}  # fmt: skip


def beside_counts(comparison: Comparison) -> Iterator[Message]:
    """Yield how many of each came, went or changed."""
    for type in BESIDE:
        number = len({change.id for change in comparison.changes if change.type == type})
        if number:
            yield COUNTED[type](number)


def beside_lines(comparison: Comparison, commit_of: CommitOf) -> Iterator[ChangeLine]:
    """Yield a line for each that came, went or changed."""
    changes: dict[tuple[Beside, str], list[Change]] = {}
    for change in comparison.changes:
        if change.type in BESIDE:
            changes.setdefault((change.type, change.id), []).append(change)
    for (type, id), entries in changes.items():
        fields = [change.field for change in entries if change.field]
        name = NAMES[type](name_of(comparison, id)).sentence()
        currency = comparison.after.currency
        text = beside_words(name, id, entries, currency)
        yield ChangeLine("detail", text, None, commit_of(id, *fields))


def name_of(comparison: Comparison, id: str) -> Text:
    """Return what one is called: its title, or its path where it has none."""
    before, after = comparison.beside
    values = after.get(id) or before[id]
    return quoted(values.title) if values.title else id.removeprefix("./")


def beside_words(name: Text, id: str, changes: list[Change], currency: str) -> Text:
    """Return what became of one of them."""
    first = changes[0]
    if first.is_whole and first.after is not None:
        return message("{name} is new", name=name)
    if first.is_whole:
        values = first.before
        file = values.file if isinstance(values, ItemValues) else None
        return message("{name} is gone; last seen in {file}",
                       name=name, file=str(file or id.removeprefix("./")))  # fmt: skip
    if first.field == BYTES:
        return message("{name} has other contents", name=name)
    parts = [part for change in changes for part in field_parts(change, currency)]
    return message("{name}: {changes}", name=name, changes=joined(parts, "; "))


def field_parts(change: Change, currency: str) -> Iterator[Text]:
    """Yield what changed in a field, where it holds amounts one by one."""
    if change.field == VOTES:
        yield from vote_words(change.before or {}, change.after or {}, currency)
    elif change.field in ("epics", "value_streams"):
        ids = sorted(
            id for id in {*mapping(change.before), *mapping(change.after)}
            if mapping(change.before).get(id) != mapping(change.after).get(id)
        )  # fmt: skip
        yield message("other figures for {items}", items=listed(ids))
    elif change.field == "pot":
        before, after = (
            Money(value, currency) if isinstance(value, Decimal) else None
            for value in (change.before, change.after)
        )
        yield message("{field} from {before} to {after}",
                      field=FIELDS["pot"], before=before, after=after)  # fmt: skip
    else:
        name = FIELDS.get(change.field, message("another field"))
        yield message("{field} changed", field=name)


def mapping(value: Any) -> Mapping[str, Any]:
    """Return a set of fields; of what somebody wrote in its place, none."""
    return {str(name): entry for name, entry in value.items()} if isinstance(value, Mapping) else {}


def vote_words(
    before: Mapping[str, Mapping[str, Decimal]],
    after: Mapping[str, Mapping[str, Decimal]],
    currency: str,
) -> Iterator[Text]:
    """Yield who gives what otherwise."""
    for group in sorted({*before, *after}):
        old, new = before.get(group, {}), after.get(group, {})
        for item in sorted({*old, *new}):
            was, now = old.get(item, Decimal(0)), new.get(item, Decimal(0))
            if was != now:
                yield message("{group} gives {item} {after} instead of {before}",
                              group=quoted(group), item=item, after=Money(now, currency),
                              before=Money(was, currency))  # fmt: skip
