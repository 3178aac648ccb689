"""One kind of value that is kept between runs: how its key is made, and how it is read back."""

import zlib
from collections.abc import Callable, Collection, Mapping
from hashlib import blake2b
from typing import Generic, Protocol, TypeVar

from msgspec import Struct

from leanfolio.cache.digest import length_prefixed

# What reading raises for bytes that are no such value: damaged, or from another version.
UNREADABLE = (
    ValueError, TypeError, KeyError, IndexError, AttributeError, ArithmeticError, RecursionError,
    zlib.error,
)  # fmt: skip

_V = TypeVar("_V")


class KeyValues(Protocol):
    """Where bytes are kept by key, such as a `Store`."""

    def get_many(self, keys: Collection[bytes]) -> Mapping[bytes, bytes]: ...

    def put_many(self, values: Mapping[bytes, bytes]) -> None: ...


class CacheEntry(Struct, Generic[_V], frozen=True):
    """A kind of value in the cache. `decode` may raise any of UNREADABLE: it is then not there."""

    kind: str  # the beginning of its keys
    encode: Callable[[_V], bytes]
    decode: Callable[[bytes], _V]
    compressed: bool = False

    def key(self, *parts: bytes) -> bytes:
        """The key of a value that was made from these parts, and nothing else."""
        made_from = blake2b(length_prefixed(parts), digest_size=20).digest()
        return b"%b %b" % (self.kind.encode(), made_from)

    def get_many(self, store: KeyValues | None, keys: Collection[bytes]) -> dict[bytes, _V]:
        """The values that are kept under these keys, by key; without a store, none."""
        result: dict[bytes, _V] = {}
        for key, data in store.get_many(keys).items() if store is not None else ():
            try:
                result[key] = self.decode(zlib.decompress(data) if self.compressed else data)
            except UNREADABLE:
                continue
        return result

    def put_many(self, store: KeyValues | None, values: Mapping[bytes, _V]) -> None:
        """Keep these values by key."""
        if store is None or not values:
            return
        encoded = {key: self.encode(value) for key, value in values.items()}
        if self.compressed:
            encoded = {key: zlib.compress(data, 1) for key, data in encoded.items()}
        store.put_many(encoded)
