"""What a reader's browser has to do: paint, layout shift, elements and bytes of kinds of pages.

Also how long a board pack takes, and how long it is.

    make bench-pages BENCH=--write
"""

import argparse
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import corpus
from bench import RESULTS, machine, with_sections
from playwright.sync_api import sync_playwright

from leanfolio.disk.browser import find_browser

ROOT = Path(__file__).parents[1]
ITEMS = 2000
# The largest paint and the sum of unexpected shifts, once the page has been still for a moment.
OBSERVED = """() => new Promise((done) => {
  let paint = 0, shift = 0;
  new PerformanceObserver((list) => list.getEntries().forEach((e) => { paint = e.startTime; }))
    .observe({ type: 'largest-contentful-paint', buffered: true });
  new PerformanceObserver((list) => list.getEntries().forEach((e) => { shift += e.value; }))
    .observe({ type: 'layout-shift', buffered: true });
  setTimeout(() => done([paint, shift, document.getElementsByTagName('*').length]), 400);
})"""
HEAD = "| page | paint ms | shift | elements | KB |\n| --- | ---: | ---: | ---: | ---: |\n"
PACKS = "| pack | seconds | pages | KB |\n| --- | ---: | ---: | ---: |\n"


def leanfolio(*arguments: str) -> None:
    command = [sys.executable, "-m", "leanfolio", *arguments]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def kinds(site: Path) -> list[Path]:
    """The pages at the top of a site, and the largest of each folder below."""
    folders = sorted(each for each in site.rglob("*") if each.is_dir())
    below = [
        max(found, key=lambda path: path.stat().st_size)
        for each in folders
        if (found := sorted(each.glob("*.html")))
    ]
    return [*sorted(site.glob("*.html")), *below]


def page_rows(site: Path, browser: Any) -> Iterator[str]:
    """A line for each kind of page: opened alone, from disk, at 1280 points."""
    for path in kinds(site):
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.goto(path.as_uri(), wait_until="load")
        paint, shift, elements = page.evaluate(OBSERVED)
        page.close()
        name, size = path.relative_to(site).as_posix(), path.stat().st_size / 1024
        yield f"| {name} | {paint:.0f} | {shift:.3f} | {elements} | {size:.0f} |\n"


def pack_rows(portfolio: Path, folder: Path) -> Iterator[str]:
    """A line for the usual pack in each form."""
    for form in ("pdf", "pptx"):
        target = folder / f"pack.{form}"
        start = time.monotonic()
        leanfolio("-C", str(portfolio), "pack", f"--{form}", "--out", str(target))
        seconds, data = time.monotonic() - start, target.read_bytes()
        pages = len(re.findall(rb"/Type */Page\b", data))
        if form == "pptx":
            pages = sum(name.startswith("ppt/slides/slide") for name in ZipFile(target).namelist())
        yield f"| {form} | {seconds:.1f} | {pages} | {len(data) / 1024:.0f} |\n"


def sections(work: Path) -> Iterator[tuple[str, str]]:
    """Heading and text of each section of the results."""
    generated = work / "generated"
    generated.mkdir()
    corpus.write(generated, ITEMS)
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=find_browser(None), args=["--no-sandbox"])
        for name, portfolio in (("the sample", ROOT), (f"{ITEMS:,} items", generated)):
            site = work / f"{portfolio.name}-site"
            leanfolio("-C", str(portfolio), "build", "--site-dir", str(site))
            rows = "".join(page_rows(site, browser))
            packs = "".join(pack_rows(portfolio, work))
            yield f"Pages of {name}", f"{machine()}.\n\n{HEAD}{rows}\n{PACKS}{packs}"
        browser.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true", help="write benchmarks/RESULTS.md")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="leanfolio-pages-") as name:
        new = dict(sections(Path(name)))
    for heading, text in new.items():
        print(f"## {heading}\n\n{text}")
    if chosen.write:
        earlier = RESULTS.read_text() if RESULTS.exists() else ""
        RESULTS.write_text(with_sections(earlier, new))


if __name__ == "__main__":
    main()
