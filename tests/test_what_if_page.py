"""The ranking page in a real browser, opened from disk: outside `make test`, and with Chromium."""

import shutil
import subprocess
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest
from lxml import html as parser

from leanfolio.disk.files import Project
from leanfolio.disk.project import load
from leanfolio.figures.ranking.candidates import rank_open
from leanfolio.model import Epic
from leanfolio.views.built import Built
from pages import every, pages

BROWSER = shutil.which("chromium") or shutil.which("google-chrome")
REPOSITORY = Path(__file__).parents[1]
THEME = REPOSITORY / "templates" / "theme"
pytestmark = [
    pytest.mark.acceptance,
    pytest.mark.skipif(BROWSER is None, reason="Chromium is not installed"),
]


@cache
def sample() -> Built:
    return load(Project.at(REPOSITORY))[1]


@pytest.fixture
def page(tmp_path: Path) -> str:
    """The address of the sample's ranking page, on disk with its style and scripts."""
    path = tmp_path / "ranking.html"
    path.write_text(dict(pages(sample()))["ranking.html"], encoding="utf-8")
    for name in ("style.css", "script.js", "views.js", "what-if.js"):
        shutil.copy(THEME / name, tmp_path)
    return path.as_uri()


def opened(address: str) -> object:
    """A page as it stands in a browser once its scripts have run."""
    assert BROWSER is not None
    flags = ("--headless", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=3000")
    done = subprocess.run(
        [BROWSER, *flags, "--dump-dom", address],
        capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    return parser.document_fromstring(done.stdout)


def rows(document: object) -> list[str]:
    return [str(each).removeprefix("rank-") for each in every(document, "//tr[@data-numbers]/@id")]


def test_a_shared_address_ranks_the_page_anew(page: str) -> None:
    ranking = sample().figures.ranking
    assert ranking.cut is not None
    below = ranking.items[ranking.cut.place].id
    epics = [
        epic.model_copy(update={"job_size": Decimal(1)}) if epic.id == below else epic
        for epic in sample().portfolio.items_of(Epic)
    ]
    order = rank_open(sample().portfolio, epics, "relative", sample().as_of)
    found = opened(f"{page}#what-if={below}.job_size=1")
    assert rows(found) == [score.item.id for score in order.scores]
    assert every(found, "//*[@role='status'][contains(., ' rises from ')]")


def test_a_plain_address_shows_what_was_published(page: str) -> None:
    found = opened(page)
    assert rows(found) == [row.id for row in sample().figures.ranking.visible_items]
    assert every(found, "//details[@id='what-if'][not(@open)]")
