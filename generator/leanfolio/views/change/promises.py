"""Promises that moved: targets, baselines, days, and what was promised of objectives."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from leanfolio.figures.change.comparison import Comparison
from leanfolio.figures.change.differences import Change
from leanfolio.figures.change.kinds import PROMISES, REBASELINES, promised
from leanfolio.model import KeyResult, LeadingIndicator, Objective
from leanfolio.model.increment import IncrementObjective
from leanfolio.views.change_story import ChangeLine, CommitOf, named
from leanfolio.views.ref import ref
from leanfolio.wording import (
    Message,
    Part,
    Text,
    days,
    joined,
    listed,
    message,
    plural,
    quoted,
    readable,
)

MEASURES: dict[str, Message] = {
    "target": message("the target"),
    "start": message("the baseline"),
    "low": message("the lower limit"),
    "high": message("the upper limit"),
    "unit": message("the unit"),
    "kind": message("the kind of measure"),
    "weight": message("the weight"),
    "commitment": message("the commitment"),
    "title": message("the wording"),
}
DAYS: dict[str, Message] = {
    "due": message("the due date"),
    "decide_by": message("the day of decision"),
    "start": message("the first day"),
    "end": message("the last day"),
    "period": message("the period"),
}


def promise_lines(comparison: Comparison, commit_of: CommitOf) -> Iterator[ChangeLine]:
    """Yield the promises that moved: targets and baselines first, then what is gone, then days."""
    changes = sorted(comparison.of_kind(*PROMISES), key=lambda entry: PROMISES.index(entry.kind))
    rebased = [change for change in changes if change.kind in REBASELINES]
    yield from lines_of(rebased, comparison, commit_of)
    for change in comparison.of_kind("left"):
        item = comparison.before.portfolio.items.get(change.id)
        if isinstance(item, Objective | KeyResult):
            text = message("{item} is gone; last seen in {file}",
                           item=named(item), file=str(item.origin.path))  # fmt: skip
            commit = commit_of(change.id)
            yield ChangeLine("promise", text, ref(item), commit, always=True, there=False)
    rest = [change for change in changes if change.kind not in REBASELINES]
    yield from lines_of(rest, comparison, commit_of)


def lines_of(
    changes: list[Change], comparison: Comparison, commit_of: CommitOf
) -> Iterator[ChangeLine]:
    """Yield the lines of changes of fields; one field may hold several promises."""
    for change in changes:
        item = comparison.after.portfolio.items.get(change.id, comparison.after.portfolio.policy)
        for text in promise_words(change, named(item)):
            link = ref(item) if change.id else None
            commit = commit_of(change.id, change.field)
            always = change.kind in REBASELINES
            yield ChangeLine("promise", text, link, commit, always=always)


def promise_words(change: Change, item: Text) -> Iterator[Message]:
    """Yield what moved in a field, in sentences."""
    if change.field == "leading_indicators":
        yield from indicator_words(change, item)
    elif change.field == "iterations":
        yield message("The iterations of {item} changed", item=item)
    elif change.field == "objectives":
        yield increment_words(item, change.before or (), change.after or ())
    elif change.kind == "date":
        yield moved(DAYS.get(change.field, message("the day")), item, change.before, change.after)
    else:
        measure = MEASURES.get(change.field, message("the promise"))
        yield moved(measure, item, value_of(change.before), value_of(change.after))


def moved(what: Message, item: Text, before: Any, after: Any) -> Message:
    """Return what moved, from where to where; days with how much later or earlier."""
    what = what.sentence()
    if before is None:
        return message("{what} of {item} is {after} now; none was stated",
                       what=what, item=item, after=value_of(after))  # fmt: skip
    if after is None:
        return message("{what} of {item} is no longer stated; it was {before}",
                       what=what, item=item, before=value_of(before))  # fmt: skip
    was, now = value_of(before), value_of(after)
    words = message("{what} of {item} moved from {before} to {after}",
                    what=what, item=item, before=was, after=now)  # fmt: skip
    if not (isinstance(before, date) and isinstance(after, date)):
        return words
    later = (after - before).days
    if later > 0:
        return message("{moved}, {time} later", moved=words, time=days(later))
    return message("{moved}, {time} earlier", moved=words, time=days(-later))


def value_of(value: Any) -> Part:
    """Return a field's value as a sentence prints it."""
    match value:
        case None | Decimal() | date() | bool() | int():
            return value
        case str():
            return quoted(value) if " " in value else readable(value)
        case tuple() | list():
            return listed([str(entry) for entry in value])
        case dict():
            return listed([str(entry) for entry in value])
    return str(value)


def indicator_words(change: Change, item: Text) -> Iterator[Message]:
    """Yield what moved in the leading indicators of an epic, one by one."""
    old: dict[str, LeadingIndicator] = {entry.metric: entry for entry in change.before or ()}
    new: dict[str, LeadingIndicator] = {entry.metric: entry for entry in change.after or ()}
    for metric, before in old.items():
        after = new.get(metric)
        whose = joined((item, quoted(metric)), ", ")
        if after is None:
            yield message("The indicator {metric} of {item} is gone",
                          metric=quoted(metric), item=item)  # fmt: skip
            continue
        for name, words in (
            ("threshold", message("the threshold")), ("baseline", message("the baseline")),
            ("unit", message("the unit")), ("by", message("the day")),
        ):  # fmt: skip
            was, now = getattr(before, name), getattr(after, name)
            if was != now:
                yield moved(words, whose, was, now)


def increment_words(
    item: Text, before: tuple[IncrementObjective, ...], after: tuple[IncrementObjective, ...]
) -> Message:
    """Return how many objectives of an increment came, went, or are promised otherwise."""
    old = {(entry.title, entry.team): entry for entry in before}
    new = {(entry.title, entry.team): entry for entry in after}
    both = old.keys() & new.keys()
    other = sum(1 for key in both if promised([old[key]]) != promised([new[key]]))
    parts = [
        words
        for number, words in (
            (len(new.keys() - old.keys()), plural(
                "{n:spelled} new objective", "{n:spelled} new objectives",
                len(new.keys() - old.keys()))),
            (len(old.keys() - new.keys()), plural(
                "{n:spelled} objective dropped", "{n:spelled} objectives dropped",
                len(old.keys() - new.keys()))),
            (other, plural(
                "{n:spelled} objective valued otherwise", "{n:spelled} objectives valued otherwise",
                other)),
        )
        if number
    ]  # fmt: skip
    if not parts:
        return message("The objectives of {item} stand in another order", item=item)
    return message("What was promised for {item} changed: {changes}",
                   item=item, changes=listed(parts))  # fmt: skip
