"""What readers see: the words, figures and marks of pages, asked of views and of whole pages."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path, PurePosixPath
from posixpath import dirname, join, normpath

import pytest
from lxml import html as parser
from msgspec.structs import replace

from leanfolio.cache.store import Store
from leanfolio.disk.templates import templates_folder
from leanfolio.disk.translations import read_translations
from leanfolio.model import Epic
from leanfolio.output.html.say import Say, sort_value
from leanfolio.output.html.settings import SiteSettings
from leanfolio.output.html.site import Site
from leanfolio.pipeline import build, published
from leanfolio.views.built import Built
from leanfolio.views.cell import Tag
from leanfolio.views.home import home_view
from leanfolio.views.items.epic import history_table
from leanfolio.views.items.item import item_view
from leanfolio.views.lists import increment_list
from leanfolio.views.okr import KeyResultRow
from leanfolio.views.ref import Ref
from leanfolio.views.strategy import Branch, strategy_view
from leanfolio.views.trace import trace_view
from leanfolio.wording import Money, Percent, Rounded, formula, joined, message, readable
from leanfolio.wording.language import Language
from making import SMALL, TODAY, built, source, sources
from pages import Columns, every, pages, records
from test_site import sample, sample_pages

EVERY_MARK = Path(__file__).parent / "fixtures" / "every-mark.md"
INCREMENT = """
title: An increment
start: 2026-10-05
end: {end}
objectives:
  - {{title: One, team: T-1, commitment: committed, planned_value: 8, actual_value: 3}}
  - {{title: Two, team: T-1, commitment: committed, planned_value: 8}}
"""
RATED = INCREMENT.replace("planned_value: 8}}", "planned_value: 8, actual_value: 0}}")


def row(id: str = "KR-1", files: Mapping[str, str] | None = None) -> KeyResultRow:
    return built(files).figures.key_results[id]


def measured(start: object, target: object, now: object, unit: str = "") -> KeyResultRow:
    """A key result of half a year of which 78 % have passed."""
    said = f", unit: {unit}" if unit else ""
    objective = f"""
        title: An objective
        owner: A
        themes: [TH-1]
        period: 2026-H2
        key_results:
          - {{id: KR-1, title: A measure, owner: A, start: {start}, target: {target}{said},
             check_ins: [{{on: 2026-11-10, value: {now}}}]}}
        """
    return row(files={"objectives/OBJ-1.md": objective})


def html_of(
    whole: Built, url: str, settings: SiteSettings | None = None, store: Store | None = None
) -> str:
    site = Site(whole, settings or SiteSettings("Any portfolio", "abc12345"), Columns(), store)
    return next(site.html(slot) for slot in site.slots if slot.url == url)


def text_of(page: str, path: str = "//main") -> str:
    found = every(parser.document_fromstring(page), path)
    return " ".join(" ".join(each.text_content() for each in found).split())


# Increments ------------------------------------------------------------------------------------


def predictability_of(end: str, increment: str = INCREMENT) -> object:
    whole = built({"increments/PI-1.md": increment.format(end=end)})
    return records(increment_list(whole.portfolio, whole.figures).tables[0])[0]["Predictability"]


def test_an_increment_is_predictable_only_once_it_is_over() -> None:
    running = predictability_of("2026-12-18")
    assert isinstance(running, Tag)
    assert (running.tone, str(running.word)) == ("plain", "so far 18.8 %")
    assert str(predictability_of("2026-11-19", RATED)) == "18.8 %"


def test_no_team_is_judged_before_the_increment_is_over() -> None:
    def judged(end: str) -> tuple[str, bool]:
        whole = built({"increments/PI-1.md": INCREMENT.format(end=end)})
        view = item_view(whole.portfolio, whole.portfolio["PI-1"], whole.figures)
        table = next(each for each in view.tables if each.anchor == "predictability")
        return table.title, "Band" in records(table)[0]

    assert judged("2026-12-18") == ("Delivered so far per team", False)
    assert judged("2026-11-19") == ("Predictability per team", True)


def labels_of(url: str, anchor: str) -> list[str]:
    page = parser.document_fromstring(sample_pages()[url])
    return [each.text_content() for each in every(page, f"//*[@aria-label='{anchor}']//thead//th")]


def test_no_column_says_the_same_in_every_row() -> None:
    assert "Increment" not in labels_of("increments/PI-2026-4.html", "Features")
    assert "Team" not in labels_of("teams/T-Core.html", "Features")
    assert {"Team", "Increment"} <= set(labels_of("epics/EP-10.html", "Features"))


def test_what_was_delivered_of_what_was_planned_is_added_up() -> None:
    aside = text_of(sample_pages()["increments/PI-2026-3.html"], "//aside")
    assert aside.count("+") > 10
    assert "= 88 / 98" in aside


def test_a_team_that_has_reported_nothing_is_named_all_the_same() -> None:
    whole = sample()
    view = item_view(whole.portfolio, whole.portfolio["PI-2026-4"], whole.figures)
    table = next(each for each in view.tables if each.anchor == "predictability")
    shares = {
        row["Team"].id: str(row["Actual over planned"])
        for row in records(table)
        if isinstance(row["Team"], Ref)
    }
    assert (shares["T-Sites"], shares["T-Core"]) == ("none reported", "43.8 %")


# Key results -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "target", "now", "unit", "said"),
    [
        (35, 24, 27.2, "EUR", "27.2, down from 35, target 24 EUR"),
        (40, 60, 50, "", "50, up from 40, target 60"),
        (40, 60, 38, "", "38, down from 40, target 60"),
        (0, 1, 0, "", "0, as at the start, target 1"),
    ],
)
def test_a_key_result_says_where_it_came_from_and_where_it_is_to_go(
    start: object, target: object, now: object, unit: str, said: str
) -> None:
    assert str(measured(start, target, now, unit).journey) == said


def test_a_measure_that_is_to_be_kept_names_its_bounds() -> None:
    kept = SMALL["objectives/OBJ-1.md"].replace(
        "start: 40, target: 60", "kind: maintain, low: {low}, high: {high}"
    )
    band = {"objectives/OBJ-1.md": kept.replace("{low}", "45").replace("{high}", "55")}
    least = {"objectives/OBJ-1.md": kept.replace("{low}, high: {high}", "45")}
    assert str(row(files=band).journey) == "50, to stay within 45 to 55"
    assert str(row(files=least).journey) == "50, to stay at least 45"


def test_a_key_result_that_never_reported_says_so() -> None:
    silent = SMALL["objectives/OBJ-1.md"].replace("check_ins: [{on: 2026-11-10, value: 50}]", "")
    assert str(row(files={"objectives/OBJ-1.md": silent}).journey) == "not reported, target 60"


def test_what_is_green_and_yet_behind_its_pace_says_why() -> None:
    assert str(measured(0, 100, 76).band_note) == "Green from 0.7 on, yet 0.78 is expected by now."
    assert str(measured(0, 100, 69).band_note) == (
        "0.69 rounds to 0.7, where green begins; yet 0.78 is expected by now."
    )
    assert measured(0, 100, 78).band_note is None
    assert measured(0, 100, 60).band_note is None


def test_home_shows_each_objectives_own_score_beside_its_title() -> None:
    page = parser.document_fromstring(sample_pages()["index.html"])
    heads = {each.text_content() for each in every(page, "//*[@class='kr']")}
    for objective in sample().figures.okrs.objectives:
        found = next(head for head in heads if objective.id in head)
        assert f"{objective.score} {objective.band}" in found


def test_the_tree_draws_what_is_expected_by_now() -> None:
    whole = sample()
    strategy = strategy_view(whole.facts, whole.figures.okrs)
    expected = [each for each in walked(strategy.branches) if each.pace is not None]
    page = parser.document_fromstring(sample_pages()["strategy.html"])
    drawn = every(page, "//*[@class='tree']//*[@class='pace']")
    assert len(drawn) == len(expected) > 20


def walked(branches: Iterable[Branch]) -> Iterator[Branch]:
    for branch in branches:
        yield branch
        yield from walked(branch.branches)


# Words -----------------------------------------------------------------------------------------


def test_a_state_is_said_as_a_reader_says_it() -> None:
    assert [str(readable(each)) for each in ("mvp", "in-progress", "done")] == [
        "MVP", "in progress", "done",
    ]  # fmt: skip
    board = text_of(sample_pages()["board.html"])
    assert "MVP" in board
    assert "Mvp" not in board


def test_a_drawing_says_why_it_leaves_an_item_out() -> None:
    said = {str(each) for graph in trace_view(sample().portfolio).graphs for each in graph.folded}
    assert "Not drawn, being done or cancelled: EP-1, EP-4 and EP-17." in said


def test_the_last_line_of_a_history_says_since_when_it_lasts() -> None:
    history = "[{state: funnel, on: 2026-10-01}, {state: done, on: 2026-11-10}]"
    epic = f"{SMALL['epics/EP-1.md']}\n        history: {history}\n"
    item = built({"epics/EP-1.md": epic}).portfolio["EP-1"]
    assert isinstance(item, Epic)
    first, last = records(history_table(item, TODAY))
    assert (first["Days"], str(last["Days"])) == (40, "10 since then")
    assert str(records(history_table(item, date(2026, 11, 1)))[1]["Days"]) == "not yet begun"


def test_no_two_links_of_a_page_say_the_same_and_lead_elsewhere() -> None:
    for url, text in sample_pages().items():
        leads: defaultdict[str, set[str]] = defaultdict(set)
        for link in every(parser.document_fromstring(text), "//a"):
            said = link.get("aria-label") or " ".join(str(link.text_content()).split())
            assert len(said) > 2, (url, link.get("href"))
            href = str(link.get("href"))
            leads[said].add(href if "//" in href else normpath(join(dirname(url), href)))
        assert not {said: found for said, found in leads.items() if len(found) > 1}, url


def test_two_costs_of_delay_say_which_of_them_ranks() -> None:
    epic = f"{SMALL['epics/EP-1.md']}\n        cost_of_delay: {{revenue: 20000, per: week}}\n"

    def why(policy: str) -> str:
        whole = built({"epics/EP-1.md": epic, "portfolio.md": f"{SMALL['portfolio.md']}{policy}"})
        view = item_view(whole.portfolio, whole.portfolio["EP-1"], whole.figures)
        return str(next(fact.why for fact in view.facts if fact.label == "Cost of delay in money"))

    assert why("").endswith("the ranking goes by the points")
    assert why("ranking: money").endswith("the ranking goes by it")


def test_an_item_without_prose_leaves_no_column_empty() -> None:
    whole = build([*sources(), source("risks/RK-1.md", "title: R\nowner: A\nstatus: owned", "")],
                  as_of=TODAY, otherwise=TODAY)  # fmt: skip
    for url, text in pages(whole):
        for columns in every(parser.document_fromstring(text), "//*[@class='two']"):
            assert all(column.text_content().strip() for column in columns), url
    assert 'class="alone"' in html_of(whole, "risks/RK-1.html")


# Languages -------------------------------------------------------------------------------------


def test_a_sentence_prints_its_figures_and_days_as_the_language_does() -> None:
    said = message(
        "{score} of {cost} by {day}, {item}",
        score=Decimal("1234.50"),
        cost=Money(Decimal(60000), "EUR"),
        day=date(2026, 12, 18),
        item="EP-1.2",
    )
    assert Say(Language("en")).text(said) == "1,234.50 of €60,000 by 18 Dec 2026, EP-1.2"
    assert Say(Language("de")).text(said) == "1.234,50 of 60.000\u00a0€ by 18. Dez. 2026, EP-1.2"
    assert str(said) == "1234.50 of EUR 60,000 by 2026-12-18, EP-1.2"


def test_sentences_are_joined_whole() -> None:
    said = joined(
        (formula("(", 3, " − ", 1, ") / ", 4, " = ", Decimal("0.50")), "as {} wrote"), "; "
    )
    assert Say(Language("de")).text(said) == "(3 − 1) / 4 = 0,50; as {} wrote"


def test_a_cell_with_a_sentence_sorts_by_its_figure() -> None:
    said = message("{score} green", score=Decimal("0.50"))
    assert 'data-value="0.50"' in sort_value(said)


def test_home_and_item_pages_print_figures_in_the_portfolios_language() -> None:
    frame = SiteSettings("Any portfolio", language="de")
    home = text_of(html_of(sample(), "index.html", frame))
    assert "Scores 0,31 where 0,78 is expected by now." in home
    assert "0.78" not in home
    epic = text_of(html_of(sample(), "epics/EP-10.html", frame), "//aside")
    assert "(5 + 20 + 13) / 8 = 4,75" in epic
    assert "penalties 40.000" in epic


def test_a_page_is_in_the_language_of_its_words(tmp_path: Path) -> None:
    po = b'msgid "not stated"\nmsgstr "nie podano"\n'
    polish = SiteSettings("Any portfolio", language="pl", translations=po)
    english = replace(polish, translations=b"")
    whole = built({"value-streams/VS-1.md": "title: A stream\nowner: A"})
    with Store(tmp_path) as store:
        for frame, language, words in (
            (polish, "pl", "nie podano"), (english, "en", "not stated"),
            (polish, "pl", "nie podano"),
        ):  # fmt: skip
            page = html_of(whole, "value-streams/VS-1.html", frame, store)
            assert f'<html lang="{language}" dir="ltr"' in page
            assert words in text_of(page)


@pytest.mark.parametrize(
    ("language", "po", "lang", "direction"),
    [("en", b"", "en", "ltr"), ("en-GB", b"", "en-GB", "ltr"), ("de-AT", b"", "en", "ltr"),
     ("ar", b"", "en", "rtl"), ("ar", b'msgid "no"\nmsgstr "la"\n', "ar", "rtl")],
)  # fmt: skip
def test_words_run_as_their_language_does(
    language: str, po: bytes, lang: str, direction: str
) -> None:
    frame = SiteSettings("Any portfolio", language=language, translations=po)
    page = parser.document_fromstring(html_of(built(), "board.html", frame))
    assert (page.get("lang"), page.get("dir")) == (lang, direction)


def test_a_region_without_a_catalogue_takes_its_languages(tmp_path: Path) -> None:
    path = tmp_path / "de" / "LC_MESSAGES" / "leanfolio.po"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"German")
    assert [read_translations(name, tmp_path) for name in ("de", "de-AT", "de_CH", "nl")] == [
        b"German", b"German", b"German", b"",
    ]  # fmt: skip


def test_money_is_rounded_half_up_to_the_cent() -> None:
    say = Say(Language("en"))
    amounts = ("1000.125", "1000.005", "875.125", "-0.004")
    assert [say.money(Decimal(amount)) for amount in amounts] == [
        "1,000.13", "1,000.01", "875.13", "0",
    ]  # fmt: skip
    cell = say.value("")
    assert cell(Money(Decimal("1000.125"), "EUR")) == "€1,000.13"
    assert cell(Money(Decimal("1000.125"), "")) == "1,000.13"


@pytest.mark.parametrize(
    ("value", "key"),
    [(Rounded(Fraction(1, 2)), "0.50"), (Percent(Fraction(5, 8)), "63"),
     (message("{score} green", score=Rounded(Fraction(2, 3))), "0.67"),
     (formula("(", 13, " + ", 8, ") / ", 8, " = ", Rounded(Fraction(21, 8))), "2.63")],
)  # fmt: skip
def test_a_cell_of_words_sorts_by_its_first_figure(value: object, key: str) -> None:
    assert sort_value(value) == f' data-value="{key}"'


def test_a_cell_of_a_day_sorts_by_it_and_stays_on_one_line() -> None:
    assert sort_value(date(2026, 11, 2)) == ' class="nowrap" data-value="2026-11-02"'


def test_a_cell_without_a_figure_sorts_by_its_words() -> None:
    assert sort_value(message("{n} of {whole} reported", n=1, whole=2)) == ""


# Pictures and marks in prose --------------------------------------------------------------------


def with_picture(*paths: PurePosixPath) -> Built:
    body = "# A page\n\n![Three lockers](images/lockers.png)\n"
    page = source("a-page.md", "title: A page", body)
    assets = dict.fromkeys(paths, 1)
    return build([*sources(), page], as_of=TODAY, otherwise=TODAY, assets=assets)


def test_a_picture_that_is_there_is_shown_with_its_words() -> None:
    path = PurePosixPath("images/lockers.png")
    whole = with_picture(path)
    assert not [problem for problem in whole.problems if problem.rule.startswith("image")]
    page = html_of(whole, "a-page.html", SiteSettings("Any", assets=frozenset({str(path)})))
    (image,) = every(parser.document_fromstring(page), "//main//img")
    assert (image.get("src"), image.get("alt")) == ("images/lockers.png", "Three lockers")


def test_a_picture_that_is_missing_is_told_and_its_words_are_shown() -> None:
    whole = with_picture()
    assert [error.rule for error in whole.errors] == ["image-missing"]
    page = parser.document_fromstring(html_of(whole, "a-page.html"))
    assert not every(page, "//main//img")
    assert [each.text_content() for each in every(page, "//main//*[@class='dead']")] == [
        "Three lockers"
    ]


HOOKS = {"sortable", "filterable", "zoomable", "edges", "nodes", "kind-parent", "ranking", "point",
         "language-python"}  # fmt: skip


def test_every_class_on_a_page_has_a_style_or_is_a_known_hook() -> None:
    styles = (templates_folder() / "theme" / "style.css").read_text()
    known = set(re.findall(r"\.([A-Za-z][\w-]*)", re.sub(r"/\*.*?\*/", "", styles, flags=re.S)))
    secret = "title: Hidden\nvisibility: confidential\nowner: A\nstate: funnel\nkey_results: [KR-1]"
    text = f"{EVERY_MARK.read_text()}\nA secret: [[EP-77]].\n"
    files = [*sources({"epics/EP-77.md": secret})]
    page = source("every-mark.md", "title: Every mark", text.split("---\n", 2)[2])
    whole = published(build([*files, page], as_of=TODAY, otherwise=TODAY), "public")
    marked = html_of(whole, "every-mark.html")
    assert 'class="unlinked"' in marked
    bare = {
        (part, url)
        for url, said in [*sample_pages().items(), ("every-mark.html", marked)]
        for element in every(parser.document_fromstring(said), "//*")
        for part in (element.get("class") or "").split()
        if part not in known | HOOKS
    }
    assert not bare
    assert not re.search(r"^\.task\b", styles, re.M), "it would size the bars of drawings"


# Home ------------------------------------------------------------------------------------------


def test_home_titles_say_what_is_off_and_lead_there() -> None:
    page = parser.document_fromstring(sample_pages()["index.html"])
    cards = every(page, "//section[@aria-labelledby='exceptions']//h3/a")
    home = home_view(sample().portfolio, sample().facts, sample().figures)
    assert [(card.text_content(), card.get("href")) for card in cards] == [
        (str(exception.title), exception.url)
        for exception in (*home.exceptions, *home.more_exceptions)
    ]
    assert "look" not in {each.text_content() for each in every(page, "//a")}
