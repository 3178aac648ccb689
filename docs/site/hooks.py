"""How MkDocs makes the documentation's site: our Markdown, links that hold, words explained.

GitHub shows these pages too, so they are written in its dialect. Python-Markdown, which MkDocs
uses, reads another one (a list in a list, a fence in a list); markdown-it-py reads this one.
"""

import re
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Any

from lxml import html as parser
from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.anchors import anchors_plugin
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.structure.pages import Page

import leanfolio

ROOT = Path(__file__).parents[2]
# Files of the repository that lie beside docs/, with their place in the site.
BESIDE = {
    "README.md": "index.md",
    "CONTRIBUTING.md": "CONTRIBUTING.md",
    "DECISIONS.md": "DECISIONS.md",
    "CHANGELOG.md": "CHANGELOG.md",
    "SECURITY.md": "SECURITY.md",
    "LICENSE": "LICENSE.txt",
}
WEB = re.compile(r"[a-z][a-z+.-]*:|//", re.IGNORECASE)
# The texts whose words are explained: not those of heads, code and links.
SPOKEN = ".//text()[ancestor::p or ancestor::li][not(ancestor::a or ancestor::code)]"


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    config.extra["version"] = leanfolio.__version__
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages that lie beside docs/, and the style of a portfolio's site."""
    for name, uri in BESIDE.items():
        text = (ROOT / name).read_text(encoding="utf-8")
        files.append(File.generated(config, uri, content=text))
    style = (ROOT / "templates" / "theme" / "style.css").read_text(encoding="utf-8")
    files.append(
        File.generated(config, "style.css", content=style, inclusion=InclusionLevel.INCLUDED)
    )
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Keep the text for our own reader, and leave MkDocs' nothing but the title."""
    page.meta["text"] = markdown
    return next((line for line in markdown.splitlines() if line.startswith("# ")), "")


def on_page_content(html: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Return the page as HTML, with links to pages of this site."""
    reader = MarkdownIt("commonmark", {"html": False}).enable("table")
    anchors_plugin(reader, max_level=4)
    tokens = reader.parse(str(page.meta.pop("text")))
    place = original_of(page.file.src_uri)
    pages = {original_of(each.src_uri): each for each in files}
    for token in every(tokens):
        if token.type in ("link_open", "image"):
            name = "href" if token.type == "link_open" else "src"
            token.attrs[name] = address(str(token.attrs[name]), place, page.file, pages)
    made = reader.renderer.render(
        [each for each in tokens if not comment(each)], reader.options, {}
    )
    return made if page.file.src_uri == "glossary.md" else explained(made, page.file, files)


def every(tokens: list[Token]) -> "list[Token]":
    """All tokens, those inside of paragraphs too."""
    return [each for token in tokens for each in (token, *(token.children or ()))]


def comment(token: Token) -> bool:
    """Whether a token is a comment to those who edit the page, which HTML would show as text."""
    return any(each.content.startswith("<!-- ") for each in token.children or ())


def original_of(uri: str) -> PurePosixPath:
    """Where a page of the site lies in the repository."""
    names = {made: name for name, made in BESIDE.items()}
    return PurePosixPath(names[uri]) if uri in names else PurePosixPath("docs", uri)


def address(target: str, place: PurePosixPath, own: File, pages: dict[PurePosixPath, File]) -> str:
    """Where a link of a page leads in the site; one to a file of the repository leads nowhere."""
    path, hash, fragment = target.partition("#")
    if WEB.match(target) or not path:
        return target
    parts: list[str] = []
    for part in (place.parent / path).parts:
        if part == "..":
            parts.pop()
        else:
            parts.append(part)
    found = pages.get(PurePosixPath(*parts))
    if found is None:
        raise FileNotFoundError(f"{place}: {target} is no page of the documentation's site")
    return f"{found.url_relative_to(own)}{hash}{fragment}"


def terms() -> dict[str, str]:
    """Every word of the glossary, in small letters, with its anchor."""
    text = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    found = re.findall(r"^## (.+)$", text, re.MULTILINE)
    slugs = (re.sub(r"[^\w -]", "", name.lower()).replace(" ", "-") for name in found)
    return dict(zip(map(str.lower, found), slugs, strict=True))


def explained(text: str, own: File, files: Files) -> str:
    """Link the first use of each word of the glossary on a page to where it is explained."""
    glossary = files.get_file_from_path("glossary.md")
    if glossary is None:
        raise FileNotFoundError("docs/glossary.md")
    place = glossary.url_relative_to(own)
    left = terms()
    root: Any = parser.fragment_fromstring(text, create_parent="div")
    for each in root.xpath(SPOKEN):
        said = each
        while said is not None and left:
            said = linked(said, left, place)
    made = parser.tostring(root, encoding="unicode")
    return str(made.removeprefix("<div>").removesuffix("</div>"))


def linked(said: Any, left: dict[str, str], place: str) -> Any:
    """Link the first word of a text that is `left`; return the text behind it, None without any."""
    match = any_of(tuple(left)).search(said)
    if match is None:
        return None
    link = parser.Element("a")
    link.set("class", "term")
    link.set("href", f"{place}#{left.pop(match[1].lower())}")
    link.text, link.tail = match[0], said[match.end() :]
    node, before = said.getparent(), said[: match.start()]
    if said.is_tail:
        node.tail = before
        node.addnext(link)
    else:
        node.text = before
        node.insert(0, link)
    return next(iter(link.xpath("following-sibling::text()[1][. = $tail]", tail=link.tail)), None)


@cache
def any_of(words: tuple[str, ...]) -> re.Pattern[str]:
    """What finds any of these words, or its plural; the longest first."""
    names = "|".join(map(re.escape, sorted(words, key=len, reverse=True)))
    return re.compile(rf"\b({names})s?\b", re.IGNORECASE)
