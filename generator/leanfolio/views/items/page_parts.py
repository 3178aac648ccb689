"""What the page of one type adds to what all items have."""

from dataclasses import dataclass

from leanfolio.views.cell import Fact, Table, Tag, Text


@dataclass(frozen=True, slots=True)
class Parts:
    finding: Text = ""  # the page's title, where there is something to state
    lede: Text = ""
    tags: tuple[Tag, ...] = ()
    facts: tuple[Fact, ...] = ()
    tables: tuple[Table, ...] = ()
    gap_title: str = ""
    gap: tuple[str, ...] = ()
