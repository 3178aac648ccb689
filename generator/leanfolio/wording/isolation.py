"""Text from right to left, set apart from the words around it.

Beside an id, a number or a quote, Hebrew and Arabic would otherwise order what stands next to them
(Unicode Standard Annex 9). Text from left to right stays as it is.
"""

import re

# Hebrew, Arabic, Syriac, Thaana, N'Ko and their neighbours; presentation forms; scripts beyond.
RIGHT_TO_LEFT = re.compile(
    "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
FIRST_STRONG_ISOLATE, POP_ISOLATE = "\u2068", "\u2069"


def isolated(text: str) -> str:
    """The text between the marks that isolate it, where it holds letters from right to left."""
    if text.isascii() or not RIGHT_TO_LEFT.search(text):
        return text
    return f"{FIRST_STRONG_ISOLATE}{text}{POP_ISOLATE}"
