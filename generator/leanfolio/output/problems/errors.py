"""The errors that stop a site, as whoever builds it is told."""

from leanfolio.check import summaries_of
from leanfolio.model.source import Content
from leanfolio.output.problems import as_text
from leanfolio.views.built import Built


def errors_as_text(
    content: Content, built: Built, *, prefix: str = "content/", colour: bool = False
) -> str:
    """The errors of this content as a terminal shows them; `prefix` goes before their paths."""
    laws = summaries_of(built.errors)
    return as_text(built.errors, content.texts, prefix=prefix, colour=colour, laws=laws)
