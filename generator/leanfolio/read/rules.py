"""The rules of reading: each tells its problem, and its docstring is its page."""

import re
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any

from leanfolio.model import TYPES, Item, Origin, Path
from leanfolio.model.item import name_of_file
from leanfolio.model.visibility import AUDIENCES
from leanfolio.problem import Place, Problem
from leanfolio.read.fields import display_value, foreign_to, key_place
from leanfolio.read.suggestions import did_you_mean, nearest
from leanfolio.wording import listed, tell


def file_unreadable(
    path: PurePosixPath, line: int, message: str, hint: str, column: int = 1
) -> Problem:
    """Every file of content is UTF-8 text of at most one megabyte, a table of records of eight.

    What cannot be read cannot be checked, and would drop out of every total without a word.

    Fix: save the file as UTF-8; move what is no text out of the content folder.
    """
    return Problem(Place(path, line, column), "file-unreadable", message, hint)


def front_matter_unclosed() -> None:
    """Front matter stands between two lines of exactly three dashes.

    With a fence missing, fields become prose, and an item loses its state, money and links.

    Fix: write a line of exactly `---` before the first field and after the last.
    """


def front_matter_unreadable() -> None:
    """Front matter is YAML: one `name: value` a line, lists and small maps inside.

    A reader that guesses would publish a figure that nobody wrote.

    Fix: look at the place named, and just above it; quote text that holds a colon and a blank.
    """


def front_matter_refused() -> None:
    """Front matter uses the plain part of YAML: no anchors, aliases, tags, second documents.

    These can make a small file huge, run code in other tools, and hide from a reviewer what a
    line says. Size (64 KB) and nesting (20 deep) are limited for the same reason.

    Fix: write the value out where it is needed.
    """


def text_cut() -> None:
    """Text ends where it seems to end.

    In YAML a # after a blank begins a comment: of `title: Repairs #1` only `Repairs` is read.

    Fix: put the text in quotes; or leave a blank after the # of a comment.
    """


def key_duplicate() -> None:
    """A field stands once.

    Other tools keep the last of two and drop the first, usually after a merge of two branches.

    Fix: keep one of the two lines.
    """


def type_unknown(type: Any, place: Place, implied: str | None = None) -> Problem:
    """Every `type` is one that the format knows.

    A misspelt type would publish an item as plain prose, outside of every figure.

    Fix: correct the word, or move the file into the folder of its type and leave `type:` out.
    """
    names = tuple(TYPES)
    hint = did_you_mean(str(type), names, f"use one of {', '.join(names)}")
    model = TYPES.get(implied or "")
    if model is not None and nearest(str(type), names) in (None, implied):
        hint = f"take the line out: a file in {model.FOLDER}/ is {a(model.WORD)}"
    return Problem(place, "type-unknown", f"{display_value(type)} is no type of item", hint)


def id_wrong(id: str, origin: Origin) -> Problem:
    """An id is made of letters, digits, `-` and `.`, at most 64 of them, and no system's own name.

    Ids become addresses of pages that must never change, on every file system. CON, PRN, AUX, NUL,
    COM1 and LPT1 are devices on Windows, and a point at the end is lost there.

    Fix: rename it; spaces and underscores become dashes.
    """
    better = better_id(id)
    if ID_CHARACTERS.match(id):
        kept = RESERVED.match(id)
        fact = "a file of this name cannot be stored on Windows"
        fact = fact if kept else "a name that ends in a point loses it on Windows"
        message = f"{display_value(id)} cannot be an id: {fact}"
        return Problem(origin.place("id"), "id-wrong", message, renamed(better, origin))
    return Problem(
        origin.place("id"),
        "id-wrong",
        f"{display_value(id)} cannot be an id: only letters, digits, - and . may stand in it",
        renamed(better, origin) if better else "write letters and digits",
    )


# Names of devices on Windows, alone or before a point (Microsoft, Naming Files).
DEVICE = (
    r"(?:[Cc][Oo][Nn]|[Pp][Rr][Nn]|[Aa][Uu][Xx]|[Nn][Uu][Ll]|[Cc][Oo][Mm][1-9]|[Ll][Pp][Tt][1-9])"
)
RESERVED = re.compile(rf"{DEVICE}(?:\.|\Z)")
MANY = 12  # names of fields: a list of more is no hint
ID_CHARACTERS = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{0,63}\Z")
ID = re.compile(rf"(?!{DEVICE}(?:\.|\Z))[A-Za-z0-9](?:[A-Za-z0-9.-]{{0,62}}[A-Za-z0-9-])?\Z")


def better_id(id: str) -> str:
    """The id that is proposed in place of one that cannot be used; empty where none is near."""
    better = re.sub(r"[^A-Za-z0-9.-]+", "-", id).strip("-.")[:64].rstrip("-.")
    return f"X-{better}" if RESERVED.match(better) else better


def renamed(better: str, origin: Origin) -> str:
    """The order to write a better id: in its field, or as the name of the file."""
    written = origin.prefix or ("id",) in origin.keys
    kind = "file" if name_of_file(origin.path) == origin.path.stem else "folder"
    ending = ".md" if kind == "file" else ""
    return f"write {better}" if written else f"call the {kind} {better}{ending}"


def folder_wrong(
    model: type[Item], other: type[Item], id: str, values: Mapping[str, Any], origin: Origin
) -> Problem:
    """A file that lies in the folder of another type: said once, not at each of its fields."""
    foreign = foreign_to(model, values)
    names = listed(f"`{name}`" for name in foreign)
    message = f"{id} lies in {model.FOLDER}/, and has {names} as {a(other.WORD)} has"
    hint = f"move the file to {other.FOLDER}/; or write `type: {other.TYPE}`"
    return Problem(key_place(origin, (foreign[0],)), "field-unknown", message, hint)


def field_unknown(place: Place, message: str, hint: str) -> Problem:
    """Every field is one that its type has.

    A misspelt field is a value that nobody reads: an epic without a cost, a risk without a date.

    Fix: correct the name, or take the field out.
    """
    return Problem(place, "field-unknown", message, hint)


def unless_meant(model: type[Item], loc: Path, known: list[str]) -> str:
    """What to do about an unknown field, where no known one is near."""
    others = types_with(str(loc[0])) if len(loc) == 1 else []
    if others:
        return f"move it to {listed(others, 'or')}, or remove it"
    if len(known) > MANY:
        return f"remove it, or write it below as prose; {a(model.WORD)} has no field like it"
    return f"it may have {', '.join(known)}" if known else "remove it"


def types_with(name: str) -> list[str]:
    """The types of item that have a field of this name, each with its article."""
    return [
        a(model.WORD)
        for model in TYPES.values()
        if name in model.model_fields or name in model.NESTED
    ]


def a(word: str) -> str:
    """A word with its article: a key result, an objective."""
    return WITH_ARTICLE.get(word) or f"{'an' if word[0] in 'aeiou' else 'a'} {word}"


WITH_ARTICLE = {
    str(one).partition(" ")[2]: one
    for one in (
        tell("a portfolio"), tell("a theme"), tell("an objective"), tell("a key result"),
        tell("a value stream"), tell("a team"), tell("an epic"), tell("a feature"),
        tell("a story"), tell("an increment"), tell("a risk"),
    )
}  # fmt: skip


def field_missing(place: Place, whose: str, name: str, what: str, where: str = "") -> Problem:
    """What a thing cannot be without is there: a title, the day of a check-in, its value.

    Half a record looks like a whole one in a sum.

    Fix: write the field that the message names.
    """
    return Problem(place, "field-missing", f"{whose} has no `{name}`{where}", f"add {what}")


def value_wrong(place: Place, message: str, hint: str) -> Problem:
    """Every value has the kind that its field needs: a number, a date, one of a few words.

    A value that is guessed at (TBD as zero, a range as its first number) is a wrong figure.

    Fix: write it as the hint says; leave the field out where the value is not known yet.
    """
    return Problem(place, "value-wrong", message, hint)


def visibility_wrong(value: object, place: Place) -> Problem:
    """Return the problem of a `visibility` that is none; what has it is shown to insiders alone."""
    words = ", ".join(AUDIENCES)
    message = f"`visibility` is {display_value(value)}, which is none of {words}"
    return value_wrong(place, message, did_you_mean(str(value), AUDIENCES, f"use one of {words}"))


RULES = (
    file_unreadable,
    front_matter_unclosed,
    front_matter_unreadable,
    front_matter_refused,
    text_cut,
    key_duplicate,
    type_unknown,
    id_wrong,
    field_unknown,
    field_missing,
    value_wrong,
)
