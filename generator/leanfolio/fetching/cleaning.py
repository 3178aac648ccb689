"""Answers as they may be kept: without pictures, addresses of people, and what moves by itself.

Of a person the accounts and the name stay, by which a map finds them. A value that is an address of
electronic mail and nothing else keeps what stands before the sign. Prose stays as people wrote it.
"""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

PICTURES = frozenset(
    ("avatarUrls", "avatarUrl", "avatarId", "avatar", "iconUrl", "imageUrl", "thumbnail")
)
ADDRESSES = frozenset(("emailAddress", "mailAddress"))
# What differs from one answer to the next though nobody changed anything.
MOVING = frozenset(("lastViewed", "asOf"))
LEFT_OUT = PICTURES | ADDRESSES | MOVING
OF_PEOPLE = frozenset(
    ("accountId", "accountType", "displayName", "id", "key", "name", "uniqueName")
)
MAIL = re.compile(r"(?P<name>[^@\s<>]+)@[^@\s<>]+\.[^@\s<>]+\Z")
PERSON = re.compile(r"(?P<name>[^<>]*?)\s*<(?P<mail>[^<>@\s]+)@[^<>@\s]+>\Z")
PICTURE = re.compile(r"data:image/[^\"'\s)]+")


def cleaned(value: Any) -> Any:
    """A value of JSON without what is not kept. Raises RecursionError of a deep one."""
    if isinstance(value, str):
        return cleaned_text(value)
    if isinstance(value, list):
        return [cleaned(each) for each in value]
    if not isinstance(value, dict):
        return value
    if is_person(value):
        return cleaned_person(value)
    return {name: cleaned(each) for name, each in value.items() if name not in LEFT_OUT}


def is_person(value: Mapping[str, Any]) -> bool:
    """Whether an object of an answer is somebody."""
    return isinstance(value.get("displayName"), str)


def cleaned_person(value: Mapping[str, Any]) -> dict[str, Any]:
    """Somebody by name and accounts; an account that is an address of mail is left out."""
    kept = {name: each for name, each in value.items() if name in OF_PEOPLE}
    return {
        name: cleaned(each)
        for name, each in kept.items()
        if name in ("displayName", "name") or not isinstance(each, str) or not MAIL.match(each)
    }


def cleaned_text(text: str) -> str:
    """A text without the address of a person, and without pictures that are written out in it."""
    if "@" in text:
        if (person := PERSON.match(text)) is not None:
            text = person["name"] or person["mail"]
        if (mail := MAIL.match(text)) is not None:
            return mail["name"]
    return PICTURE.sub("data:,", text) if "data:image/" in text else text


def as_json(value: Any) -> str:
    """A value of JSON on one line, its names in order: the same value is the same text.

    Raises ValueError for a number that JSON has none for.
    """
    return json.dumps(
        value, sort_keys=True, ensure_ascii=False, allow_nan=False, separators=(",", ":")
    )


def as_bytes(text: str) -> bytes:
    r"""JSON in UTF-8; half a character, of which there are none, as its escape (\ud800)."""
    return text.encode("utf-8", "backslashreplace")


def listing(entries: Iterable[str], before: str = "", after: str = "") -> bytes:
    """A list of JSON with a line for each entry, so that a report can name it by its line."""
    body = ",\n".join(entries)
    return as_bytes(f"{before}[\n{body}\n]{after}\n")
