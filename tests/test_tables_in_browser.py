"""Tables, boards, trees and drawings with scripts, in a real browser: outside `make test`."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from lxml import html as parser
from lxml.html import HtmlElement

from leanfolio.disk.templates import templates_folder
from pages import every
from test_site import sample_pages

BROWSER = shutil.which("chromium") or shutil.which("google-chrome")
pytestmark = [
    pytest.mark.acceptance,
    pytest.mark.skipif(BROWSER is None, reason="Chromium is not installed"),
]


Open = Callable[[str], HtmlElement]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder whose name an address has to escape, with the style and the scripts of a site."""
    place = tmp_path / "a site #1 50% łódź"
    place.mkdir()
    for name in ("style.css", "script.js", "views.js"):
        shutil.copy(templates_folder() / "theme" / name, place)
    return place


@pytest.fixture
def funding(folder: Path) -> str:
    """The address of the sample's funding page, on disk with its style and scripts."""
    page = folder / "funding.html"
    page.write_text(sample_pages()["funding.html"], encoding="utf-8")
    return page.as_uri()


@pytest.fixture
def opened(folder: Path) -> Open:
    """Opens a page of the sample from disk, and gives it as its scripts left it."""

    def open_page(address: str) -> HtmlElement:
        name, mark, rest = address.partition("?")
        path = folder / name.replace("/", "-")
        path.write_text(sample_pages()[name].replace("../", ""), encoding="utf-8")
        return parser.document_fromstring(browsed(path.as_uri() + mark + rest))

    return open_page


def browsed(address: str) -> str:
    """The HTML of a page once its scripts have run."""
    assert BROWSER is not None
    flags = ("--headless", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=3000")
    done = subprocess.run(
        [BROWSER, *flags, "--dump-dom", address],
        capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    return done.stdout


def rows(address: str) -> list[list[str]]:
    """The names of the rows that the main table shows, one list for each of its bodies."""
    table = every(parser.document_fromstring(browsed(address)), "//table")[0]
    return [
        [" ".join(row[0].text_content().split()) for row in every(body, "./tr[not(@hidden)]")]
        for body in every(table, "./tbody")
    ]


def test_a_sorted_table_keeps_every_epic_below_its_value_stream(funding: str) -> None:
    published, sorted_rows = rows(funding), rows(f"{funding}?sort=-8")
    assert sorted_rows != published
    assert [body[0] for body in sorted_rows] == [body[0] for body in published]
    assert [sorted(body) for body in sorted_rows] == [sorted(body) for body in published]


def test_an_address_with_a_filter_shows_its_rows_and_their_group_alone(funding: str) -> None:
    found = [body for body in rows(f"{funding}?filter=EP-6") if body]
    assert len(found) == 1
    assert [name.split()[0] for name in found[0]] == ["VS-Lockers", "EP-6"]


def test_an_address_with_nonsense_shows_the_table_as_published(funding: str) -> None:
    assert rows(f"{funding}?sort=999&stream=nowhere") == rows(funding)


def statuses(page: HtmlElement) -> list[str]:
    return [str(each.text_content()) for each in every(page, "//main//*[@role='status']")]


def test_columns_are_hidden_by_the_address_but_never_the_one_that_names_the_row(
    opened: Open,
) -> None:
    page = opened("epics.html?hide=1.3.x.99")
    table = every(page, "//table")[0]
    assert [
        n for n, head in enumerate(every(table, ".//thead//th"), 1) if "hidden" in head.attrib
    ] == [3]
    for row in every(table, ".//tbody/tr"):
        assert [n for n, cell in enumerate(row, 1) if "hidden" in cell.attrib] == [3]
    menu = every(page, "//details[contains(@class, 'menu-of')]")[0]
    assert menu.text_content().startswith("Columns, 1 hidden")
    boxes = every(menu, ".//input[@type='checkbox']")
    assert len(boxes) == len(every(table, ".//thead//th")) - 1


def test_a_hidden_column_narrows_what_spans_it(opened: Open) -> None:
    table = every(opened("funding.html?hide=4"), "//table")[0]
    widths = {
        sum(int(cell.get("colspan") or 1) for cell in row if "hidden" not in cell.attrib)
        for row in every(table, ".//tr")
    }
    assert widths == {len(every(table, ".//thead//th")) - 1}


def test_a_board_shows_the_cards_of_an_owner_and_counts_them(opened: Open) -> None:
    page = opened("board.html?owner=Bart+Janssens")
    shown = every(page, "//*[@data-type][not(@hidden)]")
    assert {each.get("data-owner") for each in shown} == {"Bart Janssens"}
    whole = len(every(page, "//*[@data-type]"))
    assert f"{len(shown)} of {whole} cards; counts and limits of columns are of all" in statuses(
        page
    )
    assert all(every(lane, ".//*[@data-type][not(@hidden)]")
               for lane in every(page, "//*[@data-group][not(@hidden)]"))  # fmt: skip


def test_a_filter_that_leaves_nothing_says_what_it_looked_for(opened: Open) -> None:
    page = opened("board.html?owner=Bart+Janssens&tag=peak&state=nonsense")
    assert not every(page, "//*[@data-type][not(@hidden)]")
    words = [str(each.text_content()) for each in every(page, "//p[@class='empty'][not(@hidden)]")]
    assert words == ["Nothing on this page is of all these: Owner Bart Janssens, Tag peak."]


def test_a_tree_keeps_what_stands_above_a_match_and_opens_the_way_to_it(opened: Open) -> None:
    page = opened("strategy.html?stream=Lockers+and+pick-up+points")
    shown = every(page, "//*[@data-type][not(@hidden)]")
    around = [each for each in shown if "around" in (each.get("class") or "").split()]
    matches = [each for each in shown if each.get("data-stream") == "Lockers and pick-up points"]
    assert len(matches) + len(around) == len(shown)
    assert matches
    assert all(every(each, ".//*[@data-type][@data-stream]") for each in around)
    assert all("open" in up.attrib for each in matches for up in each.iterancestors("details"))


def test_a_drawing_has_its_names_as_labels_and_one_stop_for_marks_without_a_link(
    opened: Open,
) -> None:
    page = opened("epics/EP-7.html")
    links = every(page, "//*[name()='svg'][contains(@class, 'graph')]//*[name()='a']")
    assert len(links) > 5
    assert all(link.get("aria-label") for link in links)
    assert every(page, "//*[@role='group'][starts-with(@aria-label, 'Size of the drawing')]")
    plot = every(opened("key-results/KR-1.1.html"), "//*[name()='svg'][contains(@class, 'plot')]")[
        0
    ]
    assert len(every(plot, ".//*[@tabindex='0']")) == 1
    assert every(plot, ".//*[@tabindex='-1'][@role='img'][@aria-label]")
    assert not every(plot, ".//*[@style]")
