"""What prose is made of, whatever system it comes from, and how it is written as Markdown."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct, field

MOST_DEPTH = 40  # nodes within nodes; what is deeper is written as its text
ADDRESS = re.compile(r"(?:https?://|mailto:)[^\s<>\"'`\\{}|^]+\Z", re.IGNORECASE)
ESCAPED = re.compile(r"([\\`*_\[\]<>|~&])")
AT_LINE_START = re.compile(r"\A(\s*)([-+#=]|[0-9]{1,9}[.)])")
INLINE_MARKS = {"strong": "**", "emphasis": "*", "strike": "~~"}


class Node(Struct):
    """A piece of prose.

    Blocks: paragraph, heading (level), list (ordered; its parts are items), item, quote, code
    (text; language in `address`), table (rows), row (cells), cell, rule. Inline: text, strong,
    emphasis, strike, verbatim, link (address), break. `group` holds either, and is nothing itself.
    """

    kind: str
    parts: "list[Node]" = field(default_factory=list)
    text: str = ""
    address: str = ""
    level: int = 0
    ordered: bool = False


class Prose(Struct, frozen=True):
    """Markdown, and what was no part of it: each kind of thing that became its text, how often."""

    text: str
    unknown: Counter[str] = field(default_factory=Counter)


BLOCKS = frozenset(
    ("paragraph", "heading", "list", "item", "quote", "code", "table", "row", "cell", "rule")
)


def picture(address: str, name: str) -> Node:
    """A picture as a link to it: nothing of another system is fetched by a reader's browser."""
    words = name.strip() or address.rstrip("/").rpartition("/")[2] or "picture"
    return Node("link", [Node("text", text=words)], address=address)


def markdown_of(nodes: Iterable[Node]) -> str:
    """All nodes as Markdown, without blank lines at either end."""
    return "\n\n".join(block for node in gathered(nodes) for block in block_of(node)).strip("\n")


def gathered(nodes: Iterable[Node], depth: int = 0) -> Iterator[Node]:
    """Blocks; inline pieces between them become paragraphs."""
    inline: list[Node] = []
    for node in flat(nodes, depth):
        if node.kind in BLOCKS:
            if inline:
                yield Node("paragraph", inline)
                inline = []
            if node.kind == "paragraph" and depth < MOST_DEPTH and holds_blocks(node):
                yield from gathered(node.parts, depth + 1)
            else:
                yield node
        else:
            inline.append(node)
    if inline:
        yield Node("paragraph", inline)


def holds_blocks(node: Node) -> bool:
    """Whether a paragraph is only a frame around others, as HTML's `div` often is."""
    return any(part.kind in BLOCKS for part in flat(node.parts))


def of_kind(nodes: Iterable[Node], kind: str) -> list[Node]:
    """The parts of a list or a table; blanks between them are none."""
    return [node for node in flat(nodes) if node.kind == kind]


def flat(nodes: Iterable[Node], depth: int = 0) -> Iterator[Node]:
    """The same nodes without groups."""
    for node in nodes:
        if node.kind == "group" and depth < MOST_DEPTH:
            yield from flat(node.parts, depth + 1)
        elif node.kind == "group":
            yield Node("text", text=plain_text(node))
        else:
            yield node


def plain_text(node: Node) -> str:
    """The words of a node, whatever is in it."""
    words, waiting = [], [node]
    while waiting:
        each = waiting.pop()
        words.append(each.text)
        waiting += reversed(each.parts)
    return " ".join(filter(None, words))


def block_of(node: Node, depth: int = 0) -> Iterator[str]:
    """A block as lines of Markdown; nothing of an empty one."""
    if depth > MOST_DEPTH:
        yield escaped(plain_text(node))
    elif node.kind == "code":
        yield fenced(node.text, node.address)
    elif node.kind == "rule":
        yield "---"
    elif node.kind == "list":
        if lines := "\n".join(list_lines(node, depth)):
            yield lines
    elif node.kind == "quote":
        inner = "\n\n".join(
            text for part in gathered(node.parts) for text in block_of(part, depth + 1)
        )
        if inner:
            yield "\n".join(f"> {line}".rstrip() for line in inner.split("\n"))
    elif node.kind == "table":
        yield from table_of(node)
    elif node.kind == "heading":
        if words := one_line(node.parts):
            yield f"{'#' * min(max(node.level, 1), 6)} {words}"
    elif node.kind == "paragraph":
        if words := paragraph_text(node.parts):
            yield words
    else:  # an item without a list, a cell without a table
        for part in gathered(node.parts):
            yield from block_of(part, depth + 1)


def fenced(text: str, language: str) -> str:
    """Code between fences that are longer than any in it."""
    longest = max((len(run) for run in re.findall(r"`{3,}", text)), default=2)
    fence = "`" * (longest + 1)
    info = language if re.fullmatch(r"[\w+#.-]{1,20}", language) else ""
    if info == "leanfolio":  # a block of this name is a view, and this is a text about one
        info = "text"
    return f"{fence}{info}\n{text.strip(chr(10))}\n{fence}"


def list_lines(node: Node, depth: int) -> Iterator[str]:
    """A line or more for each item; what stands in it is indented below its mark."""
    for number, part in enumerate(of_kind(node.parts, "item"), 1):
        mark = f"{number}. " if node.ordered else "- "
        blocks = [text for inner in gathered(part.parts) for text in block_of(inner, depth + 1)]
        tight = all(inner.kind in ("paragraph", "list") for inner in gathered(part.parts))
        text = ("\n" if tight else "\n\n").join(blocks)
        first, *rest = text.split("\n")
        yield f"{mark}{first}".rstrip()
        for line in rest:
            yield f"{' ' * len(mark)}{line}".rstrip()


def table_of(node: Node) -> Iterator[str]:
    """A table whose first row is its head. Cells hold one line each."""
    cells = [of_kind(row.parts, "cell") for row in of_kind(node.parts, "row")]
    rows = [[one_line(cell.parts) for cell in row] for row in cells if row]
    if not rows:
        return
    width = max(map(len, rows))
    full = [[*row, *[""] * (width - len(row))] for row in rows]
    lines = [f"| {' | '.join(row)} |" for row in full]
    yield "\n".join([lines[0], f"| {' | '.join(['---'] * width)} |", *lines[1:]])


def one_line(nodes: Sequence[Node]) -> str:
    """Inline pieces, and the words of blocks, on one line."""
    return " ".join(inline_text(nodes).replace("\\\n", " ").split())


def paragraph_text(nodes: Sequence[Node]) -> str:
    """Inline pieces as a paragraph: no line of it can be taken for the start of a block."""
    lines = [line.strip() for line in inline_text(nodes).strip().split("\n")]
    lines = [not_a_block(line) for line in lines]
    return "\n".join(line for line in lines if line).removesuffix("\\")


def not_a_block(line: str) -> str:
    """A line that would begin a list, a heading or a rule, so that it does not."""
    found = AT_LINE_START.match(line)
    if found is None or (found[2] not in "=#-" and line[found.end() :][:1] not in ("", " ")):
        return line
    return f"{line[: found.end() - 1]}\\{line[found.end() - 1 :]}"


def inline_text(nodes: Iterable[Node], depth: int = 0) -> str:
    """Inline pieces one after the other."""
    return "".join(inline_of(node, depth) for node in flat(nodes, depth))


def inline_of(node: Node, depth: int) -> str:
    if depth > MOST_DEPTH:
        return escaped(plain_text(node))
    if node.kind == "text":
        return escaped(node.text)
    if node.kind == "break":
        return "\\\n"
    if node.kind in ("verbatim", "code"):
        return verbatim(node.text)
    inner = inline_text(node.parts, depth + 1) + escaped(node.text)
    if node.kind in INLINE_MARKS:
        return marked(inner, INLINE_MARKS[node.kind])
    if node.kind == "link":
        return link_text(inner, node.address)
    return f"{inner} " if node.kind in BLOCKS else inner


def marked(text: str, mark: str) -> str:
    """A text between marks, which touch it; blanks at its ends go outside, and lines stay whole."""
    words = text.strip()
    if not words or "\n" in words or mark[0] in words:
        return text
    before, after = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
    return f"{before}{mark}{words}{mark}{after}"


def link_text(words: str, address: str) -> str:
    """A link where the address is one that may be followed; else the words and the address."""
    words = " ".join(words.replace("\\\n", " ").split())
    if not ADDRESS.match(address):
        return " ".join(filter(None, (words, f"({escaped(address)})" if address else "")))
    safe = address.replace("(", "%28").replace(")", "%29")
    return f"[{words or escaped(address)}]({safe})"


def verbatim(text: str) -> str:
    """Text as it is, between more backticks than it holds."""
    words = " ".join(text.split())
    if not words:
        return ""
    longest = max((len(run) for run in re.findall(r"`+", words)), default=0)
    mark = "`" * (longest + 1)
    pad = " " if words[0] == "`" or words[-1] == "`" else ""
    return f"{mark}{pad}{words}{pad}{mark}"


def escaped(text: str) -> str:
    """A text in which nothing is taken for Markdown."""
    return ESCAPED.sub(r"\\\1", text.replace("\r\n", "\n").replace("\r", "\n"))
