"""What a comparison of two revisions printed, kept between runs: the same two give the same."""

from leanfolio.cache.digest import digest
from leanfolio.cache.entry import CacheEntry


def encode(text: str) -> bytes:
    data = text.encode("utf-8", "surrogatepass")
    return digest(data) + data


def decode(data: bytes) -> str:
    """The text again. Raises ValueError for anything else than was written."""
    size = len(digest(b""))
    if digest(data[size:]) != data[:size]:
        raise ValueError("this is not what was written")
    return data[size:].decode("utf-8", "surrogatepass")


ANSWERS = CacheEntry("diff", encode, decode, compressed=True)
