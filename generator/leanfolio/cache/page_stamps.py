"""Where each page of the last site bears the stamp of its build, so that another is put there.

One entry serves a whole site: a new commit changes the stamp of every page, and nothing else.
"""

import json
from collections.abc import Mapping, Sequence

from msgspec import Struct

from leanfolio.cache.digest import digest
from leanfolio.cache.entry import CacheEntry

Places = Sequence[int]  # of each value three: its number, and where it begins and ends, in bytes


class StampedPage(Struct, frozen=True):
    """A file of a page: what the page was made from, its SHA-256, and where it bears the stamp."""

    fingerprint: bytes
    sha256: str
    places: Places


class StampedPages(Struct, frozen=True):
    """The pages of a site, by address, with the digest of the stamp that they bear."""

    stamp: str
    pages: Mapping[str, StampedPage]


def encode(stamped: StampedPages) -> bytes:
    pages = {
        url: [page.fingerprint.hex(), page.sha256, *page.places]
        for url, page in stamped.pages.items()
    }
    data = json.dumps([stamped.stamp, pages], separators=(",", ":")).encode()
    return digest(data) + data


def decode(data: bytes) -> StampedPages:
    """The pages again. Raises ValueError or TypeError for anything else."""
    size = len(digest(b""))
    if digest(data[size:]) != data[:size]:
        raise ValueError("this is not what was written")
    stamp, pages = json.loads(data[size:])
    return StampedPages(
        stamp,
        {
            url: StampedPage(bytes.fromhex(fingerprint), sha256, places)
            for url, (fingerprint, sha256, *places) in pages.items()
        },
    )


STAMPS = CacheEntry("stamps", encode, decode)
