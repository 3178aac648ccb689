"""What a page's prose links to and how it is divided, found without rendering it.

`scan` reads a body of Markdown in one pass, fast enough to check ten thousand of them in a second.
It follows CommonMark with tables, task lists, footnotes and alerts, as `render.markdown` does; both
use the functions here for what they must agree on: what a destination is (`kind_of`, `target_of`),
what a heading says (`plain`), what its anchor is called (`slug`), which comments are dropped.

    parts         what there is to know: links, headings, view blocks
    blocks        the body cut into paragraphs, headings, lists, quotes, tables and fences
    marks         the marks with which a line begins one of these
    inline        the links in a run of text
    destination   what a link may lead to, and what its escapes say
    headings      what a heading says, and its anchor
    comments      comments that nobody sees

Inside code, comments and escaped brackets there are no links; nor inside the words of an image, as
they are never shown as one. Known differences from the page that markdown-it makes, none of which
hides a dead link in well-formed text:

- links and headings in a footnote that nothing refers to are reported here, and not rendered;
- a footnote's mark, `[^1]`, in a link's words makes markdown-it give up the link, and is text here;
- what follows a definition of a link on the next line is never code here, nor does it end a list;
- `[words][[EP-1]]`, where `words` is a definition, is two links here, and the second one there;
- a task's box followed by more than one blank may still be followed by a heading or fence here;
- containers are read 50 deep here, and 25 to 50 there;
- emphasis in a heading is stripped pair by pair, without CommonMark's "multiple of three" rule;
- in a table's cell, a column after an escaped `\\|` is one too small.
"""

import re

from leanfolio.markdown.scan.blocks import Reader
from leanfolio.markdown.scan.comments import uncommented
from leanfolio.markdown.scan.destination import SCHEMES, kind_of, label_of, target_of
from leanfolio.markdown.scan.headings import SLUG_LENGTH, plain, slug
from leanfolio.markdown.scan.inline import ITEM_LINK, links_of
from leanfolio.markdown.scan.outline import VIEW_WORD, Block, Heading, Link, LinkKind, Prose, Remark

__all__ = [
    "ITEM_LINK", "SCHEMES", "SLUG_LENGTH", "VIEW_WORD", "Block", "Heading", "Link", "LinkKind",
    "Prose", "Remark", "first_heading", "kind_of", "label_of", "plain", "scan", "slug", "target_of",
    "uncommented",
]  # fmt: skip

# The usual case, by far: the first line is a title without markup.
OPENS_WITH_TITLE = re.compile(r"\s*^# +((?:[^\W_]|[ ,.;:?()'’/–-])*[^\W_])\r?$", re.MULTILINE)


def scan(text: str) -> Prose:
    """The links, headings and view blocks of a body of Markdown."""
    reader = Reader(text)
    reader.read()
    taken: dict[str, int] = {}
    headings = [
        Heading(says := plain(text, reader.labels), level, line, slug(says, taken))
        for line, level, text in reader.headings
    ]
    links, remarks = links_of(reader)
    return Prose(tuple(links), tuple(headings), tuple(reader.blocks), tuple(remarks))


def first_heading(text: str) -> str | None:
    """The title that a body gives itself: its first level-1 heading, without markup."""
    if (plainly := OPENS_WITH_TITLE.match(text)) is not None:
        return " ".join(plainly[1].split())
    reader = Reader(text)
    reader.read()
    titles = (plain(words, reader.labels) for _, level, words in reader.headings if level == 1)
    return next(titles, None)
