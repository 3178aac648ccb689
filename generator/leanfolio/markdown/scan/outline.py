"""What there is to know of a body of prose: its links, its headings, its view blocks."""

from typing import Literal

from msgspec import Struct

VIEW_WORD = "leanfolio"  # the name of a fenced block that asks for a view
RemarkKind = Literal["brackets", "cut", "cells", "tag"]
LinkKind = Literal["item", "page", "image", "url", "anchor"]


class Link(Struct, frozen=True):
    """One link as its author wrote it. Lines and columns count from 1 within the body.

    `target` is an item's id, or the destination with its escapes undone; that of a page, an anchor
    or an image is also freed of percent-encoding (see `target_of`). An image from elsewhere is an
    image too. `length` counts to the end of the link, or of its first line.
    """

    target: str
    line: int
    column: int
    length: int
    kind: LinkKind
    anchor: str = ""  # of a link to an item: the heading, as written: `[[EP-1#done]]`


class Remark(Struct, frozen=True):
    """What a page shows otherwise than its author most likely meant it.

    `brackets`: `[[...]]` that is no link. `cut`: one that the bar of a table's cell cuts in two.
    `cells`: a cell beyond those of the table's header, which is left out. `tag`: HTML, which is
    shown as text. Lines and columns count from 1 within the body.
    """

    kind: RemarkKind
    text: str
    line: int
    column: int
    length: int


class Heading(Struct, frozen=True):
    """A heading: what it says without its markup, and the anchor that leads to it."""

    text: str
    level: int
    line: int
    slug: str


class Block(Struct, frozen=True):
    """A view asked for in the middle of prose: the line of the fence, and what stands inside it."""

    line: int
    text: str


class Prose(Struct, frozen=True):
    """All that the rest of the program needs to know of a body, each in reading order."""

    links: tuple[Link, ...] = ()
    headings: tuple[Heading, ...] = ()
    blocks: tuple[Block, ...] = ()
    remarks: tuple[Remark, ...] = ()
    over_limit: bool = False  # it takes too long to read, and nothing of it is told
