"""Words: the only place where numbers, lists, plurals and sentences become text.

A view holds messages: a sentence with named parts, whose values stay values until somebody
prints them. `str(message)` prints it for a terminal, JSON or CSV; `Language` in
`leanfolio.wording.language` prints it for a reader, in that reader's language. How a view
says something:

- Zero, one and many of a thing take `plural`, never an `if` ("no epics are blocked",
  "one epic is blocked", "13 epics are blocked"):
  `plural("{n:spelled} epic is blocked", "{n:spelled} epics are blocked", len(blocked))`
- Where no noun follows the number ("none waiting", "two waiting"):
  `message("{waiting:pronoun} waiting for a decision", waiting=len(waiting))`
- A place in an order: `message("{item} is {rank:ordinal} in the ranking", item=id, rank=1)`
- A list ("red, amber and green", "a, b, c, d, e and 3 more"):
  `message("It lacks {evidence}", evidence=listed(missing))`, or `some(missing)`
- Money, shares and scores are values: `message("costs {cost}", cost=Money(amount, "EUR"))`,
  `Percent(share)`, `Rounded(score, 2)`. One that is None is printed as "not stated".
- A share of a whole takes `of_all`, which asks for the sentence of each case, so that "All 2"
  or "none of one" cannot be printed:
  `of_all(green, objectives, empty=..., only=..., only_not=..., both=..., neither=...,
  every=..., none=..., some=...)`

A sentence's start is `.sentence()`; sentences in a row are `joined(sentences, "; ")`; arithmetic
is `formula("(", 13, " + ", 8, ") / ", 8, " = ", Rounded(score))`; what somebody wrote is quoted
with `quoted(title)`. The sentence itself has to be a literal: `make messages` collects all of
them in `leanfolio.pot`, and tests/test_wording_messages.py walks through each.

This package imports nothing else of leanfolio. What needs Babel is in `language` alone, so that
`check` starts without it.
"""

from leanfolio.wording.isolation import isolated
from leanfolio.wording.message import (
    WORDED,
    Compound,
    Formula,
    Listing,
    Message,
    Part,
    Series,
    Text,
    days,
    formula,
    in_context,
    joined,
    listed,
    many,
    message,
    of_all,
    plural,
    quoted,
    some,
)
from leanfolio.wording.names import capitalized, spaced
from leanfolio.wording.numbers import (
    Number,
    cents,
    grouped,
    percent,
    plain,
    rounded,
    short_percent,
    trimmed,
)
from leanfolio.wording.printer import PLAIN, Printer
from leanfolio.wording.terms import Word, heading, readable
from leanfolio.wording.told import Told, documented, kept, retold, tell
from leanfolio.wording.values import Money, Percent, Rounded

__all__ = [
    "PLAIN",
    "WORDED",
    "Compound",
    "Formula",
    "Listing",
    "Message",
    "Money",
    "Number",
    "Part",
    "Percent",
    "Printer",
    "Rounded",
    "Series",
    "Text",
    "Told",
    "Word",
    "capitalized",
    "cents",
    "days",
    "documented",
    "formula",
    "grouped",
    "heading",
    "in_context",
    "isolated",
    "joined",
    "kept",
    "listed",
    "many",
    "message",
    "of_all",
    "percent",
    "plain",
    "plural",
    "quoted",
    "readable",
    "retold",
    "rounded",
    "short_percent",
    "some",
    "spaced",
    "tell",
    "trimmed",
]
