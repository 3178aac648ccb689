"""The prose of pages as HTML: recalled from the store, or rendered."""

import json
from collections.abc import Iterable, Mapping
from functools import cache
from hashlib import sha256
from pathlib import Path

import markdown_it
import mdit_py_plugins
from msgspec.structs import astuple

from leanfolio import __version__, markdown
from leanfolio.cache.entry import CacheEntry
from leanfolio.cache.store import Store
from leanfolio.markdown.render.body import Body, render_body
from leanfolio.markdown.scan import Heading, first_heading
from leanfolio.views.page_spec import PageSpec, ProseSpec


def stored_bodies(store: Store | None, slots: Iterable[PageSpec]) -> dict[str, Body]:
    """The prose of those pages and sections that the store has, by address."""
    texts = (text for slot in slots for text in slot.texts)
    keys = {text.url: body_key(text) for text in texts if has_prose(text)}
    known = BODIES.get_many(store, list(keys.values()))
    return {url: known[key] for url, key in keys.items() if key in known}


def keep_bodies(store: Store | None, slots: Iterable[PageSpec], made: Mapping[str, Body]) -> None:
    """Keep what was rendered for these pages and their sections, by address."""
    texts = (text for slot in slots for text in slot.texts if text.url in made)
    BODIES.put_many(store, {body_key(text): made[text.url] for text in texts})


def has_prose(text: ProseSpec) -> bool:
    return bool(text.body.strip())


def body_of(text: ProseSpec) -> Body:
    """The prose of a page, rendered; a title that its page prints already is left out."""
    return render_body(text.body, drop_title=drops_title(text))


def drops_title(text: ProseSpec) -> bool:
    return first_heading(text.body) == text.heading


# What is kept


@cache
def salt() -> bytes:
    """All that a body's HTML depends on besides its text: versions, and the code itself."""
    versions = (__version__, markdown_it.__version__, mdit_py_plugins.__version__)
    files = [Path(__file__), *sorted(Path(markdown.__file__).parent.rglob("*.py"))]
    code = [file.read_bytes() for file in files]
    return sha256(b"\0".join([repr(versions).encode(), *code])).digest()


def body_key(text: ProseSpec) -> bytes:
    written = text.body.encode("utf-8", "surrogatepass")
    return BODIES.key(salt(), bytes([drops_title(text)]), written)


def encode(body: Body) -> bytes:
    title = astuple(body.title) if body.title else None
    values = [body.html, [*map(astuple, body.headings)], title]
    return json.dumps(values, ensure_ascii=False).encode("utf-8", "surrogatepass")


def decode(data: bytes) -> Body:
    html, headings, title = json.loads(data)
    return Body(html, tuple(Heading(*heading) for heading in headings), title and Heading(*title))


BODIES = CacheEntry("body", encode, decode)
