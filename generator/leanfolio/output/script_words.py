"""The words of the theme's scripts: a script of the site's own that translates them.

A site in English has none: its words stand in the scripts.
"""

import re
from pathlib import Path

from leanfolio.disk.templates import templates_folder
from leanfolio.output.value_script import value_script
from leanfolio.wording.language import Language

WORDS = "words.js"
SCRIPTS = ("script.js", "views.js", "find.js", "keys.js", "what-if.js")
TEXT = r'"((?:[^"\\]|\\.)*)"'
CHOICE = rf"(?:[^?()\"]+\? {TEXT} : )?(?:[^?()\"]+\? {TEXT}\s*: )?{TEXT}"
MARKED = (
    re.compile(rf"\bt\({CHOICE}"),
    re.compile(rf"\bmany\([^,()]+, {TEXT}, {TEXT}\)"),
    re.compile(rf'[{{ ](?:text|"aria-label"|placeholder): {TEXT}'),
    re.compile(rf"\[{TEXT}, [a-z]"),
)


def script_messages(script: str) -> tuple[str, ...]:
    """Return the words of a script that a reader sees, in order, each once.

    They are the literals given to `t()`, also those between which a condition chooses, to `many()`,
    and to `make()` as a text, a label, a placeholder or a first child.
    """
    found = (
        text
        for pattern in MARKED
        for match in pattern.finditer(script)
        for text in match.groups()
        if text and re.search("[A-Za-z]", text)
    )
    return tuple(dict.fromkeys(found))


def theme_messages() -> tuple[str, ...]:
    """Return the words of the theme's scripts. Raises OSError."""
    theme = templates_folder() / "theme"
    texts = (Path(theme, name).read_text(encoding="utf-8") for name in SCRIPTS)
    return tuple(dict.fromkeys(word for text in texts for word in script_messages(text)))


def words_file(language: Language) -> dict[str, str]:
    """Return the script that holds the words of a language, by its path; none for English."""
    messages = theme_messages() if language.translated else ()
    words = {word: language.words(word) for word in messages}
    words["."] = language.decimal_point
    changed = {english: own for english, own in words.items() if english != own}
    if not changed:
        return {}
    return {WORDS: value_script("leanfolio_words", dict(sorted(changed.items())))}
