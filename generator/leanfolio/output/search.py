"""The index of the search: each page with its id and title, and the words of prose, as a script.

The script sets `window.leanfolio_search` to an object. Its `rows` are lists of text, one per page,
and per section of one that is an item: id, title, kind, address, owner, state, value stream (its
id), tags, how its prose begins; empty ones at the end are left out. Its `words` has each word of
any prose, with the rows that hold it: the steps from row to row, from -1 on, each a number of base
HALF with its lowest digit first, one character per digit. A digit that others follow is written
HALF higher in DIGITS. So a step to a near row, by far the usual one, takes one character.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from operator import sub
from typing import Any
from urllib.parse import quote

from leanfolio.markdown.scan.search_words import prose_start, prose_words, searched_text
from leanfolio.model.portfolio import Portfolio
from leanfolio.output.value_script import value_script
from leanfolio.views.built import Built
from leanfolio.views.facets import stream_of
from leanfolio.views.page_spec import SearchEntry
from leanfolio.views.pages import page_specs
from leanfolio.wording import readable

SEARCH = "search.js"
MOST_SHOWN = 600  # characters of a prose that can be shown around a word that was found,
MOST_SHOWN_IN_ALL = 240_000  # and of all: the index of a large portfolio has to load at once
DIGITS = "".join(map(chr, range(33, 127))).translate(dict.fromkeys(map(ord, '"&<\\')))
HALF = len(DIGITS) // 2


def search_file(built: Built) -> dict[str, str]:
    """The index by its path; a script, as a page opened from disk may not fetch data."""
    return {SEARCH: value_script("leanfolio_search", search_index(built))}


def search_index(built: Built) -> dict[str, Any]:
    """The rows and the words of the index."""
    entries = list(searched(built))
    shown = min(MOST_SHOWN, MOST_SHOWN_IN_ALL // max(len(entries), 1))
    places: defaultdict[str, list[int]] = defaultdict(list)
    rows: list[list[str]] = []
    for at, (url, entry) in enumerate(entries):
        text = searched_text(entry.text)
        for word in prose_words(text):
            places[word].append(at)
        rows.append(search_row(built.portfolio, url, entry, text, shown))
    return {"rows": rows, "words": {word: steps(places[word]) for word in sorted(places)}}


def searched(built: Built) -> Iterator[tuple[str, SearchEntry]]:
    """All that the search leads to, with its address: pages, each before its sections."""
    for spec in page_specs(built):
        if spec.search is not None:
            yield quote(spec.url), spec.search
        for section in spec.sections:
            yield section.url, section.search  # letters of ids need no percent signs


def search_row(
    portfolio: Portfolio, url: str, entry: SearchEntry, text: str, shown: int
) -> list[str]:
    """The fields of a page; empty ones at the end are left out. `text` is its searched prose."""
    title = str(entry.title)
    state = str(readable(entry.state)) if entry.state else ""
    start = prose_start(text, shown + len(title)).removeprefix(title).strip()
    row = [
        str(entry.id), title, entry.kind, url, entry.owner, state,
        stream_of(portfolio, str(entry.id)), " ".join(entry.tags), start,
    ]  # fmt: skip
    while not row[-1]:
        row.pop()
    return row


def steps(rows: Sequence[int]) -> str:
    """The characters of each step from row to row; rows rise."""
    differences = map(sub, rows, (-1, *rows))
    return "".join([DIGITS[step] if step < HALF else in_digits(step) for step in differences])


def in_digits(step: int) -> str:
    """A step in digits, the lowest first, of which the last alone has no other after it."""
    text = ""
    while step >= HALF:
        text += DIGITS[HALF + step % HALF]
        step //= HALF
    return text + DIGITS[step]
