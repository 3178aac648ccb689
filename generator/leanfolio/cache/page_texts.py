"""Pages kept from earlier builds: one whose every input is the same is not rendered again.

A page's key is the digest of all that its template is given, and of the code and templates that
make it. So a build with kept pages gives the same bytes as one without.
"""

import sys
import zlib
from collections.abc import Iterable, Mapping
from hashlib import blake2b
from typing import Any

import babel
import jinja2
import markdown_it

from leanfolio.cache.store import Store

# The libraries that print a page; pages of older ones are not shown.
VERSIONS = (babel.__version__, jinja2.__version__, markdown_it.__version__, sys.version)


def salt_of(*making: Any) -> bytes:
    """What a page rests on besides its inputs: code, templates, the layout engine, libraries."""
    return blake2b(repr((making, VERSIONS)).encode(), digest_size=32).digest()


def key_of(salt: bytes, *inputs: Any) -> bytes:
    """The key of a page with these inputs: frozen values, whose repr tells them whole."""
    return b"page" + blake2b(repr(inputs).encode("utf-8", "surrogatepass"), key=salt).digest()


def recalled(store: Store | None, keys: Iterable[bytes]) -> dict[bytes, str]:
    """The pages that are kept under these keys."""
    if store is None:
        return {}
    found = {}
    for key, value in store.get_many(list(keys)).items():
        try:
            found[key] = zlib.decompress(value).decode()
        except (zlib.error, UnicodeDecodeError):
            continue
    return found


def keep(store: Store | None, pages: Mapping[bytes, str]) -> None:
    """Keep these pages for the next build."""
    if store is not None and pages:
        store.put_many({key: zlib.compress(text.encode(), 1) for key, text in pages.items()})
