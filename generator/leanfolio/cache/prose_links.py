"""What bodies of prose link to, kept between runs: an edit of one item has one body read anew."""

import json
from collections.abc import Callable, Sequence

from msgspec.structs import astuple

from leanfolio.cache.digest import generator_digest
from leanfolio.cache.entry import CacheEntry
from leanfolio.cache.store import Store
from leanfolio.markdown.scan import Block, Heading, Link, Prose, Remark, scan


def encode(prose: Prose) -> bytes:
    parts = (prose.links, prose.headings, prose.blocks, prose.remarks)
    rows = [[*map(astuple, part)] for part in parts]
    return json.dumps([*rows, prose.over_limit], separators=(",", ":")).encode()


def decode(data: bytes) -> Prose:
    links, headings, blocks, remarks, over_limit = json.loads(data)
    return Prose(
        tuple(Link(*link) for link in links),
        tuple(Heading(*heading) for heading in headings),
        tuple(Block(*block) for block in blocks),
        tuple(Remark(*remark) for remark in remarks),
        over_limit,
    )


PROSE = CacheEntry("prose", encode, decode)


def scanning(store: Store) -> Callable[[Sequence[str]], list[Prose]]:
    """The function that scans bodies, and reads those that it scanned in an earlier run."""

    def scan_all(bodies: Sequence[str]) -> list[Prose]:
        keys = [key_of(body) for body in bodies]
        proses = PROSE.get_many(store, keys)
        fresh = {
            key: scan(body)
            for key, body in dict(zip(keys, bodies, strict=True)).items()
            if key not in proses
        }
        PROSE.put_many(store, fresh)
        proses |= fresh
        return [proses[key] for key in keys]

    return scan_all


def key_of(body: str) -> bytes:
    return PROSE.key(generator_digest(), body.encode("utf-8", "surrogatepass"))
