"""What bodies of prose link to, kept between runs: an edit of one item has one body read anew."""

import json
from collections.abc import Callable, Sequence
from dataclasses import astuple

from leanfolio.cache.store import Store, making
from leanfolio.markdown.scan import Block, Heading, Link, Prose, Remark, scan


def encode(prose: Prose) -> bytes:
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
