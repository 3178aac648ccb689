"""Drawings: all words escaped, all links safe, every item and line where its layout says."""

import re
from collections import Counter
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html

from leanfolio.output.html.drawing import ROOM, draw
from leanfolio.output.html.layout import Layout, in_columns, shape_of
from leanfolio.output.html.small_drawings import interval, spark_height, spark_points
from leanfolio.views.graph import Edge, Graph, Kind, Node

ELEMENTS = {
    "svg": {"class", "role", "aria-labelledby", "aria-describedby", "viewBox", "width", "height",
            "direction"},
    "title": {"id"},
    "desc": {"id"},
    "g": {"id", "class", "transform", "aria-hidden"},
    "a": {"href", "aria-current"},
    "rect": {"width", "height", "rx"},
    "text": {"class", "x", "y", "text-anchor", "direction"},
    "path": {"class", "d"},
}  # fmt: skip

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onload='alert(1)",
    "]]>",
    "<!-- & &amp; &lt; --> <![CDATA[",
    "ends in a backslash \\",
    "\\N \\G \\L {a|b} %s {0} {{x}}",
    "nul \x00 bell \x07 half \ud83d \ufffe line\nbreak\ttab",
    "👩‍👩‍👧‍👦 family 🏳️‍🌈 👍🏽",
    "עברית and English",
    "\u202ereversed\u2066",
    "w" * 500,
    "",
]


def a_node(
    id: str = "EP-1",
    title: str = "Any",
    *,
    url: str | None = "EP-1.html",
    here: bool = False,
    note: str = "",
) -> Node:
    """An epic that is right in every way; a test names only what it changes."""
    return Node(id, "epic", "epic", title, url, here, note)


def a_drawing(*nodes: Node, edges: tuple[Edge, ...] = (), title: str = "Any") -> str:
    return drawn(Graph(title, nodes, edges))


def drawn(graph: Graph, ident: str = "trace") -> str:
    return draw(graph, in_columns(shape_of(graph)), ident=ident)


def checked(svg: str) -> ET.Element:
    """The drawing as a tree, once it has nothing but what a drawing of ours may have."""
    root = ET.fromstring(svg)
    for element in root.iter():
        assert element.tag in ELEMENTS, element.tag
        assert set(element.attrib) <= ELEMENTS[element.tag], element.attrib
    ids = [element.get("id") for element in root.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    return root


def of_class(root: ET.Element, name: str) -> list[ET.Element]:
    return [element for element in root.iter() if name in element.get("class", "").split()]


def words(element: ET.Element) -> str:
    return "".join(element.itertext())


def lines_of(title: str) -> list[str]:
    return [words(line) for line in of_class(checked(a_drawing(a_node(title=title))), "name")]


# Safe


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_stay_words(words: str) -> None:
    node = Node(words, words, words, words, words, here=True, note=words)
    other = a_node("other")
    edges = (Edge(words, "other", "needs"), Edge(words, words, "parent"))
    graph = Graph(words, (node, other), edges, folded=(words, words))
    root = checked(drawn(graph))
    assert len(of_class(root, "node")) == 2
    assert Counter(element.tag for element in root.iter())["path"] == 4
    html_tags = {element.tag for element in html.fromstring(drawn(graph)).iter()}
    assert html_tags <= set(ELEMENTS)


@settings(max_examples=200, deadline=None)
@given(st.text(st.characters(exclude_categories=[])), st.text())
def test_any_words_stay_words(one: str, two: str) -> None:
    root = checked(a_drawing(a_node(one, two, note=one, url=two), title=one))
    assert len(of_class(root, "node")) == 1


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        " javascript:alert(1)",
        "java\tscript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "http://example.com/",
        "//example.com/",
        "/\\example.com",
        "\\\\example.com",
        "ms-msdt:x",
        "x:y",
        "EP\ud83d.html",
        "",
    ],
)
def test_a_link_that_leaves_the_site_otherwise_than_by_https_is_not_drawn(url: str) -> None:
    root = checked(a_drawing(a_node(url=url)))
    assert root.find(".//a") is None
    assert of_class(root, "name")


@pytest.mark.parametrize(
    "url", ["EP-1.html", "../epics/EP-1/", "#EP-1", "?q=a:b", "/x/y:z", "https://example.com/a?b&c"]
)
def test_a_link_within_the_site_or_by_https_is_drawn(url: str) -> None:
    link = checked(a_drawing(a_node(url=url))).find(".//a")
    assert link is not None
    assert link.get("href") == url


def test_nothing_is_styled_but_by_class() -> None:
    svg = a_drawing(a_node(here=True), a_node("EP-2"), edges=(Edge("EP-1", "EP-2", "needs"),))
    assert not re.search(r"style|fill|stroke|xlink|url\(|on\w+=", svg)


@pytest.mark.parametrize("ident", ["", "1", "a b", 'a"', "a>", "ä", "a\n"])
def test_an_ident_that_is_no_id_is_our_own_bug(ident: str) -> None:
    with pytest.raises(ValueError, match="id"):
        drawn(Graph("Any", (), ()), ident)


# Ids


@given(st.lists(st.text(), unique=True, max_size=8))
def test_no_two_items_share_an_anchor(ids: list[str]) -> None:
    checked(a_drawing(*[a_node(id) for id in ids]))


def test_ids_that_others_confuse_are_told_apart() -> None:
    root = checked(a_drawing(*[a_node(id) for id in ("R-1", "R=1", "R_1", "R_3d_1", "r-1", "R 1")]))
    ids = [node.get("id") for node in of_class(root, "node")]
    assert ids[:2] == ["trace_R-1", "trace_R_3d_1"]
    assert len(set(ids)) == 6


def test_two_drawings_on_a_page_share_no_id() -> None:
    nodes = (a_node(), a_node("two-EP-1"), a_node("title"), a_node("two-title"), a_node("folded"))
    graph = Graph("Any", nodes, (), folded=("12 more",))
    ids = [re.findall(r' id="([^"]+)"', drawn(graph, ident)) for ident in ("one", "one-two")]
    assert len({*ids[0], *ids[1]}) == len(ids[0]) + len(ids[1]) == 14


# Said to everyone


def test_a_drawing_has_a_name_and_says_what_is_folded() -> None:
    graph = Graph("Around EP-1", (a_node(),), (), folded=("12 more features.", "3 more risks."))
    root = checked(drawn(graph))
    by_id = {element.get("id"): words(element) for element in root.iter()}
    assert root.get("role") == "graphics-document"
    assert by_id[root.get("aria-labelledby")] == "Around EP-1"
    assert by_id[root.get("aria-describedby")] == "12 more features. 3 more risks."


def test_a_link_is_named_by_type_id_and_whole_title() -> None:
    long = "A title that is far too long for the box, so that only a part of it can be read there"
    node = Node("KR-1.2", "key-result", "key result", long, "KR-1.2.html", note="0.55")
    root = checked(a_drawing(node))
    assert root.findtext(".//a/title") == f"key result KR-1.2: {long} (0.55)"
    assert [words(line) for line in of_class(root, "kind")] == ["key result KR-1.2"]
    assert [words(line) for line in of_class(root, "note")] == ["0.55"]
    assert len(of_class(root, "type-key-result")) == 1


def test_the_item_of_the_page_is_marked_by_more_than_colour() -> None:
    root = checked(a_drawing(a_node(here=True), a_node("EP-2")))
    assert [node.get("id") for node in of_class(root, "here")] == ["trace_EP-1"]
    assert [link.get("aria-current") for link in root.iter("a")] == ["true", None]


def test_a_drawing_of_nothing_says_so() -> None:
    root = checked(drawn(Graph("Any", (), ())))
    assert words(of_class(root, "nodes")[0]) == "Nothing is linked here."


# Titles


def test_a_short_title_is_one_line_and_a_longer_one_two() -> None:
    assert lines_of("Label printing") == ["Label printing"]
    assert lines_of("Label printing for all carriers") == ["Label printing for all", "carriers"]


def test_a_title_too_long_for_two_lines_is_cut_with_a_sign() -> None:
    first, second = lines_of("Label printing for all carriers in all the countries of the union")
    assert first == "Label printing for all"
    assert second.startswith("carriers in")
    assert second.endswith("…")


@given(st.text(min_size=1))
def test_no_line_is_longer_than_its_box(title: str) -> None:
    lines = lines_of(title)
    assert 1 <= len(lines) <= 2
    narrowest = 0.3 * 13
    for line in lines:
        drawn_characters = [c for c in line if c.isalnum()]
        assert len(drawn_characters) * narrowest <= ROOM or not line.isascii()


def test_wide_letters_take_more_room_than_narrow_ones() -> None:
    wide, narrow = lines_of("W" * 200)[0], lines_of("i" * 200)[0]
    assert len(wide) * 2 < len(narrow)
    assert len(lines_of("自" * 200)[0]) < len(wide)


def test_a_title_is_not_cut_within_a_sign() -> None:
    family = "👩‍👩‍👧‍👦"
    for line in lines_of(family * 20):
        assert line.removesuffix("…").replace(family, "") == ""
    for line in lines_of("e\u0301" * 60):
        assert not line.startswith("\u0301")


def test_a_title_from_right_to_left_starts_at_the_right() -> None:
    for title, direction in (
        ("החזרות EP-14", "rtl"),
        ("(2026) عائدات", "rtl"),
        ("EP-14 החזרות", None),
        ("2026", None),
    ):
        (line,) = of_class(checked(a_drawing(a_node(title=title))), "name")
        assert line.get("direction") == direction
        assert (float(line.get("x", 0)) > 100) == (direction == "rtl")


def test_a_state_gives_way_to_the_id() -> None:
    node = a_node("EP-2026-APAC-PAYMENTS.12", note="implementing")
    root = checked(a_drawing(node))
    assert words(of_class(root, "kind")[0]).startswith("epic EP-2026-APAC")
    assert not of_class(root, "note") or words(of_class(root, "note")[0]).endswith("…")


# Lines


@pytest.mark.parametrize("kind", ["parent", "moves", "needs", "affects"])
def test_a_line_carries_its_kind(kind: Kind) -> None:
    root = checked(a_drawing(a_node(), a_node("EP-2"), edges=(Edge("EP-1", "EP-2", kind),)))
    assert [path.get("class") for path in root.iter("path")] == [
        f"edge kind-{kind}",
        f"head kind-{kind}",
    ]


PATHS = st.lists(st.tuples(*[st.integers(0, 900).map(float)] * 2), min_size=4, max_size=13).filter(
    lambda path: len(path) % 3 == 1
)


@given(PATHS)
def test_a_line_starts_at_its_start_and_its_arrow_ends_at_its_end(
    path: list[tuple[float, float]],
) -> None:
    graph = Graph("Any", (a_node(), a_node("EP-2")), (Edge("EP-1", "EP-2", "parent"),))
    layout = Layout(900, 900, ((80, 28), (280, 28)), (tuple(path),))
    line, head = checked(draw(graph, layout, ident="trace")).iter("path")
    numbers = [float(number) for number in re.findall(r"-?[\d.]+", line.get("d", ""))]
    assert (numbers[0], numbers[1]) == path[0]
    assert len(numbers) == 2 * len(path)
    assert head.get("d", "").startswith(f"M{path[-1][0]:g},{path[-1][1]:g}L")


def test_items_stand_where_the_layout_says() -> None:
    graph = Graph("Any", (a_node(), a_node("EP-2")), ())
    layout = Layout(700, 500, ((100, 50), (500.5, 450)), ())
    root = checked(draw(graph, layout, ident="trace"))
    assert root.get("viewBox") == "0 0 700 500"
    places = [node.get("transform") for node in of_class(root, "node")]
    assert places == ["translate(20,22)", "translate(420.5,422)"]


def test_a_layout_of_another_graph_is_our_own_bug() -> None:
    layout = in_columns(shape_of(Graph("Any", (a_node(), a_node("EP-2")), ())))
    with pytest.raises(ValueError, match="longer"):
        draw(Graph("Any", (a_node(),), ()), layout, ident="trace")


# Small drawings ----------------------------------------------------------------------------------


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=1, max_size=8))
def test_a_trend_stays_in_its_box(points: list[tuple[float, float]]) -> None:
    for point in spark_points(points):
        x, y = map(float, point.split())
        assert 0 <= x <= 100
        assert 0 <= y <= 32


def test_a_higher_share_stands_higher() -> None:
    assert float(spark_height(0.9)) < float(spark_height(0.1))


def test_a_rank_stands_in_its_range_and_the_cut_after_it() -> None:
    places = interval(3, 2, 5, 10, cut=4)
    assert (places.low, places.rank, places.high, places.cut) == ("15%", "25%", "45%", "40%")
    assert interval(1, 1, 1, 1).cut is None
