"""What there is to know of a body of prose: its links, its headings, its view blocks."""

from dataclasses import dataclass
from typing import Literal

VIEW_WORD = "leanfolio"  # the name of a fenced block that asks for a view
RemarkKind = Literal["brackets", "cut", "cells", "tag"]
LinkKind = Literal["item", "page", "image", "url", "anchor"]


@dataclass(frozen=True, slots=True)
class Link:
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


@dataclass(frozen=True, slots=True)
class Remark:
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


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading: what it says without its markup, and the anchor that leads to it."""

    text: str
    level: int
    line: int
    slug: str


@dataclass(frozen=True, slots=True)
class Block:
    """A view asked for in the middle of prose: the line of the fence, and what stands inside it."""

    line: int
    text: str


@dataclass(frozen=True, slots=True)
class Prose:
    """All that the rest of the program needs to know of a body, each in reading order."""

    links: tuple[Link, ...] = ()
    headings: tuple[Heading, ...] = ()
    blocks: tuple[Block, ...] = ()
    remarks: tuple[Remark, ...] = ()
