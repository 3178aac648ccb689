"""What came and went, which states changed, and what could not be read."""

from collections.abc import Iterator

from leanfolio.figures.change.comparison import Comparison
from leanfolio.figures.change.differences import Change, is_item
from leanfolio.figures.change.values import UNREADABLE, ItemValues
from leanfolio.model import Epic, HasState, Item
from leanfolio.views.change.field_names import field_name
from leanfolio.views.change_story import ChangeLine, CommitOf, named
from leanfolio.views.ref import ref
from leanfolio.wording import Message, Money, Text, message, readable

TOLD = ("objective", "key-result", "value-stream", "epic", "increment", "theme", "team", "risk")
PROMISED = ("objective", "key-result")  # one that left is told among the promises


def came_and_went(comparison: Comparison, commit_of: CommitOf) -> Iterator[ChangeLine]:
    """Yield what entered and what left; features and stories are counted only."""
    for change in comparison.of_kind("entered", "left"):
        if change.type not in TOLD or not is_item(change):
            continue
        side = comparison.after if change.kind == "entered" else comparison.before
        item = side.portfolio[change.id]
        commit = commit_of(change.id)
        if change.kind == "entered":
            text = entered_words(item, side.currency, change.id in comparison.reused)
            yield ChangeLine("came-and-went", text, ref(item), commit)
        elif change.type not in PROMISED:
            yield ChangeLine("came-and-went", left_words(item), ref(item), commit, there=False)


def entered_words(item: Item, currency: str, reused: bool) -> Message:
    """Return that an item came, in which state and with how much money."""
    if reused:
        return message("{item} entered: its id belonged to another item before", item=named(item))
    if isinstance(item, Epic) and item.state:
        state, money = readable(item.state), item.approved
        if money:
            amount = Money(money, item.currency or currency)
            return message("{item} entered in {state}, with {amount} approved",
                           item=named(item), state=state, amount=amount)  # fmt: skip
        return message("{item} entered in {state}", item=named(item), state=state)
    return message("{kind} {item} entered", kind=item.WORD, item=named(item)).sentence()


def left_words(item: Item) -> Message:
    """Return that an item is gone, where it was last seen, and in which state."""
    file = str(item.origin.path)
    if isinstance(item, HasState) and item.state:
        return message("{item} left: last seen in {file}, in {state}",
                       item=named(item), file=file, state=readable(item.state))  # fmt: skip
    return message("{item} left: last seen in {file}", item=named(item), file=file)


def state_lines(comparison: Comparison, commit_of: CommitOf) -> Iterator[ChangeLine]:
    """Yield the epics that moved over the board; features and stories are counted only."""
    for change in comparison.of_kind("state"):
        if change.type == "epic":
            item = comparison.after.portfolio[change.id]
            text = state_words(named(item), change)
            yield ChangeLine("state", text, ref(item), commit_of(change.id, "state"))


def state_words(item: Text, change: Change) -> Message:
    """Return from which state to which an item moved."""
    if change.before is None:
        return message("{item} is in {after} now", item=item, after=readable(change.after))
    if change.after is None:
        return message("{item} has no state any more; it was in {before}",
                       item=item, before=readable(change.before))  # fmt: skip
    before, after = readable(change.before), readable(change.after)
    return message("{item} moved from {before} to {after}", item=item, before=before, after=after)


def unreadable_lines(comparison: Comparison, commit_of: CommitOf) -> Iterator[ChangeLine]:
    """Yield what could not be read on one side: what changed in it is not known."""
    for change in comparison.of_kind("unreadable"):
        later = comparison.after.portfolio
        item = later.items.get(change.id) or comparison.before.portfolio.items.get(change.id)
        link = ref(item) if item is not None else None
        name = named(item) if item is not None else change.id
        there = change.id in later
        text = unreadable_words(change, name)
        yield ChangeLine("unreadable", text, link, commit_of(change.id, change.field), there=there)


def unreadable_words(change: Change, item: Text) -> Message:
    """Return which side could not be read."""
    if change.is_whole:
        now = isinstance(change.after, ItemValues) and not change.after.readable
        if now:
            return message("{item} cannot be read now: what changed in it is not known", item=item)
        return message("{item} could not be read before: what changed in it is not known",
                       item=item)  # fmt: skip
    field = field_name(change.field)
    if change.after is UNREADABLE:
        return message("{field} of {item} cannot be read now", field=field, item=item).sentence()
    return message("{field} of {item} could not be read before", field=field, item=item).sentence()
