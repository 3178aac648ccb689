"""The order of fields: that of the format, as far as an author has not mixed them on purpose."""

import re

from leanfolio.editor.fixes.draft import Draft, Fix
from leanfolio.editor.front_matter import plain
from leanfolio.editor.text import BREAK, Edit
from leanfolio.model import Item, Span
from leanfolio.read.yaml import FENCE

OTHER_BREAKS = re.compile("[\x85\u2028\u2029]")  # libyaml counts these as ends of lines; we do not
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
    result: dict[str, tuple[int, int]] = {"type": (0, 0)}
    for depth, value in enumerate(reversed(model.__mro__)):
        if issubclass(value, Item):
            names = [inner.alias or name for name, inner in value.model_fields.items()]
            for name in (*names, *(value.NESTED if value is model else ())):
                result.setdefault(name, (depth, len(result)))
    return result


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
