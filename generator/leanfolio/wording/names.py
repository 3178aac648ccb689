"""Names that people chose, as a sentence holds them."""

ACRONYMS = frozenset(("mvp", "poc", "qa", "uat"))


def readable(name: str) -> str:
    """Return the name of a state as a reader writes it: in progress, MVP."""
    return " ".join(word.upper() if word in ACRONYMS else word for word in name.split("-"))


def capitalized(text: str) -> str:
    """Return a text with its first letter large, all others as they stand."""
    return text[:1].upper() + text[1:]
