"""What the source says now, put into a file that people may have edited since the last import.

Three texts are held side by side, field by field: what was imported last, the file as it is, and
what would be imported now. Where only the source moved, the file follows; what somebody changed
here stays, and is told where the source moved as well. All else of the file stays byte for byte.

Each field is decided by `merge`, as one that both sides own. `field_merge` holds the values of work
items against what a file says; here the source is a file of ours already, so that its lines are
compared as they are written. And the source counts as told at once: its base moves on with it, so
that what stays here is told once, and not at every import.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence

from msgspec import Struct

from leanfolio.importing import merge

FIELD = re.compile(r"([A-Za-z_][\w-]*):(?:\s|\Z)")
NOTE = re.compile(r"^Imported from .*\.$", re.MULTILINE)
PROSE = "the text"


class Last(Struct, frozen=True):
    """What was imported last: the lines of each field, and a digest of the text below them."""

    fields: Mapping[str, str]
    prose: str
    source: str = ""  # the file that it was made from


class Merged(Struct, frozen=True):
    """A file with what the source says now: its text, the fields that follow, those that do not."""

    text: str
    changed: tuple[str, ...]
    kept: tuple[str, ...]


class FileParts(Struct):
    """A file of content in parts. `below` is what stands under the line that the import wrote."""

    fields: dict[str, str]  # each with its lines, in their order
    prose: str
    below: str

    @property
    def text(self) -> str:
        head = "".join(self.fields.values())
        return f"---\n{head}---\n{self.prose}{self.below}"


def file_parts(text: str) -> FileParts | None:
    """Take a file apart; None where it has no front matter."""
    if not text.startswith("---\n") or "\n---\n" not in text:
        return None
    head, _, body = text.removeprefix("---\n").partition("\n---\n")
    fields: dict[str, str] = {"": ""}
    name = ""
    for line in head.split("\n"):
        found = FIELD.match(line)
        name = found[1] if found else name
        fields[name] = f"{fields.get(name, '')}{line}\n"
    notes = [*NOTE.finditer(body)]
    end = notes[-1].end() + 1 if notes else len(body)
    return FileParts(fields, body[:end], body[end:])


def imported(text: str, source: str) -> Last:
    """What has to be kept of a text that is imported, to know later what moved."""
    parts = file_parts(text)
    assert parts is not None
    fields = {name: lines for name, lines in parts.fields.items() if name}
    return Last(fields, digest(parts.prose), source)


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def merged(last: Last, here: str, new: str) -> Merged:
    """The file with what the source says now."""
    ends = "\r\n" if "\r\n" in here else "\n"
    ours, theirs = file_parts(here.replace("\r\n", "\n")), file_parts(new)
    assert theirs is not None
    if ours is None:
        return Merged(here, (), ("the front matter",))
    changed: list[str] = []
    kept: list[str] = []
    names = [name for name in dict.fromkeys((*last.fields, *theirs.fields)) if name]
    for name in names:
        was, own, now = (each.get(name) for each in (last.fields, ours.fields, theirs.fields))
        how = merge.merged(was, own, now, "shared").how
        if how == "taken":
            ours.fields = with_field(ours.fields, name, now, [*theirs.fields])
            changed.append(name)
        elif how == "conflict":
            kept.append(name)
    how = merge.merged(last.prose, digest(ours.prose), digest(theirs.prose), "shared").how
    if how == "taken":
        ours.prose = theirs.prose
        changed.append(PROSE)
    elif how == "conflict":
        kept.append(PROSE)
    text = ours.text.replace("\n", ends) if changed else here
    return Merged(text, tuple(changed), tuple(kept))


def with_field(
    fields: Mapping[str, str], name: str, lines: str | None, order: Sequence[str]
) -> dict[str, str]:
    """The fields with one of them changed, taken out, or put behind those that it comes after."""
    if lines is None:
        return {each: said for each, said in fields.items() if each != name}
    if name in fields:
        return {each: lines if each == name else said for each, said in fields.items()}
    before = {*order[: order.index(name)]} & fields.keys()
    last = [each for each in fields if each in before][-1]
    result: dict[str, str] = {}
    for each, said in fields.items():
        result[each] = said
        if each == last:
            result[name] = lines
    return result
