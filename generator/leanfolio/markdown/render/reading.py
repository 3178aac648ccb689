"""Rules that read: what our dialect adds to markdown-it, leaves out of it, and counts."""

import re

from markdown_it.helpers import parseLinkDestination, parseLinkLabel, parseLinkTitle
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from leanfolio.markdown.render.limits import NESTING, PIECE, TOKENS, OverLimitError, spend
from leanfolio.markdown.scan import ITEM_LINK, Heading, label_of, plain, slug, uncommented

# Only these begin something in our dialect; the preset also stops at each hyphen, colon and more.
SPECIAL = re.compile(r"[\n!&*<\[\\\]_`~]")
LONG_RUN = 10_000
ALL_BLOCKS = ["paragraph", "reference", "blockquote", "list"]


class Helpers:
    """markdown-it's readers of links. The one that can be made to run long is counted."""

    parseLinkDestination = staticmethod(parseLinkDestination)  # noqa: N815
    parseLinkTitle = staticmethod(parseLinkTitle)  # noqa: N815

    @staticmethod
    def parseLinkLabel(state: StateInline, start: int, nested: bool = False) -> int:  # noqa: N802
        end = parseLinkLabel(state, start, nested)
        spend(state.env, (end if end >= 0 else state.posMax) - start)
        return end


def block_effort(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Not a block: counts how often the start of one is looked for."""
    spend(state.env, PIECE)
    if len(state.tokens) > TOKENS:
        raise OverLimitError("has too many parts to lay out")
    if state.level >= NESTING - 2:  # what is nested deeper would be lost without a word
        raise OverLimitError("is nested too deeply to lay out")
    return False


def read_inline(state: StateCore) -> None:
    """Read what stands in the blocks; most of it is plain text, which needs no reading."""
    for token in state.tokens:
        if token.type != "inline":
            continue
        if not SPECIAL.search(token.content):
            token.children = [Token("text", "", 0, content=token.content)] if token.content else []
            continue
        if len(token.content) > LONG_RUN:  # too long to be counted only when it is done
            spend(state.env, PIECE * len(SPECIAL.findall(token.content)))
        token.children = []
        state.md.inline.parse(token.content, state.md, state.env, token.children)
        spend(state.env, PIECE * len(token.children))


def drop_comments(state: StateCore) -> None:
    state.src = uncommented(state.src)


def inline_comment(state: StateInline, silent: bool) -> bool:
    """`<!-- ... -->` within a paragraph is nothing."""
    if not state.src.startswith("<!--", state.pos):
        return False
    if state.html_terminator_last("-->") < state.pos + 2:
        return False
    end = state.src.index("-->", state.pos + 2) + 3
    if end > state.posMax:
        return False
    state.pos = end
    return True


def item_link(state: StateInline, silent: bool) -> bool:
    """`[[EP-12]]`, `[[EP-12#heading]]` and `[[EP-12|in words]]`.

    Not where a definition of a link has that name.
    """
    if not state.src.startswith("[[", state.pos):
        return False
    match = ITEM_LINK.match(state.src, state.pos, state.posMax)
    if match is None or label_of(match[1]) in state.env.get("references", {}):
        return False
    if not silent:
        anchor = f"#{slug(match[2], {})}" if match[2] else ""
        state.push("link_open", "a", 1).meta["item"] = match[1] + anchor
        if match[3]:
            state.push("text", "", 0).content = match[3]
        state.push("link_close", "a", -1)
    state.pos = match.end()
    return True


def settle_headings(state: StateCore) -> None:
    """Give headings their anchors and levels, and take the title out; tell tables their heading.

    Levels are the outline's depth under the page's h1, so that none is skipped.
    """
    references = state.env.get("references", {})
    labels = {label: str(reference["href"]) for label, reference in references.items()}
    taken: dict[str, int] = {}
    outline: list[int] = []
    headings: list[Heading] = []
    title: Heading | None = None
    drop: bool = state.env["drop_title"]
    under = ""
    for index, token in enumerate(state.tokens):
        if token.type == "table_open":
            token.meta["heading"] = under
        if token.type != "heading_open":
            continue
        says, level = plain(state.tokens[index + 1].content, labels), int(token.tag[1])
        line, anchor = token.map[0] + 1 if token.map else 1, slug(says, taken)
        under = says
        if drop and level == 1 and title is None:
            title = Heading(says, level, line, anchor)
            state.tokens[index : index + 3] = [Token("leanfolio_title", "", 0)] * 3
            continue
        heading = Heading(says, depth_of(outline, level), line, anchor)
        headings.append(heading)
        token.attrs["id"] = heading.slug
        token.tag = state.tokens[index + 2].tag = f"h{heading.level}"
    state.env.update(headings=headings, title=title)


def depth_of(outline: list[int], level: int) -> int:
    """A heading's level on the page, from its level in the text and the outline above it."""
    while outline and outline[-1] >= level:
        outline.pop()
    outline.append(level)
    return min(1 + len(outline), 6)
