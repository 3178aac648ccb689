"""Prose of other systems becomes Markdown: wiki markup, document format, HTML.

nodes      what prose is made of, and how it is written as Markdown
document   Jira's document format (ADF)
wiki       Jira's wiki markup
html       HTML, as Azure DevOps holds it

Each reader makes nodes; only `nodes` writes Markdown, so that every text is escaped in one place.
What a reader does not know becomes its text, and is counted. Remote pictures become links.
"""

from leanfolio.importing.prose.document import from_document
from leanfolio.importing.prose.html import from_html
from leanfolio.importing.prose.nodes import Prose
from leanfolio.importing.prose.wiki import from_wiki

__all__ = ["Prose", "from_document", "from_html", "from_wiki"]
