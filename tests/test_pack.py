"""The board pack: its parts in order, the figures of the pages, on paper and as slides."""

import json
import re
from collections.abc import Iterator
from functools import cache
from io import BytesIO
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from lxml import html as parser
from msgspec.structs import replace
from pptx import Presentation
from pptx.util import Pt

from leanfolio.cli.show import show
from leanfolio.disk.files import Project
from leanfolio.disk.translations import read_translations
from leanfolio.output.html.settings import SiteSettings
from leanfolio.output.pack.document import PAGE, document
from leanfolio.output.pack.printed import Printed, printed
from leanfolio.output.pack.slide_plan import BOTTOM, HEIGHT, MARGIN, WIDTH, plan
from leanfolio.output.pack.slides import slides
from leanfolio.output.pack.text_fit import height, lines, width
from leanfolio.pipeline import build, published
from leanfolio.views.built import Built
from leanfolio.views.home import home_view
from leanfolio.views.home.decisions_due import decisions_due
from leanfolio.views.meetings.meeting import USUAL, meetings_of
from leanfolio.views.pack import pack_of
from leanfolio.views.pack.decisions import MOST_PAGES
from making import PORTFOLIO, SMALL, TODAY, built, source
from odd_portfolios import odd_portfolios
from pages import every, lint
from test_site import REPOSITORY, sample, sample_pages

SITE = SiteSettings(
    "Any portfolio", "abc12345", "https://git.example/commit/abc12345",
    "https://git.example/commit/", site_url="https://portfolio.example/team/",
)  # fmt: skip
ORDER = ["Summary", "Decisions", "Exceptions", "Funding", "Risks", "Board review", "Appendix"]
LONG = {
    "epics/EP-9.md": f"title: {'w' * 200} {'title ' * 33}\nowner: {'o' * 300}\nkind: business\n"
    "state: analyzing\nvalue_stream: VS-1\ndecide_by: 2026-12-01\n",
    "risks/RK-1.md": "title: مخاطر السوق في الشمال\nowner: A\nstatus: owned\ndue: 2026-11-01\n"
    f"action: {'word ' * 900}\n",
}


def words(whole: Built, meeting: str | None = None, site: SiteSettings = SITE) -> Printed:
    """A pack as it is printed."""
    value = pack_of(whole, meeting)
    assert value is not None
    return printed(value, whole.as_of, site, "public", whole.portfolio.policy.currency)


@cache
def sample_words() -> Printed:
    return words(sample())


@cache
def sample_slides() -> bytes:
    return slides(sample_words(), TODAY)


def page_of(pack: Printed) -> str:
    return document(pack)[PAGE].decode()


def text_of(page: str) -> str:
    """What a reader reads of a page, with single blanks."""
    [found] = every(parser.document_fromstring(page), "//body")
    for each in every(found, ".//script"):
        each.drop_tree()
    return single(str(found.text_content()))


def single(text: str) -> str:
    """A text with single blanks, of which none keeps a line together."""
    return re.sub(r"\s+", " ", text)


def shapes_of(data: bytes) -> Iterator[tuple[int, Any]]:
    """Every shape of every slide, with the number of its slide."""
    for number, slide in enumerate(Presentation(BytesIO(data)).slides):
        yield from ((number, shape) for shape in slide.shapes)


def paragraphs(shape: Any) -> list[Any]:
    if shape.has_table:
        cells = (cell for row in shape.table.rows for cell in row.cells)
        return [paragraph for cell in cells for paragraph in cell.text_frame.paragraphs]
    return list(shape.text_frame.paragraphs) if shape.has_text_frame else []


def slide_texts(data: bytes) -> list[str]:
    """The text of each slide, with single blanks and without the marks of a status."""
    found: dict[int, list[str]] = {}
    for number, shape in shapes_of(data):
        texts = ("".join(run.text for run in each.runs) for each in paragraphs(shape))
        found.setdefault(number, []).extend(texts)
    return [single(" ".join(texts)) for texts in found.values()]


# What is in it ---------------------------------------------------------------------------------


def test_the_parts_stand_in_the_order_of_a_board_pack() -> None:
    parts = [leaf.part for leaf in sample_words().leaves]
    known = [part for part in dict.fromkeys(parts) if not part.startswith("Decision ")]
    assert known == ORDER
    assert sample_words().name == "board-review"


@pytest.mark.parametrize("meeting", USUAL, ids=lambda meeting: meeting.name)
def test_every_meeting_has_its_pack_with_all_that_it_asks(meeting: Any) -> None:
    anchors = [leaf.anchor for leaf in words(sample(), meeting.name).leaves]
    asked = {f"{meeting.name}-{section.anchor}" for section in meeting.sections(sample())}
    assert asked - set(anchors) == {f"{meeting.name}-decisions"} & asked
    assert len(anchors) == len(set(anchors))


def test_without_a_name_it_is_that_of_the_first_meeting_and_without_meetings_the_whole() -> None:
    other = built({"portfolio.md": f"{PORTFOLIO}meetings: {{portfolio-sync: Monday round}}\n"})
    value = pack_of(other)
    assert value is not None
    assert (value.name, str(value.title)) == ("portfolio-sync", "Monday round")
    assert pack_of(other, "board-review") is None
    none = pack_of(built({"portfolio.md": f"{PORTFOLIO}meetings: {{}}\n"}))
    assert none is not None
    assert (none.name, str(none.title)) == ("board-pack", "Board pack")
    assert pack_of(built(), "monday") is None


def test_of_many_decisions_the_soonest_have_a_page_and_the_table_has_all() -> None:
    due = decisions_due(sample().portfolio, sample().facts)
    assert len(due) > MOST_PAGES
    decisions = [leaf for leaf in sample_words().leaves if leaf.anchor.startswith("decision")]
    assert len(decisions) == 1 + MOST_PAGES
    rows = decisions[0].grids[0].rows
    assert [row[0].text for row in rows] == [each.item.name for each in due]
    for leaf, each in zip(decisions[1:], due, strict=False):
        assert leaf.finding.endswith(each.item.name)
        assert leaf.facts[0].why == SITE.printer().text(each.due)


def test_what_a_table_leaves_out_is_counted_whole() -> None:
    """Also what the pages leave out: home has 12 objectives, the page of decisions 150 rows."""
    goal = SMALL["objectives/OBJ-1.md"]
    epic = f"{SMALL['epics/EP-1.md'].replace('funnel', 'analyzing')}\n        decide_by: 2026-12-01"
    goals = {f"objectives/OBJ-{n}.md": goal.replace("KR-1", f"KR-{n}") for n in range(1, 31)}
    pack = words(built({**goals, **{f"epics/EP-{n}.md": epic for n in range(1, 161)}}))
    notes = {grid.title: (len(grid.rows), grid.note) for leaf in pack.leaves for grid in leaf.grids}
    assert notes["Objectives, the worst first"] == (
        8, "22 more are not listed here: see Objectives.",
    )  # fmt: skip
    assert notes["To be decided"] == (40, "120 more are not listed here: see Decisions.")


def test_an_empty_portfolio_has_a_pack_that_says_what_is_missing() -> None:
    empty = build([source("portfolio.md", PORTFOLIO)], as_of=TODAY, otherwise=TODAY)
    pack = words(empty)
    exceptions = next(leaf for leaf in pack.leaves if leaf.anchor == "exceptions")
    assert (exceptions.finding, exceptions.missing) == (
        "Nothing is off", "Nothing here: nothing is off.",
    )  # fmt: skip
    assert lint(PAGE, page_of(pack)) == []
    assert slides(pack, TODAY)


# The same figures ------------------------------------------------------------------------------


def test_every_figure_of_the_pack_is_that_of_the_page_and_of_the_slide() -> None:
    pack, pages = sample_words(), sample_pages()
    slide = " ".join(slide_texts(sample_slides()))
    paper, home = text_of(page_of(pack)), text_of(pages["index.html"])
    home_tiles = pack.leaves[0].tiles
    assert len(home_tiles) == len(home_view(sample().portfolio, sample().facts,
                                            sample().figures).figures)  # fmt: skip
    for tile in home_tiles:
        for text in map(single, filter(None, (tile.label, tile.value, tile.note))):
            assert all(text in whole for whole in (home, paper, slide)), text
    for leaf in pack.leaves:
        for row in (row for grid in leaf.grids for row in grid.rows):
            for cell in row:
                texts = [single(run.text) for run in cell.runs]
                assert all(text in paper and text in slide for text in texts), cell


def test_the_money_of_the_pack_is_that_of_the_page_and_of_the_json() -> None:
    project = Project.at(REPOSITORY)
    done = CliRunner().invoke(show, ["funding", "--format", "json"], obj=project)
    funding = next(leaf for leaf in sample_words().leaves if leaf.anchor == "funding")
    grid = funding.grids[0]
    labels = [head.label.lower().replace("spent", "actual") for head in grid.heads]
    page = text_of(sample_pages()["funding.html"])
    period = sample().figures.funding.period
    answer = json.loads(done.stdout)
    lines = [row for row in (*answer["rows"], *answer["totals"]) if row["period"] == period]
    for row in grid.rows:
        printed_row = dict(zip(labels, (cell.text for cell in row), strict=True))
        title = row[0].text
        line = next(each for each in lines if title in (f"{each['id']} {each['title']}",
                                                        each["title"]))  # fmt: skip
        for name in ("approved", "committed", "forecast", "actual", "remaining", "variance"):
            text = printed_row[name]
            assert float(line[name]) == float(text.replace(",", "").replace("−", "-"))
            assert text.removeprefix("−") in page


def test_the_rows_of_a_meeting_are_those_of_its_page() -> None:
    for meeting in meetings_of(sample().portfolio):
        page = text_of(sample_pages()[meeting.url])
        for leaf in words(sample(), meeting.name).leaves:
            if leaf.part.startswith(str(meeting.title)):
                assert single(leaf.finding) in page
                cells = [cell for grid in leaf.grids for row in grid.rows for cell in row]
                texts = (single(run.text) for cell in cells for run in cell.runs)
                assert [text for text in texts if text not in page] == []


# Paper and slides ------------------------------------------------------------------------------


def test_every_page_states_day_commit_and_site() -> None:
    pack = sample_words()
    foot = "Any portfolio · as of 20 Nov 2026 · commit abc12345 · https://portfolio.example/team/"
    assert pack.foot == foot
    assert parser.document_fromstring(page_of(pack)).get("data-foot") == foot
    texts = slide_texts(sample_slides())
    assert all(foot in text for text in texts)
    assert len(texts) < 25


def test_links_lead_to_the_site_and_without_an_address_nowhere() -> None:
    found = parser.document_fromstring(page_of(sample_words()))
    urls = {str(each.get("href")) for each in every(found, "//a")}
    own = ("https://portfolio.example/team/", "https://git.example/commit/")
    assert {url for url in urls if not url.startswith((*own, "#"))} == set()
    assert "https://portfolio.example/team/epics/EP-7.html" in urls
    bare = words(sample(), site=replace(SITE, site_url=None))
    found = parser.document_fromstring(page_of(bare))
    urls = {str(each.get("href")) for each in every(found, "//main//a")}
    assert {url for url in urls if not url.startswith("#")} == set()
    assert "decisions.html" in text_of(page_of(bare))


def test_a_pack_is_in_the_language_of_the_site() -> None:
    german = replace(SITE, language="de", translations=read_translations("de"))
    pack = words(built(), site=german)
    assert (pack.language, pack.leaves[0].part) == ("de", "Zusammenfassung")
    assert [entry.label for entry in pack.stamp] == ["Stand", "Commit", "Publikum", "Website"]
    assert pack.leaves[0].grids[0].heads[0].label == "Ziel"
    assert "20. Nov. 2026" in pack.foot
    without_periods = {"value-streams/VS-1.md": "title: A stream\nowner: A"}
    pack = words(built(without_periods), site=german)
    funding = next(leaf for leaf in pack.leaves if leaf.anchor == "funding")
    assert funding.tiles[0].label == "Bewilligt, alle Zeiträume"
    assert funding.grids[0].rows[-1][0].text == "Alle Wertströme"


@pytest.mark.parametrize("url", ["javascript:alert(1)", "file:///etc/passwd", "//x", "http://["])
def test_an_address_that_is_not_of_the_web_makes_no_link(url: str) -> None:
    pack = words(sample(), site=replace(SITE, site_url=url))
    assert pack.link == ""
    assert url not in page_of(pack)
    rows = (row for leaf in pack.leaves for grid in leaf.grids for row in grid.rows)
    assert {run.url for row in rows for cell in row for run in cell.runs} == {""}


@cache
def long_slides() -> bytes:
    return slides(words(built(LONG)), TODAY)


def faults(data: bytes) -> Iterator[str]:
    """Yield what runs over a slide, or over what stands below it, by an estimate from above."""
    for number, shape in shapes_of(data):
        bottom = (shape.top + shape.height) / Pt(1)
        if shape.left < 0 or (shape.left + shape.width) / Pt(1) > WIDTH + 0.5 or bottom > HEIGHT:
            yield f"slide {number}: {shape.name} at {bottom}"
        if shape.has_table:
            for row in shape.table.rows:
                needed = max(
                    cell_height(cell, column.width / Pt(1))
                    for cell, column in zip(row.cells, shape.table.columns, strict=True)
                )
                if needed > row.height / Pt(1) + 0.5:
                    yield f"slide {number}: a row of {shape.name} needs {needed}"
            if bottom > BOTTOM + 0.5:
                yield f"slide {number}: {shape.name} runs into the foot"


def cell_height(cell: Any, wide: float) -> float:
    [paragraph] = cell.text_frame.paragraphs
    size = next((run.font.size / Pt(1) for run in paragraph.runs), 9)
    text = "".join(run.text for run in paragraph.runs)
    return height(len(lines(text, wide - 8, size)), size) + float(cell.margin_top / Pt(1)) * 2


def test_nothing_runs_over_a_slide() -> None:
    assert list(faults(sample_slides())) == []
    assert list(faults(long_slides())) == []


@settings(max_examples=12, derandomize=True, deadline=None,
          suppress_health_check=[HealthCheck.too_slow])  # fmt: skip
@given(odd_portfolios())
def test_odd_portfolios_have_packs_in_which_nothing_runs_over(files: dict[str, str]) -> None:
    whole = build([source(*each) for each in files.items()], as_of=TODAY, otherwise=TODAY)
    for seen in (whole, published(whole, "public")):
        pack = words(seen)
        assert lint(PAGE, page_of(pack)) == []
        for leaf in pack.leaves:
            for slide in plan(leaf):
                assert all(each.top + each.height <= BOTTOM + 1 for each in slide.tables)
                assert all(each.top + each.height <= BOTTOM + 1 for each in slide.words)


def test_a_table_that_goes_on_has_its_heads_again_and_each_slide_its_number() -> None:
    many = {f"risks/RK-{n}.md": f"title: Risk {n} {'of many words ' * 20}\nowner: A\nstatus: owned"
            for n in range(1, 16)}  # fmt: skip
    pack = words(built(many))
    leaf = next(leaf for leaf in pack.leaves if leaf.anchor == "risks")
    parts = plan(leaf)
    assert len(parts) > 1
    assert all(part.tables[0].heads == parts[0].tables[0].heads for part in parts)
    titles = [text for text in slide_texts(slides(pack, TODAY)) if leaf.finding in text]
    assert [f"({n}/{len(parts)})" in text for n, text in enumerate(titles, 1)] == [True] * len(
        parts
    )


def test_all_of_a_long_text_is_on_the_slides() -> None:
    texts = " ".join(slide_texts(long_slides()))
    assert texts.count("word ") >= 900 - 30
    assert "w" * 20 in texts


def test_what_is_written_from_right_to_left_is_set_so() -> None:
    every_paragraph = [each for _, shape in shapes_of(long_slides()) for each in paragraphs(shape)]
    arabic = [each for each in every_paragraph if "مخاطر" in "".join(r.text for r in each.runs)]
    starting = [each for each in arabic if each.runs[0].text.startswith(("\u2068م", "م"))]
    assert all(each._p.pPr.get("rtl") == "1" for each in starting)
    assert arabic


def test_a_word_is_as_wide_as_its_letters_and_broken_where_it_is_wider_than_its_room() -> None:
    assert width("WWW", 10) > width("iii", 10) > 0
    assert lines("a " * 50, 60, 10) != [("a " * 50).strip()]
    assert all(width(line, 10) <= 60 for line in lines("w" * 90, 60, 10))
    assert "".join(lines("w" * 90, 60, 10)) == "w" * 90
    assert (MARGIN, lines("", 60, 10)) == (36, [""])


def test_the_slides_are_the_same_bytes_and_say_whose_they_are() -> None:
    pack = sample_words()
    one, two = sample_slides(), slides(pack, TODAY)
    assert one == two
    file = Presentation(BytesIO(one))
    known = file.core_properties
    assert (known.author, known.title) == ("Any portfolio", "Board review · Any portfolio")
    assert known.created.date() == known.modified.date() == TODAY
    assert all(not slide.has_notes_slide for slide in file.slides)
    assert all(slide.shapes.title.text_frame.text for slide in file.slides)


def test_no_part_of_the_pack_is_hidden_by_the_style_of_the_site() -> None:
    """On paper the theme hides what is for a screen; nothing of the pack has such a name."""
    folder = REPOSITORY / "templates"
    style = (folder / "theme" / "style.css").read_text(encoding="utf-8")
    hiding = re.findall(r"([^{}]+)\{[^{}]*display: none[^{}]*\}", style)
    hidden = {
        each.strip()[1:]
        for selectors in hiding
        for each in selectors.split(",")
        if re.fullmatch(r"\s*\.[\w-]+\s*", each)
    }
    assert {"dialog", "anchor", "no-print"} <= hidden
    used = {
        name
        for template in (folder / "pack").glob("*.jinja")
        for value in re.findall(r'class="([^"]*)', template.read_text(encoding="utf-8"))
        for name in re.findall(r"[\w-]+", value)
    }
    assert {"sheet", "cover", "subject"} <= used
    assert used & hidden == set()
