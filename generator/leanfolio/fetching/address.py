"""Whom a fetch asks: the base address of a tracker, safe to send a token to."""

from urllib.parse import quote, urlsplit

from msgspec import Struct

from leanfolio.fetching.fetch_error import FetchError

LOCAL = frozenset(("localhost", "127.0.0.1", "::1"))
PORTS = {"https": 443, "http": 80}


class Address(Struct, frozen=True):
    """A base address: scheme, host and port, and the path below which its interface stands."""

    scheme: str
    host: str
    port: int
    path: str = ""

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if self.port == PORTS[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{host}{port}{self.path}"

    def serves(self, url: str) -> bool:
        """Whether an absolute address has the same scheme, host and port."""
        try:
            other = parts_of(url)
        except ValueError:
            return False
        return other is not None and other[:3] == (self.scheme, self.host, self.port)


def parts_of(url: str) -> tuple[str, str, int, str] | None:
    """Scheme, host, port and path of an absolute address; None of none. Raises ValueError."""
    split = urlsplit(url)
    if split.scheme not in PORTS or not split.hostname:
        return None
    return split.scheme, split.hostname, split.port or PORTS[split.scheme], split.path


def address_of(url: str) -> Address:
    """The base address in a text.

    Raises FetchError where it is none, holds a password or a query, or is not encrypted.
    """
    hint = "write one such as https://example.atlassian.net"
    try:
        split, parts = urlsplit(url), parts_of(url)
    except ValueError:
        raise FetchError("the address of the tracker is none", hint, is_usage=True) from None
    if parts is None or not url.isprintable() or " " in url:
        raise FetchError("the address of the tracker is none", hint, is_usage=True)
    if "@" in split.netloc:
        message = "the address of the tracker holds a name or a password"
        raise FetchError(message, "take it out; tokens come from the environment", is_usage=True)
    if split.query or split.fragment:
        hint = f"write it up to there: {split.scheme}://{split.netloc}{split.path}"
        raise FetchError("the address of the tracker has a query", hint, is_usage=True)
    scheme, host, port, path = parts
    if scheme == "http" and host not in LOCAL:
        message = f"http://{host} is not encrypted: a token would travel in the open"
        raise FetchError(message, f"write https://{host}", is_usage=True)
    return Address(scheme, host, port, quote(path.rstrip("/"), safe="/%"))
