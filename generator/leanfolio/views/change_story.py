"""A line of the story, and which lines are told first."""

from collections.abc import Iterable, Sequence
from pathlib import PurePosixPath
from typing import Literal, Protocol

from msgspec import Struct

from leanfolio.figures.change.revision import Revision
from leanfolio.model import Item
from leanfolio.model.source import Commit
from leanfolio.problem import Problem
from leanfolio.views.ref import Ref
from leanfolio.wording import Text, joined, listed, message, quoted

MOST = 10  # lines before the fold
LIGHT = ("line", "came-and-went", "state", "unreadable")
Section = Literal[
    "decision", "promise", "money", "line", "came-and-went", "state", "unreadable", "count",
    "rank", "detail",
]  # fmt: skip


class CommitOf(Protocol):
    """The last commit that changed one of these fields of an item; without fields, the item.

    None where no commit did: in the work tree, or before the history that is known.
    """

    def __call__(self, id: str, *fields: str) -> Commit | None: ...


def no_commit(id: str, *fields: str) -> Commit | None:
    """The commits of a comparison without a history."""
    return None


class ChangeLine(Struct, frozen=True):
    """One sentence of the story, the item that it is about, and the commit that made it so."""

    section: Section
    text: Text
    item: Ref | None = None
    commit: Commit | None = None
    always: bool = False  # a re-baseline, which is never folded away
    there: bool = True  # whether the item is there now, and has a page
    path: PurePosixPath | None = None  # its file, from the content folder


class ChangeStory(Struct, frozen=True):
    """What changed: at most ten lines, all others, and what the check finds new and gone."""

    finding: Text
    summary: Text
    before: Revision
    after: Revision
    decisions: tuple[ChangeLine, ...]  # those among `lines` that need somebody to decide
    lines: tuple[ChangeLine, ...]  # the first ten at most
    folded: tuple[ChangeLine, ...]  # the rest, in order of weight
    new_problems: tuple[Problem, ...]
    gone_problems: tuple[Problem, ...]

    @property
    def is_empty(self) -> bool:
        """Whether nothing changed at all."""
        return not (self.lines or self.folded or self.new_problems or self.gone_problems)


def told_first(
    lines: Sequence[ChangeLine], last: Sequence[ChangeLine], most: int = MOST
) -> tuple[tuple[ChangeLine, ...], tuple[ChangeLine, ...]]:
    """Return the lines before the fold and those after it.

    `last` are the counts that close the story. Lines that are always told come before others; where
    even they are too many, the last place names the items of all that have no line of their own.
    """
    room = most - len(last)
    if len(lines) <= room:
        return (*lines, *last), ()
    certain = [number for number, line in enumerate(lines) if line.always]
    if len(certain) > room:
        shown = certain[: room - 1]
        left = [lines[number] for number in certain[room - 1 :]]
        closing = (others_named(left), *last)
    else:
        free = by_weight(lines, [n for n, line in enumerate(lines) if not line.always])
        shown = sorted([*certain, *free[: room - len(certain)]])
        closing = tuple(last)
    first = (*(lines[number] for number in shown), *closing)
    return first, tuple(line for number, line in enumerate(lines) if number not in set(shown))


def by_weight(lines: Sequence[ChangeLine], numbers: Sequence[int]) -> list[int]:
    """Return lines by their numbers, the weightiest first.

    Of the light sections the first line of each goes before all others, so that a hundred items
    that entered leave room for a state that changed.
    """
    light = [number for number in numbers if lines[number].section in LIGHT]
    first = {lines[number].section: number for number in reversed(light)}
    heavy = [number for number in numbers if number not in set(light)]
    leading = sorted(first.values())
    return [*heavy, *leading, *(number for number in light if number not in set(leading))]


def others_named(lines: Iterable[ChangeLine]) -> ChangeLine:
    """Return a line that names the items of further re-baselines."""
    ids = dict.fromkeys(line.item.id for line in lines if line.item)
    return ChangeLine("promise", message("Re-baselined too: {items}", items=listed(ids)))


def named(item: Item | Ref) -> Text:
    """Return an item as a sentence names it: its id, and its title in quotes."""
    return joined((item.id, quoted(item.title)), " ")
