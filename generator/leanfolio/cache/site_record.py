"""Which site was built from which inputs, kept between runs: the manifest says which files it has.

It is kept with a digest of its own, and one that was altered does not count.
"""

import json

from msgspec import Struct
from msgspec.structs import astuple

from leanfolio.cache.digest import digest
from leanfolio.cache.entry import CacheEntry


class SiteRecord(Struct, frozen=True):
    """A site as it was built: the SHA-256 of its manifest, and what the build said of it."""

    manifest: str
    pages: int
    warnings: int
    beyond_commit: bool  # whether it is of more than the commit that it names


def encode(record: SiteRecord) -> bytes:
    data = json.dumps(astuple(record)).encode()
    return digest(data) + data


def decode(data: bytes) -> SiteRecord:
    """The record again. Raises ValueError or TypeError for anything else than was written."""
    size = len(digest(b""))
    if digest(data[size:]) != data[:size]:
        raise ValueError("this is not what was written")
    return SiteRecord(*json.loads(data[size:]))


SITES = CacheEntry("site", encode, decode)
