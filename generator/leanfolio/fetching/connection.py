"""One host of a tracker: a request, and its answer as JSON.

The token goes to this host alone. It stands in no message: what an answer says is masked before it
is shown, and an answer that repeats the token is refused.
"""

import base64
import json
import ssl
import zlib
from collections.abc import Callable, Mapping
from http.client import (
    HTTPConnection,
    HTTPException,
    HTTPResponse,
    HTTPSConnection,
    IncompleteRead,
)
from typing import Any, NamedTuple
from urllib.parse import unquote, urljoin, urlsplit
from urllib.request import getproxies, proxy_bypass

from leanfolio import __version__
from leanfolio.fetching.address import LOCAL, Address
from leanfolio.fetching.fetch_error import FetchError
from leanfolio.fetching.refusals import CHECK_ADDRESS, MOST_WORDS, refusal
from leanfolio.fetching.waiting import (
    BUSY,
    MOST_IN_ALL,
    MOST_SECONDS,
    MOST_TRIES,
    seconds_asked,
    seconds_before,
)
from leanfolio.model.source import MEGABYTE
from leanfolio.output.visible import visible

SECONDS = 60  # until a silent host counts as gone
MOST_BYTES = 256 * MEGABYTE  # of one answer
PIECE = MEGABYTE
MOST_REDIRECTS = 3
REDIRECTS = frozenset((301, 302, 303, 307, 308))


class Answer(NamedTuple):
    """What came back: status, headers by their names, and the bytes of the body."""

    status: int
    headers: Any
    body: bytes


class HalfAnswer(Exception):
    """An answer ended before all of it had come."""


class Connection:
    """Requests to one address, one after the other, over one connection that is kept open.

    `authorization` is the header; `secrets` are the texts in it that nobody may see. `say` shows a
    line to whoever waits, and `sleep` waits for seconds.
    """

    def __init__(
        self, address: Address, authorization: str, secrets: tuple[str, ...],
        say: Callable[[str], None], sleep: Callable[[float], None],
    ) -> None:  # fmt: skip
        self.address = address
        self.authorization = authorization
        self.secrets = secret_forms(authorization, secrets)
        self.say = say
        self.sleep = sleep
        self.waited = 0
        self.open: HTTPConnection | None = None

    def ask(self, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """The JSON that a path below the address answers, to a body where one is given.

        Raises FetchError where there is none, with what to do.
        """
        data = None if body is None else json.dumps(body, sort_keys=True).encode()
        target, redirects = f"{self.address.path}{path}", 0
        while True:
            answer = self.patient_answer(target, data)
            if answer.status not in REDIRECTS:
                return self.value_of(answer, target)
            target = self.redirected(answer, target)
            redirects += 1
            if redirects > MOST_REDIRECTS or data is not None:
                raise FetchError(f"{self.address} sends on and on", CHECK_ADDRESS)

    def redirected(self, answer: Answer, target: str) -> str:
        """Where an answer sends on to, on the same host. Raises FetchError for any other."""
        here = str(Address(self.address.scheme, self.address.host, self.address.port))
        url = urljoin(f"{here}{target}", answer.headers.get("Location") or "")
        if not self.address.serves(url):
            host = self.masked(urlsplit(url).netloc.rpartition("@")[2])
            message = f"{self.address} sends on to {host}, which gets no token"
            raise FetchError(message, CHECK_LOGIN, status=answer.status)
        split = urlsplit(url)
        return f"{split.path}?{split.query}" if split.query else split.path

    def patient_answer(self, target: str, data: bytes | None) -> Answer:
        """An answer that is no wish to wait and no fault on the way. Raises FetchError."""
        for attempt in range(MOST_TRIES):
            is_last = attempt == MOST_TRIES - 1
            try:
                answer = self.answer(target, data)
            except ssl.SSLCertVerificationError as error:
                message = f"{self.address.host} cannot prove who it is: {error.verify_message}"
                hint = "SSL_CERT_FILE names the certificates that are trusted"
                raise FetchError(message, hint) from None
            except (OSError, HTTPException, HalfAnswer) as error:
                self.close()
                if is_last:
                    raise FetchError(self.unreachable(error), TRY_AGAIN) from None
                self.wait(seconds_before(attempt), self.unreachable(error))
                continue
            asked = seconds_asked(answer.headers)
            if answer.status not in BUSY:
                if asked and answer.status == 200:
                    self.wait(asked, f"{self.address.host} asks for it")
                return answer
            if is_last:
                break
            why = f"{self.address.host} is busy ({answer.status})"
            self.wait(seconds_before(attempt, asked), why)
        message = f"{self.address.host} is still busy ({answer.status}) after {MOST_TRIES} tries"
        raise FetchError(message, TRY_AGAIN, status=answer.status)

    def wait(self, seconds: int, why: str) -> None:
        """Wait, and say so. Raises FetchError where that would be too long."""
        self.waited += seconds
        if seconds > MOST_SECONDS or self.waited > MOST_IN_ALL:
            message = f"{why}; it would be {seconds} s, and {self.waited} s in all"
            raise FetchError(message, TRY_AGAIN)
        self.say(f"waiting {seconds} s: {why}")
        self.sleep(seconds)

    def unreachable(self, error: Exception) -> str:
        """Why no answer came, in words."""
        if isinstance(error, HalfAnswer | IncompleteRead):
            return f"{self.address.host} broke off in the middle of an answer"
        if isinstance(error, TimeoutError):
            return f"{self.address.host} did not answer within {SECONDS} s"
        reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
        return visible(self.masked(f"{self.address.host} cannot be reached: {reason}"))[:MOST_WORDS]

    def answer(self, target: str, data: bytes | None) -> Answer:
        """Make one request; where the host has closed the connection meanwhile, over a new one.

        Raises OSError, HTTPException and HalfAnswer of what went wrong.
        """
        if self.open is not None:
            try:
                return self.answer_over(self.open, target, data)
            except ConnectionError:
                self.close()
        self.open = connected(self.address)
        return self.answer_over(self.open, target, data)

    def answer_over(self, connection: HTTPConnection, target: str, data: bytes | None) -> Answer:
        """Make one request over a connection."""
        headers = {
            "Accept": "application/json", "Accept-Encoding": "gzip",
            "Authorization": self.authorization, "User-Agent": f"leanfolio/{__version__}",
            "X-Atlassian-Token": "no-check",
        }  # fmt: skip
        if data is not None:
            headers["Content-Type"] = "application/json"
        connection.request("GET" if data is None else "POST", target, data, headers)
        response = connection.getresponse()
        return Answer(response.status, response.headers, body_of(response))

    def value_of(self, answer: Answer, target: str) -> Any:
        """The JSON of an answer. Raises FetchError where it is a refusal, or no JSON."""
        text = answer.body.decode("utf-8", "replace")
        if any(secret in text for secret in self.secrets):
            message = f"{self.address.host} repeats the token in its answer, which is not kept"
            raise FetchError(message, CHECK_ADDRESS, status=answer.status)
        if answer.status != 200:
            raise refusal(self.address, unquote(target), answer.status, answer.headers, text)
        try:
            return json.loads(answer.body)
        except (ValueError, RecursionError):
            raise refusal(self.address, unquote(target), 200, answer.headers, text) from None

    def masked(self, text: str) -> str:
        for secret in self.secrets:
            text = text.replace(secret, "***")
        return text

    def close(self) -> None:
        if self.open is not None:
            self.open.close()
            self.open = None


CHECK_LOGIN = "that is how a login begins: see whether the token is right, and still valid"
TRY_AGAIN = "run the same command again later: it goes on where it stopped"


def secret_forms(authorization: str, secrets: tuple[str, ...]) -> tuple[str, ...]:
    """All texts by which a token could be read: itself, its header, and in base64."""
    forms = {authorization.partition(" ")[2], *secrets}
    forms |= {base64.b64encode(secret.encode()).decode().rstrip("=") for secret in secrets}
    return tuple(sorted((form for form in forms if form), key=len, reverse=True))


def connected(address: Address) -> HTTPConnection:
    """A connection to the host, through the proxy that the environment names for it."""
    if address.scheme == "http":
        return HTTPConnection(address.host, address.port, timeout=SECONDS)
    context = ssl.create_default_context()
    proxy = None
    if address.host not in LOCAL and not proxy_bypass(address.host):
        proxy = getproxies().get("https")
    if not proxy:
        return HTTPSConnection(address.host, address.port, timeout=SECONDS, context=context)
    split = urlsplit(proxy if "//" in proxy else f"//{proxy}")
    through = HTTPSConnection(
        split.hostname or "", split.port or 3128, timeout=SECONDS, context=context
    )
    headers = {}
    if split.username:
        login = f"{unquote(split.username)}:{unquote(split.password or '')}"
        headers["Proxy-Authorization"] = f"Basic {base64.b64encode(login.encode()).decode()}"
    through.set_tunnel(address.host, address.port, headers)
    return through


def body_of(response: HTTPResponse) -> bytes:
    """All bytes of an answer, unpacked. Raises HalfAnswer, FetchError where they are too many."""
    parts, size = [], 0
    while part := response.read(PIECE):
        parts.append(part)
        size += len(part)
        if size > MOST_BYTES:
            raise too_large()
    if response.length:  # of the bytes that were announced, so many did not come
        raise HalfAnswer
    data = b"".join(parts)
    if response.headers.get("Content-Encoding") != "gzip":
        return data
    unpacking = zlib.decompressobj(wbits=31)
    try:
        unpacked = unpacking.decompress(data, MOST_BYTES)
    except zlib.error:
        raise HalfAnswer from None
    if unpacking.unconsumed_tail:
        raise too_large()
    if not unpacking.eof:
        raise HalfAnswer
    return unpacked


def too_large() -> FetchError:
    message = f"an answer is larger than {MOST_BYTES // MEGABYTE} MB"
    return FetchError(message, "let the query find less")
