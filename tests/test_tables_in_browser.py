"""Tables that sort and filter, in a real browser: outside `make test`, and with Chromium."""

import shutil
import subprocess
from pathlib import Path

import pytest
from lxml import html as parser

from leanfolio.disk.templates import templates_folder
from pages import every
from test_site import sample_pages

BROWSER = shutil.which("chromium") or shutil.which("google-chrome")
pytestmark = [
    pytest.mark.acceptance,
    pytest.mark.skipif(BROWSER is None, reason="Chromium is not installed"),
]


@pytest.fixture
def funding(tmp_path: Path) -> str:
    """The address of the sample's funding page, on disk with its style and script."""
    page = tmp_path / "funding.html"
    page.write_text(sample_pages()["funding.html"], encoding="utf-8")
    for name in ("style.css", "script.js"):
        shutil.copy(templates_folder() / "theme" / name, tmp_path)
    return page.as_uri()


def rows(address: str) -> list[list[str]]:
    """The names of the rows that the main table shows, one list for each of its bodies."""
    assert BROWSER is not None
    flags = ("--headless", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=3000")
    done = subprocess.run(
        [BROWSER, *flags, "--dump-dom", address],
        capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    table = every(parser.document_fromstring(done.stdout), "//table")[0]
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
