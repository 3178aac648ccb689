"""Pages kept from earlier builds: one whose every input is the same is not rendered again.

A page's key is the digest of all that its template is given, and of the code and templates that
make it. So a build with kept pages gives the same bytes as one without.
"""

import zlib
from collections.abc import Iterable, Mapping
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Any

from leanfolio.render.store import Store

PACKAGE = Path(__file__).parents[1]


@cache
def making(folders: tuple[Path, ...]) -> bytes:
    """The digest of our code and of all templates in these folders, whatever their version says."""
    found = blake2b(digest_size=16)
    files: list[Path] = sorted(PACKAGE.rglob("*.py"))
    for folder in folders:
        files += sorted(each for each in folder.rglob("*.jinja") if each.is_file())
    for path in files:
        found.update(str(path.name).encode())
        found.update(path.read_bytes())
    return found.digest()


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
