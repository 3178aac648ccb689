"""Bodies as HTML: what authors know from their git host, and nothing that could do harm."""

import re
import shutil
import time
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html as parser

from leanfolio import markdown
from leanfolio.cache.store import Store
from leanfolio.markdown.render import Destination, render_body, resolve
from leanfolio.markdown.render.body import dialect
from leanfolio.markdown.render.limits import BODY_LIMIT, EFFORT, SHOWN
from leanfolio.markdown.scan import Block, LinkKind, scan
from leanfolio.model.item import Origin
from leanfolio.output.html import bodies
from leanfolio.output.html.bodies import body_of, has_prose, keep_bodies, stored_bodies
from leanfolio.views.page_spec import Page, PageSpec


def html(text: str, *, drop_title: bool = False) -> str:
    return render_body(text, drop_title=drop_title).html.strip()


def everywhere(kind: LinkKind, target: str) -> Destination | None:
    return Destination("../there.html", f"{target} & <title>")


def nowhere(kind: LinkKind, target: str) -> Destination | None:
    return None


# The dialect -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("~~a~~ ~b~", "<p><s>a</s> <s>b</s></p>"),
        ("https://a.example", "<p>https://a.example</p>"),
        ("<b>a</b>", "<p>&lt;b&gt;a&lt;/b&gt;</p>"),
        ("a <!-- b --> c", "<p>a  c</p>"),
        ("<!--\na\n\n[b](c)\n-->\n\nd", "<p>d</p>"),
        ("<!-- a", "<p>&lt;!-- a</p>"),
        ("a\\\nb  \nc", "<p>a<br>\nb<br>\nc</p>"),
        (
            "```py <b>\n<b>\n```",
            '<pre tabindex="0"><code class="language-py">&lt;b&gt;\n</code></pre>',
        ),
        ("    a", '<pre tabindex="0"><code>a\n</code></pre>'),
        ("", ""),
    ],
)
def test_text_is_laid_out_as_on_a_git_host(text: str, said: str) -> None:
    assert html(text) == said


def test_a_task_says_in_words_whether_it_is_done() -> None:
    said = html("- [ ] a\n- [x] b")
    assert '<span class="task" role="img" aria-label="To do">☐</span> a' in said
    assert '<span class="task" role="img" aria-label="Done">☑</span> b' in said


def test_an_alert_says_what_kind_it_is() -> None:
    said = html("> [!WARNING]\n> Late.")
    assert '<div class="markdown-alert markdown-alert-warning">' in said
    assert '<p class="markdown-alert-title">Warning</p>' in said


def test_a_table_can_be_scrolled_and_read_aloud() -> None:
    said = html("|   | b | c |\n|---|:-:|--:|\n| d | e | 1 |\n\n| f |\n|---|\n")
    assert said.startswith(
        '<div class="scroll" tabindex="0" role="region" aria-label="Table">\n<table>'
    )
    assert 'aria-label="Table, 2"' in said
    for cell in (
        "<tr>\n<td></td>",
        '<th scope="col" class="centre">b</th>',
        '<th scope="col" class="num">c</th>',
        "<td>d</td>",
        '<td class="centre">e</td>',
        '<td class="num">1</td>',
    ):
        assert cell in said
    assert "style" not in said


def test_a_table_has_the_name_of_the_heading_above_it() -> None:
    table = "| f |\n|---|\n"
    said = html(f'# The plan\n\n{table}\n## *Costs* & "more"\n\n{table}\nA word.\n\n{table}')
    assert re.findall(r'aria-label="(.*?)"', said) == [
        "The plan", "Costs &amp; &quot;more&quot;", "Costs &amp; &quot;more&quot;, 2"
    ]  # fmt: skip


def test_footnotes_lead_there_and_back_and_no_heading_takes_their_anchors() -> None:
    said = html("# fn1\n\na[^x] b[^x] c[^y]\n\n[^x]: One\n[^y]: Two\n[^z]: Never")
    ids = re.findall(r' id="([^"]*)"', said)
    assert ids == ["fn1", "fnref:1", "fnref:1:1", "fnref:2", "fn:1", "fn:2"]
    assert re.findall(r'href="#([^"]*)"', said)[-3:] == ["fnref:1", "fnref:1:1", "fnref:2"]
    assert "Never" not in said


# Headings --------------------------------------------------------------------------------------


def test_the_title_is_left_out_and_the_outline_begins_below_it() -> None:
    body = render_body("# Checkout\n\n## Why\n\n#### How\n\n### Who\n\n## Why\n")
    assert body.title is not None
    assert (body.title.text, body.title.slug) == ("Checkout", "checkout")
    assert [(heading.level, heading.slug) for heading in body.headings] == [
        (2, "why"), (3, "how"), (3, "who"), (2, "why-1")
    ]  # fmt: skip
    assert body.html == (
        '<h2 id="why">Why</h2>\n<h3 id="how">How</h3>\n'
        '<h3 id="who">Who</h3>\n<h2 id="why-1">Why</h2>\n'
    )


def test_a_title_that_is_kept_stands_below_the_title_of_the_page() -> None:
    body = render_body("# Checkout\n\n## Why\n\n# More\n", drop_title=False)
    assert body.title is None
    assert [heading.level for heading in body.headings] == [2, 3, 2]


def test_no_heading_is_deeper_than_six() -> None:
    text = "\n\n".join("#" * level + " a" for level in range(1, 7))
    assert re.findall(r"<h(\d)", html(text)) == ["2", "3", "4", "5", "6", "6"]


def test_anchors_are_those_that_scan_finds() -> None:
    text = "# A\n\n# [b](c.md) *d*\n\nÜ `e`\n---\n\n> ## A\n\n[^1]\n\n[^1]: ### A\n"
    body = render_body(text)
    assert body.title is not None
    assert [heading.slug for heading in (body.title, *body.headings)] == [
        heading.slug for heading in scan(text).headings
    ]
    assert re.findall(r' id="([^":]*)"', body.html) == ["b-d", "ü-e", "a-1", "a-2"]


# Links -----------------------------------------------------------------------------------------


def test_links_out_say_so_and_tell_nobody_where_they_came_from() -> None:
    out = '<a class="external" rel="noreferrer" href="https://a.example/b?c&amp;d"'
    assert html("[t](https://a.example/b?c&d 'e\"')") == f'<p>{out} title="e&quot;">t</a></p>'
    assert html("[](https://a.example/b?c&d)") == f"<p>{out}>https://a.example/b?c&amp;d</a></p>"
    assert 'href="mailto:a@b.example"' in html("<a@b.example>")
    assert 'href="https://a.example"' in html("[t](HTTPS://a.example)")


def test_an_image_from_elsewhere_is_a_link_to_it() -> None:
    out = '<a class="external" rel="noreferrer" href="https://a.example/b.png">'
    assert html("![c *d*](https://a.example/b.png)") == f"<p>{out}c d</a></p>"
    assert html("![](https://a.example/b.png)") == f"<p>{out}https://a.example/b.png</a></p>"
    assert resolve(html("[![c](https://a.example/b.png)](d.md)"), everywhere) == (
        '<p><a href="../there.html">c</a></p>'
    )


def test_an_anchor_stays_on_its_page() -> None:
    assert html("[t](#why)") == '<p><a href="#why">t</a></p>'


def test_a_link_in_a_link_is_only_its_words() -> None:
    assert resolve(html("[a <https://b.example> c](d.md)"), everywhere) == (
        '<p><a href="../there.html">a https://b.example c</a></p>'
    )


# Marks -----------------------------------------------------------------------------------------


def test_resolve_asks_for_what_scan_found() -> None:
    text = (
        "[[EP-1]] [[EP-2|x]] [a](../my%20b.md#c) [d](<e f.md>) ![g](h%C3%BC.png) [](i&j.md) [k]()"
    )
    asked: list[tuple[str, str]] = []

    def target(kind: LinkKind, wanted: str) -> None:
        asked.append((kind, wanted))

    resolve(html(text), target)
    assert asked == [(link.kind, link.target) for link in scan(text).links]


def test_a_link_without_words_says_where_it_leads() -> None:
    assert resolve(html("[[EP-1]] [](a.md)"), everywhere) == (
        '<p><a href="../there.html" dir="auto">EP-1 &amp; &lt;title&gt;</a>'
        ' <a href="../there.html" dir="auto">a.md &amp; &lt;title&gt;</a></p>'
    )
    assert resolve(html("[[EP-1]]"), lambda kind, target: Destination("x")) == (
        '<p><a href="x" dir="auto">EP-1</a></p>'
    )


def test_a_link_with_words_keeps_them() -> None:
    assert resolve(html('[[EP-1|<b> "it"]] [*b* `c`](d.md "e > f")'), everywhere) == (
        '<p><a href="../there.html">&lt;b&gt; &quot;it&quot;</a>'
        ' <a href="../there.html" title="e &gt; f"><em>b</em> <code>c</code></a></p>'
    )


def test_what_is_not_there_is_shown_as_dead() -> None:
    assert resolve(
        html('[[EP-1]] [[EP-2|x & y]] [*b*](<c ".md>) ![d "e"](f.png) ![](g.png)'), nowhere
    ) == (
        '<p><span class="dead">EP-1</span> <span class="dead">x &amp; y</span>'
        ' <span class="dead"><em>b</em></span> <span class="dead">d &quot;e&quot;</span>'
        ' <span class="dead">g.png</span></p>'
    )


def test_what_may_be_named_and_not_shown_is_no_link() -> None:
    hidden = html("[[EP-1]] [[EP-1|Project X]] [its plan](x.md) ![a chart](b.png)")
    said = resolve(hidden, lambda kind, target: Destination("", "(not shown)"))
    nothing = '<span class="unlinked">(not shown)</span>'
    assert said == f"<p>{' '.join([nothing] * 4)}</p>"


def test_an_address_is_escaped_and_one_that_would_run_is_none() -> None:
    assert resolve(html("[a](b)"), lambda *_: Destination('x"y&z.html')) == (
        '<p><a href="x&quot;y&amp;z.html">a</a></p>'
    )
    for url in ("javascript:alert(1)", "//evil.example", "data:text/html,x"):
        assert resolve(html("[a](b) ![c](d)"), lambda *_, url=url: Destination(url)) == (
            '<p><span class="dead">a</span> <span class="dead">c</span></p>'
        )


def test_images_of_ours_are_shown_also_within_a_link() -> None:
    assert resolve(html('[![b](c.png "d")](e.md)'), everywhere) == (
        '<p><a href="../there.html">'
        '<img src="../there.html" alt="b" loading="lazy" title="d"></a></p>'
    )


def test_a_view_stands_where_it_was_asked_for() -> None:
    text = 'a\n\n```leanfolio\nview: "board" # <&\n```\n\n[[EP-1]]'
    seen: list[Block] = []

    def show(block: Block) -> str:
        seen.append(block)
        return "<table>[[EP-1]]</table>"

    said = resolve(html(text), nowhere, show)
    assert tuple(seen) == scan(text).blocks == (Block(3, 'view: "board" # <&'),)
    assert "<p>a</p>\n<table>[[EP-1]]</table>\n<p>" in said


def test_a_view_that_is_not_known_is_shown_as_it_was_written() -> None:
    code = '<pre tabindex="0"><code class="language-leanfolio">view: &lt;x&gt;</code></pre>'
    text = "```leanfolio\nview: <x>\n```"
    assert resolve(html(text), nowhere) == code
    assert resolve(html(text), nowhere, lambda block: None) == code


# Harm ------------------------------------------------------------------------------------------

ALLOWED = {
    "a": {"href", "title", "class", "rel", "id", "role", "aria-label", "dir"},
    "img": {"src", "alt", "loading", "title"},
    "div": {"class", "tabindex", "role", "aria-label"},
    "span": {"class", "role", "aria-label"},
    "section": {"class", "role", "aria-label"},
    "pre": {"class", "tabindex"},
    "ol": {"class", "start"},
    "li": {"class", "id"},
    "th": {"class", "scope"},
    **{name: {"class"} for name in ("p", "code", "td", "ul", "sup")},
    **{name: {"id"} for name in ("h2", "h3", "h4", "h5", "h6")},
    **{name: set() for name in ("blockquote", "br", "em", "hr", "s", "strong")},
    **{name: set() for name in ("table", "tbody", "thead", "tr")},
}
PAYLOADS = (
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "java&#10;script:alert(1)",
    "java&NewLine;script&colon;alert(1)",
    "&#1;javascript:alert(1)",
    "&#x6A;avascript&#58;alert(1)",
    "java\tscript:alert(1)",
    "%6Aavascript:alert(1)",
    "./javascript:alert(1)/x.y",
    "\\javascript:alert(1)",
    "\x01javascript:alert(1)",
    "\u00a0javascript:alert(1)",
    "data:text/html;base64,PHNjcmlwdD4=",
    "data:image/png;base64,AAAA",
    "vbscript:msgbox(1)",
    "file:///etc/passwd",
    "blob:https://a.example/1",
    "ms-msdt:/id",
    "view-source:x",
    "//evil.example/x.png",
    "/\\evil.example",
    "/%5Cevil.example",
    "\\\\evil.example",
    "https:evil.example",
    "leanfolio:item:EP-1",
    "LEANFOLIO:page:x",
    '"><script>alert(1)</script>',
    '" onmouseover="alert(1)',
    "' onfocus='alert(1)' autofocus='",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "--><iframe srcdoc=x>",
    "<style>*{color:red}</style>",
    "</a></p></div><form action=//evil.example>",
    '<a href="leanfolio:item:EP-1">x</a>',
    '<leanfolio-view data-line="1">view: x</leanfolio-view>',
    "]]><x/>",
    "&lt;script&gt;&amp;lt;",
    "{{ 7 * 7 }}{% x %}",
    "\u202ex\u202c\ufeff\u200b\x00\x0b",
)
SHAPES = (
    "{}",
    "[x]({})",
    "[x](<{}>)",
    "![x]({})",
    "![{}](a.png)",
    "[{}](a.md)",
    '[x](a.md "{}")',
    "[x](https://a.example '{}')",
    "<{}>",
    "[r]: {}\n\n[r] ![r]",
    "[r]: <{}> '{}'\n\n[r]",
    "# {}",
    "{}\n===",
    "`{}`",
    "```{}\n{}\n```",
    "    {}",
    "| {} |\n|---|\n| {} |",
    "[[EP-1|{}]] [[{}]]",
    "- [ ] {}",
    "> [!NOTE]\n> {}",
    "[^1] [^{}]\n\n[^1]: {}\n\n[^{}]: x",
    "```leanfolio\n{}\n```",
    "<!-- {} -->{}",
    "~~{}~~ **{}** _{}_",
    "[![{}]({})]({})",
)


def harm(text: str) -> Iterator[str]:
    """What should not be in a page: other elements, attributes and schemes than are allowed."""
    for element in parser.fragment_fromstring(text, create_parent="main").iterdescendants():
        if not isinstance(element.tag, str):
            yield f"a comment: {element}"
            continue
        if element.tag not in ALLOWED:
            yield f"element {element.tag}"
        for name, value in element.attrib.items():
            if name not in ALLOWED.get(element.tag, ()):
                yield f"attribute {name} of {element.tag}"
            if name in ("href", "src") and not str(value).startswith(
                ("../there.html", "#") if name == "src" or element.tag != "a" else OUT
            ):
                yield f"{name} {value}"


OUT = ("../there.html", "#", "https://", "http://", "mailto:")


def harms(text: str) -> list[str]:
    body = html(text, drop_title=False)
    return [*harm(resolve(body, everywhere)), *harm(resolve(body, nowhere))]


@pytest.mark.parametrize("shape", SHAPES)
def test_no_payload_becomes_more_than_text(shape: str) -> None:
    for payload in PAYLOADS:
        text = shape.replace("{}", payload)
        assert harms(text) == [], text


@given(st.text(st.sampled_from("[]()!<>\"'`*_#|-\\&;:/=\n\x00\x01 ajx.{}%3A"), max_size=60))
def test_no_text_becomes_more_than_text(text: str) -> None:
    assert harms(text) == []


@given(
    st.sampled_from(SHAPES), st.text(max_size=12), st.sampled_from(PAYLOADS), st.text(max_size=12)
)
def test_no_payload_in_other_text_becomes_more(shape: str, a: str, payload: str, b: str) -> None:
    assert harms(shape.replace("{}", a + payload + b)) == []


def test_an_author_cannot_write_a_mark() -> None:
    asked: list[str] = []

    def target(kind: LinkKind, wanted: str) -> None:
        asked.append(wanted)

    for shape in SHAPES:
        if "[[EP-1" in shape or "a.md" in shape or "a.png" in shape:
            continue
        for payload in (
            '<a href="leanfolio:item:EP-9">x</a>',
            "leanfolio:item:EP-9",
            '<img src="leanfolio:image:EP-9" alt="">',
            '"><a href="leanfolio:item:EP-9">',
        ):
            resolve(html(shape.replace("{}", payload)), target)
    assert not [each for each in asked if each == "EP-9"]


# Limits ----------------------------------------------------------------------------------------


@pytest.mark.timed
@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a wide table", "|" + "a|" * 2000 + "\n|" + "-|" * 2000 + "\n" + "|b\n" * 30),
        ("a sparse table", "|" + "a|" * 250 + "\n|" + "-|" * 250 + "\n" + "|\n" * 250),
        ("footnotes", "[^1]: x\n\n" + "[^1]" * 3000),
        ("brackets", "[" * 20_000),
        ("images", "![" * 20_000),
        ("nested links", "[" * 5000 + "a" + "](b)" * 5000),
        ("labels", "[a\n" * 20_000),
        ("alerts", "> [!NOTE]\n> > [!TIP]\n" * 4000),
        ("quotes", ">" * 5000 + "a"),
        ("lists", "- " * 5000 + "a"),
        ("headings", "# a\n" * 60_000),
        ("length", "a <b>\n" * 100_000),
    ],
)
def test_what_is_made_to_be_costly_is_shown_as_written(name: str, text: str) -> None:
    start = time.process_time()
    body = render_body(text)
    assert time.process_time() - start < 2
    assert body.html.startswith('<p class="note">This text ')
    assert '<pre class="as-written" tabindex="0">' in body.html
    assert "<b>" not in body.html
    assert len(body.html) < 6 * SHOWN + 200


@pytest.mark.timed
@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("emphasis", "*a _b " * 10_000),
        ("closing brackets", "]" * 50_000),
        ("growing backticks", " ".join("`" * count for count in range(1, 300))),
        ("open comments", "<!--" * 20_000),
        ("titles", '[a](b "c' * 5000),
        ("definitions", "".join(f"[a{number}]: /b\n" for number in range(5000))),
        ("a long table", "| a | b |\n|---|---|\n" + "| [x](y.md) | [[EP-1]] |\n" * 3000),
        ("a long page", "# Why\n\nSome words, [a link](b.md) and *more*.\n\n" * 3000),
    ],
)
def test_what_is_only_long_is_laid_out_in_no_time(name: str, text: str) -> None:
    start = time.process_time()
    body = render_body(text)
    assert time.process_time() - start < 2
    assert "as-written" not in body.html


def test_real_prose_uses_a_small_part_of_what_is_allowed(root: Path) -> None:
    texts = [path.read_text(encoding="utf-8") for path in root.glob("*.md")]
    for text in texts:
        env: dict[str, Any] = {"drop_title": True}
        dialect().render(text * (BODY_LIMIT // len(text) // 4), env)
        assert env["effort"] < EFFORT / 2


# What is kept ----------------------------------------------------------------------------------


def page(url: str, text: str, heading: str = "") -> PageSpec:
    prose = Origin(PurePosixPath(f"{url}.md"), body=text)
    return PageSpec(url, lambda _: Page(url, "", "", ""), None, prose, heading=heading)


PAGES = [page(f"{number}.html", f"# {number}\n\nSee [[EP-1]].\n", "0") for number in range(4)]


def test_what_is_kept_is_what_was_rendered(tmp_path: Path) -> None:
    made = {slot.url: body_of(slot) for slot in PAGES}
    with Store(tmp_path) as store:
        assert stored_bodies(store, PAGES) == {}
        keep_bodies(store, PAGES, made)
        assert stored_bodies(store, PAGES[::-1]) == made
    assert stored_bodies(None, PAGES) == {}


def test_a_title_that_its_page_prints_is_dropped_and_another_kept(tmp_path: Path) -> None:
    slots = [page("a.html", "# A", heading="B"), page("b.html", "# A", heading="A")]
    with Store(tmp_path) as store:
        keep_bodies(store, slots, {slot.url: body_of(slot) for slot in slots})
        kept, dropped = stored_bodies(store, slots).values()
    assert (kept.html, dropped.html) == ('<h2 id="a">A</h2>\n', "")
    assert dropped.title is not None


def test_a_page_without_prose_has_no_body(tmp_path: Path) -> None:
    blank = page("a.html", " \n")
    assert not has_prose(blank)
    with Store(tmp_path) as store:
        assert stored_bodies(store, [blank]) == {}


@pytest.mark.parametrize("value", [b"", b"{}", b"[1]", b"\xff", b'["", [[1]], null]', b"null"])
def test_a_value_that_is_no_body_counts_as_not_there(tmp_path: Path, value: bytes) -> None:
    with Store(tmp_path) as store:
        store.put_many({bodies.body_key(PAGES[0]): value})
        assert stored_bodies(store, PAGES[:1]) == {}


def test_what_is_kept_is_forgotten_when_any_module_of_prose_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    modules = shutil.copytree(Path(markdown.__file__).parent, tmp_path / "markdown")
    monkeypatch.setattr(markdown, "__file__", str(modules / "__init__.py"))
    salts = [bodies.salt.__wrapped__()]
    for module in sorted(modules.rglob("*.py")):
        module.write_text(module.read_text(encoding="utf-8") + "# changed\n", encoding="utf-8")
        salts.append(bodies.salt.__wrapped__())
    assert len(set(salts)) == len(salts) > 10
