"""Ids that no item has, in fields and in prose."""

from collections.abc import Iterator

from leanfolio.editor.fixes.draft import Choose, Draft, Fix, fixed, other_key, other_word
from leanfolio.editor.fixes.likely_word import only_near
from leanfolio.editor.text import Edit
from leanfolio.model.portfolio import Portfolio
from leanfolio.problem import Problem


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
    for mention in draft.document.mentions:
        span = mention.span
        if mention.form == "prose" and (span.line, span.column - 2) == (
            problem.at.line,
            problem.at.column,
        ):
            new = meant_id(draft.portfolio, mention.name, (), choose)
            if new is not None:
                title = f"`[[{mention.name}]]` is now `[[{new}]]`"
                yield fixed(draft, problem, title, (Edit(draft.path, span, new),))


def meant_id(portfolio: Portfolio, old: str, types: tuple[str, ...], choose: Choose) -> str | None:
    """The one id that was meant, of an item that may stand there."""
    if choose is only_near:  # also an item of a wrong type, or a broken one, makes it two
        new = choose(old, {*portfolio.items, *portfolio.broken})
    else:
        new = choose(old, [k for k, v in portfolio.items.items() if not types or v.TYPE in types])
    item = portfolio.items.get(new) if new else None
    return new if item is not None and (not types or item.TYPE in types) else None
