"""Misspelt fields, words, states and types; a type that is left empty."""

import re
from collections.abc import Collection, Iterator

from leanfolio.check import RULES
from leanfolio.editor.field_slots import PAGE_FIELDS, implied_type, parent_path
from leanfolio.editor.fixes.draft import Change, Choose, Draft, Fix, fixed, other_key, other_word
from leanfolio.editor.fixes.likely_word import only_near
from leanfolio.editor.text import Edit, on_line
from leanfolio.model import TYPES, Path
from leanfolio.problem import Problem

EMPTY = re.compile(r"[ \t]*:(?=[ \t]*(?:[ \t]#.*)?$)")


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
        if slot is not None and slot.prefix and old == parent_path(slot.item):
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
    path = draft.key_at(problem) or draft.value_at(problem)
    slot = draft.slot(path) if path else None
    if path is None or slot is None:
        return
    holder = draft.slot(path[:-1])
    if holder is not None and holder.key_words:
        yield from other_key(draft, problem, path, choose(str(path[-1]), holder.key_words))
    elif slot.words:
        yield from other_word(draft, problem, [path], choose(str(draft.value(path)), slot.words))


def misspelt_type(draft: Draft, problem: Problem, choose: Choose) -> Iterator[Fix]:
    """A type that the format does not know, or none behind the colon; its folder must not say
    another."""
    implied = implied_type(draft.path)
    old = draft.value(("type",))
    if old is None and implied is not None:
        yield from type_left_empty(draft, problem, implied)
        return
    new = choose(str(old), TYPES)
    if new is not None and implied in (None, new):
        yield from other_word(draft, problem, [("type",)], new)


def type_left_empty(draft: Draft, problem: Problem, implied: str) -> Iterator[Fix]:
    """A `type:` behind which nothing stands, where the folder says what it is."""
    key = draft.fields.keys.get(("type",))
    result = EMPTY.match(draft.lines.line(key.line), key.end_column - 1) if key else None
    if key is not None and result is not None:
        edit = Edit(draft.path, on_line(key.line, result.end() + 1, 0), f" {implied}")
        change = Change("value", ("type",), implied)
        yield fixed(draft, problem, f"the type is `{implied}`, as the folder says", (edit,), change)


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
        entry
        for entry in ((*above, "state"), *((*above, "history", n, "state") for n in entries))
        if draft.value(entry) == old
    ]
    if isinstance(old, str) and old not in names:
        yield from other_word(draft, problem, paths, choose(old, names))


def misspelt_rule(draft: Draft, problem: Problem, choose: Choose) -> Iterator[Fix]:
    """A rule that does not exist. What a rule is set to is never changed unseen."""
    if choose is only_near:
        return
    key = draft.key_at(problem)
    if key is not None and key[0] == "rules":
        yield from other_key(draft, problem, key, choose(str(key[-1]), RULES))
        return
    path = draft.value_at(problem)
    if path is not None and path[:-1]:
        yield from other_word(draft, problem, [path], choose(str(draft.value(path)), RULES))
