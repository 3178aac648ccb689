"""A new id for an item, in every file that names it; refused where anything would be left over."""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from msgspec import Struct

from leanfolio.editor.hover import references
from leanfolio.editor.mentions import Mention
from leanfolio.editor.text import Edit, on_line
from leanfolio.editor.workspace import Workspace
from leanfolio.model import Item, Span
from leanfolio.model.portfolio import Portfolio
from leanfolio.model.source import Source
from leanfolio.read import ID

FENCE = "---"


class Renaming(Struct, frozen=True):
    """What a rename changes: stretches of text, and perhaps the name of the item's own file."""

    edits: tuple[Edit, ...]
    moved: tuple[PurePosixPath, PurePosixPath] | None = None


class Refused(Exception):
    """Why an id cannot be given, in words for the one who asked."""


def rename(workspace: Workspace, item: Item, new: str, *, may_move: bool = False) -> Renaming:
    """The item under a new id. Raises Refused, and then nothing changes.

    An item whose id is its file's name moves to a new file where the editor can do that; else, or
    where a link to the file could not be kept, the file gets an `id:` field.
    """
    refuse(workspace, item, new)
    for move in (True, False) if may_move else (False,):
        renaming = drafted(workspace, item, new, move)
        if renaming is not None and holds(workspace, item.id, new, renaming):
            return renaming
    raise Refused(f"{item.id} is named in a way that cannot be changed safely; rename it by hand")


def refuse(workspace: Workspace, item: Item, new: str) -> None:
    """Stop here for an id that cannot be, or that another item has."""
    if not ID.match(new):
        raise Refused(
            f"{new[:64]!r} cannot be an id: letters, digits, - and . only, a letter or digit first"
        )
    taken = {*workspace.portfolio.items, *workspace.portfolio.broken, workspace.portfolio.policy.id}
    others = {entry.casefold() for entry in taken if entry != item.id}
    if new.casefold() in others:
        raise Refused(f"the id {new} is taken")
    alike = [entry for entry in workspace.items() if entry.id.casefold() == item.id.casefold()]
    if len(alike) > 1:
        raise Refused(f"the id {item.id} is used twice: give one of the two another by hand")
    word = re.compile(rf"(?<![\w.-]){re.escape(item.id)}(?![\w-]|\.\w)")
    for path in unread(workspace):
        if word.search(workspace.documents[path].lines.text):
            raise Refused(f"{path} cannot be read now, and may name {item.id}: fix it first")


def unread(workspace: Workspace) -> Iterator[PurePosixPath]:
    """Files of which a part could not be read, so that a mention may be hidden in them."""
    for path in workspace.order:
        reading = workspace.documents[path].reading
        if any(
            problem.rule.startswith(("front-matter", "file-", "key-", "type-"))
            for problem in reading.problems
        ):
            yield path


def drafted(workspace: Workspace, item: Item, new: str, move: bool) -> Renaming | None:
    """The edits that a rename would take; None where one of them cannot be made."""
    result = references(workspace, item, own=True)
    edits = [Edit(entry.path, entry.span, new) for entry in result if entry.form != "path"]
    moved = None
    if not any(entry.form == "own" for entry in result):
        old = item.origin.path
        if item.origin.prefix:
            return None
        if move:
            moved = (old, old.with_name(f"{new}.md"))
            if moved[1] in workspace.documents or str(moved[1]).casefold() in folded(
                workspace, old
            ):
                return None
            for entry in result:
                if entry.form == "path":
                    span = file_name_in(workspace, entry, old.name)
                    if span is None:
                        return None
                    edits.append(Edit(entry.path, span, moved[1].name))
        else:
            edits.append(own_id(workspace, item, new))
    return Renaming(tuple(sorted(edits)), moved)


def folded(workspace: Workspace, but: PurePosixPath) -> set[str]:
    return {str(path).casefold() for path in workspace.order if path != but}


def file_name_in(workspace: Workspace, mention: Mention, name: str) -> Span | None:
    """Where in a link to a file the file's name stands; None where that is not plain."""
    text = workspace.documents[mention.path].lines.slice(mention.span)
    start = text.rfind("](")
    where = text.find(name, start)
    if start < 0 or where < 0 or text.count(name, start) != 1:
        return None
    return on_line(mention.span.line, mention.span.column + where, len(name))


def own_id(workspace: Workspace, item: Item, new: str) -> Edit:
    """The field that says an id which the file's name has said so far."""
    path = item.origin.path
    if workspace.documents[path].lines.line(1) == FENCE:
        return Edit(path, on_line(2, 1, 0), f"id: {new}\n")
    return Edit(path, on_line(1, 1, 0), f"{FENCE}\nid: {new}\n{FENCE}\n")


def holds(workspace: Workspace, old: str, new: str, renaming: Renaming) -> bool:
    """Whether the portfolio is the same after it, but for the one id: tried on a copy."""
    trial = workspace.copy()
    for path in sorted({edit.path for edit in renaming.edits}):
        own = [edit for edit in renaming.edits if edit.path == path]
        try:
            text = workspace.documents[path].lines.edited(own)
        except ValueError:
            return False
        trial.put(Source(path, text.encode("utf-8", "surrogatepass")))
    if renaming.moved is not None:
        before, after = renaming.moved
        data = trial.documents[before].source.data
        trial.drop(before)
        trial.put(Source(after, data))
    return shape(trial.portfolio, "", "") == shape(workspace.portfolio, old, new) and rules_of(
        trial
    ) == rules_of(workspace)


def shape(portfolio: Portfolio, old: str, new: str) -> tuple[set[object], set[object]]:
    """All ids and all links, with one id told as another."""

    def written_id(id: str) -> str:
        return new if id == old else id

    items = {(written_id(item.id), item.TYPE) for item in portfolio.items.values()}
    edges = {(written_id(e.source), written_id(e.target), e.kind, e.field) for e in portfolio.edges}
    return set(items), set(edges)


def rules_of(workspace: Workspace) -> list[str]:
    """The rules that are broken, as often as they are."""
    return sorted(problem.rule for problem in workspace.snapshot().problems)
