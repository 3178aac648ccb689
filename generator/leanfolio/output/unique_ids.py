"""Ids that stand once on a page, though stories, headings of prose and sections share one space."""

import re

from leanfolio.output.row_anchors import ANCHOR, unique

STORY = re.compile(r'<details class="story" id="([^"]+)"')
NAMES = re.compile(
    r'(?P<story><details class="story" id="[^"]+")'
    r'| (?P<name>id|for|headers|aria-(?:labelledby|describedby|controls))="(?P<ids>[^"]*)"'
    r'| href="#(?P<link>[^"]*)"'
)


def with_unique_ids(content: str, prose: str = "") -> str:
    """Return what a page holds, with each id on one element only.

    An id is left to the one whom links from elsewhere name by it: a story, then a heading of the
    page's own `prose`, then what comes first. The others get a number behind a dot, which no
    heading of prose can have, and so do the labels and links beside them that name them.
    """
    ids = ANCHOR.findall(content)
    taken = set(ids)
    if len(taken) == len(ids):
        return content
    stories = set(STORY.findall(content))
    before, own, after = parts_of(content, prose)
    own = renumbered(own, stories, frozenset(), taken)
    kept = stories.union(ANCHOR.findall(own))
    before = renumbered(before, kept, stories, taken)
    return before + own + renumbered(after, kept.union(ANCHOR.findall(before)), stories, taken)


def parts_of(content: str, prose: str) -> tuple[str, str, str]:
    """Return what stands before the prose, the prose, and what stands after it."""
    before, own, after = content.partition(prose) if prose else (content, "", "")
    return before, own, after


def renumbered(
    part: str, kept: set[str], linked: set[str] | frozenset[str], taken: set[str]
) -> str:
    """Return a part of a page without ids that others keep: those of other parts and of stories.

    Links to the ids in `linked` mean those others. Of an id that stands twice within the part, the
    first element has it, and is meant by all that names it.
    """
    own = dict.fromkeys(ANCHOR.findall(STORY.sub("", part)))
    moved = {id: unique(id, taken) for id in own if id in kept}
    met: set[str] = set()

    def named(match: re.Match[str]) -> str:
        if match["story"]:
            return match[0]
        if (link := match["link"]) is not None:
            return f' href="#{moved.get(link, link) if link not in linked else link}"'
        ids = [moved.get(id, id) for id in match["ids"].split(" ")]
        if match["name"] == "id" and ids[0] in met:
            ids = [unique(ids[0], taken)]
        if match["name"] == "id":
            met.add(ids[0])
        return f' {match["name"]}="{" ".join(ids)}"'

    return NAMES.sub(named, part)
