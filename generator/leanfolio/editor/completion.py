"""What may be written at the cursor: fields, words, states, people, items."""

import re
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath
from typing import Literal, NamedTuple

from msgspec import Struct
from pydantic.fields import FieldInfo

from leanfolio.check import RULES
from leanfolio.editor.cursor import Cursor, cursor_at, present_after
from leanfolio.editor.field_slots import PAGE_FIELDS, FieldSlot, model_of, slot_at
from leanfolio.editor.text import Lines, scalar
from leanfolio.editor.workspace import Workspace
from leanfolio.model import TYPES, Item, Span
from leanfolio.model.portfolio import Portfolio
from leanfolio.views.registry import embeddable_names

Kind = Literal["field", "item", "word"]

MOST = 200  # offers in one answer: beyond, the next letter narrows them down
TYPE_LINE = re.compile(r"^type:[ \t]*[\"']?([\w-]+)", re.MULTILINE)
PEOPLE = frozenset(("owner", "by", "approver", "lead"))


class Offer(Struct, frozen=True):
    """One thing that may be written: what it is called, what is put in, and what it means."""

    label: str
    insert: str
    kind: Kind
    detail: str = ""
    note: str = ""
    also: str = ""  # words that find it besides its label


class Offers(NamedTuple):
    """What may be written in place of a stretch of text, and whether that is all."""

    span: Span
    offers: tuple[Offer, ...]
    complete: bool = True


def complete(workspace: Workspace, path: PurePosixPath, line: int, column: int) -> Offers | None:
    """What may be written at this place of a file; None where nothing is known."""
    document = workspace.documents.get(path)
    if document is None:
        return None
    lines = document.lines
    cursor = cursor_at(lines, line, column)
    if cursor.part == "nothing":
        return None
    result = matching(cursor.word, field_offers(workspace, path, lines, cursor))
    span = Span(cursor.line, cursor.start, cursor.line, cursor.end)
    return Offers(span, tuple(result[:MOST]), len(result) <= MOST) if result else None


def matching(word: str, result: Iterable[Offer]) -> list[Offer]:
    """The offers that hold all letters of the word, in its order: the editor ranks them."""
    letters = [re.escape(letter) for letter in word.casefold() if not letter.isspace()]
    wanted = re.compile(".*?".join(letters), re.DOTALL)
    return [entry for entry in result if wanted.search(f"{entry.label} {entry.also}".casefold())]


def field_offers(
    workspace: Workspace, path: PurePosixPath, lines: Lines, cursor: Cursor
) -> Iterator[Offer]:
    """All that may stand here, in the order of the format."""
    portfolio = workspace.portfolio
    if cursor.part == "item-link":
        behind = lines.line(cursor.line)[cursor.end - 1 :]
        yield from items(portfolio, (), "" if behind.startswith(("]]", "|")) else "]]")
        return
    head = "\n".join(lines.line(number) for number in range(2, len(lines) + 1))
    stated = TYPE_LINE.search(head.partition("\n---")[0])
    model = model_of(stated[1] if stated else None, path)
    if cursor.path == ("type",):
        yield from words(cursor, [name for name in TYPES if name != "portfolio"])
        return
    if model is None:
        yield from page_offers(portfolio, cursor)
        return
    slot = slot_at(model, cursor.path)
    if slot is None:
        return
    if cursor.part == "key" or (cursor.part == "entry" and slot.part is not None):
        taken = cursor.present | set(present_after(lines, cursor))
        colon = "" if lines.line(cursor.line)[cursor.end - 1 :].lstrip().startswith(":") else ": "
        yield from keys(portfolio, slot, taken, colon)
    else:
        yield from values(portfolio, slot, cursor)


def keys(
    portfolio: Portfolio, slot: FieldSlot, taken: Iterable[str], colon: str
) -> Iterator[Offer]:
    """The fields that may stand here and do not yet."""
    taken = frozenset(taken)
    for name, field in slot.fields().items():
        if name not in taken:
            yield Offer(name, f"{name}{colon}", "field", *description(slot, name, field))
    for word in slot.key_words:
        yield Offer(word, f"{word}{colon}", "word")
    if slot.types is not None and slot.part is None:
        yield from (item for item in items(portfolio, slot.types, colon) if item.label not in taken)
    if slot.item is TYPES["portfolio"] and slot.names == ("rules",):
        yield from (
            Offer(rule.name, f"{rule.name}{colon}", "word", rule.severity, rule.summary)
            for rule in RULES.values()
        )


def description(slot: FieldSlot, name: str, field: FieldInfo | None) -> tuple[str, str]:
    """What a field is, in a word or two, and in a sentence."""
    if field is None:
        return ("nested", "") if name != "type" else ("", "The folder says it already.")
    inner = slot_at(slot.item, (*slot.names, name))
    if inner is not None and inner.types is not None:
        meant = " or ".join(TYPES[entry].WORD for entry in inner.types) or "any item"
        return meant, inner.meaning
    if inner is not None and inner.words:
        return " | ".join(inner.words), inner.meaning
    return "", inner.meaning if inner is not None else ""


def values(portfolio: Portfolio, slot: FieldSlot, cursor: Cursor) -> Iterator[Offer]:
    """The values that a field may have, as far as they can be listed."""
    if slot.types is not None:
        yield from items(portfolio, slot.types, "", " " if cursor.tight else "")
    elif slot.is_state:
        yield from states(portfolio, slot.item, cursor)
    elif slot.words:
        yield from words(cursor, slot.words)
    elif slot.is_period:
        yield from items(portfolio, ("increment",), "", " " if cursor.tight else "")
    elif slot.names == ("waivers", "rule"):
        yield from (
            Offer(rule.name, written(rule.name, cursor), "word", rule.severity, rule.summary)
            for rule in RULES.values()
            if rule.optional
        )
    elif slot.names and slot.names[-1] in PEOPLE | {"tags", "scored_by"}:
        yield from words(cursor, used_values(portfolio, slot.names[-1]))


def items(
    portfolio: Portfolio, types: tuple[str, ...], after: str, before: str = ""
) -> Iterator[Offer]:
    """The items of these types, or of any."""
    for item in portfolio.items.values():
        if not types or item.TYPE in types:
            state = getattr(item, "state", None)
            detail = f"{item.WORD}, {state}" if state else item.WORD
            yield Offer(
                item.id, f"{before}{item.id}{after}", "item", item.title, detail, item.title
            )


def states(portfolio: Portfolio, item: type[Item], cursor: Cursor) -> Iterator[Offer]:
    for state in portfolio.policy.states_of(item.TYPE):
        yield Offer(
            state.name, written(state.name, cursor), "word", state.category, state.enter or ""
        )


def words(cursor: Cursor, result: Iterable[str]) -> Iterator[Offer]:
    for word in result:
        yield Offer(word, written(word, cursor), "word")


def written(word: str, cursor: Cursor) -> str:
    """A word as it has to be written here: quoted where YAML would read something else."""
    if cursor.quoted:
        return word
    return f" {scalar(word)}" if cursor.tight else scalar(word)


def used_values(portfolio: Portfolio, name: str) -> list[str]:
    """The people, or the tags, that the portfolio names already; the most frequent first."""
    tally: dict[str, int] = {}
    for item in (portfolio.policy, *portfolio.items.values()):
        result = item.tags if name == "tags" else (item.owner, getattr(item, "lead", None))
        for entry in result:
            if entry:
                tally[entry] = tally.get(entry, 0) + 1
    return sorted(tally, key=lambda entry: (-tally[entry], entry))


def page_offers(portfolio: Portfolio, cursor: Cursor) -> Iterator[Offer]:
    """The fields of a page of prose, and the views that it may carry."""
    if cursor.part == "key" and not cursor.path:
        for name in ("type", *PAGE_FIELDS):
            if name not in cursor.present:
                yield Offer(name, f"{name}: ", "field")
    elif cursor.path == ("view",):
        yield from words(cursor, embeddable_names())
    elif cursor.path == ("increment",):
        yield from items(portfolio, ("increment",), "", " " if cursor.tight else "")
