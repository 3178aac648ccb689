"""Marks: what stands in a body's HTML for links, images and views, until the site knows them."""

import re
from collections.abc import Callable
from html import escape, unescape

from msgspec import Struct

from leanfolio.markdown.render.writing import code
from leanfolio.markdown.scan import VIEW_WORD, Block, LinkKind, kind_of, target_of

MARK = re.compile(
    r'<a href="leanfolio:(?P<kind>item|page):(?P<link>[^"]*)"(?P<rest>[^>]*)>(?P<words>.*?)</a>'
    r'|<img src="leanfolio:image:(?P<image>[^"]*)" alt="(?P<alt>[^"]*)"(?P<more>[^>]*)>'
    r'|<leanfolio-view data-line="(?P<line>\d+)">(?P<view>[^<]*)</leanfolio-view>',
    re.DOTALL,
)


class Destination(Struct, frozen=True):
    """Where a link leads on the finished site, and what it says if its author gave it no words.

    Without an address it is no link, and shows its title alone: the author's words may tell of what
    the reader is not to know.
    """

    url: str
    title: str = ""


Find = Callable[[LinkKind, str], Destination | None]
Show = Callable[[Block], str | None]


def resolve(html: str, target: Find, blocks: Show | None = None) -> str:
    """A body's HTML with its marks replaced by what the site knows.

    `target` is asked for each link to an item or page and for each image, with the kind and target
    that `prose.scan` gives; what it does not know is shown as dead. `blocks` gives the HTML of a
    view; without it, or without an answer, the view's text is shown as code.
    """
    if "leanfolio" not in html:
        return html

    def known(kind: LinkKind, wanted: str) -> Destination | None:
        # A file may be called `javascript:x`: an address that an author may not write is none.
        result = target(kind, wanted)
        return result if result is not None and kind_of(result.url) else None

    def replaced(mark: re.Match[str]) -> str:
        if mark["kind"]:
            return link(mark, known, resolve(mark["words"], target))
        if mark["line"]:
            return view(mark, blocks)
        return image(mark, known)

    return MARK.sub(replaced, html)


def link(mark: re.Match[str], target: Find, words: str) -> str:
    kind: LinkKind = "item" if mark["kind"] == "item" else "page"
    wanted = wanted_of(mark["link"])
    destination = target(kind, wanted)
    if destination is None:
        return f'<span class="dead">{words or escape(wanted)}</span>'
    if not destination.url:
        return f'<span class="unlinked">{escape(destination.title)}</span>'
    title = words or escape(destination.title or wanted)
    direction = "" if words else ' dir="auto"'
    return f'<a href="{escape(destination.url)}"{mark["rest"]}{direction}>{title}</a>'


def image(mark: re.Match[str], target: Find) -> str:
    wanted = wanted_of(mark["image"])
    destination = target("image", wanted)
    if destination is not None and not destination.url:
        return f'<span class="unlinked">{escape(destination.title)}</span>'
    if destination is None:
        return f'<span class="dead">{mark["alt"] or escape(wanted)}</span>'
    return f'<img src="{escape(destination.url)}" alt="{mark["alt"]}"{mark["more"]}>'


def view(mark: re.Match[str], blocks: Show | None) -> str:
    text = unescape(mark["view"])
    visible = blocks(Block(int(mark["line"]), text)) if blocks is not None else None
    return code(text, VIEW_WORD).removesuffix("\n") if visible is None else visible


def wanted_of(escaped: str) -> str:
    return target_of(unescape(escaped))
