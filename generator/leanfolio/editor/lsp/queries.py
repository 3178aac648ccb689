"""What may be written at the cursor, and what stands there."""

import re

from lsprotocol import types as lsp

from leanfolio.editor.completion import Offer, complete
from leanfolio.editor.hover import Hover, hover_text_for
from leanfolio.editor.lsp.position import range_of
from leanfolio.editor.lsp.server import Server
from leanfolio.output.visible import visible

MARKUP = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~&:])")
KINDS = {
    "field": lsp.CompletionItemKind.Field,
    "item": lsp.CompletionItemKind.Reference,
    "word": lsp.CompletionItemKind.EnumMember,
}


def completion(server: Server, params: lsp.CompletionParams) -> lsp.CompletionList | None:
    asked = server.asked(params.text_document.uri, params.position)
    result = (
        complete(asked.session.workspace, asked.path, asked.line, asked.column) if asked else None
    )
    if asked is None or result is None:
        return None
    where = range_of(asked.lines, result.span, server.encoding)
    listed = [item_of(value, number, where) for number, value in enumerate(result.offers)]
    return lsp.CompletionList(is_incomplete=not result.complete, items=listed)


def hover(server: Server, params: lsp.HoverParams) -> lsp.Hover | None:
    asked = server.asked(params.text_document.uri, params.position)
    reported = (
        hover_text_for(asked.session.workspace, asked.path, asked.line, asked.column)
        if asked
        else None
    )
    if asked is None or reported is None:
        return None
    return lsp.Hover(
        hover_text(reported, markdown=wants_markdown(server)),
        range_of(asked.lines, reported.span, server.encoding),
    )


def item_of(offer: Offer, number: int, where: lsp.Range) -> lsp.CompletionItem:
    """An offer as an editor lists it, in our order."""
    return lsp.CompletionItem(
        offer.label,
        kind=KINDS[offer.kind],
        detail=visible(offer.detail) or None,
        documentation=visible(offer.note) or None,
        sort_text=f"{number:05}",
        filter_text=f"{offer.label} {offer.also}".strip(),
        text_edit=lsp.TextEdit(where, offer.insert),
    )


def hover_text(told: Hover, *, markdown: bool) -> lsp.MarkupContent:
    """Facts as an editor shows them. What content says is text, whatever it looks like."""
    title, facts = visible(told.title), [visible(fact) for fact in told.facts]
    if not markdown:
        return lsp.MarkupContent(lsp.MarkupKind.PlainText, "\n".join([title, *facts]))
    bare = [MARKUP.sub(r"\\\1", fact) for fact in (title, *facts)]
    text = "\n\n".join([f"**{bare[0]}**", "  \n".join(bare[1:])])
    return lsp.MarkupContent(lsp.MarkupKind.Markdown, text)


def wants_markdown(server: Server) -> bool:
    document = server.client_capabilities.text_document
    hover = document.hover if document else None
    return lsp.MarkupKind.Markdown in (hover.content_format or () if hover else ())


QUESTIONS = (
    (
        lsp.TEXT_DOCUMENT_COMPLETION,
        lsp.CompletionOptions(trigger_characters=[":", " ", "[", "{", ","]),
        completion,
    ),
    (lsp.TEXT_DOCUMENT_HOVER, None, hover),
)
