"""Build the gallery: one page for each component of the site, in each state that it can be in.

    python docs/gallery.py [FOLDER]

Nothing here is drawn by hand. A portfolio is written for each state, built as any other, and the
components are taken out of its pages, so that the gallery shows what the templates make of real
values. Where a component does not exist in a state, its page says so: there is no board of nothing.
"""

import shutil
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from html import escape
from pathlib import Path, PurePosixPath

from lxml import etree
from lxml import html as parser

from leanfolio.disk.files import Project
from leanfolio.disk.project import load
from leanfolio.disk.templates import templates_folder
from leanfolio.model.source import Source
from leanfolio.output.html.graphviz_engine import EmbeddedGraphviz
from leanfolio.output.html.settings import SiteSettings
from leanfolio.output.html.site import Site
from leanfolio.pipeline import build
from leanfolio.views.built import Built

ROOT = Path(__file__).parents[1]
TARGET = ROOT / ".cache" / "gallery"
DAY = date(2026, 11, 20)
LONG = " ".join(["A title that somebody wrote when nobody had told them to stop"] * 7)[:400]
WORD = "Donaudampfschifffahrtsgesellschaftskapitän" * 5
ARABIC = "بوابة الدفع الجديدة للتجار"
RIGHT_TO_LEFT = b'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n'


@dataclass(frozen=True)
class State:
    """A state of all components: its name, what it means, and whether lines run to the left."""

    name: str
    meaning: str
    language: str = "en"

    @property
    def direction(self) -> str:
        return "rtl" if self.language == "ar" else "ltr"


@dataclass(frozen=True)
class Component:
    """A part of pages: its name, the page that has it, and the elements that it is made of."""

    name: str
    page: str
    path: str
    most: int = 1


STATES = (
    State("empty", "A portfolio that holds nothing yet."),
    State("one", "One of each: a theme, an objective, an epic, a risk."),
    State("many", "The sample portfolio."),
    State("over", "Limits, budgets and dates that are passed."),
    State("long", "Titles of 400 letters, and a word of 200."),
    State("right to left", "Titles in Arabic, and a page that runs to the left.", "ar"),
)


def having(name: str) -> str:
    """The elements of a class, as XPath has it."""
    return f"//*[contains(concat(' ', @class, ' '), ' {name} ')]"


def around(name: str) -> str:
    """What scrolls around the tables of a class."""
    return f"{having('scroll')}[.{having(name)}]"


COMPONENTS = (
    Component("head of a page", "index.html", "//main/*[self::h1 or self::p][position() < 4]", 4),
    Component("header and search", "index.html", having("top")),
    Component("decisions", "index.html", having("decisions")),
    Component("exceptions", "index.html", "//div[@class='cards']"),
    Component("figures", "index.html", having("figures")),
    Component(
        "sparklines", "index.html", f"{having('figure')}[.//*[contains(@class, 'spark')]]", 3
    ),
    Component("tables and their forms", "epics.html", "//main//div[.//table]"),
    Component("money", "funding.html", "//main//div[contains(@class, 'scroll')]"),
    Component("board", "board.html", having("board")),
    Component("columns in short", "board.html", having("strip")),
    Component("cards of a board", "board.html", having("tile"), 3),
    Component("tags", "board.html", having("tag"), 8),
    Component("objectives and bars", "objectives.html", around("goals")),
    Component("charts", "ranking.html", having("drawing")),
    Component("drawings", "epics/{epic}.html", "//*[local-name()='svg' and @class='graph']/.."),
    Component("strategy tree", "strategy.html", having("tree")),
    Component("roadmap", "roadmap.html", around("roadmap")),
    Component("facts of an item", "epics/{epic}.html", having("facts"), 2),
    Component("stories of a feature", "features/{feature}.html", having("stories")),
    Component("breadcrumbs", "epics/{epic}.html", having("thread")),
    Component("sections of a meeting", "meetings/board-review.html", "//main/*", 9),
    Component("sections that a phone folds", "funding.html", having("fold"), 3),
    Component("problems", "problems.html", having("problems")),
    Component("empty states", "index.html", having("empty"), 4),
    Component("notices", "vision.html", having("markdown-alert"), 5),
    Component("text", "vision.html", having("prose")),
    Component("foot of a page", "index.html", having("foot")),
)

PORTFOLIO = """type: portfolio
title: {title}
owner: {owner}
currency: EUR
cut_line: 1
states:
  - {{name: funnel, category: new}}
  - {{name: analyzing, category: waiting, limit: {limit}}}
  - {{name: mvp, category: active, limit: {limit}}}
  - {{name: done, category: done}}
"""
NOTICES = "\n".join(
    f"> [!{kind}]\n> {{title}} waits for an answer.\n"
    for kind in ("NOTE", "TIP", "IMPORTANT", "WARNING", "CAUTION")
)


def files_of_state(state: str) -> dict[str, str]:
    """The content of a small portfolio in a state, by path."""
    title, owner = {"long": (f"{LONG} {WORD}", WORD[:60]), "right to left": (ARABIC, "ليلى")}.get(
        state, ("Refund on scan", "Ingrid Vos")
    )
    over = state == "over"
    head = PORTFOLIO.format(title=title, owner=owner, limit=1)
    if state == "empty":
        return {"portfolio.md": f"---\n{head}---\n"}
    quoted = f'"{title}"'
    epics = {
        f"epics/EP-{number}.md": (
            f"title: {quoted}\nowner: {owner}\nstate: {where}\nvalue_stream: VS-1\n"
            f"kind: business\nkey_results: [KR-1]\nhorizon: 1\nbusiness_value: 8\n"
            f"time_criticality: {number}\nrisk_opportunity: 3\njob_size: 5\ncost: 300000\n"
            f"approved: 200000\nactual: {260000 if over else 90000}\n"
            f"history: [{{state: {where}, on: 2026-0{number}-05}}]\n"
            "leading_indicators: [{metric: Refunds in a day, threshold: 20,"
            " by: 2026-12-01, observed: [{on: 2026-11-01, value: 14}]}]"
        )
        for number, where in enumerate(["mvp"] * (3 if over else 1) + ["analyzing"] * 2 * over, 1)
    }
    heads = {
        "portfolio.md": head,
        "themes/TH-1.md": f"title: {quoted}\nowner: {owner}",
        "objectives/OBJ-1.md": (
            f"title: {quoted}\nowner: {owner}\nthemes: [TH-1]\nperiod: 2026-H2\nkey_results:\n"
            f"  - {{id: KR-1, title: {quoted}, owner: {owner}, start: 40, target: 60,"
            f" cadence_days: 30, check_ins: [{{on: 2026-08-01, value: 40}},"
            f" {{on: 2026-{'09' if over else '11'}-10, value: {38 if over else 52}}}]}}"
        ),
        "value-streams/VS-1.md": (
            f"title: {quoted}\nowner: {owner}\nbudgets: [{{period: 2026-H2, target: 400000,"
            f" approved: 400000, forecast: {520000 if over else 380000}, actual: 260000}}]"
        ),
        "teams/T-1.md": f"title: {quoted}\nvalue_stream: VS-1\ncapacity: 10",
        "increments/PI-1.md": f"title: {quoted}\nstart: 2026-10-05\nend: 2026-12-18",
        "features/FT-1.md": (
            f"title: {quoted}\nepic: EP-1\nincrement: PI-1\nteam: T-1\nstate: in-progress\n"
            f"size: {18 if over else 8}\nstories:\n{stories_in(quoted, owner, over=over)}"
        ),
        "risks/RI-1.md": (
            f"title: {quoted}\nowner: {owner}\naffects: [EP-1]\nstatus: owned\naction: Ask\n"
            f"due: {'2026-10-01' if over else '2026-12-15'}\nprobability: 4\nimpact: 5"
        ),
        **epics,
    }  # fmt: skip
    files = {path: f"---\n{text}\n---\n" for path, text in heads.items()}
    prose = f"# {title}\n\n{title} is why this portfolio exists.\n\n{NOTICES}"
    return files | {"vision.md": prose.replace("{title}", title)}


def stories_in(title: str, owner: str, *, over: bool) -> str:
    """The stories of the one feature: one, or more of which one is blocked past its end."""
    states = ("done", "in-progress", "backlog") if over else ("in-progress",)
    blocked = ", blocked: [{from: 2026-10-01, why: It waits}]"
    return "\n".join(
        f"  - {{id: ST-{number}, title: {title}, owner: {owner}, state: {state}, points: {number},"
        f" iteration: '{number}'{blocked * (state == 'backlog')}}}"
        for number, state in enumerate(states, 1)
    )


def built_in(state: str) -> Built:
    """The portfolio of a state, through the pipeline."""
    if state == "many":
        return load(Project.at(ROOT), DAY)[1]
    sources = [
        Source(PurePosixPath(path), text.encode()) for path, text in files_of_state(state).items()
    ]
    return build(sources, as_of=DAY, otherwise=DAY)


@cache
def site_in(state: State) -> Site:
    """The site of a state; of right to left, with a catalogue of no sentence."""
    translations = RIGHT_TO_LEFT if state.language != "en" else b""
    settings = SiteSettings("Portfolio", language=state.language, translations=translations)
    return Site(built_in(state.name), settings, EmbeddedGraphviz(None))


def page_of(state: State, url: str) -> parser.HtmlElement | None:
    """A page of a state's site; None where there is none."""
    site = site_in(state)
    wanted = url
    if "{epic}" in url:
        wanted = next((slot.url for slot in site.slots if slot.url.startswith("epics/")), "")
    if "{feature}" in url:  # one with stories
        wanted = next((slot.url for slot in site.slots if slot.sections), "")
    slot = next((slot for slot in site.slots if slot.url == wanted), None)
    return None if slot is None else parser.document_fromstring(site.html(slot))


def shown(component: Component, state: State) -> str:
    """A component in a state as HTML; "" where there is none."""
    page = page_of(state, component.page)
    if page is None:
        return ""
    found = page.xpath(component.path)
    assert isinstance(found, list)
    elements = [each for each in found if isinstance(each, etree.ElementBase)][: component.most]
    return "\n".join(
        etree.tostring(each, encoding="unicode", method="html", with_tail=False)
        for each in (alone(element, state.name) for element in elements)
    )


NAMES_OF_IDS = ("id", "for", "headers", "aria-labelledby", "aria-describedby", "popovertarget")


def alone(element: etree.ElementBase, state: str) -> etree.ElementBase:
    """The element with ids that are its own among all states, and with links that lead nowhere."""
    prefix = state.replace(" ", "-")
    for each in element.iter(etree.Element):
        for name in NAMES_OF_IDS:
            if name in each.attrib:
                words = str(each.attrib[name]).split()
                each.attrib[name] = " ".join(f"{prefix}-{word}" for word in words)
        if "href" in each.attrib:
            each.attrib["href"] = "#main"
    return element


FRAME = """<!doctype html>
<html lang="en" dir="ltr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title} · Gallery</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="style.css">
<script defer src="script.js"></script>
</head>
<body>
<main id="main" tabindex="-1">
<p class="eyebrow"><a href="index.html">Gallery</a></p>
<h1>{title}</h1>
{body}
</main>
</body>
</html>
"""


def gallery_pages() -> Iterator[tuple[str, str]]:
    """Every page of the gallery: its file, its HTML."""
    rows = []
    for component in COMPONENTS:
        file = f"{component.name.replace(' ', '-')}.html"
        parts = {state: shown(component, state) for state in STATES}
        yield file, FRAME.format(title=escape(component.name.capitalize()), body=sections(parts))
        there = ", ".join(state.name for state, part in parts.items() if part)
        rows.append(f'<li><a href="{file}">{escape(component.name)}</a> {escape(there)}</li>')
    index = "\n".join(('<ul class="plain">', *rows, "</ul>"))
    yield "index.html", FRAME.format(title="Components", body=index)


def sections(parts: Mapping[State, str]) -> str:
    """Each state with its heading and its direction."""
    return "\n".join(
        f"<h2>{escape(state.name.capitalize())} <small>{escape(state.meaning)}</small></h2>\n"
        f'<div data-state="{state.name}" dir="{state.direction}">\n{part or NOT_THERE}\n</div>'
        for state, part in parts.items()
    )


NOT_THERE = '<p class="none" data-absent>Not on its page in this state.</p>'


def write_gallery(folder: Path) -> None:
    """The whole gallery, with the theme's own style and script beside it."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("style.css", "script.js"):
        shutil.copy(templates_folder() / "theme" / name, folder)
    for name, text in gallery_pages():
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else TARGET
    write_gallery(target)
    print(f"open {target / 'index.html'}")  # noqa: T201
