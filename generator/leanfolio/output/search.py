"""The index of the search box: every page with its id, title and more words, as a script."""

import json
from typing import Any

from leanfolio.views.built import Built
from leanfolio.views.pages import page_specs

SEARCH = "search.js"


def search_file(built: Built) -> dict[str, str]:
    """The index by its path; a script, as a page opened from disk may not fetch data."""
    rows: list[Any] = [
        [str(entry.id), str(entry.title), entry.kind, spec.url, entry.keywords]
        for spec in page_specs(built)
        if (entry := spec.search) is not None
    ]
    text = json.dumps(rows, ensure_ascii=False, separators=(",", ":"))
    safe = text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    return {SEARCH: f"window.leanfolio_search={safe};\n"}
