"""Turn a body of Markdown into HTML that is safe to publish: the one dialect of the whole site.

CommonMark with tables, strikethrough, task lists, footnotes and alerts, as a git host shows it, and
`[[EP-12]]` or `[[EP-12|in words]]` for a link to an item. Raw HTML is text, comments are dropped,
and a destination is https, http, mailto, relative or `#`, or it is text (see `prose.kind_of`).

A body's HTML depends on its text alone, so that it is rendered once and kept. Links to items and
pages, images and views therefore come out as marks, which `resolve` replaces with what is known.
An author cannot write a mark: its scheme is refused, and `<`, `>` and `"` are always escaped.
"""

import json
import multiprocessing
import re
import sys
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import BrokenExecutor, Future, ProcessPoolExecutor
from dataclasses import astuple, dataclass, replace
from functools import cache
from hashlib import sha256
from html import escape, unescape
from pathlib import Path
from typing import Any, cast

import markdown_it
import mdit_py_plugins
from markdown_it import MarkdownIt
from markdown_it.helpers import parseLinkDestination, parseLinkLabel, parseLinkTitle
from markdown_it.renderer import RendererHTML
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from mdit_py_plugins.footnote import footnote_plugin

from leanfolio import __version__, prose
from leanfolio.prose import Block, Heading, LinkKind, kind_of, plain, slug, target_of
from leanfolio.store import Store

# What a text may take. All are counted, none is timed, so that all machines agree.
BODY_LIMIT = 512 * 1024  # characters
HTML_LIMIT = 1024 * 1024
HTML_GROWTH = 10  # times the size of a body, beyond HTML_FREE; real pages stay under 3
HTML_FREE = 64 * 1024
SHOWN = 256 * 1024  # characters of a text that is shown as it was written
NESTING = 50  # levels; a list in a list is two
TOKENS = 100_000  # blocks and cells, roughly: a real page of BODY_LIMIT has 20,000
EFFORT = 12_000_000  # steps of about 0.1 us; a real page of BODY_LIMIT takes a third of that
PIECE = 100  # steps that it takes to look for the start of a block, or to read a mark in a line


@dataclass(frozen=True, slots=True)
class Body:
    """A body of Markdown as HTML, its marks not yet resolved.

    `headings` have the levels that they have on the page. `title` is the heading that was left out
    because the page shows it already; links to its anchor hold if the page's h1 has its slug.
    """

    html: str
    headings: tuple[Heading, ...] = ()
    title: Heading | None = None


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a link leads on the finished site, and what it says if its author gave it no words.

    Without an address it is no link, but its words or its title: what may be named and not shown.
    """

    url: str
    title: str = ""


# One body


def render_body(text: str, *, drop_title: bool = True) -> Body:
    """A body's HTML. `drop_title` leaves out the first level-1 heading: the page shows it already.

    Never fails and never grows beyond bounds: a text that cannot be laid out is shown as written.
    """
    env: EnvType = {"drop_title": drop_title}
    try:
        html = _laid_out(text, env)
    except _OverLimitError as limit:
        return _as_written(text, str(limit))
    return Body(html, tuple(env["headings"]), env["title"])


def _laid_out(text: str, env: EnvType) -> str:
    if len(text) > BODY_LIMIT:
        raise _OverLimitError(f"is longer than {BODY_LIMIT:,} characters")
    html = str(_dialect().render(text, env))
    if len(html) > min(HTML_LIMIT, HTML_FREE + HTML_GROWTH * len(text)):
        raise _OverLimitError("would make too large a page")
    return html


class _OverLimitError(Exception):
    """A text is too large to lay out, or made to keep a reader of Markdown busy."""


def _spend(env: EnvType, steps: int) -> None:
    env["effort"] = spent = env.get("effort", 0) + steps
    if spent > EFFORT:
        raise _OverLimitError("takes too long to lay out")


def _as_written(text: str, why: str) -> Body:
    cut = " Only its beginning is shown." if len(text) > SHOWN else ""
    return Body(
        f'<p class="note">This text {why}, so it is shown as it was written.{cut}</p>\n'
        f'<pre class="as-written" tabindex="0">{escape(text[:SHOWN])}</pre>\n'
    )


class _Dialect(MarkdownIt):
    """markdown-it with our allow-list in place of its list of what is forbidden."""

    def validateLink(self, url: str) -> bool:  # noqa: N802 - markdown-it's name
        return kind_of(url) is not None


@cache
def _dialect() -> MarkdownIt:
    options = {
        "html": False,
        "xhtmlOut": False,
        "maxNesting": NESTING,
        "tasklists": True,
        "alerts": True,
        "strikethrough_single_tilde": True,
    }
    dialect = _Dialect("commonmark", options).enable(["table", "strikethrough"])
    footnote_plugin(dialect, inline=False)
    dialect.disable(["html_block", "html_inline"])
    dialect.core.ruler.after("normalize", "leanfolio_comments", _drop_comments)
    dialect.core.ruler.at("inline", _read_inline)
    dialect.core.ruler.after("inline", "leanfolio_headings", _settle_headings)
    dialect.inline.ruler.before("link", "leanfolio_item", _item_link)
    dialect.inline.ruler.before("autolink", "leanfolio_comment", _inline_comment)
    dialect.inline.terminator_re = _SPECIAL
    dialect.block.ruler.before("table", "leanfolio_effort", _block_effort, {"alt": _ALL_BLOCKS})
    dialect.helpers = cast(Any, _Helpers)
    dialect.renderer = _Renderer()
    return dialect


# Rules that read


# Only these begin something in our dialect; the preset also stops at each hyphen, colon and more.
_SPECIAL = re.compile(r"[\n!&*<\[\\\]_`~]")
LONG_RUN = 10_000
_ALL_BLOCKS = ["paragraph", "reference", "blockquote", "list"]


class _Helpers:
    """markdown-it's readers of links. The one that can be made to run long is counted."""

    parseLinkDestination = staticmethod(parseLinkDestination)  # noqa: N815
    parseLinkTitle = staticmethod(parseLinkTitle)  # noqa: N815

    @staticmethod
    def parseLinkLabel(state: StateInline, start: int, nested: bool = False) -> int:  # noqa: N802
        end = parseLinkLabel(state, start, nested)
        _spend(state.env, (end if end >= 0 else state.posMax) - start)
        return end


def _block_effort(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Not a block: counts how often the start of one is looked for."""
    _spend(state.env, PIECE)
    if len(state.tokens) > TOKENS:
        raise _OverLimitError("has too many parts to lay out")
    if state.level >= NESTING - 2:  # what is nested deeper would be lost without a word
        raise _OverLimitError("is nested too deeply to lay out")
    return False


def _read_inline(state: StateCore) -> None:
    """Read what stands in the blocks; most of it is plain text, which needs no reading."""
    for token in state.tokens:
        if token.type != "inline":
            continue
        if not _SPECIAL.search(token.content):
            token.children = [Token("text", "", 0, content=token.content)] if token.content else []
            continue
        if len(token.content) > LONG_RUN:  # too long to be counted only when it is done
            _spend(state.env, PIECE * len(_SPECIAL.findall(token.content)))
        token.children = []
        state.md.inline.parse(token.content, state.md, state.env, token.children)
        _spend(state.env, PIECE * len(token.children))


def _drop_comments(state: StateCore) -> None:
    state.src = prose.uncommented(state.src)


def _inline_comment(state: StateInline, silent: bool) -> bool:
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


def _item_link(state: StateInline, silent: bool) -> bool:
    """`[[EP-12]]` and `[[EP-12|in words]]`, unless a definition of a link has that name."""
    if not state.src.startswith("[[", state.pos):
        return False
    found = prose.ITEM_LINK.match(state.src, state.pos, state.posMax)
    if found is None or prose.label_of(found[1]) in state.env.get("references", {}):
        return False
    if not silent:
        state.push("link_open", "a", 1).meta["item"] = found[1]
        if found[2]:
            state.push("text", "", 0).content = found[2]
        state.push("link_close", "a", -1)
    state.pos = found.end()
    return True


def _settle_headings(state: StateCore) -> None:
    """Give headings their anchors and levels, and take the title out.

    Levels are the outline's depth under the page's h1, so that none is skipped.
    """
    references = state.env.get("references", {})
    labels = {label: str(reference["href"]) for label, reference in references.items()}
    taken: dict[str, int] = {}
    outline: list[int] = []
    headings: list[Heading] = []
    title: Heading | None = None
    drop: bool = state.env["drop_title"]
    for index, token in enumerate(state.tokens):
        if token.type != "heading_open":
            continue
        says, level = plain(state.tokens[index + 1].content, labels), int(token.tag[1])
        heading = Heading(says, level, token.map[0] + 1 if token.map else 1, slug(says, taken))
        if drop and level == 1 and title is None:
            title = heading
            state.tokens[index : index + 3] = [Token("leanfolio_title", "", 0)] * 3
            continue
        heading = replace(heading, level=_depth(outline, level))
        headings.append(heading)
        token.attrs["id"] = heading.slug
        token.tag = state.tokens[index + 2].tag = f"h{heading.level}"
    state.env.update(headings=headings, title=title)


def _depth(outline: list[int], level: int) -> int:
    """A heading's level on the page, from its level in the text and the outline above it."""
    while outline and outline[-1] >= level:
        outline.pop()
    outline.append(level)
    return min(1 + len(outline), 6)


# Rules that write


Tokens = Sequence[Token]
_CLASSES = {"text-align:right": ' class="num"', "text-align:center": ' class="centre"'}


class _Renderer(RendererHTML):
    """Writes each kind of token: a method's name is the kind. The others are markdown-it's own."""

    def leanfolio_title(self, tokens: Tokens, idx: int, options: OptionsDict, env: EnvType) -> str:
        return ""

    # Links and images. A link within a link (an URL in its words) is only its words.

    def link_open(self, tokens: Tokens, idx: int, options: OptionsDict, env: EnvType) -> str:
        env["links"] = env.get("links", 0) + 1
        if env["links"] > 1:
            return ""
        token = tokens[idx]
        title = _attribute("title", token.attrs.get("title"))
        if "item" in token.meta:
            return f'<a href="leanfolio:item:{escape(token.meta["item"])}">'
        href = str(token.attrs["href"])
        kind = kind_of(href)
        if kind == "page":
            return f'<a href="leanfolio:page:{escape(href)}"{title}>'
        words = escape(href) if tokens[idx + 1].type == "link_close" else ""
        opening = _outward(href, title) if kind == "url" else f'<a href="{escape(href)}"{title}>'
        return opening + words

    def link_close(self, tokens: Tokens, idx: int, options: OptionsDict, env: EnvType) -> str:
        env["links"] -= 1
        return "" if env["links"] else "</a>"

    def image(self, tokens: Tokens, idx: int, options: OptionsDict, env: EnvType) -> str:
        """An image of ours. One from elsewhere is a link: nobody there learns who reads this."""
        token = tokens[idx]
        source = str(token.attrs["src"])
        alt = escape(" ".join(self.renderInlineAsText(token.children, options, env).split()))
        if kind_of(source) != "url":
            title = _attribute("title", token.attrs.get("title"))
            return f'<img src="leanfolio:image:{escape(source)}" alt="{alt}" loading="lazy"{title}>'
        words = alt or escape(source)
        if env.get("links"):
            return words
        return f"{_outward(source)}{words}</a>"

    # Code and views

    def fence(self, tokens: Tokens, idx: int, options: OptionsDict, env: EnvType) -> str:
        token = tokens[idx]
        words = unescape(token.info).split(maxsplit=1)
        if words and words[0] == prose.VIEW_WORD:
            line = token.map[0] + 1 if token.map else 1
            text = escape(token.content.rstrip())
            return f'<leanfolio-view data-line="{line}">{text}</leanfolio-view>\n'
        return _code(token.content, words[0] if words else "")

    def code_block(self, tokens: Tokens, idx: int, options: OptionsDict, env: EnvType) -> str:
        return _code(tokens[idx].content)

    # Tables: one that is too wide is scrolled, by keyboard too

    def table_open(self, tokens: Tokens, idx: int, options: OptionsDict, env: EnvType) -> str:
        number = env["tables"] = env.get("tables", 0) + 1
        label = f"Table {number}" if number > 1 else "Table"
        return f'<div class="scroll" tabindex="0" role="region" aria-label="{label}">\n<table>\n'

    def table_close(self, tokens: Tokens, idx: int, options: OptionsDict, env: EnvType) -> str:
        return "</table>\n</div>\n"

    def th_open(self, tokens: Tokens, idx: int, options: OptionsDict, env: EnvType) -> str:
        aligned = _CLASSES.get(str(tokens[idx].attrs.get("style")), "")
        return f'<th scope="col"{aligned}>' if tokens[idx + 1].content else f"<td{aligned}>"

    def th_close(self, tokens: Tokens, idx: int, options: OptionsDict, env: EnvType) -> str:
        return "</th>\n" if tokens[idx - 1].content else "</td>\n"  # an empty corner heads nothing

    def td_open(self, tokens: Tokens, idx: int, options: OptionsDict, env: EnvType) -> str:
        return f"<td{_CLASSES.get(str(tokens[idx].attrs.get('style')), '')}>"

    # Task lists

    def list_item_open(self, tokens: Tokens, idx: int, options: OptionsDict, env: EnvType) -> str:
        opened = self.renderToken(tokens, idx, options, env)
        match tokens[idx].meta.get("checked"):
            case True:
                return opened + '<span class="task" role="img" aria-label="Done">☑</span> '
            case False:
                return opened + '<span class="task" role="img" aria-label="To do">☐</span> '
        return opened

    # Footnotes. Their ids hold a colon, which no heading's has.

    def footnote_ref(self, tokens: Tokens, idx: int, options: OptionsDict, env: EnvType) -> str:
        number, mark = _footnote(tokens[idx])
        return (
            f'<sup class="footnote-ref"><a href="#fn:{number}" id="fnref:{mark}"'
            f' role="doc-noteref">[{number}]</a></sup>'
        )

    def footnote_block_open(
        self, tokens: Tokens, idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        return (
            '<section class="footnotes" role="doc-endnotes" aria-label="Footnotes">\n'
            '<ol class="footnotes-list">\n'
        )

    def footnote_block_close(
        self, tokens: Tokens, idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        return "</ol>\n</section>\n"

    def footnote_open(self, tokens: Tokens, idx: int, options: OptionsDict, env: EnvType) -> str:
        return f'<li id="fn:{_footnote(tokens[idx])[0]}" class="footnote-item">'

    def footnote_close(self, tokens: Tokens, idx: int, options: OptionsDict, env: EnvType) -> str:
        return "</li>\n"

    def footnote_anchor(self, tokens: Tokens, idx: int, options: OptionsDict, env: EnvType) -> str:
        _, mark = _footnote(tokens[idx])
        return (
            f' <a href="#fnref:{mark}" class="footnote-backref" role="doc-backlink"'
            f' aria-label="Back to reference {mark.replace(":", ", ")}">↩\ufe0e</a>'
        )


def _attribute(name: str, value: object) -> str:
    return f' {name}="{escape(str(value))}"' if value else ""


def _outward(href: str, title: str = "") -> str:
    scheme, colon, rest = href.partition(":")
    href = escape(scheme.lower() + colon + rest)
    return f'<a class="external" rel="noreferrer" href="{href}"{title}>'


def _code(content: str, language: str = "") -> str:
    marked = f' class="language-{escape(language)}"' if language else ""
    return f'<pre tabindex="0"><code{marked}>{escape(content)}</code></pre>\n'


def _footnote(token: Token) -> tuple[int, str]:
    """A footnote's number, and the name of one reference to it: `3`, then `3:1`."""
    number, again = token.meta["id"] + 1, token.meta.get("subId", 0)
    return number, f"{number}:{again}" if again else f"{number}"


# Marks


_MARK = re.compile(
    r'<a href="leanfolio:(?P<kind>item|page):(?P<link>[^"]*)"(?P<rest>[^>]*)>(?P<words>.*?)</a>'
    r'|<img src="leanfolio:image:(?P<image>[^"]*)" alt="(?P<alt>[^"]*)"(?P<more>[^>]*)>'
    r'|<leanfolio-view data-line="(?P<line>\d+)">(?P<view>[^<]*)</leanfolio-view>',
    re.DOTALL,
)
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
        found = target(kind, wanted)
        return found if found is not None and kind_of(found.url) else None

    def replaced(mark: re.Match[str]) -> str:
        if mark["kind"]:
            return _link(mark, known, resolve(mark["words"], target))
        if mark["line"]:
            return _view(mark, blocks)
        return _image(mark, known)

    return _MARK.sub(replaced, html)


def _link(mark: re.Match[str], target: Find, words: str) -> str:
    kind: LinkKind = "item" if mark["kind"] == "item" else "page"
    wanted = _wanted(mark["link"])
    destination = target(kind, wanted)
    if destination is None:
        return f'<span class="dead">{words or escape(wanted)}</span>'
    title = words or escape(destination.title or wanted)
    if not destination.url:
        return f'<span class="unlinked">{title}</span>'
    direction = "" if words else ' dir="auto"'
    return f'<a href="{escape(destination.url)}"{mark["rest"]}{direction}>{title}</a>'


def _image(mark: re.Match[str], target: Find) -> str:
    wanted = _wanted(mark["image"])
    destination = target("image", wanted)
    if destination is None or not destination.url:
        return f'<span class="dead">{mark["alt"] or escape(wanted)}</span>'
    return f'<img src="{escape(destination.url)}" alt="{mark["alt"]}"{mark["more"]}>'


def _view(mark: re.Match[str], blocks: Show | None) -> str:
    text = unescape(mark["view"])
    shown = blocks(Block(int(mark["line"]), text)) if blocks is not None else None
    return _code(text, prose.VIEW_WORD).removesuffix("\n") if shown is None else shown


def _wanted(escaped: str) -> str:
    return target_of(unescape(escaped))


# Many bodies


POOL_FROM = 150  # bodies to render, below which starting processes costs more than it saves
CHUNK = 50


def render_bodies(
    texts: Sequence[str],
    store: Store | None,
    workers: int,
    drop_title: bool | Sequence[bool] = True,
) -> list[Body]:
    """The bodies of many texts, in their order: from the store, or rendered by so many processes.

    The same bytes for any number of workers, and whether they come from the store or not.
    """
    return begin_bodies(texts, store, workers, drop_title).bodies()


def begin_bodies(
    texts: Sequence[str],
    store: Store | None,
    workers: int,
    drop_title: bool | Sequence[bool] = True,
) -> "Begun":
    """Start to render; what asks for the bodies later may do something else in the meantime."""
    drops = [drop_title] * len(texts) if isinstance(drop_title, bool) else drop_title
    keys = [_key(text, drop) for text, drop in zip(texts, drops, strict=True)]
    wanted = dict(zip(keys, zip(texts, drops, strict=True), strict=True))
    known = _known(store, list(wanted))
    missing = {key: job for key, job in wanted.items() if key not in known}
    jobs = list(missing.values())
    chunks = [jobs[start : start + CHUNK] for start in range(0, len(jobs), CHUNK)]
    pool, futures = _started(chunks, workers) if len(jobs) > POOL_FROM else (None, [])
    return Begun(keys, known, list(missing), chunks, store, pool, futures)


_Job = tuple[str, bool]


@dataclass(slots=True)
class Begun:
    """Bodies that are being rendered."""

    keys: list[bytes]
    known: dict[bytes, Body]
    missing: list[bytes]
    chunks: list[list[_Job]]
    store: Store | None
    pool: ProcessPoolExecutor | None
    futures: list[Future[list[Body]]]

    def bodies(self) -> list[Body]:
        """All of them, in the order of their texts; waits for what is not ready yet."""
        made = dict(zip(self.missing, self._made(), strict=True))
        if self.store is not None and made:
            self.store.put_many({key: _encoded(body) for key, body in made.items()})
        known = {**self.known, **made}
        return [known[key] for key in self.keys]

    def _made(self) -> list[Body]:
        done: list[list[Body]] = []
        try:
            done.extend(future.result() for future in self.futures)
        except (BrokenExecutor, ImportError, OSError):
            pass  # no processes to be had here: the rest is rendered in this one
        finally:
            if self.pool is not None:
                self.pool.shutdown(cancel_futures=True)
        done.extend(map(_render_chunk, self.chunks[len(done) :]))
        return [body for chunk in done for body in chunk]


def _started(
    chunks: list[list[_Job]], workers: int
) -> tuple[ProcessPoolExecutor | None, list[Future[list[Body]]]]:
    if workers < 2:
        return None, []
    try:
        context = multiprocessing.get_context(_start_method())
        pool = ProcessPoolExecutor(min(workers, len(chunks)), mp_context=context)
        return pool, [pool.submit(_render_chunk, chunk) for chunk in chunks]
    except (BrokenExecutor, ImportError, OSError):
        return None, []


def _start_method() -> str:
    """Forking is fastest, and safe only where nothing else runs in this process."""
    tasks = Path("/proc/self/task")
    if sys.platform == "linux" and threading.active_count() == 1 and tasks.is_dir():
        if len(list(tasks.iterdir())) == 1:
            return "fork"
    return "spawn" if sys.platform == "win32" else "forkserver"


def _render_chunk(jobs: list[_Job]) -> list[Body]:
    return [render_body(text, drop_title=drop) for text, drop in jobs]


# What is kept


@cache
def _salt() -> bytes:
    """All that a body's HTML depends on besides its text: versions, and the code itself."""
    versions = (__version__, markdown_it.__version__, mdit_py_plugins.__version__)
    files = [Path(__file__), *sorted(Path(prose.__file__).parent.glob("*.py"))]
    code = [each.read_bytes() for each in files if each.is_file()]
    return sha256(b"\0".join([repr(versions).encode(), *code])).digest()


def _key(text: str, drop_title: bool) -> bytes:
    return sha256(_salt() + bytes([drop_title]) + text.encode("utf-8", "surrogatepass")).digest()


def _known(store: Store | None, keys: list[bytes]) -> dict[bytes, Body]:
    if store is None:
        return {}
    read = {key: _decoded(value) for key, value in store.get_many(keys).items()}
    return {key: body for key, body in read.items() if body is not None}


def _encoded(body: Body) -> bytes:
    return json.dumps(astuple(body), ensure_ascii=False).encode("utf-8", "surrogatepass")


def _decoded(value: bytes) -> Body | None:
    """A body as it was kept; None if that is not what this is."""
    try:
        html, headings, title = json.loads(value)
        return Body(html, tuple(Heading(*each) for each in headings), title and Heading(*title))
    except (ValueError, TypeError):
        return None
