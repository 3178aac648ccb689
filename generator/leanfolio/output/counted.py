"""Numbers of things in the words of a terminal, which are English: 1 item, 3 items."""


def counted(number: int, thing: str) -> str:
    """A number with what it counts: 1 item, 0 items. `thing` is one that takes an s for more."""
    return f"{number} {thing}{'' if number == 1 else 's'}"
