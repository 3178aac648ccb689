"""The attack stays: every text field, path and output against lists of payloads, old and new ones.

Lists of others are tried where they stand beside the repository; the own list always.
"""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from attacks import OWN, live
from conftest import Figure
from leanfolio.disk.templates import templates_folder
from leanfolio.model.source import Source
from leanfolio.output.html.settings import THEME_FILES
from leanfolio.pipeline import build
from leanfolio.views.built import Built
from making import TODAY, source
from pages import pages
from test_hostile import IDS, hostile, hostile_records

OTHERS = Path(__file__).parents[2] / "shared/data"
BROWSER = shutil.which("chromium") or shutil.which("google-chrome")
PARTS = 6  # of the long run, so that several processes can share it


def payloads() -> list[str]:
    """Every payload: our own, and those of lists that stand beside the repository."""
    found = list(OWN)
    lists = OTHERS / "xss"
    if lists.is_dir():
        for path in sorted(lists.glob("*.txt")):
            found += path.read_text("utf-8", "replace").splitlines()
    naughty = OTHERS / "naughty-strings/blns.json"
    if naughty.is_file():
        found += json.loads(naughty.read_text("utf-8"))
    return [text for text in dict.fromkeys(map(storable, found)) if text.strip()]


def storable(text: str) -> str:
    """The payload without what no file of YAML can hold: halves of characters, and controls."""
    text = text.encode("utf-8", "replace").decode("utf-8")
    return "".join(
        sign for sign in text if sign in "\t\n\r\x85" or sign.isprintable() or sign > "\xa0"
    )


def attacked(payload: str) -> Built:
    """A portfolio with the payload in every text of every type and record, and in all prose."""
    files = [*hostile(payload), *named_after(payload)]
    return build(files, as_of=TODAY, otherwise=TODAY, records=list(hostile_records(payload)))


def named_after(payload: str) -> Iterator[Source]:
    """A page whose path holds the payload, as far as a name of a file can."""
    name = payload.replace("/", "∕").replace("\0", "")[:60]
    yield source(f"{name}/{name}.md", "title: click me", f"[[EP-1]] [up](<../{name}.md>)\n")


def fields_of(built: Built, payload: str) -> int:
    """How many fields of items hold the payload."""

    def holding(value: Any) -> int:
        if isinstance(value, str):
            return payload.strip()[:20] in value
        if isinstance(value, Mapping):
            return sum(map(holding, value.values()))
        return sum(map(holding, value)) if isinstance(value, list | tuple) else 0

    items = (built.portfolio.policy, *built.portfolio.items.values())
    return sum(holding(item.model_dump()) for item in items)


@pytest.mark.parametrize("payload", OWN[:: len(OWN) // 12])
def test_nothing_in_any_output_is_more_than_text(payload: str) -> None:
    built = attacked(storable(payload) or "x")
    assert IDS.keys() <= {item.TYPE for item in built.portfolio.items.values()}
    assert list(live(built)) == []


def test_the_matrix_reaches_the_fields_of_every_type() -> None:
    built = attacked("<script>alert(1)</script>")
    assert fields_of(built, "<script>alert(1)</script>") > 110


@pytest.mark.acceptance
@pytest.mark.parametrize("part", range(PARTS))
def test_no_payload_is_more_than_text_in_any_field(part: int, figure: Figure) -> None:
    mine = payloads()[part::PARTS]
    tries, found = 0, []
    for payload in mine:
        built = attacked(payload)
        tries += fields_of(built, payload)
        found += [(payload, fault) for fault in live(built)]
    assert found == []
    figure(
        f"payload matrix, part {part + 1}: {len(mine)} payloads, {tries} fields, {len(found)} live"
    )


# In a browser ----------------------------------------------------------------------------------

WATCH = """<script>
document.documentElement.dataset.clicks = 0
window.alert = window.confirm = window.prompt = () => { document.documentElement.dataset.live = 1 }
const stay = event => {
  const link = event.target.closest('a')
  const to = event.type === 'submit' ? event.submitter.formAction : link && link.href
  const address = String(to && to.baseVal !== undefined ? to.baseVal : to)
  if (to && !/^\\s*javascript:/i.test(address)) event.preventDefault()
}
for (const kind of ['click', 'submit']) addEventListener(kind, stay, true)
addEventListener('load', () => {
  for (const each of document.querySelectorAll('details')) each.open = true
  for (const each of document.querySelectorAll('*')) {
    for (const kind of ['mouseover', 'focus', 'toggle', 'error', 'mouseenter', 'pointerover'])
      each.dispatchEvent(new Event(kind))
    if (each.protocol === 'javascript:') document.documentElement.dataset.live = 2
    each.dispatchEvent(new MouseEvent('click', {bubbles: true, cancelable: true}))
    document.documentElement.dataset.clicks = Number(document.documentElement.dataset.clicks) + 1
  }
})
</script>"""


def shown_in_browser(folder: Path, page: Path) -> str:
    """The page's head as a browser has it after all of its scripts, which the watch has marked."""
    assert BROWSER is not None
    done = subprocess.run(
        [BROWSER, "--headless", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=2000",
         f"--user-data-dir={folder / 'profile'}", "--dump-dom", page.as_uri()],
        capture_output=True, text=True, check=True, timeout=300,
    )  # fmt: skip
    assert "<main" in done.stdout
    return done.stdout.partition("<head>")[0]


def dialogs(folder: Path, built: Built) -> tuple[list[str], int, int]:
    """The pages on which something ran, with their policy taken out and a watch put in.

    And how many pages there were, and how many elements were clicked.
    """
    found, opened, clicks = [], 0, 0
    for name in THEME_FILES.values():
        shutil.copy(templates_folder() / "theme" / name, folder)
    for url, text in pages(built):
        if "/" in url and "EP-1" not in url and "OBJ-1" not in url:
            continue
        page = folder / f"{len(list(folder.iterdir()))}.html"
        bare = text.replace('http-equiv="Content-Security-Policy"', 'name="none"')
        page.write_text(bare.replace("<head>", f"<head>{WATCH}", 1), "utf-8")
        head = shown_in_browser(folder, page)
        if "data-live" in head:
            found.append(url)
        opened += 1
        clicks += int(re.findall(r'data-clicks="(\d+)"', head)[0])
    return found, opened, clicks


@pytest.mark.acceptance
@pytest.mark.skipif(BROWSER is None, reason="Chromium is not installed")
def test_with_the_policy_taken_out_nothing_runs(tmp_path: Path, figure: Figure) -> None:
    whole = " ".join(text for text in map(storable, OWN) if "\n" not in text)
    found, opened, clicks = dialogs(tmp_path, attacked(whole[:60_000]))
    assert found == []
    assert clicks > opened * 50
    figure(f"{opened} pages in a browser without their policy, {clicks} clicks: no dialog")


@pytest.mark.acceptance
@pytest.mark.skipif(BROWSER is None, reason="Chromium is not installed")
@pytest.mark.parametrize(
    "body",
    [
        "<img src=x onerror=alert(1)>",
        "<p onclick=alert(1)>x</p>",
        "<a href='javascript:alert(1)'>x</a>",
        "<svg><a href='javascript:alert(1)'><text>x</text></a></svg>",
        "<form><button formaction='javascript:alert(1)'>x</button></form>",
    ],
)
def test_the_watch_of_the_browser_sees_what_runs(body: str, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(f"<html><head>{WATCH}</head><main>{body}</main>", "utf-8")
    assert "data-live" in shown_in_browser(tmp_path, page)
