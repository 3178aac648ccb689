"""Fix: mend what is safe to mend. Every byte that is not the fault stays as it was.

A fix is drafted from a problem's place, spliced into the text, and read back: it stands only if the
one value that was meant has changed and no other, and if the problem is gone. What is guessed is
guessed once: one known word that is near, no figure of an id touched.
"""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from pathlib import PurePosixPath
from typing import Any, Literal

from rapidfuzz import process
from rapidfuzz.distance import OSA

from leanfolio import link, read
from leanfolio.check import RULES
from leanfolio.editing.desk import Desk, Seen, Sheet
from leanfolio.editing.slots import PAGE_FIELDS, Slot, implied_type, model_of, slot_at, upward
from leanfolio.editing.text import BREAK, Edit, Lines, on_line
from leanfolio.frontmatter import FENCE, Fields, parse, split
from leanfolio.model import TYPES, Item, Path, Span
from leanfolio.near import near
from leanfolio.portfolio import Portfolio
from leanfolio.problem import Problem
from leanfolio.source import Source

PASSES = 40  # mending one word may bring another fault to light, but not for ever
# What a wrong guess would show as. A fault that was hidden in a misspelt field is none.
HARD = frozenset(each.__name__.replace("_", "-") for each in (*read.RULES, *link.RULES)) - {
    "field-unknown", "field-missing", "link-unknown",
}  # fmt: skip
OTHER_BREAKS = re.compile("[\x85\u2028\u2029]")  # libyaml counts these as ends of lines; we do not
OPENING = frozenset(("front-matter-unclosed", "type-unknown"))  # these let a file be read at all
Choose = Callable[[str, Collection[str]], str | None]


@dataclass(frozen=True, slots=True)
class Change:
    """What a fix does to the values of a front matter: one key, one value, or one more entry."""

    kind: Literal["key", "value", "append"]
    path: Path
    new: Any


@dataclass(frozen=True, slots=True)
class Fix:
    """A change to one file that mends a problem; without a problem, the order of fields.

    `safe` ones may be made unseen; the others are for an author to accept.
    """

    path: PurePosixPath
    line: int
    title: str
    edits: tuple[Edit, ...]
    changes: tuple[Change, ...] = ()
    problem: Problem | None = None
    safe: bool = True


class Draft:
    """One file that is being mended: its text, its fields, and what the format says of them."""

    def __init__(self, sheet: Sheet, portfolio: Portfolio, as_of: date) -> None:
        self.sheet = sheet
        self.path = sheet.source.path
        self.lines = sheet.lines
        self.portfolio = portfolio
        self.as_of = as_of

    @cached_property
    def text(self) -> str:
        return plain(self.lines.text)

    @cached_property
    def fields(self) -> Fields:
        return fields_of(self.text)

    @cached_property
    def model(self) -> type[Item] | None:
        return model_of(self.fields.values.get("type"), self.path)

    def key_at(self, problem: Problem) -> Path | None:
        """The path whose key is what the problem points at."""
        here = (problem.at.line, problem.at.column)
        return next((p for p, s in self.fields.keys.items() if (s.line, s.column) == here), None)

    def value_at(self, problem: Problem) -> Path | None:
        """The innermost path whose value is what the problem points at."""
        here = (problem.at.line, problem.at.column)
        found = [p for p, s in self.fields.spans.items() if p and (s.line, s.column) == here]
        return max(found, key=len, default=None)

    def value(self, path: Path) -> Any:
        return value_in(self.fields.values, path)

    def slot(self, path: Path) -> Slot | None:
        return slot_at(self.model, path) if self.model else None

    def word(self, span: Span, old: str, new: str) -> Edit | None:
        """The edit that writes one word for another; None where the old one is not there."""
        raw = self.lines.slice(span)
        quote = raw[0] if raw[:1] in ("'", '"') else ""
        if span.line != span.end_line or raw != f"{quote}{old}{quote}":
            return None
        if not quote and not PLAIN.match(new):
            quote = '"'
        if quote and ("\\" in new or quote in new):
            return None
        return Edit(self.path, span, f"{quote}{new}{quote}")


PLAIN = re.compile(r"[A-Za-z][\w.-]*\Z", re.ASCII)


def plain(text: str) -> str:
    """A text as the reader takes it: without its mark, one character for each line break."""
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def fields_of(text: str) -> Fields:
    halves = split(text)
    return parse(halves.yaml) if halves.yaml is not None else Fields()


def value_in(values: Any, path: Path) -> Any:
    """What stands at a path; None where nothing does."""
    try:
        for step in path:
            values = values[step]
    except (KeyError, IndexError, TypeError):
        return None
    return values


# Which word was meant ------------------------------------------------------------------------


def only_near(word: str, known: Collection[str]) -> str | None:
    """The one known word that this can have been meant for; None where there is none, or two.

    Letters may be wrong, and case, and dashes; a figure may not: EP-12 is never taken for EP-13.
    """
    bare = folded(word)
    names = sorted(known)
    alike = [name for name in names if folded(name) == bare]
    if alike:
        return alike[0] if len(alike) == 1 else None
    found = process.extract(
        bare, [folded(name) for name in names], scorer=OSA.distance, score_cutoff=2, limit=None
    )
    close = [
        names[index]
        for other, distance, index in found
        if is_near(bare, other, distance) and parts(names[index]) == parts(word)
    ]
    return close[0] if len(close) == 1 else None


def folded(word: str) -> str:
    """A word without regard to case, dashes and blanks, and to zeros in front of a number."""
    together = re.sub(r"[-_ ]", "", word).casefold()
    return NUMBER.sub(lambda found: found[0].lstrip("0") or "0", together)


def parts(word: str) -> int:
    """Of how many words a name is made: cost_x is not a slip of cost."""
    return len(re.findall(r"[-_ ]+", word))


NUMBER = re.compile(r"\d+", re.ASCII)


def is_near(word: str, other: str, distance: float) -> bool:
    """Whether two folded words are that near: one slip in a short one, two in a longer one."""
    if NUMBER.findall(word) != NUMBER.findall(other):
        return False
    letters = min(len(NUMBER.sub("", each)) for each in (word, other))
    if distance == 1 and sorted(word) == sorted(other):  # two letters changed places
        return True
    return distance <= (2 if letters >= 8 else 1 if letters >= 4 else 0)


# What can be mended --------------------------------------------------------------------------


def misspelt_field(draft: Draft, problem: Problem, choose: Choose) -> Iterator[Fix]:
    """A field that the format does not know, and one that it does."""
    path = draft.key_at(problem)
    if path is None:
        return
    old, above = str(path[-1]), path[:-1]
    if draft.model is None:
        known: Collection[str] = PAGE_FIELDS if not above else ()
    else:
        slot = draft.slot(above)
        known = slot.fields() if slot else ()
        if slot is not None and slot.prefix and old == upward(slot.item):
            return
    yield from other_key(draft, problem, path, choose(old, known))


def field_left_out(draft: Draft, problem: Problem, choose: Choose) -> Iterator[Fix]:
    """A field that is asked for, and stands there misspelt."""
    above = draft.value_at(problem)
    slot = draft.slot(above) if above else None
    there = draft.value(above) if above else None
    if above is None or slot is None or not isinstance(there, dict):
        return
    for name in there.keys() - slot.fields().keys():
        new = choose(str(name), slot.fields())
        if new is not None and f".{new}`" in problem.message:
            yield from other_key(draft, problem, (*above, name), new)


def misspelt_word(draft: Draft, problem: Problem, choose: Choose) -> Iterator[Fix]:
    """A value that is one of a few words, misspelt."""
    path = draft.value_at(problem)
    slot = draft.slot(path) if path else None
    if path is None or slot is None:
        return
    holder = draft.slot(path[:-1])
    if holder is not None and holder.key_words:
        yield from other_key(draft, problem, path, choose(str(path[-1]), holder.key_words))
    elif slot.words:
        yield from other_word(draft, problem, [path], choose(str(draft.value(path)), slot.words))


def misspelt_type(draft: Draft, problem: Problem, choose: Choose) -> Iterator[Fix]:
    """A type that the format does not know; its folder must not say another."""
    new = choose(str(draft.value(("type",))), TYPES)
    if new is not None and implied_type(draft.path) in (None, new):
        yield from other_word(draft, problem, [("type",)], new)


def misspelt_state(draft: Draft, problem: Problem, choose: Choose) -> Iterator[Fix]:
    """A state that is no column of the board, everywhere in the item where it stands."""
    path = draft.value_at(problem)
    slot = draft.slot(path) if path else None
    if path is None or slot is None or not slot.is_state:
        return
    old = draft.value(path)
    columns = draft.portfolio.policy.states_of(slot.item.TYPE)
    names = list(dict.fromkeys(state.name for state in columns))
    above = path[: -len(slot.names) - ("history" in slot.names)]
    history = draft.value((*above, "history"))
    entries = range(len(history)) if isinstance(history, list) else ()
    paths: list[Path] = [
        each
        for each in ((*above, "state"), *((*above, "history", n, "state") for n in entries))
        if draft.value(each) == old
    ]
    if isinstance(old, str) and old not in names:
        yield from other_word(draft, problem, paths, choose(old, names))


def misspelt_link(draft: Draft, problem: Problem, choose: Choose) -> Iterator[Fix]:
    """An id that no item has, in a field."""
    path = draft.value_at(problem)
    if path is None:
        return
    slot, old = draft.slot(path), draft.value(path)
    key = slot is not None and slot.keyed
    if slot is not None and slot.keyed:
        slot, old = draft.slot(path[:-1]), path[-1]
    if slot is None or slot.types is None or not isinstance(old, str):
        return
    new = meant_id(draft.portfolio, old, slot.types, choose)
    holder = draft.value(path[:-1])
    if new is None or (isinstance(holder, list | dict) and new in holder and len(slot.names) == 1
                       and path[-1] != slot.names[0]):  # fmt: skip
        return
    if not key:
        yield from other_word(draft, problem, [path], new)
        return
    yield from other_key(draft, problem, path, new)


def misspelt_item_in_prose(draft: Draft, problem: Problem, choose: Choose) -> Iterator[Fix]:
    """An id that no item has, in double brackets."""
    for each in draft.sheet.mentions:
        span = each.span
        if each.form == "prose" and (span.line, span.column - 2) == (
            problem.at.line,
            problem.at.column,
        ):
            new = meant_id(draft.portfolio, each.name, (), choose)
            if new is not None:
                title = f"`[[{each.name}]]` is now `[[{new}]]`"
                yield fixed(draft, problem, title, (Edit(draft.path, span, new),))


def meant_id(portfolio: Portfolio, old: str, types: tuple[str, ...], choose: Choose) -> str | None:
    """The one id that was meant, of an item that may stand there."""
    if choose is only_near:  # also an item of a wrong type, or a broken one, makes it two
        new = choose(old, {*portfolio.items, *portfolio.broken})
    else:
        new = choose(old, [k for k, v in portfolio.items.items() if not types or v.TYPE in types])
    item = portfolio.items.get(new) if new else None
    return new if item is not None and (not types or item.TYPE in types) else None


def misspelt_rule(draft: Draft, problem: Problem, choose: Choose) -> Iterator[Fix]:
    """A rule that does not exist. What a rule is set to is never changed unseen."""
    if choose is only_near:
        return
    path = draft.value_at(problem)
    if path is None or not path[:-1]:
        return
    if path[0] == "rules":
        yield from other_key(draft, problem, path, choose(str(path[-1]), RULES))
    else:
        yield from other_word(draft, problem, [path], choose(str(draft.value(path)), RULES))


def other_key(draft: Draft, problem: Problem, path: Path, new: str | None) -> Iterator[Fix]:
    """The fix that gives a value another key; none where that key is there already."""
    there, old = draft.value(path[:-1]), str(path[-1])
    if new is None or new == old or not isinstance(there, dict) or new in there:
        return
    edit = draft.word(draft.fields.keys[path], old, new)
    if edit is not None:
        yield fixed(draft, problem, f"`{old}` is now `{new}`", (edit,), Change("key", path, new))


def other_word(draft: Draft, problem: Problem, paths: list[Path], new: str | None) -> Iterator[Fix]:
    """The fix that writes another word at all these paths."""
    if new is None or not paths:
        return
    old = draft.value(paths[0])
    if not isinstance(old, str) or old == new:
        return
    edits = [draft.word(draft.fields.spans[path], old, new) for path in paths]
    if all(edits):
        changes = [Change("value", path, new) for path in paths]
        made = tuple(each for each in edits if each is not None)
        yield fixed(draft, problem, f"`{old}` is now `{new}`", made, *changes)


def blanks_at_fence(draft: Draft, problem: Problem, choose: Choose) -> Iterator[Fix]:
    """A fence with blanks behind its dashes."""
    line = problem.at.line
    raw = draft.lines.line(line)
    if raw.rstrip(" \t") != FENCE or raw == FENCE:
        return
    span = on_line(line, len(FENCE) + 1, len(raw) - len(FENCE))
    title = "the blanks behind the dashes are gone"
    yield fixed(draft, problem, title, (Edit(draft.path, span, ""),))


def history_behind(draft: Draft, problem: Problem, choose: Choose) -> Iterator[Fix]:
    """A state that the history has not taken down: one more entry, in the form of the last."""
    path = draft.value_at(problem)
    slot = draft.slot(path) if path else None
    if path is None or slot is None or slot.names != ("state",):
        return
    state, listed = draft.value(path), (*path[:-1], "history")
    entries = draft.value(listed)
    names = {each.name for each in draft.portfolio.policy.states_of(slot.item.TYPE)}
    if not isinstance(entries, list) or not entries or state not in names:
        return
    last = entries[-1]
    if not isinstance(last, dict) or set(last) != {"state", "on"} or last["state"] not in names:
        return
    if str(last["on"]) > draft.as_of.isoformat():
        return
    entry = (*listed, len(entries) - 1)
    edit = one_more(draft, entry, {"state": state, "on": draft.as_of.isoformat()})
    if edit is not None:
        new = {"state": state, "on": draft.as_of.isoformat()}
        title = f"the history ends in `{state}`, on {draft.as_of}"
        yield fixed(draft, problem, title, (edit,), Change("append", listed, new))


def one_more(draft: Draft, last: Path, values: Mapping[str, str]) -> Edit | None:
    """An entry after the last of a list, written as that one is."""
    spans, keys, lines = draft.fields.spans, draft.fields.keys, draft.lines
    names = list(draft.value(last))
    pieces = [(spans[(*last, name)], values[name]) for name in names]
    if any(span.line != span.end_line for span, _ in pieces):
        return None
    end = max((span.end_line, span.end_column) for span, _ in pieces)
    whole = spans[last]
    flow = whole.end_column > 0
    if flow:
        end = (whole.end_line, whole.end_column)
    start = (
        (whole.line, whole.column)
        if flow
        else min((keys[(*last, n)].line, keys[(*last, n)].column) for n in names)
    )
    text = lines.slice(Span(*start, *end))
    if "#" in text or (flow and whole.line != whole.end_line):
        return None
    offset = lines.offset(*start)
    for span, value in sorted(pieces, reverse=True):
        old = lines.slice(span)
        quote = old[0] if old[:1] in ("'", '"') else ""
        if not quote and not PLAIN.match(value) and not DAY.match(value):
            quote = '"'
        if quote and (quote in value or "\\" in value):
            return None
        at = lines.offset(span.line, span.column) - offset
        text = f"{text[:at]}{quote}{value}{quote}{text[at + len(old) :]}"
    before = lines.line(start[0])[: start[1] - 1]
    text = plain(text)
    if before.strip(" ") == "-":
        return Edit(draft.path, Span(end[0] + 1, 1, end[0] + 1, 1), f"{before}{text}\n")
    return Edit(draft.path, Span(*end, *end), f", {text}") if flow else None


DAY = re.compile(r"\d{4}-\d\d-\d\d\Z")

MENDERS: Mapping[str, Callable[[Draft, Problem, Choose], Iterator[Fix]]] = {
    "field-unknown": misspelt_field,
    "field-missing": field_left_out,
    "value-wrong": misspelt_word,
    "type-unknown": misspelt_type,
    "state-unknown": misspelt_state,
    "link-unknown": misspelt_link,
    "body-link-dead": misspelt_item_in_prose,
    "rule-unknown": misspelt_rule,
    "waiver-unknown-rule": misspelt_rule,
    "history-differs": history_behind,
    "front-matter-unclosed": blanks_at_fence,
}


def fixed(
    draft: Draft, problem: Problem, title: str, edits: tuple[Edit, ...], *changes: Change
) -> Fix:
    return Fix(draft.path, problem.at.line, title, edits, changes, problem)


# The order of fields -------------------------------------------------------------------------

FIRST = ("type", "id", "title")


def field_order(draft: Draft) -> Fix | None:
    """The lines of a front matter in the order of the model; None where they are, or in doubt.

    What names an item comes first. Fields that one class of the model declares stand in its order,
    in the places that they hold together; how these groups are mixed is the author's choice.
    """
    keys = [str(path[0]) for path in draft.fields.keys if len(path) == 1]
    groups = groups_of(draft.model) if draft.model else {}
    if draft.fields.faults or not set(keys) <= groups.keys() or not keys:
        return None
    chunks = chunks_of(draft, keys)
    if chunks is None:
        return None
    head = [name for name in FIRST if name in chunks]
    rest = [name for name in keys if name not in head]
    wanted = list(rest)
    for group in dict.fromkeys(groups[name][0] for name in rest):
        own = [index for index, name in enumerate(rest) if groups[name][0] == group]
        names = sorted((rest[index] for index in own), key=lambda name: groups[name])
        for index, name in zip(own, names, strict=True):
            wanted[index] = name
    wanted = head + wanted
    if wanted == keys:
        return None
    first, last = chunks[keys[0]][0], chunks[keys[-1]][1]
    text = plain("".join(draft.lines.whole(*chunks[name]) for name in wanted))
    edit = Edit(draft.path, Span(first, 1, last + 1, 1), text)
    return Fix(draft.path, first, "the fields stand in the order of the format", (edit,))


def groups_of(model: type[Item]) -> dict[str, tuple[int, int]]:
    """Each field's class, and its number there, both counted from the most general on."""
    found: dict[str, tuple[int, int]] = {"type": (0, 0)}
    for depth, each in enumerate(reversed(model.__mro__)):
        if issubclass(each, Item):
            names = [inner.alias or name for name, inner in each.model_fields.items()]
            for name in (*names, *(each.NESTED if each is model else ())):
                found.setdefault(name, (depth, len(found)))
    return found


def chunks_of(draft: Draft, keys: list[str]) -> dict[str, tuple[int, int]] | None:
    """First and last line of each field, with the comments right above it; None in doubt."""
    lines = draft.lines
    starts = [draft.fields.keys[(name,)] for name in keys]
    close = next(n for n in range(2, len(lines) + 1) if lines.line(n) == FENCE)
    head = lines.whole(1, close)
    if any(span.column != 1 for span in starts) or OTHER_BREAKS.search(head):
        return None
    if len(set(BREAK.findall(head))) > 1:
        return None
    firsts = []
    for span in starts:
        line = span.line
        while lines.line(line - 1).startswith("#"):
            line -= 1
        firsts.append(line)
    if firsts[0] != 2:  # something stands above the first field that is not its comment
        return None
    ends = [*(line - 1 for line in firsts[1:]), close - 1]
    chunks = dict(zip(keys, zip(firsts, ends, strict=True), strict=True))
    if any(not lines.line(end).strip() for _, end in chunks.values()):
        return None  # a blank line sets fields apart on purpose
    return chunks


# Drafting, checking, making ------------------------------------------------------------------


def fixes(desk: Desk, problem: Problem, *, guess: bool = False) -> list[Fix]:
    """What would mend this problem. With `guess` also what an author has to look at first."""
    mender = MENDERS.get(problem.rule)
    sheet = desk.sheets.get(problem.at.path)
    if mender is None or sheet is None or not readable(sheet):
        return []
    seen = desk.seen()
    draft = Draft(sheet, seen.portfolio, seen.as_of)
    found = [each for each in mender(draft, problem, only_near) if holds(draft, each)]
    if not found and guess:
        guessed = (each for each in mender(draft, problem, near) if holds(draft, each))
        found = [
            Fix(each.path, each.line, each.title, each.edits, each.changes, each.problem, False)
            for each in guessed
        ]
    return found


def readable(sheet: Sheet) -> bool:
    """Whether the file is text that the reader takes."""
    return not any(each.rule == "file-unreadable" for each in sheet.reading.problems)


def holds(draft: Draft, fix: Fix) -> bool:
    """Whether a fix changes what it says and nothing else: spliced in, and read back."""
    try:
        text = plain(draft.lines.edited(fix.edits))
    except ValueError:
        return False
    if fix.problem is not None and fix.problem.rule == "front-matter-unclosed":
        fields = fields_of(text)
        return bool(fields.values) and not fields.faults
    before, after = split(draft.text), split(text)
    if not fix.changes and fix.problem is not None:  # in prose: the splice itself is all
        return before.yaml == after.yaml and after.fault is None
    fields = fields_of(text)
    wanted = copied(draft.fields.values)
    return (
        after.body == before.body
        and len(fields.faults) == len(draft.fields.faults)
        and all(changed(wanted, each) for each in fix.changes)
        and same(wanted, fields.values)
    )


def changed(values: Any, change: Change) -> bool:
    """Make a change to plain values; False where it cannot be made."""
    if change.kind == "append":
        holder = value_in(values, change.path)
        if isinstance(holder, list):
            holder.append(dict(change.new))
            return True
        return False
    holder, last = value_in(values, change.path[:-1]), change.path[-1]
    try:
        if change.kind == "key":
            holder[change.new] = holder.pop(last)
        else:
            holder[last] = change.new
    except (KeyError, IndexError, TypeError, AttributeError):
        return False
    return True


def copied(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: copied(each) for key, each in value.items()}
    return [copied(each) for each in value] if isinstance(value, list) else value


def same(one: Any, other: Any) -> bool:
    """Whether two plain values are the same, and of the same kind: 1 is not true."""
    if isinstance(one, dict):
        return (
            isinstance(other, dict)
            and one.keys() == other.keys()
            and all(same(each, other[key]) for key, each in one.items())
        )
    if isinstance(one, list):
        return isinstance(other, list) and len(one) == len(other) and all(map(same, one, other))
    return type(one) is type(other) and (
        str(one) == str(other) if isinstance(one, Decimal) else bool(one == other)
    )


@dataclass
class Mending:
    """A portfolio that is mended: the fixes that were made, and those that did not help."""

    desk: Desk
    only: frozenset[PurePosixPath] | None = None  # the files that may be changed
    made: list[Fix] = field(default_factory=list)
    failed: set[tuple[Any, ...]] = field(default_factory=set)
    singly: set[PurePosixPath] = field(default_factory=set)  # where fixes are tried one by one


def mend(desk: Desk, only: frozenset[PurePosixPath] | None = None) -> list[Fix]:
    """Make every safe fix on this desk, until there is none left. Returns what was made."""
    mending = Mending(desk, only)
    for _ in range(PASSES):
        if not one_pass(mending):
            break
    in_order(mending)
    return sorted(mending.made, key=lambda each: (each.path.parts, each.line, each.title))


def one_pass(mending: Mending) -> bool:
    """Make the fixes of all problems that are seen now; take back those that did not help."""
    desk = mending.desk
    before = desk.seen()
    old = {path: desk.sheets[path].source for path in before.by_path if path in desk.sheets}
    made: dict[PurePosixPath, list[Fix]] = {}
    for path, problems in before.by_path.items():
        if mending.only is not None and path not in mending.only:
            continue
        found = [
            fix
            for problem in problems
            for fix in fixes(desk, problem)
            if key_of(fix) not in mending.failed
        ]
        if path in mending.singly:
            found = found[:1]
        if found and (kept := spliced(desk.sheets[path].lines, found)[1]):
            made[path] = kept
    for path, kept in made.items():
        text, _ = spliced(desk.sheets[path].lines, kept)
        desk.put(Source(path, text.encode("utf-8")))
    tried = bool(made)
    for path in unhelped(before, desk.seen(), made):
        desk.put(old[path])
        kept = made.pop(path)
        if len(kept) == 1:
            mending.failed.add(key_of(kept[0]))
        mending.singly.add(path)
    mending.made += [fix for kept in made.values() for fix in kept]
    return tried


def key_of(fix: Fix) -> tuple[Any, ...]:
    return fix.path, fix.title, fix.problem.message if fix.problem else ""


def spliced(lines: Lines, found: list[Fix]) -> tuple[str, list[Fix]]:
    """The text with as many of these fixes as do not touch one another."""
    edits: list[Edit] = []
    kept: list[Fix] = []
    text = lines.text
    for fix in found:
        try:
            text = lines.edited([*edits, *fix.edits])
        except ValueError:
            continue
        edits += fix.edits
        kept.append(fix)
    return text, kept


def unhelped(
    before: Seen, after: Seen, made: Mapping[PurePosixPath, list[Fix]]
) -> list[PurePosixPath]:
    """The files whose fixes did not mend what they should, or broke what could be read before."""
    found = []
    for path, kept in made.items():
        was, now = tally(before, path), tally(after, path)
        meant = Counter(told(each.problem) for each in kept if each.problem)
        opening = any(each.problem and each.problem.rule in OPENING for each in kept)
        left = any(now[key] > was[key] - number for key, number in meant.items())
        worse = any(now[key] > was[key] for key in now if key[0] in HARD)
        if left or (worse and not opening):
            found.append(path)
    elsewhere = any(
        now > tally(before, path)[key]
        for path in after.by_path
        if path not in made
        for key, now in tally(after, path).items()
        if key[0] in HARD
    )
    if elsewhere:  # a file that can be read only now took something from another
        found += [
            path
            for path, kept in made.items()
            if path not in found and any(e.problem and e.problem.rule in OPENING for e in kept)
        ]
    return found


def tally(seen: Seen, path: PurePosixPath) -> Counter[tuple[str, str]]:
    return Counter(map(told, seen.by_path.get(path, ())))


def told(problem: Problem) -> tuple[str, str]:
    return problem.rule, problem.message


def in_order(mending: Mending) -> None:
    """Put the fields of every file in order."""
    desk = mending.desk
    seen = desk.seen()
    for path in [path for path in desk.order if mending.only is None or path in mending.only]:
        draft = Draft(desk.sheets[path], seen.portfolio, seen.as_of)
        fix = field_order(draft) if readable(draft.sheet) else None
        if fix is not None and holds(draft, fix):
            desk.put(Source(path, draft.lines.edited(fix.edits).encode("utf-8")))
            mending.made.append(fix)
