"""Write leanfolio.pot: every sentence that the site can show, for translators.

    python docs/messages.py [FILE]

The same sources give the same bytes: no dates, no line numbers, sorted by sentence.
tests/test_wording_messages.py compares.
"""

import ast
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import write_po

from leanfolio.check import RULES
from leanfolio.output.script_words import theme_messages

ROOT = Path(__file__).parents[1]
SOURCES = ROOT / "generator" / "leanfolio"
TEMPLATES = ROOT / "templates"
TARGET = SOURCES / "wording" / "leanfolio.pot"
KEYWORDS = {
    "message": None,
    "tell": None,
    "plural": (1, 2),
    "many": (1, 1),
    "in_context": ((1, "c"), 2),
}
LABELLED = ("Fact", "Table", "Header", "row_table", "cut", "epic_rows")  # by their first argument
LABEL_NAMES = (
    *("label", "labels", "title", "titles", "heads", "LABELS", "TITLES", "HEADS", "NOTHING"),
    *("HORIZONS", "KINDS", "PARTS", "RULES_IN_WORDS", "SUMS"),
)
IN_TEMPLATES = {"_": None}
HEADER = """\
# Every sentence that leanfolio prints. Written by `make messages`; docs/translating.md tells how
# a language is added.
msgid ""
msgstr ""
"Project-Id-Version: leanfolio\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

"""


def extracted() -> Catalog:
    """Return all sentences and labels of generator and templates, each with its files."""
    catalog = Catalog(fuzzy=False)
    found = extract_from_dir(
        SOURCES, [("**.py", "python")], keywords=KEYWORDS, comment_tags=("Translators:",)
    )
    for name, _line, msgid, comments, context in found:
        catalog.add(msgid, None, [(Path(name).as_posix(), 1)], (), comments, context=context)
    for name, msgid in in_templates():
        catalog.add(msgid, None, [(f"templates/{name}", 1)])
    for word in theme_messages():
        catalog.add(word, None, [("templates/theme", 1)])
    for rule in RULES.values():
        catalog.add(rule.summary, None, [(f"check/{rule.family}", 1)])
    for name, label in in_views():
        catalog.add(label, None, [(name, 1)])
    return catalog


def labels(module: ast.Module) -> Iterator[str]:
    """Return the labels of views: heads of columns, titles of tables, names of facts.

    They are literals of the calls in `LABELLED`, of `headers` and `columns`, or of names that are
    called `labels`, `label` or `title`.
    """
    for node in ast.walk(module):
        match node:
            case ast.Call(func=ast.Name(id="rows_of"), args=[title, labels, *_]):
                yield from literals(title)
                yield from (label.rstrip("#") for label in literals(labels))
            case ast.Call(func=ast.Attribute(ast.Name(id="labels"), "append"), args=[label]):
                yield from (text.rstrip("#") for text in literals(label))
            case ast.Call(func=ast.Name(id=name), args=[first, *_]) if name in LABELLED:
                yield from literals(first)
            case ast.Call(func=ast.Name(id="headers"), args=args):
                yield from (label.rstrip("#") for arg in args for label in literals(arg))
            case ast.Call(func=ast.Name(id="columns"), args=args):
                heads = (arg.elts[0] if isinstance(arg, ast.Tuple) else arg for arg in args)
                yield from (label.capitalize() for arg in heads for label in literals(arg))
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if name in LABEL_NAMES:
                yield from (label.rstrip("#") for label in literals(value))
            case ast.AugAssign(target=ast.Name(id=name), value=value) if name in LABEL_NAMES:
                yield from (label.rstrip("#") for label in literals(value))


def literals(node: ast.AST) -> Iterator[str]:
    """Return the text in an expression, whichever of its branches is taken."""
    match node:
        case ast.Constant(value=str(text)) if text.strip("#"):
            yield text
        case ast.Tuple(elts=parts) | ast.List(elts=parts):
            for part in parts:
                yield from literals(part)
        case ast.Dict(values=parts):
            for part in parts:
                yield from literals(part)
        case ast.IfExp(body=one, orelse=other) | ast.BinOp(left=one, right=other):
            yield from (*literals(one), *literals(other))
        case ast.BoolOp(values=parts):
            for part in parts:
                yield from literals(part)
        case ast.Starred(value=inner):
            yield from literals(inner)


def in_views() -> list[tuple[str, str]]:
    """Return the labels of views, each with the path of its module."""
    paths = sorted((SOURCES / "views").rglob("*.py"))
    trees = {path: ast.parse(path.read_text(encoding="utf-8")) for path in paths}
    return [
        (path.relative_to(SOURCES).as_posix(), label)
        for path, tree in trees.items()
        for label in labels(tree)
    ]


def in_templates() -> list[tuple[str, str]]:
    """Return the messages of templates, each with the path of its template."""
    found = extract_from_dir(
        TEMPLATES,
        [("**.jinja", "jinja2")],
        {"**.jinja": {"silent": "false"}},
        keywords=IN_TEMPLATES,
    )
    return [(Path(name).as_posix(), msgid) for name, _line, msgid, _, _ in found]


def template() -> bytes:
    """Return the contents of leanfolio.pot."""
    body = BytesIO()
    write_po(body, extracted(), width=100, omit_header=True, sort_output=True, include_lineno=False)
    return HEADER.encode() + body.getvalue()


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else TARGET
    target.write_bytes(template())
