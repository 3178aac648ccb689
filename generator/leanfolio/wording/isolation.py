"""Text from right to left, set apart from the words around it.

Beside an id, a number or a quote, Hebrew and Arabic would otherwise order what stands next to them
(Unicode Standard Annex 9). Text from left to right stays as it is, but
for names with digits where all else runs from right to left.
"""

import re

# Hebrew, Arabic, Syriac, Thaana, N'Ko and their neighbours; presentation forms; scripts beyond.
RIGHT_TO_LEFT = re.compile(
    "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
DIGIT, LATIN = re.compile("[0-9]"), re.compile("[A-Za-z]")
FIRST_STRONG_ISOLATE, POP_ISOLATE = "\u2068", "\u2069"


def isolated(text: str, *, from_right: bool = False) -> str:
    """The text between the marks that isolate it, where it holds letters from right to left.

    In words from right to left (`from_right`) it is a name such as EP-1 or 2026-H2 that needs them:
    its parts would change places.
    """
    mixed = from_right and DIGIT.search(text) and LATIN.search(text)
    if not mixed and (text.isascii() or not RIGHT_TO_LEFT.search(text)):
        return text
    return f"{FIRST_STRONG_ISOLATE}{text}{POP_ISOLATE}"
