"""A body as a section of a page that holds others: anchors of its own, headings below its title."""

import re
from functools import partial

BELOW = 2  # levels: the page's h1 is above all bodies, the section has an h3
# None of this can be written by an author: in texts and attributes `<`, `>` and `"` are escaped.
# Tags come first, and what is in them then: to look for all of it at each letter takes three times.
TAG = re.compile(r'<(?:/?h[1-6]|[^>]*? (?:href="#|id="|role="))[^>]*>')
PARTS = re.compile(
    r'(?P<heading></?h)(?P<level>[1-6])(?=[ >])|(?P<link> href="#| id=")(?P<anchor>[^"]*)'
    r'|(?P<label> role="(?:region|doc-endnotes)" aria-label=")'
)


def as_section(html: str, name: str, title: str | None = None) -> str:
    """Return a body's HTML for the section of this name, in which its anchors begin `name:`.

    Links to `title`, the anchor of the heading that was left out, lead to the section itself.
    """
    here = partial(replaced, name=name, title=title)
    return TAG.sub(lambda tag: PARTS.sub(here, tag[0]), html)


def replaced(part: re.Match[str], *, name: str, title: str | None) -> str:
    if part["heading"]:
        return f"{part['heading']}{min(int(part['level']) + BELOW, 6)}"
    if part["label"]:
        return f"{part['label']}{name}: "  # regions of one page are called differently
    anchor = name if part["anchor"] == title else f"{name}:{part['anchor']}"
    return f"{part['link']}{anchor}"


def anchor_in(address: str, anchor: str) -> str:
    """Return an address with "#" and an anchor behind it; in a section the section's own."""
    return f"{address}:{anchor[1:]}" if anchor and "#" in address else address + anchor
