"""The prose of pages as HTML: recalled from the store, or rendered."""

import json
from collections.abc import Iterable, Mapping
from functools import cache
from hashlib import sha256
from pathlib import Path

import markdown_it
import mdit_py_plugins

from leanfolio import __version__, markdown
from leanfolio.cache.entry import CacheEntry, field_rows
from leanfolio.cache.store import Store
from leanfolio.markdown.render.body import Body, render_body
from leanfolio.markdown.scan import Heading, first_heading
from leanfolio.views.page_spec import PageSpec


def stored_bodies(store: Store | None, slots: Iterable[PageSpec]) -> dict[str, Body]:
    """The prose of those pages that the store has, by address."""
    keys = {slot.url: body_key(slot) for slot in slots if has_prose(slot)}
    known = BODIES.get_many(store, list(keys.values()))
    return {url: known[key] for url, key in keys.items() if key in known}


def keep_bodies(store: Store | None, slots: Iterable[PageSpec], made: Mapping[str, Body]) -> None:
    """Keep what was rendered for these pages, by address."""
    keys = {slot.url: slot for slot in slots}
    BODIES.put_many(store, {body_key(keys[url]): body for url, body in made.items()})


def has_prose(slot: PageSpec) -> bool:
    return bool(slot.body.strip())


def body_of(slot: PageSpec) -> Body:
    """The prose of a page, rendered; a title that its page prints already is left out."""
    return render_body(slot.body, drop_title=drops_title(slot))


def drops_title(slot: PageSpec) -> bool:
    return first_heading(slot.body) == slot.heading


# What is kept


@cache
def salt() -> bytes:
    """All that a body's HTML depends on besides its text: versions, and the code itself."""
    versions = (__version__, markdown_it.__version__, mdit_py_plugins.__version__)
    files = [Path(__file__), *sorted(Path(markdown.__file__).parent.rglob("*.py"))]
    code = [file.read_bytes() for file in files]
    return sha256(b"\0".join([repr(versions).encode(), *code])).digest()


def body_key(slot: PageSpec) -> bytes:
    text = slot.body.encode("utf-8", "surrogatepass")
    return BODIES.key(salt(), bytes([drops_title(slot)]), text)


def encode(body: Body) -> bytes:
    title = field_rows([body.title])[0] if body.title else None
    values = [body.html, field_rows(body.headings), title]
    return json.dumps(values, ensure_ascii=False).encode("utf-8", "surrogatepass")


def decode(data: bytes) -> Body:
    html, headings, title = json.loads(data)
    return Body(html, tuple(Heading(*heading) for heading in headings), title and Heading(*title))


BODIES = CacheEntry("body", encode, decode)
