"""What is said where an audience may not read everything: nothing of the whole.

A sentence that nothing is there, that all of it is so, or that one thing alone is, would be false
of what is hidden. In its place stands one about what is shown.
"""

from decimal import Decimal

from leanfolio.model import Item
from leanfolio.wording import Message, Money, message

NOT_SHOWN = message("not shown")  # in place of a sum that may lack a hidden part
WHAT_MAY_BE_READ = message("Figures hold what this audience may read.")


def amount_of(item: Item, field: str, currency: str) -> Money | Message:
    """Return an item's own amount; "not shown" where its field is confidential."""
    value: Decimal | None = getattr(item, field)
    return NOT_SHOWN if value is None and field in item.confidential else Money(value, currency)


def of_what_is_shown(whole: Message, part: Message, *, partial: bool) -> Message:
    """Return a sentence about the whole; or, where some of that is hidden, about what is shown."""
    return part if partial else whole
