"""Jira's wiki markup as Markdown."""

import re
from collections import Counter
from collections.abc import Callable, Iterator

from leanfolio.importing.prose.nodes import MOST_DEPTH, Node, Prose, markdown_of, picture

HEADING = re.compile(r"h([1-6])\.\s+(.*)")
LIST = re.compile(r"\s*([*#-]{1,40})\s+(.*)")
CODE = re.compile(r"\{(code|noformat)(?::([^{}\n]{0,200}))?\}")
QUOTE = re.compile(r"\{quote\}")
MACRO = re.compile(r"\{(/?[a-z][a-z-]{0,30})(?::[^{}\n]{0,500})?\}")
SILENT = frozenset(("color", "panel", "section", "column", "anchor"))
RULE = re.compile(r"-{4,5}\s*\Z")
DEEPEST_LIST = 20
EDGE = r"(?<![\w\\])"
# What stands between two marks is short, so that marks that never close cost little each.
INLINE = re.compile(
    r"\{\{(?P<mono>[^{}\n]{1,500}?)\}\}"
    r"|\[(?P<link>[^\[\]\n]{1,2000})\]"
    r"|(?<![\w!])!(?P<image>[^\s!|][^!|\n]{0,300})(?:\|(?P<options>[^!\n]{0,300}))?!(?!\w)"
    rf"|{EDGE}\*(?P<strong>\S(?:[^*\n]{{0,500}}\S)?)\*(?!\w)"
    rf"|{EDGE}_(?P<emphasis>\S(?:[^_\n]{{0,500}}\S)?)_(?!\w)"
    rf"|{EDGE}-(?P<strike>[^\s-](?:[^-\n]{{0,500}}[^\s-])?)-(?![\w-])"
    rf"|{EDGE}(?:\+(?P<inserted>\S(?:[^+\n]{{0,500}}\S)?)\+)(?!\w)"
    r"|(?P<url>https?://[^\s\[\]|<>\"']{0,2000}[^\s\[\]|<>\"'.,;:!?)])"
    r"|\\\\(?P<newline>\s|\Z)"
    r"|\\(?P<literal>[*_\-+\[\]{}!|\\])"
)


def from_wiki(text: str) -> Prose:
    """The Markdown of a text in wiki markup. Macros that are unknown become what stands in them."""
    unknown: Counter[str] = Counter()
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    return Prose(markdown_of(pieces(plain, unknown)), unknown)


def pieces(text: str, unknown: Counter[str]) -> Iterator[Node]:
    """Verbatim blocks and quotes, and what stands between them."""
    at, closed = 0, dict[str, bool]()
    for begin in CODE.finditer(text):
        end_mark = "{" + begin[1] + "}"
        if begin.start() < at or not closed.setdefault(end_mark, True):
            continue
        end = text.find(end_mark, begin.end())
        if end < 0:  # nor do those behind it
            closed[end_mark] = False
            continue
        yield from quotes(text[at : begin.start()], unknown)
        language = (begin[2] or "").partition("|")[0]
        code = text[begin.end() : end]
        yield Node("code", text=code, address="" if "=" in language else language)
        at = end + len(end_mark)
    yield from quotes(text[at:], unknown)


def quotes(text: str, unknown: Counter[str]) -> Iterator[Node]:
    """Every second piece between marks of quotes is one; the last one has to be closed."""
    parts = QUOTE.split(text)
    if len(parts) % 2 == 0:
        parts[-2:] = ["".join(parts[-2:])]
    for number, part in enumerate(parts):
        inner = blocks(without_macros(part, unknown).split("\n"), unknown)
        if number % 2:
            yield Node("quote", [*inner])
        else:
            yield from inner


def without_macros(text: str, unknown: Counter[str]) -> str:
    """The text without the marks of macros; `{{text}}` is none."""

    def leave_out(found: re.Match[str]) -> str:
        before = found.string[found.start() - 1 : found.start()]
        if before in ("{", "\\"):
            return found[0]
        name = found[1].lstrip("/")
        if name not in SILENT:
            unknown["{" + name + "}"] += 1
        return ""

    return MACRO.sub(leave_out, text)


def blocks(lines: list[str], unknown: Counter[str]) -> Iterator[Node]:
    """Headings, lists, tables, rules and paragraphs."""
    at = 0
    while at < len(lines):
        line = lines[at].strip()
        if not line:
            at += 1
        elif (found := HEADING.match(line)) is not None:
            yield Node("heading", [*inline(found[2])], level=int(found[1]))
            at += 1
        elif RULE.match(line):
            yield Node("rule")
            at += 1
        elif line.startswith("bq. "):
            yield Node("quote", [*inline(line[4:])])
            at += 1
        elif LIST.match(line):
            end = end_of(at, lines, is_list_line)
            yield from lists([LIST.match(each.strip()) for each in lines[at:end]])
            at = end
        elif line.startswith("|"):
            end = end_of(at, lines, is_row)
            yield Node("table", [row_of(each.strip()) for each in lines[at:end]])
            at = end
        else:
            end = max(at + 1, end_of(at, lines, is_text))
            yield Node("paragraph", [*lines_of(lines[at:end])])
            at = end


def end_of(at: int, lines: list[str], belongs: Callable[[str], bool]) -> int:
    """The line behind the last that belongs to what begins here."""
    while at < len(lines) and belongs(lines[at].strip()):
        at += 1
    return at


def is_list_line(line: str) -> bool:
    return LIST.match(line) is not None and RULE.match(line) is None


def is_row(line: str) -> bool:
    return line.startswith("|")


def is_text(line: str) -> bool:
    special = HEADING.match(line) or RULE.match(line) or LIST.match(line)
    return bool(line) and special is None and not line.startswith(("|", "bq. "))


def lists(found: list[re.Match[str] | None]) -> list[Node]:
    """Lists, and those within them: each line has as many marks as it is deep."""
    result: list[Node] = []
    open_lists: list[Node] = []
    for each in found:
        if each is None:
            continue
        marks, words = each[1][:DEEPEST_LIST], each[2]
        del open_lists[len(marks) :]
        if (
            open_lists
            and open_lists[-1].ordered != marks.endswith("#")
            and len(open_lists) == len(marks)
        ):
            open_lists.pop()
        while len(open_lists) < len(marks):
            new = Node("list", ordered=marks[len(open_lists)] == "#")
            if open_lists:
                holder = open_lists[-1]
                if not holder.parts:
                    holder.parts.append(Node("item"))
                holder.parts[-1].parts.append(new)
            else:
                result.append(new)
            open_lists.append(new)
        open_lists[-1].parts.append(Node("item", [Node("paragraph", [*inline(words)])]))
    return result


def row_of(line: str) -> Node:
    """A row of a table; `||` parts the cells of its head."""
    cells = re.split(r"(?<!\\)\|\|?(?![^\[\]]{0,200}\])", line.strip().strip("|"))
    return Node("row", [Node("cell", [*inline(cell.strip())]) for cell in cells])


def lines_of(lines: list[str]) -> Iterator[Node]:
    """The lines of a paragraph; in wiki markup each stays one."""
    for number, line in enumerate(lines):
        if number:
            yield Node("break")
        yield from inline(line.strip())


def parted(pattern: re.Pattern[str], text: str) -> Iterator[tuple[str, re.Match[str] | None]]:
    """What stands before each match, with the match; at last what follows them, with None."""
    at = 0
    for found in pattern.finditer(text):
        yield text[at : found.start()], found
        at = found.end()
    yield text[at:], None


def inline(text: str, depth: int = 0) -> Iterator[Node]:
    """Marks, links, pictures, and the text between them."""
    if depth > MOST_DEPTH:
        yield Node("text", text=text)
        return
    for before, found in parted(INLINE, text):
        if before:
            yield Node("text", text=before)
        if found is not None:
            yield inline_node(found, depth)


def inline_node(found: re.Match[str], depth: int) -> Node:
    kind = str(found.lastgroup)
    words = found[kind] or ""
    if found["mono"] is not None:
        return Node("verbatim", text=words)
    if found["link"] is not None:
        return link_of(words, depth)
    if found["image"] is not None:
        name = found["image"]
        remote = name.startswith(("http://", "https://"))
        return picture(name, "") if remote else Node("text", text=f"(attachment: {name})")
    if found["url"] is not None:
        return Node("link", [Node("text", text=words)], address=words)
    if found["newline"] is not None:
        return Node("break")
    if found["literal"] is not None:
        return Node("text", text=words)
    inner = [*inline(words, depth + 1)]
    return Node(kind, inner) if kind in ("strong", "emphasis", "strike") else Node("group", inner)


def link_of(inside: str, depth: int) -> Node:
    """[words|address], [address], [~person]; anything else is text in brackets."""
    words, bar, address = inside.partition("|")
    target = (address if bar else words).partition("|")[0].strip()
    if target.startswith("~"):
        return Node("text", text=f"@{target[1:].removeprefix('accountid:')}")
    if re.match(r"(?:https?://|mailto:)", target):
        return Node("link", [*inline(words, depth + 1)] if bar else [Node("text", text=target)],
                    address=target)  # fmt: skip
    if target.startswith(("^", "#")) or bar:
        return Node("text", text=f"{words} ({target})" if bar else target[1:])
    return Node("text", text=f"[{inside}]")
