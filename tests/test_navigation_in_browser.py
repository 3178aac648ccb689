"""Search, keys and links to copy, in a real browser and from disk: outside `make test`."""

import json
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from lxml import html as parser

from leanfolio.disk.templates import templates_folder
from leanfolio.disk.translations import read_translations
from leanfolio.output.html.settings import THEME_FILES, SiteSettings
from leanfolio.output.script_words import words_file
from leanfolio.output.search import search_file
from making import built
from pages import every, page_in, pages
from test_site import sample, sample_pages

BROWSER = shutil.which("chromium") or shutil.which("google-chrome")
pytestmark = [
    pytest.mark.acceptance,
    pytest.mark.skipif(BROWSER is None, reason="Chromium is not installed"),
]
# What a reader does, in words of the script below: key("?"), and what is then seen.
DRIVER = """
function key(name, target) {
  (target || document.activeElement || document.body).dispatchEvent(
    new KeyboardEvent("keydown", { key: name, bubbles: true, cancelable: true }));
}
function type(field, text) {
  field.focus();
  field.value = text;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}
function all(path) { return Array.from(document.querySelectorAll(path)); }
function later(act) { setTimeout(act, 1500); }
function done(seen) { document.documentElement.dataset.seen = JSON.stringify(seen); }
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample's pages and its index, in a folder whose name a careless address would break."""
    return written(
        tmp_path_factory.mktemp("odd") / "dir #1 50% łódź",
        sample_pages(),
        search_file(sample())["search.js"],
    )


def written(folder: Path, texts: Mapping[str, str], index: str) -> Path:
    """A site on disk: these pages, the theme and the index."""
    for url, text in texts.items():
        file = folder / url
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    for name in THEME_FILES.values():
        shutil.copy(templates_folder() / "theme" / name, folder)
    (folder / "search.js").write_text(index, encoding="utf-8")
    return folder


def seen(folder: Path, address: str, acts: str) -> Any:
    """What the acts say with `done` on a page, its policy in force, after some moments."""
    assert BROWSER is not None
    url, _, query = address.partition("?")
    page = folder / url
    text = page.read_text(encoding="utf-8")
    (folder / "acts.js").write_text(f"{DRIVER}\n{acts}", encoding="utf-8")
    page.write_text(
        text.replace("</head>", '<script defer src="acts.js"></script></head>'), encoding="utf-8"
    )
    flags = ("--headless", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=5000")
    try:
        shown = subprocess.run(
            [BROWSER, *flags, "--dump-dom", page.as_uri() + (f"?{query}" if query else "")],
            capture_output=True, text=True, check=True, timeout=60,
        )  # fmt: skip
    finally:
        page.write_text(text, encoding="utf-8")
    [result] = every(parser.document_fromstring(shown.stdout), "/html/@data-seen")
    return json.loads(str(result))


def test_the_search_page_reads_its_address_forgives_a_slip_and_filters(folder: Path) -> None:
    first, types, filtered, address, focus = seen(
        folder,
        "search.html?q=lokers",
        """later(function () {
          var first = all(".found a").map(function (a) { return a.textContent; }).slice(0, 3);
          var select = all(".finder select")[0];
          var types = Array.from(select.options).map(function (o) { return o.text; });
          select.value = "epic";
          select.dispatchEvent(new Event("change", { bubbles: true }));
          key("ArrowDown", document.querySelector("#find"));
          done([first, types, all(".found small").map(function (s) { return s.textContent; }),
            location.search, document.activeElement.textContent]);
        });""",
    )
    assert any("ockers" in title for title in first)
    assert types[0] == "all"
    assert any(option.startswith("epic (") for option in types)
    assert all(words.startswith("epic") for words in filtered)
    assert f"epic ({len(filtered)})" in types
    assert address == "?q=lokers&type=epic"
    assert "ocker" in focus


def test_the_box_is_a_combobox_whose_hits_are_chosen_by_arrows(folder: Path) -> None:
    hits, chosen, active, status = seen(
        folder,
        "ranking.html",
        """var box = document.querySelector("#search");
        box.focus();
        later(function () {
          type(box, "ep7");
          key("ArrowDown", box);
          var chosen = all("[role=option][aria-selected=true]");
          done([all("[role=option]").map(function (a) { return a.textContent; }), chosen.length,
            box.getAttribute("aria-activedescendant") === chosen[0].id,
            document.querySelector("#hits [role=status]").textContent]);
        });""",
    )
    assert hits[0].startswith("EP-7 ")
    assert (chosen, active) == (1, True)
    assert "hit" in status


def test_a_hostile_title_is_shown_as_text(tmp_path: Path) -> None:
    title = "<img src=x onerror=document.documentElement.dataset.live=1> turnstile"
    site = built({"epics/EP-1.md": f"title: '{title}'\nowner: A\nstate: funnel"})
    folder = written(tmp_path, dict(pages(site)), search_file(site)["search.js"])
    titles, images = seen(
        folder,
        "search.html?q=turnstile",
        """later(function () {
          done([all(".found a bdi").map(function (b) { return b.textContent; }),
            all(".found img").length + (document.documentElement.dataset.live ? 1 : 0)]);
        });""",
    )
    assert titles == [title]
    assert images == 0


def test_words_of_authors_stay_as_they_are_in_a_site_in_german(tmp_path: Path) -> None:
    site = built({"epics/EP-1.md": "title: Owner\nowner: Hits\nstate: funnel"})
    frame = SiteSettings("Any", language="de", translations=read_translations("de"))
    page = page_in(site, "search.html", frame)
    folder = written(tmp_path, {"search.html": page}, search_file(site)["search.js"])
    (folder / "words.js").write_text(words_file(frame.printer())["words.js"], encoding="utf-8")
    titles, snippets, label = seen(
        folder,
        "search.html?q=owner+prose",
        """later(function () {
          done([all(".found bdi").map(function (b) { return b.textContent; }),
            all(".found p").map(function (p) { return p.textContent; }),
            document.querySelector(".finder label").textContent]);
        });""",
    )
    assert titles == ["Owner"]
    assert snippets == ["Prose."]
    assert label == "Suchen nach"


def test_keys_open_their_sheet_and_give_the_focus_back_and_do_nothing_in_a_field(
    folder: Path,
) -> None:
    opened, pages_listed, closed, back, in_field, slash = seen(
        folder,
        "index.html",
        """var link = document.querySelector(".figure .label a"), open = function () {
          return document.querySelector("dialog[open]") !== null; };
        link.focus();
        key("?");
        var opened = open(), text = document.querySelector("dialog[open]").textContent;
        key("?", document.querySelector("dialog[open] button"));
        setTimeout(function () {
          var closed = !open(), back = document.activeElement === link;
          key("/");
          var box = document.querySelector("#search"), slash = document.activeElement === box;
          key("?", box);
          done([opened, text, closed, back, open(), slash]);
        }, 200);""",
    )
    assert (opened, closed, back, in_field, slash) == (True, True, True, False, True)
    assert "Ranking" in pages_listed
    assert "Copy the link" in pages_listed


def test_keys_that_are_switched_off_do_nothing_but_the_button_opens_their_sheet(
    folder: Path,
) -> None:
    after_key, after_button, checked = seen(
        folder,
        "index.html",
        """var open = function () { return document.querySelector("dialog[open]") !== null; };
        document.querySelector(".keys-button").click();
        var box = document.querySelector("dialog[open] input");
        box.click();
        document.querySelector("dialog[open]").close();
        setTimeout(function () {
          key("?", document.body);
          var first = open();
          document.querySelector(".keys-button").click();
          done([first, open(), document.querySelector("dialog[open] input").checked]);
        }, 200);""",
    )
    assert (after_key, after_button, checked) == (False, True, False)


def test_a_row_is_reached_by_keys_and_its_link_stands_in_a_field_or_is_copied(
    folder: Path,
) -> None:
    row, control, told = seen(
        folder,
        "epics.html",
        """key("j", document.body);
        key("j");
        var row = document.activeElement;
        var control = row.querySelector(".anchor");
        key("c", row);
        later(function () {
          var field = document.querySelector("dialog[open] input");
          done([row.id, Boolean(control) && control.getAttribute("aria-label"),
            field ? field.value : document.querySelector(".copied").textContent]);
        });""",
    )
    assert row.startswith("row.EP-")
    assert control == "Copy link"
    assert told == "Link copied" or told.endswith(f"#{row}")


def test_every_heading_has_a_control_that_copies_its_link(folder: Path) -> None:
    headings, controls, names = seen(
        folder,
        "index.html",
        """done([all("main h2[id]").length, all("main h2[id] > button.anchor").length,
          all("main section[aria-labelledby]").map(function (section) {
            return document.getElementById(section.getAttribute("aria-labelledby")).textContent;
          })]);""",
    )
    assert headings == controls > 2
    assert "Copy link" not in " ".join(names)


def test_a_column_of_a_value_stream_keeps_its_own_name(folder: Path) -> None:
    ids, named = seen(
        folder,
        "board.html",
        """var columns = all(".lane .col[aria-labelledby]");
        done([columns.map(function (column) {
            return column.getAttribute("aria-labelledby").split(" ")[0];
          }), columns.map(function (column) { return column.querySelector("h3").id; })]);""",
    )
    assert ids == named
    assert len(ids) > 2
