"""The sections of a page, for the contents at its top."""

import re
from html import unescape

HEADING = re.compile(r'<h2[^>]*? id="([^"]+)"[^>]*>(.*?)</h2>', re.DOTALL)
SMALL = re.compile(r"<small>.*?</small>", re.DOTALL)
TAG = re.compile(r"<[^>]*>")
FEWEST = 4  # sections of a page that has contents: fewer are found by scrolling


def sections_of(content: str) -> tuple[tuple[str, str], ...]:
    """Return the anchor and the plain words of each section; nothing of a page with few.

    What stands smaller beside a heading is left out.
    """
    found = tuple((match[1], words_of(match[2])) for match in HEADING.finditer(content))
    return found if len(found) >= FEWEST else ()


def words_of(heading: str) -> str:
    """The words of a heading's HTML, without what stands smaller beside them."""
    return " ".join(unescape(TAG.sub("", SMALL.sub("", heading))).split())
