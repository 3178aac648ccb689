"""Links between foreign Markdown files, which lead to the items that were made of them."""

import posixpath
import re
from collections.abc import Mapping
from pathlib import PurePosixPath
from urllib.parse import unquote

from markdown_it import MarkdownIt

BLOCKS = MarkdownIt("commonmark")
CODE = ("fence", "code_block", "html_block")
# The address of a link in a line or of a reference, as far as it is a path to Markdown.
ADDRESS = re.compile(r"(\]\(<?|^ {0,3}\[[^\[\]\n]+\]:[ \t]*<?)([^\s<>()#?:]+\.md)(?=[)>#\s]|\Z)")


def relinked(
    text: str, source: str, target: PurePosixPath, items: Mapping[str, PurePosixPath]
) -> str:
    """Return a text of `source`, which goes to the file `target`, with links to other items.

    `items` says which file each source has become. A link to anything else stays as it is, as does
    all that stands in code.
    """
    lines = text.split("\n")
    code = {
        number
        for token in BLOCKS.parse(text)
        if token.type in CODE and token.map
        for number in range(*token.map)
    }

    def replaced(found: re.Match[str]) -> str:
        path = posixpath.normpath(posixpath.join(posixpath.dirname(source), unquote(found[2])))
        item = items.get(path)
        if item is None:
            return found[0]
        return f"{found[1]}{posixpath.relpath(item, target.parent)}"

    return "\n".join(
        line if number in code else ADDRESS.sub(replaced, line) for number, line in enumerate(lines)
    )
