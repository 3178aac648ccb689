"""The gallery: every component in every state, in a real browser from phones to wide screens."""

import json
import re
import runpy
import shutil
import subprocess
from pathlib import Path
from typing import Any

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
WIDTHS = (320, 375, 768, 1280, 1920)
PHONE = (375, 812)
SCROLLBAR = 15  # pixels of the width that a phone has for the page
MEASURE = """
addEventListener("load", () => setTimeout(() => {
  const root = document.documentElement, wide = innerWidth;
  const clipped = each => { for (let at = each.parentElement; at; at = at.parentElement)
    if (getComputedStyle(at).overflowX !== "visible") return true; return false };
  const out = [...document.querySelectorAll("main *")].filter(each => {
    const box = each.getBoundingClientRect();
    return box.width && (box.right > wide + 1 || box.left < -1) && !clipped(each)
      && getComputedStyle(each).position !== "absolute" });
  const small = [...document.querySelectorAll("a, button, summary, input, select")].filter(each => {
    const box = each.getBoundingClientRect();
    return box.width && box.height < 23.5 && getComputedStyle(each).display !== "inline"
      && !each.closest("svg, .sr, p, .prose, .note") });
  parent.postMessage({page: document.title, wide, scroll: root.scrollWidth, high: root.scrollHeight,
    out: out.slice(0, 3).map(each => each.outerHTML.slice(0, 120)),
    small: small.slice(0, 3).map(each => each.outerHTML.slice(0, 120))}, "*");
}, 300));
"""
COLLECT = """
const found = [];
addEventListener("message", event => {
  found.push(event.data);
  document.querySelector("pre").textContent = JSON.stringify(found);
});
"""


@pytest.fixture(scope="module")
def gallery(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("gallery")
    script = runpy.run_path(str(Path(__file__).parents[1] / "docs" / "gallery.py"))
    script["write_gallery"](folder)
    return folder


def measured(gallery: Path, width: int) -> list[dict[str, Any]]:
    """What each page of the gallery measures in a window of this width."""
    folder = gallery / f"at-{width}"
    shutil.copytree(gallery, folder, ignore=shutil.ignore_patterns("at-*"))
    (folder / "measure.js").write_text(MEASURE, encoding="utf-8")
    (folder / "collect.js").write_text(COLLECT, encoding="utf-8")
    frames = []
    for page in sorted(folder.glob("*.html")):
        text = page.read_text(encoding="utf-8")
        page.write_text(
            text.replace("</body>", '<script src="measure.js"></script>\n</body>'), encoding="utf-8"
        )
        frames.append(f'<iframe src="{page.name}" width="{width}" height="800"></iframe>')
    whole = folder / "all.html"
    body = "".join(frames)
    whole.write_text(f'<pre></pre><script src="collect.js"></script>{body}', encoding="utf-8")
    assert BROWSER is not None
    flags = ("--headless", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=20000")
    done = subprocess.run(
        [BROWSER, *flags, "--dump-dom", whole.as_uri()],
        capture_output=True, text=True, check=True, timeout=180,
    )  # fmt: skip
    answer = every(parser.document_fromstring(done.stdout), "//pre")[0].text_content()
    found: list[dict[str, Any]] = json.loads(answer)
    assert len(found) == len(frames)
    return found


@pytest.mark.parametrize("width", WIDTHS)
def test_no_component_makes_its_page_wider_than_the_window(gallery: Path, width: int) -> None:
    found = measured(gallery, width)
    assert {each["wide"] for each in found} == {width}
    assert [each for each in found if each["scroll"] > width or each["out"]] == []
    assert [(each["page"], each["small"]) for each in found if each["small"]] == []


def test_home_of_the_sample_takes_four_screens_of_a_phone(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text(sample_pages()["index.html"], encoding="utf-8")
    for name in ("style.css", "script.js"):
        shutil.copy(templates_folder() / "theme" / name, tmp_path)
    (home,) = measured(tmp_path, PHONE[0] + SCROLLBAR)
    assert home["high"] <= 4 * PHONE[1]


def test_every_component_is_shown_in_most_states(gallery: Path) -> None:
    pages = [page for page in gallery.glob("*.html") if page.name != "index.html"]
    assert len(pages) >= 20
    absent = {
        page.stem: every(parser.parse(str(page)), "//*[@data-state][*[@data-absent]]/@data-state")
        for page in pages
    }
    assert {name for name, states in absent.items() if len(states) > 2} == {"decisions"}


def test_every_page_of_the_gallery_keeps_what_a_screen_reader_needs(gallery: Path) -> None:
    wrong = []
    for page in gallery.glob("*.html"):
        document = parser.parse(str(page)).getroot()
        ids = every(document, "//@id")
        wrong += [f"{page.stem}: id {id} twice" for id in {*ids} if ids.count(id) > 1]
        for path, what in (
            ("//table[not(.//th)]", "a table without heads"),
            ("//img[not(@alt)]", "a picture without words"),
            ("//a[not(normalize-space(.)) and not(@aria-label)]", "a link without words"),
            ("//button[not(normalize-space(.)) and not(@aria-label)]", "a button without words"),
            ("//svg[not(@role) and not(@aria-hidden)]", "a drawing without a role"),
            ("//svg[@role='img' and .//a]", "links inside of a picture"),
            ("//*[@style]", "a style of its own"),
        ):
            wrong += [f"{page.stem}: {what}" for _ in every(document, path)]
        words = " ".join(every(document, "//main//text()"))
        wrong += [f"{page.stem}: {each}" for each in re.findall(r"\{[a-z_:]+\}|None\b", words)]
    assert wrong == []
