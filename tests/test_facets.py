"""What boards, trees and drawings carry for a reader's filter, card and table, without scripts."""

import gzip
from functools import cache

import pytest
from lxml import html as parser
from lxml.html import HtmlElement

from leanfolio.disk.templates import templates_folder
from leanfolio.model import Epic, Item, ValueStream
from leanfolio.model.portfolio import Portfolio
from leanfolio.output.script_words import theme_messages
from leanfolio.output.search import search_index
from leanfolio.views.facets import facets_of, stream_of
from making import built
from pages import every
from test_site import sample, sample_pages

FILES = {
    "features/FT-1.md": """
        title: A feature
        epic: EP-1
        tags: [fast, "two words"]
        state: in-progress
        stories: [{id: ST-1, title: A story, owner: B, state: done}]
        """,
}


@cache
def page(url: str) -> HtmlElement:
    return parser.document_fromstring(sample_pages()[url])


def carried(element: HtmlElement) -> tuple[str, ...]:
    """What an element says of its item."""
    return tuple(element.get(f"data-{name}") or "" for name in ("stream", "owner", "tags"))


def stated(portfolio: Portfolio, item: Item) -> tuple[str, ...]:
    facets = facets_of(portfolio, item)
    return facets.stream, facets.owner, "\n".join(facets.tags)


def test_a_feature_and_a_story_have_the_value_stream_of_their_epic() -> None:
    portfolio = built(FILES).portfolio
    assert {stream_of(portfolio, id) for id in ("EP-1", "FT-1", "ST-1", "VS-1")} == {"VS-1"}
    assert stream_of(portfolio, "OBJ-1") == stream_of(portfolio, "nothing") == ""
    feature = facets_of(portfolio, portfolio["FT-1"])
    assert (str(feature.type), str(feature.state)) == ("Feature", "In progress")
    assert (feature.stream, feature.owner, feature.tags) == ("A stream", "", ("fast", "two words"))


def test_search_boards_and_trees_filter_by_the_same_value_stream() -> None:
    goal = "title: G\nowner: A\nperiod: 2026-H2\nvalue_stream: VS-2\n"
    files = {
        "value-streams/VS-2.md": "title: Other\nowner: A",
        "objectives/OBJ-8.md": f"{goal}key_results: [{{id: KR-8, title: K}}]",
        "epics/EP-8.md": "title: E\nowner: A\nstate: funnel\nkey_results: [KR-8]",
    }
    whole = built(FILES | files)
    portfolio = whole.portfolio
    assert stream_of(portfolio, "KR-8") == "VS-2"
    assert stream_of(portfolio, "EP-8") == ""  # whom it serves says nothing of who does it
    found = {row[0]: (*row, "", "")[6] for row in search_index(whole)["rows"] if len(row) > 4}
    for id, stream in found.items():
        if id in portfolio and not isinstance(portfolio[id], ValueStream):
            title = portfolio[stream].title if stream else ""
            assert facets_of(portfolio, portfolio[id]).stream == title


def test_every_card_of_the_board_carries_what_it_is_filtered_by() -> None:
    portfolio = sample().portfolio
    cards = every(page("board.html"), "//*[@data-filter]//li[contains(@class, 'tile')]")
    assert {card.get("id") for card in cards} == {f"tile-{e.id}" for e in portfolio.items_of(Epic)}
    for card in cards:
        item = portfolio[card.get("id").removeprefix("tile-")]
        assert carried(card) == stated(portfolio, item)
        assert card.get("data-state") == str(facets_of(portfolio, item).state)


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("strategy.html", "//div[contains(@class, 'branch')][.//a]"),
        ("roadmap.html", "//*[@data-filter]//tbody/tr"),
        ("trace.html", "//*[@data-filter]//table[@class='matrix']/tbody/tr"),
    ],
)
def test_every_line_of_a_tree_carries_what_it_is_filtered_by(url: str, path: str) -> None:
    portfolio = sample().portfolio
    lines = every(page(url), path)
    assert len(lines) > 20
    for line in lines:
        link = next(each for each in every(line, ".//a/@href"))
        item = portfolio[str(link).rpartition("/")[2].removesuffix(".html")]
        assert carried(line) == stated(portfolio, item), item.id
        assert line.get("data-type") == str(facets_of(portfolio, item).type)


def test_every_key_result_is_filtered_by_its_band_and_its_theme() -> None:
    rows = every(page("objectives.html"), "//*[@data-filter]//tr[@data-type]")
    assert {row.get("id") for row in rows} == set(sample().figures.key_results)
    for row in rows:
        assert row.get("data-state") == (sample().figures.key_results[row.get("id")].band or None)
    assert any("\n" not in row.get("data-themes") for row in rows)


def test_a_box_of_a_drawing_leads_to_the_drawing_around_itself() -> None:
    for url in ("epics/EP-7.html", "trace.html", "objectives/OBJ-1.html"):
        folder = "../" if "/" in url else ""
        for link in every(page(url), "//*[name()='svg'][contains(@class, 'graph')]//*[name()='a']"):
            target, mark, anchor = str(link.get("href")).removeprefix(folder).partition("#")
            if link.get("aria-current"):
                assert not mark
            elif anchor:
                kinds = "self::h2 or self::details[@class='story']"
                assert every(page(target), f"//*[@id='{anchor}'][{kinds}]"), (url, target)
            assert target in sample_pages()


def test_every_line_of_a_drawing_is_a_row_of_its_table() -> None:
    for url in ("epics/EP-7.html", "features/FT-133.html", "trace.html"):
        graphs = every(page(url), "//*[name()='svg'][contains(@class, 'graph')]")
        tables = every(page(url), "//details[@class='of-drawing']//table")
        lines = [len(every(graph, ".//*[contains(@class, 'edge kind-')]")) for graph in graphs]
        assert [len(every(table, ".//tbody/tr")) for table in tables] == lines


def test_a_box_says_whose_it_is_and_its_figures() -> None:
    texts = [each.text_content() for each in every(page("epics/EP-7.html"), "//desc")]
    owners = [text for text in texts if "Owner: Henrik Lund" in text]
    assert any("Job size: 13" in text and "Approved: €1,350,000" in text for text in owners)


def test_what_the_ranking_rests_on_stands_on_a_page_of_its_own() -> None:
    order, certainty = page("ranking.html"), page("ranking/how-sure.html")
    for anchor in ("ranking", "cut-line", "sequence", "urgency", "unranked"):
        assert every(order, f"//*[@id='{anchor}']"), anchor
    for anchor in ("sure", "draws", "forms"):
        assert every(certainty, f"//*[@id='{anchor}']"), anchor
        assert not every(order, f"//*[@id='{anchor}']"), anchor
    assert every(order, "//a[@href='ranking/how-sure.html#draws']")


def test_a_table_of_two_columns_stays_a_table_on_a_phone() -> None:
    seen = 0
    for url in ("board.html", "ranking.html", "epics/EP-7.html", "increments/PI-2026-4.html"):
        path = "//table[contains(@class, 'cards') or contains(@class, 'pair')]"
        for table in every(page(url), path):
            columns = len(every(table, "./thead//th"))
            assert ("pair" in table.get("class").split()) == (columns < 3), (url, columns)
            seen += columns < 3
    assert seen


def test_the_scripts_of_a_page_weigh_less_than_a_picture() -> None:
    theme = templates_folder() / "theme"
    scripts = sum(len(gzip.compress(path.read_bytes())) for path in theme.glob("*.js"))
    assert scripts <= 40_000
    assert len(gzip.compress((theme / "style.css").read_bytes())) <= 25_000


def test_translators_see_the_words_of_filters_and_drawings() -> None:
    words = theme_messages()
    wanted = {
        "Columns, {n} hidden", "{n} of {whole}", "Clear", "Show all {n} rows", "Value stream",
        "key results", "Larger", "Nothing on this page is of all these: {values}.",
    }  # fmt: skip
    assert wanted - set(words) == set()
