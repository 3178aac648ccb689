"""Turn a body of Markdown into HTML that is safe to publish: the one dialect of the whole site.

CommonMark with tables, strikethrough, task lists, footnotes and alerts, as a git host shows it, and
`[[EP-12]]` or `[[EP-12|in words]]` for a link to an item. Raw HTML is text, comments are dropped,
and a destination is https, http, mailto, relative or `#`, or it is text (see `prose.kind_of`).

A body's HTML depends on its text alone, so that it is rendered once and kept. Links to items and
pages, images and views therefore come out as marks, which `resolve` replaces with what is known.
An author cannot write a mark: its scheme is refused, and `<`, `>` and `"` are always escaped.

    body      one body, by the dialect that reads and writes it
    reading   rules that read: what we add to markdown-it, leave out of it, and count
    writing   rules that write: the HTML of each kind of token
    marks     what stands for links, images and views, and what takes its place
    limits    what a text may take
    section   a body among others on one page
"""

from leanfolio.markdown.render.body import Body, render_body
from leanfolio.markdown.render.marks import Destination, resolve
from leanfolio.markdown.render.section import anchor_in, as_section

__all__ = ["Body", "Destination", "anchor_in", "as_section", "render_body", "resolve"]
