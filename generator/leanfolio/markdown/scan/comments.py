"""Comments: which of them nobody sees on a git host, so that no reader should here."""

import re

COMMENT_OR_FENCE = re.compile(r"^ {0,3}(?:(<!--)|(`{3,})(?=[^`\n]*$)|(~{3,}))", re.MULTILINE)
FENCE_END = re.compile(r"^ {0,3}(`{3,}|~{3,})[ \t]*$", re.MULTILINE)
LINE_END = re.compile(r"[ \t]*$", re.MULTILINE)


def uncommented(text: str) -> str:
    """A text whose comments on lines of their own are blank lines; all lines keep their numbers.

    Nobody on a git host sees them, so no reader should here. One that never ends is left in sight.
    """
    if "<!--" not in text:
        return text
    last = text.rfind("-->")
    parts: list[str] = []
    position = done = 0
    while (match := COMMENT_OR_FENCE.search(text, position)) is not None and match.start() < last:
        if not match[1]:
            position = end_of_fence(text, match[2] or match[3], match.end())
            continue
        end = text.index("-->", match.start(1) + 2) + 3
        lines = text.count("\n", match.start(), end)
        if lines or LINE_END.match(text, end):  # else it stands in a line of text, see `Inline`
            parts += text[done : match.start()], "\n" * lines
            done = end
        position = end
    return "".join([*parts, text[done:]])


def end_of_fence(text: str, marks: str, position: int) -> int:
    for closing in FENCE_END.finditer(text, position):
        if closing[1].startswith(marks):
            return closing.end()
    return len(text)
