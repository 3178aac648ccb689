"""What the value of a field means: text, numbers, people and lists, out of what systems write."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from msgspec import Struct

from leanfolio.wording.numbers import without_zeros

# What a program prints of an object of its own: com.example.Sprint@4f1[id=1,name=Sprint 1,...]
OBJECT = re.compile(r"[\w.$]+@[0-9a-f]{3,16}(?:\[(?P<inside>.*)\])?\Z", re.DOTALL)
DUMP = re.compile(r"\{.*\}\Z", re.DOTALL)
NAME_INSIDE = re.compile(r"(?:\A|,)name=([^,\]]+)")
PERSON = re.compile(r"(?P<name>[^<>]+?)\s*<(?P<mail>[^<>@\s]+@[^<>\s]+)>\Z")
PERSON_KEYS = ("accountId", "uniqueName", "name", "key", "emailAddress", "displayName")


class ProgramObject(Exception):
    """A value is the inside of a program, and says nothing to people."""


class Person(Struct, frozen=True):
    """Somebody, by all the names that the system has; `name` is for people."""

    name: str
    names: tuple[str, ...] = ()


class RichText(Struct, frozen=True):
    """Prose in the system's own document format."""

    document: Mapping[str, Any]


class Remark(Struct, frozen=True):
    """A comment: who said it, when, and what."""

    who: str
    on: str
    text: str | RichText


Plain = str | Decimal | Person | RichText | Remark


def plain(raw: Any) -> tuple[Plain, ...]:
    """The values of a field, in their order; () of an empty one. Raises ProgramObject."""
    if raw is None or raw == "":
        return ()
    if isinstance(raw, bool):
        return ("true" if raw else "false",)
    if isinstance(raw, int | Decimal):
        return (Decimal(raw),)
    if isinstance(raw, str):
        return text_value(raw)
    if isinstance(raw, Mapping) and isinstance(raw.get("comments"), list):
        return tuple(remark for each in raw["comments"] for remark in remarks(each))
    if isinstance(raw, list | tuple):
        return tuple(value for each in raw for value in plain(each))
    return (mapping_value(raw),)


def remarks(raw: Any) -> tuple[Remark, ...]:
    """A comment of an answer; () of an empty one."""
    if not isinstance(raw, Mapping):
        return ()
    author, body = raw.get("author"), raw.get("body")
    who = str(author.get("displayName") or "") if isinstance(author, Mapping) else ""
    text = RichText(body) if isinstance(body, Mapping) else str(body or "").strip()
    return (Remark(who, str(raw.get("created") or "")[:10], text),) if text else ()


def remark_of(text: str) -> Remark | None:
    """A comment of a table: day;who;text, where the text may hold more semicolons."""
    day, _, rest = text.partition(";")
    who, mark, said = rest.partition(";")
    return Remark(who.strip(), day.strip(), said.strip()) if mark else None


def text_value(raw: str) -> tuple[Plain, ...]:
    """A text; of an object that a program printed, its name. Raises ProgramObject without one."""
    stripped = raw.strip()
    if not stripped:
        return ()
    found = OBJECT.match(stripped)
    if found is not None:
        name = NAME_INSIDE.search(found["inside"] or "")
        if name is None:
            raise ProgramObject(stripped)
        return (name[1].strip(),)
    if DUMP.match(stripped):
        raise ProgramObject(stripped)
    return (stripped,)


def mapping_value(raw: Mapping[str, Any]) -> Plain:
    """The value of an object of JSON: a document, a person, an option, anything with a name."""
    if raw.get("type") == "doc" and isinstance(raw.get("content"), list):
        return RichText(raw)
    if isinstance(raw.get("displayName"), str):
        names = tuple(str(raw[key]) for key in PERSON_KEYS if raw.get(key))
        return Person(str(raw["displayName"]), names)
    for key in ("value", "name"):
        if isinstance(raw.get(key), str):
            child = raw.get("child")
            inner = child.get("value") if isinstance(child, Mapping) else None
            return f"{raw[key]} - {inner}" if isinstance(inner, str) else str(raw[key])
    raise ProgramObject(", ".join(sorted(map(str, raw))))


def person_of(value: Plain) -> Person:
    """Whom a value names. The address of `Name <address>` is a way to find them, and not shown."""
    if isinstance(value, Person):
        return value
    text = str(value)
    found = PERSON.match(text)
    if found is None:
        return Person(text, (text,))
    return Person(found["name"].strip(), (text, found["mail"], found["name"].strip()))


def as_text(value: Plain) -> str:
    """One value in words, as a sample of it or as the text of a field."""
    if isinstance(value, Person):
        return value.name
    if isinstance(value, Decimal):
        return without_zeros(f"{value:f}")
    if isinstance(value, Remark):
        return value.text if isinstance(value.text, str) else "(a document)"
    return "(a document)" if isinstance(value, RichText) else value
