"""The bytes of a file become text, or the problem says what they look like."""

from leanfolio.model.source import KILOBYTE, MAX_FILE_BYTES, Source
from leanfolio.problem import Problem
from leanfolio.read.reading import Reading
from leanfolio.read.rules import file_unreadable


def decode(source: Source, reading: Reading, most: int = MAX_FILE_BYTES) -> str | None:
    """The text of a file, with line ends as one character; None where it is no text."""
    if len(source.data) > most:
        message = f"the file is larger than {most // KILOBYTE:,} KB"
        problem = file_unreadable(
            source.path, 1, message, "split it into several, or move what is no text out of content"
        )
        reading.problems.append(problem)
        return None
    foreign = foreign_kind(source.data)
    if foreign is not None:
        message, hint = foreign
        reading.problems.append(file_unreadable(source.path, 1, message, hint))
        return None
    try:
        text = source.data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        reading.problems.append(byte_wrong(source, error.start))
        return None
    if "\0" in text:
        before = text[: text.index("\0")]
        line = before.count("\n") + 1
        message = "the file holds a NUL character, which no text has"
        hint = "delete it; or save the file as UTF-8, if it was saved as something else"
        column = len(before) - before.rfind("\n")
        reading.problems.append(file_unreadable(source.path, line, message, hint, column))
        return None
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


# What a file begins with that is no UTF-8: what it is, and what to do about it.
FOREIGN = (
    (b"\xff\xfe\0\0", "UTF-32"), (b"\0\0\xfe\xff", "UTF-32"),
    (b"\xff\xfe", "UTF-16"), (b"\xfe\xff", "UTF-16"),
    (b"PK\x03\x04", "a zip archive or an office document"), (b"%PDF-", "a PDF"),
    (b"\xd0\xcf\x11\xe0", "an office document"), (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"), (b"GIF8", "a picture"), (b"\x1f\x8b", "a compressed file"),
)  # fmt: skip


def foreign_kind(data: bytes) -> tuple[str, str] | None:
    """What a file is that is no text in UTF-8, and the cure; None where its start is as it is."""
    kind = next((kind for start, kind in FOREIGN if data.startswith(start)), None)
    start = data[:64]
    halves = start[::2].count(0), start[1::2].count(0)
    if kind is None and min(halves) == 0 and max(halves) > len(start) // 3:
        kind = "UTF-16"  # every other byte is none: the letters of Latin, two bytes each
    if kind is None:
        return None
    if kind.startswith("UTF"):
        return f"the file is saved as {kind}, and is to be UTF-8", "save it as UTF-8"
    return f"the file is {kind}, and no text", "write it as Markdown, or move it out of content"


def byte_wrong(source: Source, start: int) -> Problem:
    """A byte that is not UTF-8, with the letter that it is in the encoding of old Windows."""
    line = source.data.count(b"\n", 0, start) + 1
    before = source.data[source.data.rfind(b"\n", 0, start) + 1 : start].decode("utf-8", "replace")
    byte = source.data[start : start + 1]
    letter = byte.decode("cp1252", "replace")
    known = letter.isprintable() and letter != "\ufffd"
    means = f"; in Windows-1252, or Latin-1, it is {letter}" if known else ""
    after = f" after “{before[-20:].lstrip()}”" if before.strip() else ""
    message = f"the byte 0x{byte.hex()}{after} is not UTF-8{means}"
    hint = (
        f"save the file as UTF-8, or write {letter} anew"
        if known
        else ("save the file as UTF-8, or delete this byte")
    )
    return file_unreadable(source.path, line, message, hint, len(before) + 1)
