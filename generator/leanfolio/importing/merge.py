"""The merge of one field, three ways: what the source said last time, what stands here, what the
source says now."""

from typing import Literal

from msgspec import Struct

from leanfolio.importing.exchange_map import Owner

Value = str | None  # a value as it is written in a file; None where there is none
How = Literal["taken", "put-back", "replaced", "kept", "conflict"]


class Merged(Struct, frozen=True):
    """What is to stand here, what the base is to say from now on, and what has to be told.

    taken     the source alone changed, and its value is taken
    put-back  it was changed here alone, and the source owns it
    replaced  both changed it, and the source owns it: the value here is told
    kept      both changed it, and it is owned here: the value of the source is told
    conflict  both changed what both own: ours stays, and so does the base

    None where both are alike, where it was changed here by whoever may, and where the source alone
    changed what is owned here.
    """

    how: How | None
    here: Value
    base: Value


def merged(base: Value, here: Value, source: Value, owner: Owner) -> Merged:
    """A function of the three and of whose field it is."""
    if here == source:
        return Merged(None, here, source)
    if source == base:
        return Merged("put-back", source, source) if owner == "source" else Merged(None, here, base)
    if here == base:
        return Merged(None, here, source) if owner == "here" else Merged("taken", source, source)
    if owner == "source":
        return Merged("replaced", source, source)
    if owner == "here":
        return Merged("kept", here, source)
    return Merged("conflict", here, base)
