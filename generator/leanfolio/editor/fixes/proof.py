"""Whether a fix changes what it says and nothing else: spliced in, and read back."""

from typing import Any

from leanfolio.editor.fixes.draft import Change, Draft, Fix
from leanfolio.editor.front_matter import copied, fields_of, plain, same, value_in
from leanfolio.read.yaml import split


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
        and all(changed(wanted, change) for change in fix.changes)
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
