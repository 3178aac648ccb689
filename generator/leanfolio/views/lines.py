"""Labels of drawings, broken into lines: SVG breaks none, and a label that is cut says nothing."""

from unicodedata import combining, east_asian_width


def in_lines(title: str, room: int) -> tuple[str, ...]:
    """A title broken into lines that fit, between words or, of a long word, within it."""
    lines = [""]
    for word in title.split():
        if lines[-1] and width(lines[-1]) + 1 + width(word) <= room:
            lines[-1] += f" {word}"
            continue
        *pieces, last = broken(word, room)
        lines += [*pieces, last]
    return tuple(line for line in lines if line)


def broken(word: str, room: int) -> list[str]:
    """A word in pieces that fit, with a hyphen after each but the last."""
    pieces = [""]
    for letter in word:
        if width(pieces[-1]) + width(letter) > room - 1 and width(word) > room:
            pieces[-1] += "-"
            pieces.append("")
        pieces[-1] += letter
    return pieces


def width(text: str) -> int:
    """How wide a text is, in letters: those of East Asia are twice as wide, marks are none."""
    return sum(
        0 if combining(entry) else 2 if east_asian_width(entry) in "WF" else 1 for entry in text
    )
