"""Late features and increments behind: counted on home, and listed on the pages it leads to."""

from collections.abc import Mapping
from datetime import date

import pytest

from leanfolio.views import registry
from leanfolio.views.built import Built
from leanfolio.views.home import Home, home_view
from leanfolio.views.items.item import item_view
from leanfolio.views.ref import Ref
from making import TODAY, built
from pages import pages

PI = """
title: Increment
owner: A
start: {start}
end: {end}
iterations:
  - {{name: "1", start: {start}, end: 2026-11-13}}
  - {{name: "2", start: 2026-11-14, end: {end}}}
"""
RUNS, OVER = ("2026-11-02", "2026-12-04"), ("2026-11-01", "2026-11-19")


def plan(features: int, late: int, span: tuple[str, str] = RUNS) -> dict[str, str]:
    """An increment with features, the first of which are late: their stories are open."""
    files = {"increments/PI-1.md": PI.format(start=span[0], end=span[1])}
    for number in range(1, features + 1):
        state = "in-progress" if number <= late else "done"
        files[f"features/FT-{number}.md"] = f"""
            title: Feature {number}
            owner: A
            epic: EP-1
            increment: PI-1
            state: {state}
            stories: [{{id: ST-{number}, title: S, iteration: "1", state: {state}}}]
            """
    return files


def home(found: Built) -> Home:
    return home_view(found.portfolio, found.facts, found.figures)


def late_entries(found: Built) -> list[tuple[str, str, str, str, str]]:
    shown = home(found)
    return [
        (each.tone, str(each.word), str(each.title), str(each.note), each.url)
        for each in (*shown.exceptions, *shown.more_exceptions)
        if str(each.word) in ("increment behind", "work left open")
    ]


@pytest.mark.parametrize(
    ("features", "late", "note"),
    [
        (1, 1, ("Its one feature is late; FT-1 was due on 2026-11-13;"
         " one story is open of iterations that are over.")),
        (2, 1, ("One of its two features is late; FT-1 was due on 2026-11-13;"
         " one story is open of iterations that are over.")),
        (2, 2, ("Both its features are late; FT-1 was due on 2026-11-13 and FT-2 was due on"
         " 2026-11-13; two stories are open of iterations that are over.")),
        (5, 5, ("All its five features are late; FT-1 was due on 2026-11-13, FT-2 was due on"
         " 2026-11-13, FT-3 was due on 2026-11-13 and 2 more;"
         " five stories are open of iterations that are over.")),
    ],
)  # fmt: skip
def test_an_increment_that_is_behind_is_off_once_with_its_late_features(
    features: int, late: int, note: str
) -> None:
    assert late_entries(built(plan(features, late))) == [
        ("warn", "increment behind", "PI-1 Increment", note, "increments/PI-1.html")
    ]


@pytest.mark.parametrize("files", [{}, plan(0, 0), plan(3, 0)])
def test_nothing_is_late_where_no_work_was_due(files: Mapping[str, str]) -> None:
    assert late_entries(built(files)) == []


def test_an_increment_that_is_over_with_open_features_is_bad() -> None:
    [left] = late_entries(built(plan(2, 1, OVER)))
    assert left[:2] == ("bad", "work left open")


def test_a_story_is_in_time_on_the_last_day_of_its_iteration() -> None:
    files = plan(1, 1)
    assert late_entries(built(files, date(2026, 11, 13))) == []
    assert len(late_entries(built(files, date(2026, 11, 14)))) == 1


def test_a_rule_that_is_off_keeps_late_features_from_home() -> None:
    off = "type: portfolio\ntitle: P\nowner: B\nrules: {feature-left-behind: off}"
    assert late_entries(built({**plan(2, 1, OVER), "portfolio.md": off})) == []


def test_the_pages_that_home_leads_to_list_every_late_feature() -> None:
    found = built(plan(5, 3))
    listing = registry.find("increments")
    assert listing is not None
    tables = [table for table in listing.make(found).tables if table.anchor == "late"]
    page = item_view(found.portfolio, found.portfolio["PI-1"], found.figures)
    tables += [table for table in page.tables if table.anchor == "late"]
    named = [
        [cell.id for cell in row[:1] if isinstance(cell, Ref)]
        for table in tables
        for row in table.rows
    ]
    assert named == [["FT-1"], ["FT-2"], ["FT-3"]] * 2


def test_what_is_bad_stands_before_what_may_become_so() -> None:
    shown = home(built({**plan(2, 1, OVER),
        "risks/RK-1.md": "title: R\nowner: A\nstatus: owned\naction: Look\ndue: 2026-11-25"
    }, TODAY))  # fmt: skip
    errors = ("errors", "error")
    tones = [
        each.tone
        for each in (*shown.exceptions, *shown.more_exceptions)
        if not str(each.word).endswith(errors)
    ]
    assert tones == sorted(tones)


def test_the_address_to_which_home_leads_is_on_the_page() -> None:
    found = built(plan(2, 1))
    texts = dict(pages(found))
    for url in {each[4] for each in late_entries(found)}:
        page, _, anchor = url.partition("#")
        assert page in texts
        assert not anchor or f'id="{anchor}"' in texts[page]
