"""Prose of other systems becomes Markdown that says the same, and loads nothing."""

import re
import time
from collections.abc import Callable, Mapping
from html import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from leanfolio.importing.prose import Prose, from_document, from_html, from_wiki

MARKDOWN = MarkdownIt("commonmark").enable(["table", "strikethrough"])
WORDS = st.text(
    st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=12
)  # fmt: skip
LINES = st.lists(WORDS, min_size=1, max_size=6).map(" ".join)


def document(*content: object) -> dict[str, object]:
    return {"type": "doc", "version": 1, "content": list(content)}


def text_node(text: str, *marks: Mapping[str, object]) -> dict[str, object]:
    return {"type": "text", "text": text, "marks": list(marks)}


def flat(tokens: list[Token]) -> list[Token]:
    return [inner for token in tokens for inner in (token, *flat(token.children or []))]


def read_back(prose: Prose) -> tuple[str, set[str]]:
    """The words that a reader of the Markdown sees, and the kinds of what they stand in."""
    tokens = flat(MARKDOWN.parse(prose.text))
    words = [t.content for t in tokens if t.type in ("text", "code_inline", "text_special")]
    kinds = {t.type for t in tokens} - {"text", "inline", "text_special", "softbreak"}
    return "".join(words), kinds


@given(LINES)
def test_text_stays_text_whatever_it_holds(text: str) -> None:
    paragraph = {"type": "paragraph", "content": [text_node(text)]}
    for prose in (from_html(f"<p>{escape(text)}</p>"), from_document(document(paragraph))):
        words, kinds = read_back(prose)
        assert words == text
        assert kinds == {"paragraph_open", "paragraph_close"}


@given(st.text(alphabet="*_-+h1. #|!{}[]()\\~^<>`ab\nhtps:/&;=\t", max_size=80))
def test_any_markup_is_read_and_loads_nothing(text: str) -> None:
    for prose in (from_wiki(text), from_html(text)):
        kinds = {token.type for token in flat(MARKDOWN.parse(prose.text))}
        assert not kinds & {"html_block", "html_inline", "image"}


HTML = """<div><p><strong>Bold</strong> and <em>slanted</em></p><ul><li>one<ul>
<li>two</li></ul></li><li>three</li></ul><table><tr><th>a</th><th>b|c</th></tr><tr><td>1</td><td>2</td></tr></table>
<pre><code>x = 1
  y</code></pre><script>alert(1)</script><blink>words</blink></div>"""
WIKI = """h2. A heading
*Bold* and _slanted_, snake_case_name and 1-2-3
* one
** two
* three

||a||b||
|1|[x|https://x.invalid]|
{code:java}
*not bold*
{code}
{color:red}red{color} {jira:APP-1}"""


def test_html_keeps_its_lists_tables_and_code() -> None:
    prose = from_html(HTML)
    assert prose.text == (
        "**Bold** and *slanted*\n\n- one\n  - two\n- three\n\n"
        "| a | b\\|c |\n| --- | --- |\n| 1 | 2 |\n\n```\nx = 1\n  y\n```\n\nwords"
    )
    assert prose.unknown == {"<blink>": 1}


def test_wiki_markup_keeps_its_headings_lists_tables_and_code() -> None:
    prose = from_wiki(WIKI)
    assert prose.text == (
        "## A heading\n\n**Bold** and *slanted*, snake\\_case\\_name and 1-2-3\n\n"
        "- one\n  - two\n- three\n\n"
        "| a | b |\n| --- | --- |\n| 1 | [x](https://x.invalid) |\n\n"
        "```java\n*not bold*\n```\n\nred"
    )
    assert prose.unknown == {"{jira}": 1}


def test_a_document_keeps_its_marks_and_counts_what_it_does_not_know() -> None:
    link: dict[str, object] = {"type": "link", "attrs": {"href": "https://x.invalid"}}
    prose = from_document(document(
        {"type": "heading", "attrs": {"level": 2}, "content": [text_node("Why")]},
        {"type": "paragraph", "content": [
            text_node("bold", {"type": "strong"}), text_node(" "), text_node("there", link),
            {"type": "mention", "attrs": {"text": "@Bo"}}, {"type": "hardBreak"},
            {"type": "date", "attrs": {"timestamp": "1594229400000"}},
        ]},
        {"type": "extension", "attrs": {"text": "a macro"}},
    ))  # fmt: skip
    assert prose.text == (
        "## Why\n\n**bold** [there](https://x.invalid)@Bo\\\n2020-07-08\n\na macro"
    )
    assert prose.unknown == {"extension": 1}


@pytest.mark.parametrize(
    ("convert", "text"),
    [
        (from_html, '<img src="https://x.invalid/p.png" alt="plan">'),
        (from_wiki, "!https://x.invalid/plan!"),
        (lambda text: from_document(document(
            {"type": "mediaSingle", "content": [
                {"type": "media", "attrs": {"url": text, "alt": "plan"}}]})),
         "https://x.invalid/p.png"),
    ],
)  # fmt: skip
def test_a_remote_picture_becomes_a_link(convert: Callable[[str], Prose], text: str) -> None:
    assert re.fullmatch(r"\[plan\]\(https://x\.invalid/\S+\)", convert(text).text)


def test_an_address_that_runs_code_is_no_link() -> None:
    for prose in (from_html('<a href="javascript:x()">go</a>'), from_wiki("[go|javascript:x()]")):
        assert "](" not in prose.text
        assert "go" in prose.text


def test_deep_nests_are_cut_and_keep_their_words() -> None:
    deep: dict[str, object] = {"type": "paragraph", "content": [text_node("deep")]}
    for _ in range(300):
        deep = {"type": "blockquote", "content": [deep]}
    assert from_document(document(deep)).text
    assert "deep" in from_html("<div>" * 5000 + "deep").text
    assert "deep" in from_html("<blockquote>" * 500 + "deep").text


HOSTILE = (
    "*a ", "_a ", "[a", "!a ", "{{a", "{code:a", "{noformat:x}{code}", "{quote}", "{a:", "**** a\n",
    "|a|b", "||a\n", "*_-+[!{{", "<div>", "<ul><li>", "<!--", '<a x="', "<a x='>", "<", "<?", "&#x",
)  # fmt: skip


@pytest.mark.parametrize("part", HOSTILE)
def test_marks_that_never_close_cost_no_more_than_their_text(part: str) -> None:
    text = part * (60_000 // len(part))
    start = time.process_time()
    for convert in (from_wiki, from_html):
        assert len(convert(text).text) < 20 * len(text)
    assert time.process_time() - start < 5
