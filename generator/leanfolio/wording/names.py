"""Names that people chose, as a sentence holds them."""

ACRONYMS = frozenset(("mvp", "poc", "qa", "uat"))


def spaced(name: str) -> str:
    """Return a name of the format as words: in progress, MVP."""
    return " ".join(word.upper() if word in ACRONYMS else word for word in name.split("-"))


def capitalized(text: str) -> str:
    """Return a text with its first letter large, all others as they stand."""
    return text[:1].upper() + text[1:]
