"""Text of content in Markdown that a host renders: it shows, and does nothing.

In a comment of a pull request `@name` pings a person, `#7` and a commit's id make references,
`/close` is a command of some hosts, and Markdown or HTML would forge links and close folds. None of
this happens inside a code span; so whatever is not plainly harmless is put into one.
"""

import re
from decimal import Decimal
from fractions import Fraction

from leanfolio.output.visible import visible
from leanfolio.wording.language import Language
from leanfolio.wording.message import Part

LONGEST = 200  # characters of one text; what is longer is cut
# Letters, digits, blanks, and marks that no host and no Markdown gives a meaning between words.
HARMLESS = re.compile(r"(?:[^\W_]|[ ,;.()'’“”„–—…?+-]|[:%&](?= |\Z)|(?<=[^\W_])[:/&](?=[^\W_]))*\Z")
# What hosts make links of without any mark: other names of issues, commits, addresses, words.
MADE_A_LINK = re.compile(r"www\.|\bGH-\d|\b[0-9a-f]{7,}\b|\w:/|\bmailto:|\bxmpp:|:\w+:", re.I)
RUNS = re.compile("`+")


class Inert(str):
    """Markdown that is safe to print: made here, and not made safe twice."""

    __slots__ = ()


def inert(text: str) -> Inert:
    """The text as Markdown that shows it and does nothing, on one line."""
    shown = visible(text)
    if len(shown) > LONGEST:
        shown = shown[:LONGEST].rstrip() + "…"
    plain = HARMLESS.match(shown) and not MADE_A_LINK.search(shown)
    if plain and shown == shown.strip():
        return Inert(shown)
    return code(shown)


def code(text: str) -> Inert:
    """The text as a code span, whatever backticks it holds."""
    fence = "`" * (max((len(run) for run in RUNS.findall(text)), default=0) + 1)
    blank = " " if text.strip() != text or text[:1] == "`" or text[-1:] == "`" else ""
    return Inert(f"{fence}{blank}{text}{blank}{fence}" if text.strip() else "``  ``")


class MarkdownLanguage(Language):
    """Prints messages as Markdown: their own words as they are, all that content says inert."""

    def text(self, value: Part) -> str:
        if isinstance(value, Inert):
            return value
        if isinstance(value, str):
            return inert(value)
        return Inert(super().text(value))

    def known_money(self, amount: Decimal | Fraction | int, currency: str) -> str:
        """Return an amount; without a dollar sign, which begins a formula or a reference."""
        printed = super().known_money(amount, currency)
        if "$" not in printed:
            return Inert(printed)
        return Inert(f"{currency} {super().known_money(amount, '')}")
