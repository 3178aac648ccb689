"""A history that ends in another state than the item has."""

import re
from collections.abc import Iterator, Mapping

from leanfolio.editor.fixes.draft import PLAIN, Change, Choose, Draft, Fix, fixed
from leanfolio.editor.front_matter import plain
from leanfolio.editor.text import Edit
from leanfolio.model import Path, Span
from leanfolio.problem import Problem

DAY = re.compile(r"\d{4}-\d\d-\d\d\Z")


def history_behind(draft: Draft, problem: Problem, choose: Choose) -> Iterator[Fix]:
    """A state that the history has not taken down: one more entry, in the form of the last."""
    path = draft.value_at(problem)
    slot = draft.slot(path) if path else None
    if path is None or slot is None or slot.names != ("state",):
        return
    state, listed = draft.value(path), (*path[:-1], "history")
    entries = draft.value(listed)
    names = {element.name for element in draft.portfolio.policy.states_of(slot.item.TYPE)}
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
