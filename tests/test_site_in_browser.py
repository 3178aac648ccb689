"""Every kind of page in a real browser, from disk: outside `make test`, and with Chromium.

Each is shown at five widths, in light, dark, print and forced colours, and judged by axe-core and
by what axe does not see. Run by `make acceptance`, which installs the driver of the browser.
"""

import gzip
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

sync_api = pytest.importorskip(
    "playwright.sync_api", reason="`make acceptance` installs playwright"
)
axe = pytest.importorskip("axe_playwright_python", reason="`make acceptance` installs axe-core")
BROWSER = shutil.which("chromium") or shutil.which("google-chrome")
pytestmark = pytest.mark.acceptance

ROOT = Path(__file__).parents[1]
WIDTHS = (320, 375, 768, 1280, 1920)
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
OUTLINE = (
    "heading-order",
    "page-has-heading-one",
    "region",
    "landmark-one-main",
    "landmark-unique",
)
QUIET = ("--disable-gpu", "--disable-quic", "--disable-background-networking", "--no-first-run",
         "--disable-component-update", "--disable-sync", "--no-sandbox")  # fmt: skip
KIBI = 1024
# What axe does not look at: ids, links in drawings without a text, tables without heads or a name.
OWN = """() => {
  const ids = [...document.querySelectorAll('[id]')].map((each) => each.id);
  const twice = ids.filter((id, at) => ids.indexOf(id) !== at);
  const mute = [...document.querySelectorAll('svg a')]
    .filter((a) => !a.getAttribute('aria-label') && !a.textContent.trim())
    .map((a) => a.outerHTML.slice(0, 100));
  const headless = [...document.querySelectorAll('table')]
    .filter((table) => !table.querySelector('th')).map((table) => table.outerHTML.slice(0, 100));
  const nameless = [...document.querySelectorAll('main table')]
    .filter((table) => !table.closest('.prose') && !table.ariaLabel && !table.caption)
    .map((table) => table.outerHTML.slice(0, 100));
  const old = document.querySelectorAll('[*|href]:not([href])').length;
  return { twice, mute, headless, nameless, old };
}"""
# What observes sizes is told of a new one within the next frame.
WIDER = """() => new Promise((told) => requestAnimationFrame(() => requestAnimationFrame(() =>
    told([document.documentElement.scrollWidth, document.documentElement.clientWidth]))))"""
CELLS = """() => [...document.querySelectorAll('main td, main th[scope=row], main .figure')]
  .map((each) => each.textContent.replace(/\\s+/g, ' ').trim())"""
# Focus is seen where the element, or a shape in it, looks otherwise than without.
FOCUSED = """() => {
  const node = document.activeElement;
  if (!node || node === document.body) return null;
  const box = node.getBoundingClientRect();
  const look = () => JSON.stringify([node, ...node.querySelectorAll('*')].map((each) => {
    const style = getComputedStyle(each);
    return [style.outline, style.boxShadow, style.stroke, style.strokeWidth, style.fill];
  }));
  const focused = look();
  node.blur();
  const plain = look();
  node.focus();
  return { name: node.outerHTML.slice(0, 120), shown: box.width > 0 && box.height > 0,
           marked: focused !== plain };
}"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample's site, in a folder whose name a careless address would break."""
    folder = tmp_path_factory.mktemp("disk") / "Bericht #1 für März 50%"
    command = [
        sys.executable,
        "-m",
        "leanfolio",
        "-C",
        str(ROOT),
        "build",
        "--site-dir",
        str(folder),
    ]
    subprocess.run(command, check=True, capture_output=True)
    return folder


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    assert BROWSER is not None, "Chromium or Chrome has to be installed for the acceptance runs"
    with sync_api.sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=BROWSER, args=[*QUIET])
        yield chromium
        chromium.close()


def kinds(site: Path) -> list[Path]:
    """All pages at the top of the site, and the largest of each folder below.

    404.html is apart: a server gives it at any depth, so its addresses begin at the site's root.
    """
    folders = sorted(each for each in site.rglob("*") if each.is_dir())
    below = [max(found, key=size) for each in folders if (found := sorted(each.glob("*.html")))]
    return [*sorted(each for each in site.glob("*.html") if each.name != "404.html"), *below]


def size(path: Path) -> int:
    return path.stat().st_size


class Watched:
    """A page of the browser, with what it reported and where it asked for something."""

    def __init__(self, browser: Any, **options: Any) -> None:
        self.context = browser.new_context(**options)
        self.page = self.context.new_page()
        self.said: list[str] = []
        self.asked: list[str] = []
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("request", lambda request: self.asked.append(request.url))

    def open(self, path: Path) -> Any:
        self.page.goto(path.as_uri(), wait_until="load")
        return self.page


def test_no_page_scrolls_sideways_reports_anything_or_asks_elsewhere(
    site: Path, browser: Any
) -> None:
    shown = Watched(browser)
    wide = []
    for path in kinds(site):
        page = shown.open(path)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            needed, there = page.evaluate(WIDER)
            if needed > there:
                wide.append((path.relative_to(site).as_posix(), width, needed))
    shown.context.close()
    assert wide == []
    assert shown.said == []
    assert {url.partition(":")[0] for url in shown.asked} <= {"file", "data"}


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 1280), ("light", 375)])
def test_axe_and_our_own_checks_find_nothing(
    site: Path, browser: Any, scheme: str, width: int
) -> None:
    shown = Watched(
        browser, color_scheme=scheme, viewport={"width": width, "height": 900}, bypass_csp=True
    )
    found: dict[str, Any] = {}
    for path in kinds(site):
        page = shown.open(path)
        found |= faults(page, path.relative_to(site).as_posix())
    shown.context.close()
    assert found == {}


def faults(page: Any, name: str) -> dict[str, Any]:
    """What our own checks and axe-core find on a page, by page and rule."""
    own = page.evaluate(OWN)
    found: dict[str, Any] = {f"{name}, own": own} if any(own.values()) else {}
    page.evaluate((Path(axe.__file__).parent / "axe.min.js").read_text(encoding="utf-8"))
    options = {
        "runOnly": {"type": "tag", "values": [*RULES]},
        "rules": {rule: {"enabled": True} for rule in OUTLINE},
        "resultTypes": ["violations"],
    }
    result = page.evaluate("(options) => axe.run(document, options)", options)
    for violation in result["violations"]:
        nodes = [node["html"][:120] for node in violation["nodes"][:3]]
        found[f"{name}, {violation['id']}"] = (len(violation["nodes"]), nodes)
    return found


def a_story(site: Path) -> tuple[Path, str]:
    """The page of a feature, and the anchor of its second story."""
    for page in sorted(site.glob("features/*.html")):
        stories = re.findall(r'<details class="story" id="([^"]+)"', page.read_text())
        if len(stories) > 1:
            return page, stories[1]
    raise AssertionError("no feature has two stories")


def test_the_address_of_a_story_unfolds_it_with_and_without_scripts(
    site: Path, browser: Any
) -> None:
    page, anchor = a_story(site)
    for scripts in (True, False):
        shown = Watched(browser, java_script_enabled=scripts, reduced_motion="reduce")
        shown.page.goto(f"{page.as_uri()}#{anchor}")
        inside = shown.page.locator(f"[id='{anchor}'] .facts")
        sync_api.expect(inside).to_be_in_viewport()
        assert not shown.page.locator(".story .facts").first.is_visible()
        shown.context.close()


def test_stories_that_are_unfolded_pass_the_same_checks(site: Path, browser: Any) -> None:
    page, _ = a_story(site)
    shown = Watched(browser, bypass_csp=True)
    shown.open(page).get_by_role("button", name="Expand all").first.click()
    assert faults(shown.page, page.name) == {}
    shown.context.close()


def test_the_page_of_a_missing_address_is_whole_at_any_depth(site: Path, browser: Any) -> None:
    class Served(SimpleHTTPRequestHandler):
        def send_error(
            self, code: int, message: str | None = None, explain: str | None = None
        ) -> None:
            body = (site / "404.html").read_bytes()
            self.send_response(code)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Served, directory=str(site)))
    Thread(target=server.serve_forever, daemon=True).start()
    shown = Watched(browser, bypass_csp=True)
    shown.page.goto(f"http://127.0.0.1:{server.server_port}/no/such/page.html")
    found = faults(shown.page, "404.html")
    shown.page.click("main a")
    assert found == {}
    assert shown.page.url.endswith("/index.html")
    page, anchor = a_story(site)
    shown.page.goto(f"http://127.0.0.1:{server.server_port}/stories/{anchor}.html")
    shown.page.wait_for_url(f"**/features/{page.name}#{anchor}")  # where it is now
    shown.context.close()
    server.shutdown()
    server.server_close()


def test_print_and_forced_colours_keep_every_cell(site: Path, browser: Any) -> None:
    """A cell with a text has a place on paper, and in colours that the reader has set."""
    hidden = """() => [...document.querySelectorAll('main table td')]
      .filter((cell) => cell.textContent.trim() && !cell.closest('details:not([open])'))
      .filter((cell) => !cell.getClientRects().length && !cell.closest('.no-print'))
      .map((cell) => cell.textContent.trim().slice(0, 40))"""
    for media in ({"media": "print"}, {"forced_colors": "active"}):
        shown = Watched(browser, viewport={"width": 1123, "height": 794})
        lost = {}
        for path in kinds(site):
            page = shown.open(path)
            page.emulate_media(**media)
            if cells := page.evaluate(hidden):
                lost[path.name] = cells[:5]
        shown.context.close()
        assert lost == {}, media


def test_every_figure_is_there_without_scripts(site: Path, browser: Any) -> None:
    bare, scripted = Watched(browser, java_script_enabled=False), Watched(browser)
    differ = []
    for path in kinds(site):
        texts = [
            re.findall(r"\d[\d,.]*", " ".join(cells_of(shown.open(path))))
            for shown in (bare, scripted)
        ]
        if sorted(texts[0]) != sorted(texts[1]):
            differ.append(path.name)
    bare.context.close()
    scripted.context.close()
    assert differ == []


def cells_of(page: Any) -> list[str]:
    found = page.locator("main td, main th[scope=row], main .figure")
    return [str(text) for text in found.all_text_contents()]


@pytest.mark.parametrize("name", ["index.html", "ranking.html", "board.html", "search.html"])
def test_the_keyboard_reaches_what_is_shown_and_shows_where_it_is(
    site: Path, browser: Any, name: str
) -> None:
    shown = Watched(browser, viewport={"width": 1280, "height": 900})
    page = shown.open(site / name)
    seen: list[str] = []
    for _ in range(600):
        page.keyboard.press("Tab")
        focus = page.evaluate(FOCUSED)
        if focus is None:
            break
        assert focus["shown"], focus["name"]
        assert focus["marked"], focus["name"]
        seen.append(focus["name"])
    shown.context.close()
    assert len(seen) > 10
    assert len(seen) < 600, "the keyboard does not get out"


def test_every_page_keeps_to_its_weight(site: Path) -> None:
    heavy = []
    for path in site.rglob("*.html"):
        data = path.read_bytes()
        elements = len(re.findall(rb"<[a-z]", data))
        if size(path) > 500 * KIBI or len(gzip.compress(data)) > 150 * KIBI or elements > 3000:
            heavy.append((path.name, size(path), elements))
    assert heavy == []
    assert zipped(site, "*.css") <= 25 * KIBI
    # What every page loads, and what two more do; the index of the search is data.
    assert zipped(site, "*.js") - zipped(site, "search.js") <= 40 * KIBI


def zipped(site: Path, names: str) -> int:
    return sum(len(gzip.compress(path.read_bytes())) for path in site.glob(names))
