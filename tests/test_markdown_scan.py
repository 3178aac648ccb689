"""What a body links to, found without rendering it: the same as on the page, and in no time."""

import re
import time
from collections.abc import Iterable, Iterator

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it.token import Token

from leanfolio.markdown.render.body import dialect
from leanfolio.markdown.scan import (
    Heading,
    Link,
    first_heading,
    kind_of,
    plain,
    scan,
    slug,
    target_of,
)


def targets(text: str) -> list[tuple[str, str]]:
    return [(link.kind, link.target) for link in scan(text).links]


def place(text: str) -> list[tuple[int, int, int]]:
    return [(link.line, link.column, link.length) for link in scan(text).links]


# Links -----------------------------------------------------------------------------------------


def test_a_link_to_an_item_is_its_id_and_stands_where_it_was_written() -> None:
    assert scan("First\nsee [[EP-12]], then [[KR-1|the rate]].").links == (
        Link("EP-12", line=2, column=5, length=9, kind="item"),
        Link("KR-1", line=2, column=21, length=17, kind="item"),
    )


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("[t](../epics/EP-9.md#x)", ("page", "../epics/EP-9.md#x")),
        ("[t](<my plan.md>)", ("page", "my plan.md")),
        ("[t](my%20plan.md 'Why')", ("page", "my plan.md")),
        ("[t](a%23b.md#c)", ("page", "a%23b.md#c")),
        ("[t](%C3%BCber.md)", ("page", "über.md")),
        ("[t](a&amp;b\\_c.md)", ("page", "a&b_c.md")),
        ("[t](a(1).md)", ("page", "a(1).md")),
        ("[t]()", ("page", "")),
        ("[**t** `](` \\]](a.md)", ("page", "a.md")),
        ("![a chart](a.png)", ("image", "a.png")),
        ("![a chart](https://a.example/b.png)", ("image", "https://a.example/b.png")),
        ("[t](https://a.example/b?c#d)", ("url", "https://a.example/b?c#d")),
        ("<https://a.example>", ("url", "https://a.example")),
        ("<mail@a.example>", ("url", "mailto:mail@a.example")),
        ("[t](#why-now)", ("anchor", "#why-now")),
        ("[t][ref]\n\n[ref]: a.md", ("page", "a.md")),
        ("[Ref][]\n\n[rEF]: <a b.md> (title)", ("page", "a b.md")),
        ("[ref]\n\n> [ref]: a.md", ("page", "a.md")),
        ("| a |\n|---|\n| [[EP-1\\|one]] |", ("item", "EP-1")),
        ("- a\n\n    [t](a.md)", ("page", "a.md")),
        ("> - [ ] [t](a.md)", ("page", "a.md")),
        ("[^1]\n\n[^1]: [t](a.md)", ("page", "a.md")),
        ("[1]: a.md\n\n[[1]]", ("page", "a.md")),
        ("[[1]](a.md)", ("page", "a.md")),
    ],
)
def test_every_form_of_link_is_found(written: str, found: tuple[str, str]) -> None:
    assert targets(written) == [found]


@pytest.mark.parametrize(
    "text",
    [
        "```\n[[EP-1]]\n```",
        "~~~ text\n[a](b.md)",
        "    [[EP-1]]",
        "para\n\n\t[a](b.md)",
        "`[[EP-1]]` ``[a](`b.md)``",
        "<!-- [[EP-1]] -->",
        "<!--\n\n[[EP-1]]\n\n-->",
        "text <!-- [[EP-1]] --> text",
        "\\[[EP-1]] \\[a](b.md) [a\\](b.md)",
        "[[ -f x ]] && arr[[]]",
        "[a](javascript:alert(1))",
        "[a](//evil.example)",
        "[undefined] [undefined][too]",
        "[ref]: unused.md",
        "- ```\n  [[EP-1]]\n  ```",
        "> ```\n> [[EP-1]]",
    ],
)
def test_code_comments_and_escapes_hold_no_links(text: str) -> None:
    assert targets(text) == []


def test_of_two_links_within_each_other_the_inner_one_is_one() -> None:
    assert targets("[a [b](b.md) c](c.md)") == [("page", "b.md")]
    assert targets("[a [[EP-1]] c](c.md)") == [("item", "EP-1")]
    assert targets("[<https://a.example>](c.md)") == [("page", "c.md")]


def test_the_words_of_an_image_link_nowhere_and_an_image_may_be_a_link() -> None:
    assert targets("![a [b](b.md)](c.png)") == [("image", "c.png")]
    assert targets("[![a](a.png)](b.md)") == [("page", "b.md"), ("image", "a.png")]


def test_a_comment_that_never_ends_hides_nothing() -> None:
    assert targets("<!-- oh\n\n[[EP-1]]") == [("item", "EP-1")]


def test_an_end_of_a_fence_is_as_long_as_its_beginning() -> None:
    assert targets("````\n```\n[[EP-1]]\n````\n[[EP-2]]") == [("item", "EP-2")]
    assert targets("- ```\n\n[[EP-1]]") == [("item", "EP-1")]


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("> - two\n>   [[EP-1]]", (2, 5, 8)),
        ("a\r\n\r\n\t- [a](b.md)\r\n- [a](b.md)", (4, 3, 9)),
        ("1.\t[[EP-1]]", (1, 4, 8)),
        ("| a | b |\n|---|---|\n| x | [[EP-1]] |", (3, 7, 8)),
        ("## Why [[EP-1]] ##", (1, 8, 8)),
        ("Why\n[[EP-1]]\n===", (2, 1, 8)),
        ("a [one\ntwo](b.md) c", (1, 3, 4)),
        ("<!-- a\n\nb --> [[EP-1]]", (3, 7, 8)),
        ("[x]: y\n[[EP-1]]", (2, 1, 8)),
    ],
)
def test_a_link_stands_in_the_text_as_it_was_written(
    text: str, where: tuple[int, int, int]
) -> None:
    assert place(text) == [where]


# Destinations ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "destination",
    [
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        "java\tscript:alert(1)",
        "\x01javascript:alert(1)",
        "%01javascript:alert(1)",
        " https://a.example",
        "data:text/html,x",
        "blob:x",
        "ms-msdt:x",
        "leanfolio:item:EP-1",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "%5C%5Cevil.example",
        "https:evil.example",
        "a%00b.md",
    ],
)
def test_a_destination_that_is_not_on_the_list_is_none(destination: str) -> None:
    assert kind_of(destination) is None


def test_a_target_is_named_as_its_file() -> None:
    assert target_of("a%20b%2Fc.md#d%20e") == "a b/c.md#d e"
    assert target_of("100%.md") == "100%.md"
    assert target_of("a%FF.md") == "a\ufffd.md"


# Headings --------------------------------------------------------------------------------------


def test_headings_say_what_a_reader_sees() -> None:
    text = "# One *two* `three`\n\nFour\n[five](a.md)\n---\n\n> ### six #\n"
    assert scan(text).headings == (
        Heading("One two three", 1, 1, "one-two-three"),
        Heading("Four five", 2, 3, "four-five"),
        Heading("six", 3, 7, "six"),
    )


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("a  **b** c", "a b c"),
        ("snake_case and 2 * 3 * 4", "snake_case and 2 * 3 * 4"),
        ("_a_ __b__ ***c*** ~~d~~ ~e~", "a b c d e"),
        ("*a _b* c_", "a _b c_"),
        ("`*a*` \\*b\\*", "*a* *b*"),
        ("R&amp;D &#8212; &nonsense; &copy;", "R&D — &nonsense; ©"),
        ("[a](b.md) [ref] [not] ![c](d.png)", "a ref [not] c"),
        ("[[EP-1]] [[EP-2|two]] <https://a.example>", "EP-1 two https://a.example"),
        ("a <!-- b --> c", "a c"),
        ("a < b > c", "a < b > c"),
    ],
)
def test_markup_is_taken_out_of_a_heading(written: str, read: str) -> None:
    assert plain(written, {"REF": "x.md"}) == read


def test_the_first_level_one_heading_is_the_title() -> None:
    assert first_heading("\n# Checkout on one page\n\n# Other") == "Checkout on one page"
    assert first_heading("## Why\n\nText\n\n# A *title*\n") == "A title"
    assert first_heading("The [title][t]\n===\n\n[t]: x.md") == "The title"
    assert first_heading("```\n# no\n```\n") is None
    assert first_heading("") is None


def test_an_anchor_is_named_as_git_hosts_name_it() -> None:
    taken: dict[str, int] = {}
    said = [
        "Why now?",
        "Why now",
        "why-now-1",
        "Über 2 % & más",
        "हिन्दी शीर्षक",
        "🚀",
        "!",
        "__init__",
    ]
    named = ["why-now", "why-now-1", "why-now-1-1", "über-2---más", "हिन्दी-शीर्षक"]
    assert [slug(each, taken) for each in said] == [*named, "section", "section-1", "__init__"]


@given(st.lists(st.text(max_size=20)))
def test_anchors_are_unique_never_empty_and_safe(texts: list[str]) -> None:
    taken: dict[str, int] = {}
    slugs = [slug(text, taken) for text in texts]
    assert len(set(slugs)) == len(slugs)
    assert all(each and not re.search(r"[\s\"'<>&#:./%?\\\x00-\x1f]", each) for each in slugs)


# Views -----------------------------------------------------------------------------------------


def test_a_view_in_the_middle_of_prose_is_a_fence_of_its_name() -> None:
    text = (
        "a\n\n- b\n\n  ```leanfolio\n  view: board\n    limit: 3\n  ```\n\n```yaml\nview: x\n```\n"
    )
    assert [(block.line, block.text) for block in scan(text).blocks] == [
        (5, "view: board\n  limit: 3")
    ]


# Agreement with what is rendered ---------------------------------------------------------------


def rendered(text: str) -> tuple[list[tuple[str, str]], list[tuple[str, int, str]], list[str]]:
    """The links, headings and views among markdown-it's tokens."""
    env = {"drop_title": False}
    tokens = dialect().parse(text, env)
    links = [link for token in tokens for link in shown(token.children or ())]
    headings = [(each.text, each.line, each.slug) for each in env["headings"]]  # type: ignore[attr-defined]
    views = [
        token.content.rstrip()
        for token in tokens
        if token.type == "fence" and token.info.split()[:1] == ["leanfolio"]
    ]
    return sorted(links), headings, views


def shown(tokens: Iterable[Token]) -> Iterator[tuple[str, str]]:
    depth = 0
    for token in tokens:
        depth += token.nesting if token.type.startswith("link_") else 0
        if token.type == "image":
            yield "image", target_of(str(token.attrs["src"]))
        if token.type == "link_open" and depth == 1:
            if "item" in token.meta:
                yield "item", token.meta["item"]
            else:
                href = str(token.attrs["href"])
                yield str(kind_of(href)), target_of(href)


def scanned(text: str) -> tuple[list[tuple[str, str]], list[tuple[str, int, str]], list[str]]:
    prose = scan(text)
    normal = dialect().normalizeLink
    links = [
        (link.kind, link.target if link.kind == "item" else target_of(normal(link.target)))
        for link in prose.links
    ]
    headings = [(heading.text, heading.line, heading.slug) for heading in prose.headings]
    return sorted(links), headings, [block.text for block in prose.blocks]


SAMPLE = """\
# Returns *without* [paper](https://a.example "why")

See [[EP-12]], [the plan](../plans/my%20plan.md#why), [this][Ref] and ![a chart](charts/flow.png).
Not `[[EP-1]]`, not \\[[EP-2]], <!-- not [[EP-3]] --> but <https://b.example> and [[KR-1|so]].

Scope [[FT-1]]
--------------

1. One [a](a.md)
   - [x] two [[FT-2]]

     ```text
     [[EP-4]]
     ```
   - three

         [[EP-5]]
2. four
lazy [b](b.md)

> [!NOTE]
> Five [c](<c d.md> 'e').
> > ## Six
> lazy [[FT-3]]

<!--
[[EP-6]]

[[EP-7]]
-->

| Measure | [Now](now.md) |
|:--------|--------------:|
| [[KR-2\\|rate]] | `a \\| [[EP-8]]` |
| one ![d](d.png) |

```leanfolio
view: board
```

Words[^1] and [ref] more.[^note]

[^1]: A note [e](e.md)

    ## In a note

[^note]: Another.

[ref]: ref.md
  "A title"
"""


def test_scan_finds_what_is_rendered_on_a_page_that_has_everything() -> None:
    assert scanned(SAMPLE) == rendered(SAMPLE)
    assert len(scan(SAMPLE).links) == 18
    assert scanned(SAMPLE.replace("\n", "\r\n")) == rendered(SAMPLE)


WORD = st.sampled_from(
    ["a", "Über", "2 * 3", "x_y", "R&amp;D", "it's", "é!", "1.", "a:b", "*em*", "**st**", "~~no~~"]
)
FILE = st.sampled_from(
    ["a.md", "../b/c.md#d", "e%20f.md", "<g h.md>", "#i", "https://j.example/k(l)"]
)
TITLE = st.sampled_from(["", ' "t"', " 't (u)'", " (t)"])
INLINE = st.one_of(
    WORD,
    st.just("[[EP-1]]"),
    st.just("[[KR-2|in words]]"),
    st.builds("[{}]({}{})".format, WORD, FILE, TITLE),
    st.builds("![{}]({}{})".format, WORD, FILE, TITLE),
    st.builds("[![{}]({})]({})".format, WORD, FILE, FILE),
    st.sampled_from(["[one]", "[two][one]", "[One][]", "[none]", "[three][none]"]),
    st.sampled_from(["`[[EP-9]]`", "``[a](`b``", "\\[[EP-9]]", "\\`", "\\\\", "<!-- [[EP-9]] -->"]),
    st.sampled_from(
        ["<https://m.example>", "<n@o.example>", "<b>", "[", "]", "(", "[x", "y]", "!"]
    ),
)
LINE = st.lists(INLINE, min_size=1, max_size=6).map(" ".join)
PARAGRAPH = st.lists(LINE, min_size=1, max_size=3).map("\n".join)
CELL = LINE.map(lambda text: text.replace("|", "\\|"))
LEAF = st.one_of(
    PARAGRAPH,
    st.builds("{} {}".format, st.sampled_from(["#", "##", "######"]), LINE),
    st.builds("{}\n{}".format, PARAGRAPH, st.sampled_from(["===", "---"])),
    st.builds("{0}{1}\n{2}\n{0}".format, st.sampled_from(["```", "~~~~"]),
              st.sampled_from(["", "text", "leanfolio"]), PARAGRAPH),
    PARAGRAPH.map(lambda text: "    " + text.replace("\n", "\n    ")),
    PARAGRAPH.map("<!--\n{}\n\n-->".format),
    st.builds("| {} | {} |\n|---|--:|\n| {} | {} |".format, CELL, CELL, CELL, CELL),
    st.just("***"),
)  # fmt: skip


def inset(first: str, rest: str, text: str) -> str:
    return first + "\n".join(rest * bool(line) + line for line in text.split("\n")).removeprefix(
        rest
    )


def document(blocks: list[str]) -> str:
    return "\n\n".join(blocks)


BLOCK = st.recursive(
    LEAF,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3)
        .map(document)
        .map(lambda text: "> " + text.replace("\n", "\n> ")),
        st.builds(
            lambda mark, items: "\n".join(
                inset(mark, " " * len(mark.partition("[")[0]), item) for item in items
            ),
            st.sampled_from(["- ", "* ", "1. ", "+   ", "- [ ] ", "12) "]),
            st.lists(inner, min_size=1, max_size=3),
        ),
    ),
    max_leaves=6,
)
DOCUMENT = st.lists(BLOCK, min_size=1, max_size=5).map(
    lambda blocks: document([*blocks, "[one]: p.md\n"])
)


@given(DOCUMENT)
@example('[a](b.md "c\nd")\n\n[[EP-1]]')
def test_scan_finds_what_is_rendered(text: str) -> None:
    # A comment within a container is not a block, see `uncommented`.
    assert scanned(text) == rendered(text)


@given(st.text(st.sampled_from("[]()!`*_<>#-=|~\\:^&\n\t x1.\r\"'é\x00"), max_size=80))
def test_scan_never_fails_and_every_place_is_in_the_text(text: str) -> None:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for link in scan(text).links:
        written = lines[link.line - 1][link.column - 1 :][: link.length]
        assert written[0] in "[!<"
        assert len(written) == link.length
    first_heading(text)


# Speed -----------------------------------------------------------------------------------------

MANY = 10_000
COSTLY = {
    "open brackets": "[" * MANY,
    "closing brackets": "]" * MANY,
    "images": "![" * MANY,
    "items": "[[a|" * MANY,
    "nested links": "[x]: /y\n\n" + "[" * MANY + "a" + "](b)" * MANY,
    "nested emphasis": "# " + "*a _b " * MANY,
    "growing backticks": "# " + " ".join("`" * count for count in range(1, 200)),
    "a wide table": "|" + "[a](b)|" * 2000 + "\n|" + "-|" * 2000 + "\n|[[EP-1]]" * 3,
    "deep quotes": (">" * 100 + " [[EP-1]]\n") * 100,
    "deep lists": "- " * MANY + "a",
    "open comments": "<!--\n" * MANY,
    "unclosed titles": "[a](b \"c" * MANY,
    "unclosed destinations": "[a](b(" * MANY,
    "one label used often": "[a]: b\n\n" + "[a]" * MANY,
    "one heading often": "# a\n" * MANY,
    "one line of links": "[[EP-1]] " * MANY,
    "labels that never end": "[a\n" * MANY,
    "backslashes": "[a\\]" * MANY,
    "spaces": "#" + " " * MANY + "x" + " " * MANY + "#",
}  # fmt: skip


@pytest.mark.timed
@pytest.mark.parametrize("name", COSTLY)
def test_scan_is_quick_whatever_it_reads(name: str) -> None:
    start = time.process_time()
    scan(COSTLY[name])
    once = time.process_time() - start
    start = time.process_time()
    scan(COSTLY[name] * 3)
    assert once < 0.2 or time.process_time() - start < 6 * once, f"{once:.2f} s, and not linear"
