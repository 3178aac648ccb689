"""Anchors for the rows of a page's tables, so that a link can lead to each of them."""

import re
from html import unescape

from leanfolio.markdown.scan import slug

# What is looked at, in the order of the page: headings, which name the tables below them, and rows
# without an anchor whose header tells what they are about.
CELL = r"[^<]*+(?:<(?!/t[dh]>|/?tr\b)[^<]*+)*+"  # up to its end: a cell has no other table in it
HEADING_OR_ROW = re.compile(
    r'<h[1-6][^>]*? id="(?P<heading>[^"]+)"'
    r'|<tr(?P<attributes>(?: (?!id=)[\w-]+="[^"]*")*)>'
    rf"(?=(?:\s*+<td\b{CELL}</td>)*+"
    rf'\s*+<th\b(?P<cell>[^>]* scope="row"[^>]*)>(?P<header>{CELL})</th>)'
)
ITEM = re.compile(r'<span class="id">([^<]+)</span>')
TAG = re.compile(r"<[^>]*>")
ANCHOR = re.compile(r' id="([^"]+)"')
DAY = re.compile(r' data-value="(\d{4}-\d\d-\d\d)"')
MOST = 40  # characters of the words of a row
TOP = "row"  # what the rows above the first heading are named after


def with_row_anchors(page: str) -> str:
    """Return a page whose rows have anchors: that of the heading above, a dot, and the item's id.

    A row that is about no item is named after its words. A row that would have the anchor of an
    earlier one gets a number. A dot keeps anchors of rows apart from those of headings in prose.
    """
    if "<tr" not in page:
        return page
    taken = set(ANCHOR.findall(page))
    heading = TOP

    def anchored(match: re.Match[str]) -> str:
        nonlocal heading
        if match["heading"]:
            heading = match["heading"]
            return match[0]
        anchor = unique(f"{heading}.{name_of(match['cell'], match['header'])}", taken)
        return f'<tr{match["attributes"]} id="{anchor}">'

    return HEADING_OR_ROW.sub(anchored, page)


def name_of(cell: str, header: str) -> str:
    """What a row is called: the id of its item, its day, or its words."""
    if found := ITEM.search(header):
        return found[1].replace(" ", "-")
    if found := DAY.search(cell):
        return found[1]
    words = " ".join(unescape(TAG.sub(" ", header)).split())
    return slug(words, {})[:MOST].strip("-")


def unique(anchor: str, taken: set[str]) -> str:
    """The anchor, or where it is taken the first free one with a number; it is taken then."""
    number, free = 1, anchor
    while free in taken:
        number += 1
        free = f"{anchor}.{number}"
    taken.add(free)
    return free
