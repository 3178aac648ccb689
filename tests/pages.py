"""A whole site in memory, and a lint that every page of it must pass."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import unquote

from lxml import html as parser
from lxml.html import HtmlElement

from leanfolio.output.html.settings import SiteSettings
from leanfolio.output.html.site import Site
from leanfolio.views.built import Built
from leanfolio.views.cell import Table, Value

ELEMENTS = frozenset(
    """a abbr aside b bdi blockquote body br button caption circle code dd del desc details div
    dl dt em figcaption figure footer g h1 h2 h3 h4 h5 h6 head header hr html img input kbd
    label li line link main meta nav ol option output p path polygon polyline pre rect s script
    section select small span strong sub summary sup svg table tbody td text tfoot th thead
    time title tr tspan ul""".split()  # noqa: SIM905
)
ATTRIBUTES = frozenset(
    """alt autocomplete charset checked class colspan content cx cy d datetime defer dir direction
    disabled download dx dy focusable for headers height hidden href http-equiv id inputmode lang
    loading max media min name open points popover popovertarget popovertargetaction
    preserveaspectratio r
    rel role rowspan rx scope src start step tabindex text-anchor title transform type value
    viewbox width x x1 x2 xml:space xmlns y y1 y2""".split()  # noqa: SIM905
)
SCHEMES = ("https://", "http://", "mailto:")

COMPILED = TemporaryDirectory()  # templates; it goes with the process


class Columns:
    """A layout engine that always declines: our own layout then serves, at once."""

    version = "columns"
    repeatable = True

    def run(self, sources: Sequence[str]) -> list[str | None]:
        return [None for _ in sources]


def site(built: Built) -> Site:
    """The site of a build, by templates that are compiled once for all tests of a process."""
    settings = SiteSettings("Any portfolio", "abc12345")
    return Site(built, settings, Columns(), cache=Path(COMPILED.name))


def pages(built: Built) -> Iterator[tuple[str, str]]:
    """Every page of the site: its address and its HTML."""
    whole = site(built)
    for slot in whole.slots:
        yield slot.url, whole.html(slot)


def page_in(built: Built, url: str, settings: SiteSettings) -> str:
    """One page of a site with these settings."""
    made = Site(built, settings, Columns(), cache=Path(COMPILED.name))
    return next(made.html(slot) for slot in made.slots if slot.url == url)


def page_at(built: Built, url: str) -> str:
    """The HTML of one page of the site."""
    whole = site(built)
    return next(whole.html(slot) for slot in whole.slots if slot.url == url)


def every(document: Any, path: str) -> list[Any]:
    """What an XPath finds: lxml cannot say that it is a list."""
    found = document.xpath(path)
    assert isinstance(found, list)
    return found


def records(table: Table) -> list[dict[str, Value]]:
    """The rows of a table, each cell by the label of its column."""
    labels = [header.label for header in table.headers]
    return [dict(zip(labels, row, strict=True)) for row in table.rows]


def lint(url: str, text: str) -> list[str]:
    """What a page may not hold: unknown elements and attributes, unsafe addresses, doubled ids."""
    document = parser.document_fromstring(text)
    found: list[str] = []
    ids: set[str] = set()
    for element in document.iter():
        if not isinstance(element, HtmlElement) or not isinstance(element.tag, str):
            continue
        if element.tag not in ELEMENTS:
            found.append(f"{url}: element {element.tag}")
        for name, value in element.attrib.items():
            found += [f"{url}: {fault}" for fault in attribute(element, str(name), str(value))]
        own = element.get("id")
        if own is not None:
            if own in ids:
                found.append(f"{url}: id {own} stands twice")
            ids.add(own)
    for table in document.iter("table"):
        if not table.xpath(".//th"):
            found.append(f"{url}: a table without heads")
    if len(every(document, "//h1")) != 1:
        found.append(f"{url}: not one h1")
    depths = [
        0,
        *(int(str(each.tag)[1]) for each in document.iter("h1", "h2", "h3", "h4", "h5", "h6")),
    ]
    skipped = [after for before, after in pairwise(depths) if after > before + 1]
    return found + [f"{url}: an h{depth} without one above it" for depth in skipped]


def attribute(element: HtmlElement, name: str, value: str) -> Iterator[str]:
    named = name in ATTRIBUTES or name.startswith(("aria-", "data-"))
    if not named and (element.tag, name) != ("meta", "property"):  # of a preview of its address
        yield f"attribute {name} on {element.tag}"
    if name in ("href", "src") and not safe(element, value):
        yield f"address {value!r} on {element.tag}"


def safe(element: HtmlElement, value: str) -> bool:
    if element.tag == "link" and value.startswith("data:image/svg+xml,"):
        return True
    if element.tag == "link" and element.get("rel") == "canonical":
        return value.startswith("https://")  # the site's own address, which nothing loads
    folded = "".join(unquote(value).split()).casefold()
    if element.tag in ("img", "script", "link"):
        return ":" not in folded and not folded.startswith("//")
    if folded.startswith(SCHEMES):
        return True
    head = folded.split("#")[0].split("?")[0]
    return ":" not in head and not folded.startswith(("//", "\\"))
