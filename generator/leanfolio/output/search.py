"""The index of the search box: every page with its id, title and more words, as a script."""

import json
from typing import Any

from leanfolio.views.built import Built
from leanfolio.views.pages import slots

SEARCH = "search.js"


def search_file(built: Built) -> dict[str, str]:
    """The index by its path; a script, as a page opened from disk may not fetch data."""
    rows: list[Any] = [
        [*slot.search[:3], slot.url, slot.search[3]] for slot in slots(built) if slot.search
    ]
    text = json.dumps(rows, ensure_ascii=False, separators=(",", ":"))
    safe = text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    return {SEARCH: f"window.leanfolio_search={safe};\n"}
