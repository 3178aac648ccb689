"""The text of each page as it was last made, for the case that its file cannot be linked.

It is kept under the page's address, so that a newer text replaces it.
"""

import json
from collections.abc import Sequence
from itertools import accumulate, pairwise

from msgspec import Struct

from leanfolio.cache.entry import CacheEntry


class PageText(Struct, frozen=True):
    """A text in pieces between which the stamp of a build is put, and what it was made from."""

    fingerprint: bytes
    pieces: Sequence[str]


def encode(text: PageText) -> bytes:
    """A line with the fingerprint and the length of each piece, and then the pieces."""
    pieces = [piece.encode() for piece in text.pieces]
    head = json.dumps([text.fingerprint.hex(), *map(len, pieces)])
    return b"".join([head.encode(), b"\n", *pieces])


def decode(data: bytes) -> PageText:
    head, _, pieces = data.partition(b"\n")
    fingerprint, *lengths = json.loads(head)
    ends = list(accumulate(lengths))
    if ends[-1:] != [len(pieces)]:
        raise ValueError("these are not all pieces")
    cuts = pairwise([0, *ends])
    return PageText(bytes.fromhex(fingerprint), [pieces[at:end].decode() for at, end in cuts])


PAGE_TEXTS = CacheEntry("page", encode, decode, compressed=True)
