"""Text as a terminal may print it: what is unseen, or turns text round, is shown by number."""

import re
import unicodedata

# Control characters, line separators, marks that turn the order of text, tags, noncharacters.
# The two joiners (200C, 200D) stay: Persian and emoji are written with them.
UNSEEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f"
    "\ud800-\udfff\ufdd0-\ufdef\ufeff\ufff9-\ufffb\ufffe\uffff\U000e0000-\U000e0fff]"
)


def visible(text: str) -> str:
    """The text on one line, each unseen character as <U+202E>."""
    if text.isascii() and text.isprintable():
        return text
    return UNSEEN.sub(lambda result: f"<U+{ord(result[0]):04X}>", text)


def width(text: str) -> int:
    """How many cells of a terminal a visible text takes."""
    if text.isascii():
        return len(text)
    return sum(cells(character) for character in text)


def cells(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
