"""A file that is being mended, and what a fix of it is."""

import re
from collections.abc import Callable, Collection, Iterator
from datetime import date
from functools import cached_property
from pathlib import PurePosixPath
from typing import Any, Literal

from msgspec import Struct

from leanfolio.editor.field_slots import FieldSlot, model_of, slot_at
from leanfolio.editor.front_matter import fields_of, plain, value_in
from leanfolio.editor.text import Edit
from leanfolio.editor.workspace import Document
from leanfolio.model import Item, Path, Span
from leanfolio.model.portfolio import Portfolio
from leanfolio.problem import Problem
from leanfolio.read.yaml import Fields

PLAIN = re.compile(r"[A-Za-z][\w.-]*\Z", re.ASCII)  # what means itself in YAML without quotes
Choose = Callable[[str, Collection[str]], str | None]


class Change(Struct, frozen=True):
    """What a fix does to the values of a front matter: one key, one value, or one more entry."""

    kind: Literal["key", "value", "append"]
    path: Path
    new: Any


class Fix(Struct, frozen=True):
    """A change to one file that mends a problem; without a problem, the order of fields.

    `safe` ones may be made unseen; the others are for an author to accept.
    """

    path: PurePosixPath
    line: int
    title: str
    edits: tuple[Edit, ...]
    changes: tuple[Change, ...] = ()
    problem: Problem | None = None
    safe: bool = True


class Draft:
    """One file that is being mended: its text, its fields, and what the format says of them."""

    def __init__(self, document: Document, portfolio: Portfolio, as_of: date) -> None:
        self.document = document
        self.path = document.source.path
        self.lines = document.lines
        self.portfolio = portfolio
        self.as_of = as_of

    @cached_property
    def text(self) -> str:
        return plain(self.lines.text)

    @cached_property
    def fields(self) -> Fields:
        return fields_of(self.text)

    @cached_property
    def model(self) -> type[Item] | None:
        return model_of(self.fields.values.get("type"), self.path)

    def key_at(self, problem: Problem) -> Path | None:
        """The path whose key is what the problem points at."""
        here = (problem.at.line, problem.at.column)
        return next((p for p, s in self.fields.keys.items() if (s.line, s.column) == here), None)

    def value_at(self, problem: Problem) -> Path | None:
        """The innermost path whose value is what the problem points at."""
        here = (problem.at.line, problem.at.column)
        matches = [p for p, s in self.fields.spans.items() if p and (s.line, s.column) == here]
        return max(matches, key=len, default=None)

    def value(self, path: Path) -> Any:
        return value_in(self.fields.values, path)

    def slot(self, path: Path) -> FieldSlot | None:
        return slot_at(self.model, path) if self.model else None

    def word(self, span: Span, old: str, new: str) -> Edit | None:
        """The edit that writes one word for another; None where the old one is not there."""
        raw = self.lines.slice(span)
        quote = raw[0] if raw[:1] in ("'", '"') else ""
        if span.line != span.end_line or raw != f"{quote}{old}{quote}":
            return None
        if not quote and not PLAIN.match(new):
            quote = '"'
        if quote and ("\\" in new or quote in new):
            return None
        return Edit(self.path, span, f"{quote}{new}{quote}")


def other_key(draft: Draft, problem: Problem, path: Path, new: str | None) -> Iterator[Fix]:
    """The fix that gives a value another key; none where that key is there already."""
    there, old = draft.value(path[:-1]), str(path[-1])
    if new is None or new == old or not isinstance(there, dict) or new in there:
        return
    edit = draft.word(draft.fields.keys[path], old, new)
    if edit is not None:
        yield fixed(draft, problem, f"`{old}` is now `{new}`", (edit,), Change("key", path, new))


def other_word(draft: Draft, problem: Problem, paths: list[Path], new: str | None) -> Iterator[Fix]:
    """The fix that writes another word at all these paths."""
    if new is None or not paths:
        return
    old = draft.value(paths[0])
    if not isinstance(old, str) or old == new:
        return
    edits = [draft.word(draft.fields.spans[path], old, new) for path in paths]
    if all(edits):
        changes = [Change("value", path, new) for path in paths]
        made = tuple(edit for edit in edits if edit is not None)
        yield fixed(draft, problem, f"`{old}` is now `{new}`", made, *changes)


def fixed(
    draft: Draft, problem: Problem, title: str, edits: tuple[Edit, ...], *changes: Change
) -> Fix:
    return Fix(draft.path, problem.at.line, title, edits, changes, problem)
