"""The stories of a feature are sections of its page; every link to one leads there."""

import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from lxml import html as parser

from leanfolio.markdown.render import as_section, render_body
from leanfolio.model import Story
from leanfolio.model.addresses import MOST_STORIES
from leanfolio.output.data_files import data_files
from leanfolio.output.search import search_index
from leanfolio.pipeline import build, published
from leanfolio.views.built import Built
from leanfolio.views.pages import page_specs
from leanfolio.views.ref import url_of
from making import TODAY, linked, source, sources
from pages import every, lint, pages

EVERY_MARK = Path(__file__).parent / "fixtures" / "every-mark.md"
FEATURE = "title: A feature\nowner: A\nepic: EP-1\nstate: backlog"
STORY = "title: A story\nowner: Jo\nfeature: FT-1\nstate: backlog\npoints: 3\niteration: '2'"
PROSE = "# A story\n\nAll of it.\n\n## Notes\n\n[Above](#a-story), [here](#notes), [[ST-2]].\n"
MANY = {f"stories/ST-{n}.md": STORY.replace("A story", f"Story {n}") for n in range(1, 66)}


def a_site(files: Mapping[str, str], prose: Mapping[str, str] | None = None) -> Built:
    heads = {"features/FT-1.md": FEATURE, **files}
    bodies = [source(path, heads.pop(path), text) for path, text in (prose or {}).items()]
    return build([*sources(heads), *bodies], as_of=TODAY, otherwise=TODAY)


def test_a_story_is_a_section_of_its_feature_with_its_prose_whole() -> None:
    path = "stories/ST-1.md"
    made = dict(pages(a_site({path: STORY, "stories/ST-2.md": STORY}, {path: PROSE})))
    assert not [url for url in made if url.startswith("stories/")]
    page = parser.document_fromstring(made["features/FT-1.html"])
    (story,) = every(page, "//details[@id='ST-1']")
    assert " ".join(story.find("summary").text_content().split()) == (
        "ST-1 A story backlog iteration 2 3 points"
    )
    assert "All of it." in story.text_content()
    assert [each.get("id") for each in every(story, ".//h4")] == ["ST-1:notes"]
    links = [each.get("href") for each in every(story, ".//*[@class='prose']//a")]
    assert links == ["#ST-1", "#ST-1:notes", "../features/FT-1.html#ST-2"]


def test_links_search_and_data_lead_to_the_section() -> None:
    text = "See [[ST-1]], [notes](stories/ST-1.md#notes) and [all](stories/ST-1.md#a-story).\n"
    files = {"stories/ST-1.md": STORY, "about.md": "title: About"}
    whole = a_site(files, {"stories/ST-1.md": PROSE, "about.md": text})
    page = parser.document_fromstring(dict(pages(whole))["about.html"])
    place = "features/FT-1.html#ST-1"
    links = [each.get("href") for each in every(page, "//*[@class='prose']//a")]
    assert links == [place, f"{place}:notes", place]
    assert place in {row[3] for row in search_index(whole)["rows"]}
    assert place in data_files(whole)["data/items.csv"]


def test_a_story_without_a_feature_has_a_page_of_its_own() -> None:
    alone = STORY.replace("feature: FT-1\n", "")
    assert "stories/ST-1.html" in dict(pages(a_site({"stories/ST-1.md": alone})))
    unknown, _ = linked({"stories/ST-1.md": STORY})  # its feature does not exist
    assert url_of(unknown["ST-1"]) == "stories/ST-1.html"


def test_many_stories_go_on_on_further_pages_and_each_is_where_its_address_says() -> None:
    moves = ", ".join(f"{{state: backlog, on: 2026-10-{day:02}}}" for day in range(1, 6))
    heads = {path: f"{head}\nhistory: [{moves}]" for path, head in MANY.items()}
    body = "# Story\n\n" + "- A *point* of [[EP-1]].\n" * 4
    whole = a_site(heads, dict.fromkeys(heads, body))
    made = {url: parser.document_fromstring(text) for url, text in pages(whole)}
    names = ["FT-1.html", "FT-1/stories-2.html", "FT-1/stories-3.html"]
    assert [url for url in made if url.startswith("features/")] == [f"features/{n}" for n in names]
    for story in whole.portfolio.items_of(Story):
        page, anchor = url_of(story).split("#")
        found = [url for url in made if every(made[url], f"//details[@id='{anchor}']")]
        assert found == [page]
    for name in names:
        shown = made[f"features/{name}"]
        links = every(shown, "//nav[@class='pages']//a")
        assert [each.text for each in links] == [
            "ST-1 to ST-25", "ST-26 to ST-50", "ST-51 to ST-65",
        ]  # fmt: skip
        assert len(every(shown, "//*")) <= 3000


def test_ids_of_stories_headings_and_sections_of_a_page_never_meet() -> None:
    path, moves = "features/FT-1.md", "history: [{state: backlog, on: 2026-10-01}]"
    ids = ("graph", "history", "main", "nav", "notes", "g-title", "history.backlog", "view-board")
    heads = {f"stories/{id}.md": f"{STORY}\n{moves}" for id in ids}
    prose = "".join(f"## {id}\n\n[To it](#{id.lower()})\n\n" for id in ("Notes", "Stories", "Main"))
    prose += "## View board\n\n```leanfolio\nview: board\n```\n"
    whole = a_site({**heads, path: f"{FEATURE}\n{moves}"}, {path: prose})
    made = dict(pages(whole))
    assert [fault for url, text in made.items() for fault in lint(url, text)] == []
    page = parser.document_fromstring(made["features/FT-1.html"])
    for id in ids:
        assert url_of(whole.portfolio[id]) == f"features/FT-1.html#{id}"
        assert every(page, f"//*[@id='{id}']")[0].get("class") == "story"
    links = every(page, "//*[@class='prose']//a[text()='To it']/@href")
    headings = every(page, "//*[@class='prose']/h2[position() < 4]/@id")
    assert links == [f"#{anchor}" for anchor in headings]
    contents = every(page, "//details[contains(@class, 'contents')]//a/@href")
    assert contents == [f"#{anchor}" for anchor in every(page, "//main//h2/@id")]
    for id in every(page, "//@aria-labelledby | //@popovertarget"):
        assert every(page, f"//*[@id='{id}']")


def test_long_prose_of_many_stories_leaves_a_page_light_and_is_on_it_whole() -> None:
    points = "- A *point* of [[EP-1]].\n" * 60
    long = f"# A story\n\n{points}\n| a | b |\n|---|---|\n{'| 1 | 2 |' * 40}\n\nIts <last> words.\n"
    bodies = {path: (long if at % 5 else PROSE) for at, path in enumerate(MANY)}
    page = dict(pages(a_site(MANY, bodies)))["features/FT-1.html"]
    document = parser.document_fromstring(page)
    assert len(every(document, "//*")) <= 3000
    stories = every(document, "//details[@class='story']")
    assert len(stories) == MOST_STORIES
    for at, story in enumerate(stories):
        written = every(story, ".//pre[@class='as-written']")
        assert ("Its <last> words." if at % 5 else "All of it.") in story.text_content()
        assert len(written) <= (1 if at % 5 else 0)  # what is short is laid out


def test_what_an_audience_may_not_read_takes_no_place() -> None:
    secret = {
        path: f"{head}\nvisibility: internal"
        for path, head in list(MANY.items())[: len(MANY) - MOST_STORIES]
    }
    whole = published(a_site(MANY | secret), "public")
    urls = [spec.url for spec in page_specs(whole)]
    assert [url for url in urls if url.startswith("features/")] == ["features/FT-1.html"]
    page = dict(pages(whole))["features/FT-1.html"]
    assert re.findall(r'<details class="story" id="ST-(\d+)"', page) == [
        str(n) for n in range(len(MANY) - MOST_STORIES + 1, len(MANY) + 1)
    ]


@pytest.mark.parametrize("name", ["ST-1", "a.b-c"])
def test_a_body_keeps_its_links_and_its_outline_as_a_section(name: str) -> None:
    body = render_body(EVERY_MARK.read_text().split("---\n", 2)[2])
    whole = parser.fragment_fromstring(as_section(body.html, name), create_parent=True)
    alone = parser.fragment_fromstring(body.html, create_parent=True)
    ids = [str(each) for each in every(whole, "//@id")]
    assert ids == [f"{name}:{each}" for each in every(alone, "//@id")]
    regions = every(whole, "//*[@role='region' or @role='doc-endnotes']/@aria-label")
    assert regions and all(str(each).startswith(f"{name}: ") for each in regions)
    for link in every(whole, "//a/@href[starts-with(., '#')]"):
        assert str(link)[1:] in ids
    levels = [int(each.tag[1]) for each in every(alone, "//*[self::h2 or self::h3 or self::h4]")]
    assert levels
    shown = every(whole, "//*[self::h4 or self::h5 or self::h6]")
    assert [int(each.tag[1]) for each in shown] == [level + 2 for level in levels]
    assert whole.text_content() == alone.text_content()
