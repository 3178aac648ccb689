"""One body: its HTML, by the dialect that reads and writes it."""

from functools import cache
from html import escape
from typing import Any, cast

from markdown_it import MarkdownIt
from markdown_it.utils import EnvType
from mdit_py_plugins.footnote import footnote_plugin
from msgspec import Struct

from leanfolio.markdown.render import reading
from leanfolio.markdown.render.limits import (
    BODY_LIMIT,
    HTML_FREE,
    HTML_GROWTH,
    HTML_LIMIT,
    NESTING,
    SHOWN,
    OverLimitError,
)
from leanfolio.markdown.render.writing import Renderer
from leanfolio.markdown.scan import Heading, kind_of


class Body(Struct, frozen=True):
    """A body of Markdown as HTML, its marks not yet resolved.

    `headings` have the levels that they have on the page. `title` is the heading that was left out
    because the page shows it already; links to its anchor hold if the page's h1 has its slug.
    """

    html: str
    headings: tuple[Heading, ...] = ()
    title: Heading | None = None


def render_body(text: str, *, drop_title: bool = True) -> Body:
    """A body's HTML. `drop_title` leaves out the first level-1 heading: the page shows it already.

    Never fails and never grows beyond bounds: a text that cannot be laid out is shown as written.
    """
    env: EnvType = {"drop_title": drop_title}
    try:
        html = laid_out(text, env)
    except OverLimitError as limit:
        return as_written(text, str(limit))
    return Body(html, tuple(env["headings"]), env["title"])


def laid_out(text: str, env: EnvType) -> str:
    if len(text) > BODY_LIMIT:
        raise OverLimitError(f"is longer than {BODY_LIMIT:,} characters")
    html = str(dialect().render(text, env))
    if len(html) > min(HTML_LIMIT, HTML_FREE + HTML_GROWTH * len(text)):
        raise OverLimitError("would make too large a page")
    return html


def as_written(text: str, why: str) -> Body:
    cut = " Only its beginning is shown." if len(text) > SHOWN else ""
    return Body(
        f'<p class="note">This text {why}, so it is shown as it was written.{cut}</p>\n'
        f'<pre class="as-written" tabindex="0">{escape(text[:SHOWN])}</pre>\n'
    )


class Dialect(MarkdownIt):
    """markdown-it with our allow-list in place of its list of what is forbidden."""

    def validateLink(self, url: str) -> bool:  # noqa: N802 - markdown-it's name
        return kind_of(url) is not None


@cache
def dialect() -> MarkdownIt:
    """The one reader and writer of this process."""
    options = {
        "html": False,
        "xhtmlOut": False,
        "maxNesting": NESTING,
        "tasklists": True,
        "alerts": True,
        "strikethrough_single_tilde": True,
    }
    made = Dialect("commonmark", options).enable(["table", "strikethrough"])
    footnote_plugin(made, inline=False)
    made.disable(["html_block", "html_inline"])
    made.core.ruler.after("normalize", "leanfolio_comments", reading.drop_comments)
    made.core.ruler.at("inline", reading.read_inline)
    made.core.ruler.after("inline", "leanfolio_headings", reading.settle_headings)
    made.inline.ruler.before("link", "leanfolio_item", reading.item_link)
    made.inline.ruler.before("autolink", "leanfolio_comment", reading.inline_comment)
    made.inline.terminator_re = reading.SPECIAL
    made.block.ruler.before(
        "table", "leanfolio_effort", reading.block_effort, {"alt": reading.ALL_BLOCKS}
    )
    made.helpers = cast(Any, reading.Helpers)
    made.renderer = Renderer()
    return made
