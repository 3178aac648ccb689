"""Feeds as Atom (RFC 4287) and as JSON Feed 1.1, and the days as a calendar: the same entries."""

import json
import re
from collections.abc import Callable, Iterator
from datetime import date
from html import escape
from urllib.parse import quote
from uuid import UUID, uuid5

from msgspec import Struct

from leanfolio import __version__
from leanfolio.output.icalendar import calendar_text
from leanfolio.views.built import Built
from leanfolio.views.calendar import events
from leanfolio.views.feeds import Entry, Feed, feeds
from leanfolio.wording import Text

FEEDS = "feeds"  # the folder, and the name of this output
CALENDAR = f"{FEEDS}/calendar.ics"
SPACE = UUID("6f2f3b0e-9c1d-5a6e-8f44-1e0b8f1d7c52")  # of all that leanfolio names; never changed
NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class FeedSettings(Struct, frozen=True):
    """What feeds say of their site. `site_url` ends with a slash, or is ""."""

    site_url: str
    language: str
    text: Callable[[Text], str]


def atom_path(name: str) -> str:
    return f"{FEEDS}/{name}.atom"


def json_path(name: str) -> str:
    return f"{FEEDS}/{name}.json"


def feed_files(built: Built, settings: FeedSettings) -> dict[str, str]:
    """Every feed and the calendar: path below the site's root -> text."""
    policy = built.portfolio.policy
    space = uuid5(SPACE, policy.feed_id or policy.title)
    files = {}
    for feed in feeds(built):
        files[atom_path(feed.name)] = atom_text(feed, built.as_of, space, settings)
        files[json_path(feed.name)] = json_text(feed, space, settings)
    rows = [
        (named(space, event.key), event, settings.text(event.title), address(event.url, settings))
        for event in events(built)
    ]
    files[CALENDAR] = calendar_text(settings.text(policy.title), rows, built.as_of)
    return files


def address(url: str, settings: FeedSettings) -> str:
    """The address of a page; "" where the site states none of its own."""
    return f"{settings.site_url}{quote(url)}" if settings.site_url else ""


def named(space: UUID, key: tuple[str, ...]) -> UUID:
    """The id of what this key names, in this portfolio."""
    return uuid5(space, " ".join(key))


# Atom ------------------------------------------------------------------------------------------


def atom_text(feed: Feed, as_of: date, space: UUID, settings: FeedSettings) -> str:
    """A feed as Atom. Without an address of the site its links start at the feed."""
    own = href(atom_path(feed.name), settings)
    updated = max((entry.on for entry in feed.entries), default=as_of)
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang={quoted(settings.language)}>',
        f"<id>{named(space, ('feed', feed.name)).urn}</id>",
        f"<title>{xml(settings.text(feed.title))}</title>",
        f"<updated>{midnight(updated)}</updated>",
        f"<author><name>{xml(author(feed, settings))}</name></author>",
        f'<generator version="{__version__}">leanfolio</generator>',
        f'<link rel="alternate" type="text/html" href={href(feed.url, settings)}/>',
        f'<link rel="self" type="application/atom+xml" href={own}/>',
        *(line for entry in feed.entries for line in atom_entry(entry, space, settings)),
        "</feed>",
    ]
    return "\n".join(lines) + "\n"


def author(feed: Feed, settings: FeedSettings) -> str:
    """Whom a feed comes from: what it is about, as everybody writes in it."""
    return settings.text(feed.title) or "leanfolio"


def atom_entry(entry: Entry, space: UUID, settings: FeedSettings) -> Iterator[str]:
    yield "<entry>"
    yield f"<id>{named(space, entry.key).urn}</id>"
    yield f"<title>{xml(settings.text(entry.title))}</title>"
    yield f"<updated>{midnight(entry.on)}</updated>"
    yield f'<link rel="alternate" type="text/html" href={href(entry.url, settings)}/>'
    yield f"<summary>{xml(settings.text(entry.summary))}</summary>"
    yield "</entry>"


def href(url: str, settings: FeedSettings) -> str:
    """An address as an attribute; one that is relative starts at the folder of feeds."""
    return quoted(address(url, settings) or f"../{quote(url)}")


def quoted(text: str) -> str:
    """Text as an attribute of XML. `xml.sax.saxutils` would load `urllib.request` and `ssl`."""
    return f'"{escape(text)}"'


def midnight(day: date) -> str:
    """The beginning of a day as RFC 3339 writes it."""
    return f"{day.isoformat()}T00:00:00Z"


def xml(text: str) -> str:
    """Text as XML holds it; characters that it may not hold are left out."""
    return escape(NOT_IN_XML.sub("", text), quote=False)


# JSON Feed -------------------------------------------------------------------------------------


def json_text(feed: Feed, space: UUID, settings: FeedSettings) -> str:
    """A feed as JSON Feed 1.1; addresses are there where the site states its own."""
    home, own = address(feed.url, settings), address(json_path(feed.name), settings)
    answer = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": settings.text(feed.title),
        **({"home_page_url": home, "feed_url": own} if home else {}),
        "language": settings.language,
        "items": [json_item(entry, space, settings) for entry in feed.entries],
    }
    return json.dumps(answer, ensure_ascii=False, indent=1) + "\n"


def json_item(entry: Entry, space: UUID, settings: FeedSettings) -> dict[str, str]:
    url = address(entry.url, settings)
    return {
        "id": named(space, entry.key).urn,
        **({"url": url} if url else {}),
        "title": settings.text(entry.title),
        "content_text": settings.text(entry.summary),
        "date_published": midnight(entry.on),
    }
