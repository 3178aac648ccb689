"""Texts that break out of pages, names and tables, and what no output of a site may then hold."""

import csv
import io
import json
import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal, InvalidOperation
from zipfile import ZipFile

from lxml import etree

from leanfolio.check.svg import svg_fault
from leanfolio.output.data import FORMULA
from leanfolio.output.html.settings import SiteSettings
from leanfolio.output.site_outputs import site_outputs
from leanfolio.output.xlsx import funding_workbook
from leanfolio.views.built import Built
from pages import lint, pages
from test_feeds import JSON_FEED, atom_faults, events

HANDLERS = ("onerror", "onload", "onclick", "onfocus", "onmouseover", "ontoggle", "onbegin")
TAGS = (
    "img",
    "svg",
    "body",
    "input autofocus",
    "details open",
    "video",
    "iframe",
    "math",
    "object",
)
SCHEMES = (
    "javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\tscript:alert(1)", "java\nscript:alert(1)",
    "\x01javascript:alert(1)", "&#106;avascript:alert(1)", "&#x6A;avascript&colon;alert(1)",
    "javascript&#58;alert(1)", "vbscript:msgbox(1)", "data:text/html,<script>alert(1)</script>",
    "data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==", "//evil.example/x", "\\\\evil\\x",
    "/\\evil.example", "https:evil.example", "file:///etc/passwd", "ms-msdt:/id", "blob:x",
    "about:x",
    "view-source:x", "jar:x!/", "feed:javascript:alert(1)", "%6Aavascript:alert(1)",
)  # fmt: skip
BREAKS = (
    '"', "'", "`", ">", "-->", "]]>", "</script>", "</style>", "</title>", "</textarea>", "</svg>",
    "</math>", "</noscript>", "</table>", "</a>", "\\", "\\\"", "&quot;", "&#34;", "\u2028",
    "\u0000",
)  # fmt: skip
TEMPLATES = (
    "{{ 7 * 7 }}", "{% include 'layout.html.jinja' %}", "{{ self.__init__.__globals__ }}",
    "${7*7}", "#{7*7}", "<%= 7*7 %>", "{{constructor.constructor('alert(1)')()}}", "{# x #}",
)  # fmt: skip
MARKDOWN = (
    "[a](javascript:alert(1))", "[a](<javascript:alert(1)>)", "![a](javascript:alert(1))",
    "[a]: javascript:alert(1)\n\n[a]", "<javascript:alert(1)>",
    "[[EP-1|<img src=x onerror=alert(1)>]]",
    "[[javascript:alert(1)]]", "```leanfolio\nview: <script>\n```",
    "[^1]\n\n[^1]: <script>x</script>",
    "> [!NOTE]\n> <script>x</script>", "| <img src=x onerror=alert(1)> |\n|-|\n| x |", "# <b>x</b>",
    "- [ ] <input onfocus=alert(1) autofocus>", "<!-- --><script>alert(1)</script>",
    "a<br onclick=x>",
    '[a](https://x.y "onclick=alert(1) x=\\"")', "[a](https://x.y/\"onclick=alert(1))",
    "&lt;script&gt;",
)  # fmt: skip
CELLS = (
    '=HYPERLINK("https://evil.example")', "+1+1", "-2+3+cmd|' /C calc'!A0", "@SUM(1)", "\t=1",
    "\r=1",
    "a\r=HYPERLINK(0)", "a;=HYPERLINK(0)", "＝1+1", "\u00a0=1", "%0A=1", "a\n=1",
)  # fmt: skip
REPORTS = (
    "::error file=a::forged %0A", "##vso[task.setvariable variable=x]y",
    "%0D%0A::set-output name=x::y",
    "\x1b[2J\x1b]0;x\x07", "\u202eright to left\u202c", "byte \ufeff order \u200b mark", "a\u0085b",
    "@team </details> <!-- x -->", "\ud800",
)  # fmt: skip
BUILT_OF_PARTS = tuple(f"<{tag} src=x {handler}=alert(1)>" for tag in TAGS for handler in HANDLERS)
OWN: tuple[str, ...] = (
    *SCHEMES, *(f"{end}<script>alert(1)</script>" for end in BREAKS), *TEMPLATES, *MARKDOWN, *CELLS,
    *REPORTS, *BUILT_OF_PARTS, *(f"{end} onmouseover=alert(1) x={end}" for end in BREAKS),
)  # fmt: skip


SETTINGS = SiteSettings("Any portfolio", "abc12345", site_url="https://portfolio.example/")
HIDING = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")  # what no text of a site may hold as it is


def live(built: Built) -> Iterator[str]:
    """Yield what is more than text in any output of a site: pages, and all that lies beside them.

    What is made beside the pages is taken from the list of the site itself; a kind of file that is
    judged nowhere is a KeyError.
    """
    for url, text in pages(built):
        yield from lint(url, text)
    for make in site_outputs(built, SETTINGS).values():
        for path, data in make(built).items():
            text = data.decode("latin-1") if isinstance(data, bytes) else data
            yield from JUDGES[path.rpartition(".")[2]](path, text)
    yield from workbook_that_runs(funding_workbook(built.figures.funding))


def json_that_breaks(path: str, text: str) -> Iterator[str]:
    value = json.loads(text)
    if path.startswith("feeds/"):
        yield from (f"{path}: {error.message}" for error in JSON_FEED.iter_errors(value))
    yield from (f"{path}: a control character" for _ in HIDING.findall(text))


def script_that_breaks(path: str, text: str) -> Iterator[str]:
    """A script of data: one assignment of JSON, which no page that holds it could end early."""
    name, _, value = text.partition("=")
    json.loads(value.rstrip("\n;"))
    if not re.fullmatch(r"window\.leanfolio_\w+", name) or re.search(r"[<\u2028\u2029]", text):
        yield f"{path}: more than data"


def feed_that_runs(path: str, text: str) -> Iterator[str]:
    yield from (f"{path}: {fault}" for fault in atom_faults(text))
    for link in etree.fromstring(text.encode()).iter("{*}link"):
        if not str(link.get("href")).startswith("https://portfolio.example/"):
            yield f"{path}: link to {link.get('href')}"


def drawing_that_runs(path: str, text: str) -> Iterator[str]:
    fault = svg_fault(text.encode("latin-1"))
    if fault is not None:
        yield f"{path}: {fault.what}"


def picture_that_is_none(path: str, text: str) -> Iterator[str]:
    if not text.startswith("\x89PNG\r\n\x1a\n"):
        yield f"{path}: no PNG"


def style_that_leads_outside(path: str, text: str) -> Iterator[str]:
    if re.search(r"url\(|@import|<", text):
        yield f"{path}: more than colours"


def calendar_that_breaks(path: str, text: str) -> Iterator[str]:
    events(text)
    yield from (f"{path}: {line}" for line in text.split("\r\n") if HIDING.search(line))


def workbook_that_runs(data: bytes, own: re.Pattern[str] | None = None) -> Iterator[str]:
    """Yield formulas, links and outer parts, and texts that an edit would make formulas.

    `own` are formulas that are not of content.
    """
    book = ZipFile(io.BytesIO(data))
    parts = {name: etree.fromstring(book.read(name)) for name in book.namelist()}
    yield from (
        f"{name}: outer part" for name in parts if re.search("external|vba|embed", name, re.I)
    )
    quoted = [
        xf.get("quotePrefix") == "1" for xf in parts["xl/styles.xml"].iterfind("{*}cellXfs/{*}xf")
    ]
    texts = ["".join(map(str, each.itertext())) for each in parts.get("xl/sharedStrings.xml", ())]
    for name, part in parts.items():
        formulas = [str(each.text) for each in part.iter("{*}f")]
        yield from (f"{name}: {text}" for text in formulas if not (own and own.fullmatch(text)))
        yield from (f"{name}: a link" for _ in part.iter("{*}hyperlink"))
        yield from (f"{name}: {e.attrib}" for e in part.iter() if e.get("TargetMode") == "External")
        for cell in part.iter("{*}c"):
            if cell.get("t") == "s":
                text = texts[int(cell.findtext("{*}v") or "")]
                if runs(text) and not quoted[int(cell.get("s", "0"))]:
                    yield f"{name}: cell {text!r}"


def cells_that_run(path: str, text: str) -> Iterator[str]:
    """Yield the cells of a table that a spreadsheet runs, parted at commas or at semicolons."""
    rows = list(csv.reader(io.StringIO(text), strict=True))
    if len({len(row) for row in rows}) > 1:
        yield f"{path}: rows of several lengths"
    for row in rows:
        yield from (f"{path}: cell {cell!r}" for cell in row if runs(cell))
    for line in text.replace("\r", "\n").split("\n"):
        parts = (part for piece in line.split(";") for part in piece.split("\t"))
        for number, part in enumerate(parts):
            if number and runs(part):
                yield f"{path}: cell {part!r} behind a semicolon"


def runs(cell: str) -> bool:
    """Whether a spreadsheet takes this for a formula: text that begins so, and is no number."""
    if not cell.lstrip().startswith(FORMULA):
        return False
    try:
        Decimal(cell.strip().rstrip('"'))
    except InvalidOperation:
        return True
    return False


JUDGES: Mapping[str, Callable[[str, str], Iterator[str]]] = {
    "json": json_that_breaks, "csv": cells_that_run, "js": script_that_breaks,
    "atom": feed_that_runs, "ics": calendar_that_breaks,
    "svg": drawing_that_runs,
    "png": picture_that_is_none,
    "css": style_that_leads_outside,
}  # fmt: skip
