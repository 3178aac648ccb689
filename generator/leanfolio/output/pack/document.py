"""The board pack as one HTML document with its style sheets, for a browser to print."""

from collections.abc import Iterable
from pathlib import Path

from leanfolio.disk.templates import templates_folder
from leanfolio.output.html.environment import environment_of
from leanfolio.output.pack.printed import Printed

PAGE = "pack.html"
STYLES = {"style.css": "theme/style.css", "pack.css": "pack/pack.css"}


def document(pack: Printed, cache: Path | None = None) -> dict[str, bytes]:
    """The files of the document by name: the page, and the style sheets beside it.

    `cache` is where compiled templates lie, if they are kept.
    """
    environment = environment_of((templates_folder(),), cache, {})
    text = environment.get_template("pack/page.html.jinja").render({"pack": pack})
    return {PAGE: text.encode(), **dict(styles())}


def styles() -> Iterable[tuple[str, bytes]]:
    """The print styles of the site, and those of the pack."""
    for name, path in STYLES.items():
        yield name, (templates_folder() / path).read_bytes()
