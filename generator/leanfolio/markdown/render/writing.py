"""Rules that write: the HTML of each kind of token. Links, images and views come out as marks."""

from collections import Counter
from collections.abc import Sequence
from html import escape, unescape

from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from leanfolio.markdown.scan import VIEW_WORD, kind_of

Tokens = Sequence[Token]
CLASSES = {"text-align:right": ' class="num"', "text-align:center": ' class="centre"'}


class Renderer(RendererHTML):
    """Writes each kind of token: a method's name is the kind. The others are markdown-it's own."""

    def leanfolio_title(self, tokens: Tokens, idx: int, options: OptionsDict, env: EnvType) -> str:
        return ""

    # Links and images. A link within a link (an URL in its words) is only its words.

    def link_open(self, tokens: Tokens, idx: int, options: OptionsDict, env: EnvType) -> str:
        env["links"] = env.get("links", 0) + 1
        if env["links"] > 1:
            return ""
        token = tokens[idx]
        title = attribute("title", token.attrs.get("title"))
        if "item" in token.meta:
            return f'<a href="leanfolio:item:{escape(token.meta["item"])}">'
        href = str(token.attrs["href"])
        kind = kind_of(href)
        if kind == "page":
            return f'<a href="leanfolio:page:{escape(href)}"{title}>'
        words = escape(href) if tokens[idx + 1].type == "link_close" else ""
        opening = outward(href, title) if kind == "url" else f'<a href="{escape(href)}"{title}>'
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
            title = attribute("title", token.attrs.get("title"))
            return f'<img src="leanfolio:image:{escape(source)}" alt="{alt}" loading="lazy"{title}>'
        words = alt or escape(source)
        if env.get("links"):
            return words
        return f"{outward(source)}{words}</a>"

    # Code and views

    def fence(self, tokens: Tokens, idx: int, options: OptionsDict, env: EnvType) -> str:
        token = tokens[idx]
        words = unescape(token.info).split(maxsplit=1)
        if words and words[0] == VIEW_WORD:
            line = token.map[0] + 1 if token.map else 1
            text = escape(token.content.rstrip())
            return f'<leanfolio-view data-line="{line}">{text}</leanfolio-view>\n'
        return code(token.content, words[0] if words else "")

    def code_block(self, tokens: Tokens, idx: int, options: OptionsDict, env: EnvType) -> str:
        return code(tokens[idx].content)

    # Tables: one that is too wide is scrolled, by keyboard too. Its name is the heading above it.

    def table_open(self, tokens: Tokens, idx: int, options: OptionsDict, env: EnvType) -> str:
        named: Counter[str] = env.setdefault("tables", Counter())
        label = tokens[idx].meta.get("heading") or "Table"
        named[label] += 1
        if named[label] > 1:
            label = f"{label}, {named[label]}"
        opened = f'<div class="scroll" tabindex="0" role="region"{attribute("aria-label", label)}>'
        return f"{opened}\n<table>\n"

    def table_close(self, tokens: Tokens, idx: int, options: OptionsDict, env: EnvType) -> str:
        return "</table>\n</div>\n"

    def th_open(self, tokens: Tokens, idx: int, options: OptionsDict, env: EnvType) -> str:
        aligned = CLASSES.get(str(tokens[idx].attrs.get("style")), "")
        return f'<th scope="col"{aligned}>' if tokens[idx + 1].content else f"<td{aligned}>"

    def th_close(self, tokens: Tokens, idx: int, options: OptionsDict, env: EnvType) -> str:
        return "</th>\n" if tokens[idx - 1].content else "</td>\n"  # an empty corner heads nothing

    def td_open(self, tokens: Tokens, idx: int, options: OptionsDict, env: EnvType) -> str:
        return f"<td{CLASSES.get(str(tokens[idx].attrs.get('style')), '')}>"

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
        number, mark = footnote(tokens[idx])
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
        return f'<li id="fn:{footnote(tokens[idx])[0]}" class="footnote-item">'

    def footnote_close(self, tokens: Tokens, idx: int, options: OptionsDict, env: EnvType) -> str:
        return "</li>\n"

    def footnote_anchor(self, tokens: Tokens, idx: int, options: OptionsDict, env: EnvType) -> str:
        _, mark = footnote(tokens[idx])
        return (
            f' <a href="#fnref:{mark}" class="footnote-backref" role="doc-backlink"'
            f' aria-label="Back to reference {mark.replace(":", ", ")}">↩\ufe0e</a>'
        )


def attribute(name: str, value: object) -> str:
    return f' {name}="{escape(str(value))}"' if value else ""


def outward(href: str, title: str = "") -> str:
    scheme, colon, rest = href.partition(":")
    href = escape(scheme.lower() + colon + rest)
    return f'<a class="external" rel="noreferrer" href="{href}"{title}>'


def code(content: str, language: str = "") -> str:
    marked = f' class="language-{escape(language)}"' if language else ""
    return f'<pre tabindex="0"><code{marked}>{escape(content)}</code></pre>\n'


def footnote(token: Token) -> tuple[int, str]:
    """A footnote's number, and the name of one reference to it: `3`, then `3:1`."""
    number, again = token.meta["id"] + 1, token.meta.get("subId", 0)
    return number, f"{number}:{again}" if again else f"{number}"
