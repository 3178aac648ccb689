"""The text of each page as it was last made, for the case that its file cannot be linked.

It is kept under the page's address, so that a newer text replaces it.
"""

import json
from collections.abc import Sequence

from msgspec import Struct

from leanfolio.cache.entry import CacheEntry


class PageText(Struct, frozen=True):
    """A text in pieces between which the stamp of a build is put, and what it was made from."""

    fingerprint: bytes
    pieces: Sequence[str]


def encode(text: PageText) -> bytes:
    return json.dumps([text.fingerprint.hex(), *text.pieces], ensure_ascii=False).encode()


def decode(data: bytes) -> PageText:
    fingerprint, *pieces = json.loads(data)
    return PageText(bytes.fromhex(fingerprint), pieces)


PAGE_TEXTS = CacheEntry("page", encode, decode, compressed=True)
