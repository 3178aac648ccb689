"""What bodies of prose link to, kept between runs: an edit of one item has one body read anew."""

import json
from collections.abc import Callable, Sequence
from dataclasses import astuple
from hashlib import blake2b

from leanfolio.cache.store import Store, making
from leanfolio.markdown.scan import Block, Heading, Link, Prose, Remark, scan


def scanning(store: Store) -> Callable[[Sequence[str]], list[Prose]]:
    """The function that scans bodies, and remembers those that it has seen."""

    def scanned(bodies: Sequence[str]) -> list[Prose]:
        keys = [key_of(each) for each in bodies]
        kept = store.get_many(keys)
        found: dict[bytes, Prose] = {}
        fresh: dict[bytes, bytes] = {}
        for key, body in dict(zip(keys, bodies, strict=True)).items():
            prose = decoded(kept[key]) if key in kept else None
            if prose is None:
                prose = scan(body)
                fresh[key] = encoded(prose)
            found[key] = prose
        if fresh:
            store.put_many(fresh)
        return [found[key] for key in keys]

    return scanned


def key_of(body: str) -> bytes:
    text = body.encode("utf-8", "surrogatepass")
    return b"prose" + blake2b(text, key=making(), digest_size=20).digest()


def encoded(prose: Prose) -> bytes:
    """All that a body holds, in plain lists."""
    return json.dumps(astuple(prose), separators=(",", ":")).encode()


def decoded(kept: bytes) -> Prose | None:
    """The same again; None where it cannot be read."""
    try:
        links, headings, blocks, remarks = json.loads(kept)
        return Prose(
            tuple(Link(*link) for link in links),
            tuple(Heading(*heading) for heading in headings),
            tuple(Block(*block) for block in blocks),
            tuple(Remark(*remark) for remark in remarks),
        )
    except (ValueError, TypeError):
        return None
