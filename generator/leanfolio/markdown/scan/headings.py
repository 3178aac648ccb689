"""What a heading says without its markup, and the anchor that leads to it."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from leanfolio.markdown.scan.destination import unescaped
from leanfolio.markdown.scan.effort import Effort
from leanfolio.markdown.scan.inline import Inline, InlineLink, Span

NOT_IN_SLUG = re.compile(r"[^\w\- ]")
SLUG_LENGTH = 120
MARKUP = re.compile(r"[\\`*_~\[\]<&]")
RUN = re.compile(r"\*+|_+|~{1,2}")


def slug(text: str, taken: dict[str, int]) -> str:
    """The anchor of a heading, as a git host names it; `taken` makes it unique within the page.

    Letters, digits, marks, `-` and `_` only, and never empty. A page's own ids may hold a `:` or a
    `.`, so that no heading can take their place.
    """
    words = text.strip().lower()
    bare = NOT_IN_SLUG.sub("", words) if words.isascii() else letters(words)
    name = bare.replace(" ", "-")[:SLUG_LENGTH] or "section"
    unique, number = name, taken.get(name, 0)
    while unique in taken:
        number += 1
        unique = f"{name}-{number}"
    taken[name] = number
    taken.setdefault(unique, 0)
    return unique


def letters(words: str) -> str:
    import unicodedata  # noqa: PLC0415 - only a text beyond ASCII pays for it

    # `\w` would drop the vowel signs of Indic scripts, which are marks (M).
    return "".join(
        letter
        for letter in unicodedata.normalize("NFC", words)
        if letter in " -_" or unicodedata.category(letter)[0] in "LMN"
    )


def plain(text: str, labels: Mapping[str, str], effort: Effort | None = None) -> str:
    """A run of text without its markup: of links the words, of images the description.

    `labels` are the definitions of links in the same body, by label. Raises OverEffortError.
    """
    if MARKUP.search(text) is None:
        return " ".join(text.split())
    inline = Inline(text, labels, effort or Effort()).read()
    spans = sorted([*inline.spans, *around(inline.links)])
    spans = sorted([*spans, *emphasis(text, spans)])
    parts: list[str] = []
    position = 0
    for start, end, says in spans:
        if start >= position:
            parts += unescaped(text[position:start]), says
            position = end
    return " ".join("".join([*parts, unescaped(text[position:])]).split())


def around(links: Sequence[InlineLink]) -> Iterator[Span]:
    """What stands around the words of links."""
    for link in links:
        yield Span(link.start, link.words, "")
        yield Span(link.words_end, link.end, "")


class Run(Struct):
    """A run of `*`, `_` or `~` that may begin emphasis; `left` of its marks have no partner yet."""

    mark: str
    end: int
    left: int


def emphasis(text: str, spans: Sequence[Span]) -> Iterator[Span]:
    """The marks of emphasis that have a partner: what a reader does not see."""
    openers: list[Run] = []
    waiting = dict.fromkeys("*_~", 0)
    starts = [span.start for span in spans]
    for match in RUN.finditer(text):
        start, end = match.span()
        nearest = bisect_right(starts, start) - 1
        if nearest >= 0 and spans[nearest].end > start:
            continue
        mark = text[start]
        opens, closes = flanks(text[start - 1 : start], mark, text[end : end + 1])
        while closes and start < end and waiting[mark]:
            while openers[-1].mark != mark:
                waiting[openers.pop().mark] -= 1
            opener = openers[-1]
            paired = min(opener.left, end - start)
            yield Span(opener.end - paired, opener.end, "")
            yield Span(start, start + paired, "")
            start, opener.left, opener.end = (
                start + paired,
                opener.left - paired,
                opener.end - paired,
            )
            if not opener.left:
                openers.pop()
                waiting[mark] -= 1
        if opens and start < end:
            openers.append(Run(mark, end, end - start))
            waiting[mark] += 1


def flanks(before: str, mark: str, after: str) -> tuple[bool, bool]:
    """Whether a run of marks may open emphasis, and whether it may close it."""
    blank_before, blank_after = not before.strip(), not after.strip()
    word_before, word_after = before.isalnum(), after.isalnum()
    left = not blank_after and (word_after or not word_before)
    right = not blank_before and (word_before or not word_after)
    if mark == "_":
        return left and (not right or not word_before), right and (not left or not word_after)
    return left, right
