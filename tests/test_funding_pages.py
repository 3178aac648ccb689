"""The pages of the money of a large portfolio: small enough, well linked, and with nothing lost."""

import csv
import io
import posixpath
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import PurePosixPath

import pytest
from lxml import html as parser

from leanfolio.model.source import Source
from leanfolio.output.data_files import data_files
from leanfolio.output.feeds import FeedSettings, feed_files
from leanfolio.output.html.say import Say
from leanfolio.pipeline import build
from leanfolio.views.built import Built
from leanfolio.wording.language import Language
from pages import every, lint, site

TODAY = date(2026, 11, 20)
PERIODS = [f"{year}-H{half}" for year in range(2024, 2028) for half in (1, 2)]
STREAMS, EPICS, MOST_NODES = 40, 240, 3000
PAGES = [
    "funding.html", "funding/all-periods.html", "funding/pace.html", "funding/cuts.html",
    *(f"funding/{each}.html" for each in PERIODS if each != "2026-H2"),
]  # fmt: skip


def texts() -> Iterator[tuple[str, str]]:
    """Forty value streams over eight half-years; a third of the epics only asks."""
    yield "portfolio.md", "---\ntitle: P\ntype: portfolio\n---\n"
    for number in range(30):
        yield f"objectives/OBJ-{number}.md", f"---\ntitle: An objective, number {number}\n---\n"
        yield f"key-results/KR-{number}.md", f"---\ntitle: K\nobjective: OBJ-{number}\n---\n"
    for number in range(STREAMS):
        lines = "".join(stream_line(each) for each in PERIODS)
        head = f"title: Stream {number}\nbudgets:\n{lines}"
        yield f"value-streams/VS-{number}.md", f"---\n{head}---\n"
    for number in range(EPICS):
        lines = "".join(
            f"  - {{period: {each}, approved: {number % 7 + 1}, actual: 1}}\n" for each in PERIODS
        )
        asking = f"state: funnel\ncost: {number}\n"
        money = f"state: mvp\nbudgets:\n{lines}" if number % 3 else asking
        head = f"title: Epic {number}\nvalue_stream: VS-{number % STREAMS}\n"
        moves = f"key_results: [KR-{number % 30}]\n"
        yield f"epics/EP-{number}.md", f"---\n{head}{moves}{money}---\n"


def stream_line(period: str) -> str:
    """What a stream has in a half-year; from 2027 on nobody states a forecast."""
    forecast = ", forecast: 790" if period < "2027" else ""
    return f"  - {{period: {period}, target: 900, approved: 800{forecast}}}\n"


@cache
def large() -> Built:
    found = [Source(PurePosixPath(path), text.encode()) for path, text in texts()]
    return build(found, as_of=TODAY, otherwise=TODAY)


@cache
def drawn() -> dict[str, str]:
    """The pages of the money, by address."""
    whole = site(large())
    return {slot.url: whole.html(slot) for slot in whole.slots if slot.url in PAGES}


@cache
def addresses() -> set[str]:
    feeds = feed_files(large(), FeedSettings("", "en", str))
    return {slot.url for slot in site(large()).slots} | set(data_files(large())) | set(feeds)


def test_there_is_a_page_for_every_period_and_no_other() -> None:
    assert sorted(drawn()) == sorted(PAGES)


@pytest.mark.parametrize("url", PAGES)
def test_a_page_of_the_money_stays_small_and_plain(url: str) -> None:
    text = drawn()[url]
    assert len(every(parser.fromstring(text), "//*")) <= MOST_NODES
    assert lint(url, text) == []


@pytest.mark.parametrize("url", PAGES)
def test_every_link_leads_to_a_page_or_a_file_of_the_site(url: str) -> None:
    known = addresses()
    for link in every(parser.fromstring(drawn()[url]), "//main//a/@href"):
        path, _, anchor = str(link).partition("#")
        if path:
            assert posixpath.normpath(posixpath.join(posixpath.dirname(url), path)) in known, link
        else:
            assert f'id="{anchor}"' in drawn()[url]


def test_from_each_page_each_other_can_be_reached_and_the_own_one_is_marked() -> None:
    for url, text in drawn().items():
        nav = every(parser.fromstring(text), "//nav[@class='pages']//a")
        there = [
            posixpath.normpath(posixpath.join(posixpath.dirname(url), str(each.get("href"))))
            for each in nav
        ]
        assert sorted(there) == sorted(PAGES)
        assert there[0] == "funding.html"
        assert [each.get("aria-current") for each in nav].count("page") == 1
        assert there[[each.get("aria-current") for each in nav].index("page")] == url


def test_a_period_that_states_no_forecast_is_named_where_it_is_missing() -> None:
    assert "the forecast of VS-0, VS-1, VS-2 and 37 more." in drawn()["funding/2027-H1.html"]
    whole = drawn()["funding/all-periods.html"]
    assert "the forecast of 2027-H1 and 2027-H2." in whole
    assert whole.count('<div class="why">2027-H1 and 2027-H2 not stated</div>') >= STREAMS


def test_what_pages_leave_out_the_data_holds() -> None:
    rows = list(csv.DictReader(io.StringIO(data_files(large())["data/funding.csv"])))
    epics = {(row["id"], row["period"]) for row in rows if row["level"] == "epic"}
    spending = [number for number in range(EPICS) if number % 3]
    assert {(f"EP-{n}", each) for n in spending for each in (*PERIODS, "total")} <= epics
    for period in PERIODS:
        own = [row for row in rows if row["period"] == period]
        streams = sum(Decimal(row["approved"]) for row in own if row["level"] == "value-stream")
        below = sum(Decimal(row["approved"] or 0) for row in own if row["level"] != "value-stream")
        assert streams == below == 800 * STREAMS


def test_money_on_a_page_is_rounded_half_up_and_has_no_negative_zero() -> None:
    say = Say(Language("en"))
    assert [say.money(Decimal(each)) for each in ("1000.125", "1000.005", "875.125")] == [
        "1,000.13",
        "1,000.01",
        "875.13",
    ]
    assert say.money(Decimal("-0.001")) == "0"


def test_each_value_stream_is_a_body_of_its_own_so_that_sorting_keeps_its_epics() -> None:
    [table] = every(parser.fromstring(drawn()["funding/all-periods.html"]), "//table")[:1]
    bodies = every(table, "./tbody")
    groups = [every(body, "./tr[contains(@class, 'group')]") for body in bodies]
    assert all(len(own) <= 1 for own in groups)
    assert len(every(bodies[-1], "./tr[contains(@class, 'total')]")) == 1


def test_rows_of_a_section_are_grouped_by_value_stream() -> None:
    for section in (large().figures.funding.section(name) for name in (*PERIODS, "total")):
        assert tuple(row for group in section.groups for row in group) == section.rows
        if not section.flat:
            assert all(len({row.stream for row in group}) == 1 for group in section.groups)
