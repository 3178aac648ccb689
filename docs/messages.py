"""Write leanfolio.pot: every sentence that the site can show, for translators.

    python docs/messages.py [FILE]

The same sources give the same bytes: no dates, no line numbers, sorted by sentence.
tests/test_wording_messages.py compares.
"""

import sys
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import write_po

ROOT = Path(__file__).parents[1]
SOURCES = ROOT / "generator" / "leanfolio"
TEMPLATES = ROOT / "templates"
TARGET = SOURCES / "wording" / "leanfolio.pot"
KEYWORDS = {"message": None, "plural": (1, 2), "many": (1, 1), "in_context": ((1, "c"), 2)}
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
    """Return every sentence of generator and templates, with the files that it stands in."""
    catalog = Catalog(fuzzy=False)
    found = extract_from_dir(
        SOURCES, [("**.py", "python")], keywords=KEYWORDS, comment_tags=("Translators:",)
    )
    for name, _line, msgid, comments, context in found:
        catalog.add(msgid, None, [(Path(name).as_posix(), 1)], (), comments, context=context)
    for name, msgid in in_templates():
        catalog.add(msgid, None, [(f"templates/{name}", 1)])
    return catalog


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
