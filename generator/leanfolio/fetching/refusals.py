"""What the refusal of a tracker means, and what to do about it."""

import json
import re
from http.client import HTTPMessage

from leanfolio.fetching.address import Address
from leanfolio.fetching.fetch_error import FetchError
from leanfolio.output.visible import visible

MOST_WORDS = 300  # characters of what a tracker says
PAGE = re.compile(r"\s*<(?:!doctype|html|head|body|\?xml)", re.IGNORECASE)
CHECK_ADDRESS = "look at the address in --url or in the map"
LOGIN = "see whether the token is right and still valid, and whether it belongs to this site"


def refusal(
    address: Address, target: str, status: int, headers: HTTPMessage, text: str
) -> FetchError:
    """Why an answer cannot be used: its status, what the tracker says, and what to do."""
    where = f"{address.host}{target.partition('?')[0]}"
    said = words_of(text)
    if "AUTHENTICAT" in (headers.get("X-Seraph-LoginReason") or ""):
        hint = "log in once in a browser, where it may ask you to prove that you are a person"
        return FetchError(f"{where}: the login was refused", f"{LOGIN}; {hint}", status=status)
    if status == 401:
        return FetchError(f"{where}: the token is not accepted (401){said}", LOGIN, status=status)
    if status == 403:
        hint = "give the token the right to read issues or work items, or ask who administers it"
        return FetchError(f"{where}: the token may not read that (403){said}", hint, status=status)
    if status == 404:
        hint = "look at the address: is a folder such as the project missing or too much?"
        return FetchError(f"{where}: there is nothing (404){said}", hint, status=status)
    if PAGE.match(text):
        message = f"{where} answers with a web page, as a login gives it, and not with data"
        return FetchError(message, LOGIN, status=status)
    if status in (200, 203):
        message = f"{where} answers with something that is not JSON"
        return FetchError(message, CHECK_ADDRESS, status=status)
    if status == 400:
        message = f"{where}: the query is not understood (400){said}"
        return FetchError(message, "try the query in the tracker first", status=400, is_usage=True)
    hint = "look whether the tracker is well, then run the same command again"
    return FetchError(f"{where} answers {status}{said}", hint, status=status)


def words_of(text: str) -> str:
    """What a tracker says of a refusal, on one line and not too long; empty where nothing."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return ""
    if not isinstance(value, dict):
        return ""
    messages = value.get("errorMessages")
    parts = [each for each in messages if isinstance(each, str)] if messages else []
    if isinstance(value.get("message"), str):
        parts.append(value["message"])
    words = visible(" ".join(" ".join(parts).split()))
    short = words if len(words) <= MOST_WORDS else f"{words[:MOST_WORDS]}..."
    return f": {short}" if short else ""
