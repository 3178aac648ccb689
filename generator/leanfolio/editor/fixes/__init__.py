"""Fix: mend what is safe to mend. Every byte that is not the fault stays as it was.

A fix is drafted from a problem's place, spliced into the text, and read back: it stands only if the
one value that was meant has changed and no other, and if the problem is gone. What is guessed is
guessed once: one known word that is near, no figure of an id touched.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from leanfolio import read
from leanfolio.editor.fixes.delimiters import blanks_at_fence
from leanfolio.editor.fixes.draft import Choose, Draft, Fix
from leanfolio.editor.fixes.field_order import field_order
from leanfolio.editor.fixes.history import history_behind
from leanfolio.editor.fixes.likely_word import only_near
from leanfolio.editor.fixes.links import misspelt_item_in_prose, misspelt_link
from leanfolio.editor.fixes.misspellings import (
    field_left_out,
    misspelt_field,
    misspelt_rule,
    misspelt_state,
    misspelt_type,
    misspelt_word,
)  # fmt: skip
from leanfolio.editor.fixes.proof import holds
from leanfolio.editor.text import Edit, Lines
from leanfolio.editor.workspace import Document, Snapshot, Workspace
from leanfolio.model import source
from leanfolio.model.source import Source
from leanfolio.problem import Problem
from leanfolio.read import links
from leanfolio.read.suggestions import nearest

__all__ = ["Draft", "Fix", "apply_fixes", "field_order", "fixes", "mended", "only_near"]

PASSES = 40  # mending one word may bring another fault to light, but not for ever
# What a wrong guess would show as. A fault that was hidden in a misspelt field is none.
HARD = frozenset(
    entry.__name__.replace("_", "-") for entry in (*source.RULES, *read.RULES, *links.RULES)
) - {"field-unknown", "field-missing", "link-unknown"}
OPENING = frozenset(("front-matter-unclosed", "type-unknown"))  # these let a file be read at all

MENDERS: Mapping[str, Callable[[Draft, Problem, Choose], Iterator[Fix]]] = {
    "field-unknown": misspelt_field,
    "field-missing": field_left_out,
    "value-wrong": misspelt_word,
    "type-unknown": misspelt_type,
    "state-unknown": misspelt_state,
    "link-unknown": misspelt_link,
    "body-link-dead": misspelt_item_in_prose,
    "rule-unknown": misspelt_rule,
    "waiver-unknown-rule": misspelt_rule,
    "history-differs": history_behind,
    "front-matter-unclosed": blanks_at_fence,
}


def fixes(workspace: Workspace, problem: Problem, *, guess: bool = False) -> list[Fix]:
    """What would mend this problem. With `guess` also what an author has to look at first."""
    mender = MENDERS.get(problem.rule)
    document = workspace.documents.get(problem.at.path)
    if mender is None or document is None or not readable(document):
        return []
    snapshot = workspace.snapshot()
    draft = Draft(document, snapshot.portfolio, snapshot.as_of)
    result = [entry for entry in mender(draft, problem, only_near) if holds(draft, entry)]
    if not result and guess:
        guessed = (entry for entry in mender(draft, problem, nearest) if holds(draft, entry))
        result = [replace(entry, safe=False) for entry in guessed]
    return result


def readable(document: Document) -> bool:
    """Whether the file is text that the reader takes."""
    return not any(problem.rule == "file-unreadable" for problem in document.reading.problems)


def everything(rule: str) -> bool:
    """Every rule: what is fixed where none is chosen."""
    return True


class FixResult(Struct):
    """A portfolio that is mended: the fixes that were made, and those that did not help, each with
    the problem that it would have left."""

    workspace: Workspace
    only: frozenset[PurePosixPath] | None = None  # the files that may be changed
    wanted: Callable[[str], bool] = everything  # the rules whose problems are fixed
    made: list[Fix] = field(default_factory=list)
    failed: dict[tuple[Any, ...], tuple[Fix, Problem]] = field(default_factory=dict)
    singly: set[PurePosixPath] = field(default_factory=set)  # where fixes are tried one by one


def apply_fixes(
    workspace: Workspace,
    only: frozenset[PurePosixPath] | None = None,
    wanted: Callable[[str], bool] = everything,
    *,
    order: bool = False,
) -> list[Fix]:
    """Make every safe fix of a problem, until there is none left, and return what was made.

    `only` are the files that may change, `wanted` says which rules count. `order` puts the fields
    of these files in the order of the format too: nobody is told of it, so it has to be asked for.
    """
    return mended(workspace, only, wanted, order=order).made


def mended(
    workspace: Workspace,
    only: frozenset[PurePosixPath] | None = None,
    wanted: Callable[[str], bool] = everything,
    *,
    order: bool = False,
) -> FixResult:
    """Make every safe fix, as `apply_fixes` does, and return also those that did not help."""
    mending = FixResult(workspace, only, wanted)
    for _ in range(PASSES):
        if not one_pass(mending):
            break
    if order:
        in_order(mending)
    mending.made.sort(key=lambda entry: (entry.path.parts, entry.line, entry.title))
    return mending


def one_pass(mending: FixResult) -> bool:
    """Make the fixes of all problems that are seen now; take back those that did not help."""
    workspace = mending.workspace
    before = workspace.snapshot()
    old = {
        path: workspace.documents[path].source
        for path in before.by_path
        if path in workspace.documents
    }
    made: dict[PurePosixPath, list[Fix]] = {}
    for path, problems in before.by_path.items():
        if mending.only is not None and path not in mending.only:
            continue
        matches = [
            fix
            for problem in problems
            if mending.wanted(problem.rule)
            for fix in fixes(workspace, problem)
            if key_of(fix) not in mending.failed
        ]
        if path in mending.singly:
            matches = matches[:1]
        if matches and (kept := spliced(workspace.documents[path].lines, matches)[1]):
            made[path] = kept
    for path, kept in made.items():
        text, _ = spliced(workspace.documents[path].lines, kept)
        workspace.put(Source(path, text.encode("utf-8")))
    tried = bool(made)
    for path, problem in without_fix(before, workspace.snapshot(), made).items():
        workspace.put(old[path])
        kept = made.pop(path)
        if len(kept) == 1:
            mending.failed[key_of(kept[0])] = kept[0], problem
        mending.singly.add(path)
    mending.made += [fix for kept in made.values() for fix in kept]
    return tried


def key_of(fix: Fix) -> tuple[Any, ...]:
    return fix.path, fix.title, fix.problem.message if fix.problem else ""


def spliced(lines: Lines, result: list[Fix]) -> tuple[str, list[Fix]]:
    """The text with as many of these fixes as do not touch one another."""
    edits: list[Edit] = []
    kept: list[Fix] = []
    text = lines.text
    for fix in result:
        try:
            text = lines.edited([*edits, *fix.edits])
        except ValueError:
            continue
        edits += fix.edits
        kept.append(fix)
    return text, kept


def without_fix(
    before: Snapshot, after: Snapshot, made: Mapping[PurePosixPath, list[Fix]]
) -> dict[PurePosixPath, Problem]:
    """The files whose fixes did not mend what they should, or broke what could be read before: each
    with a problem that it has then."""
    result: dict[PurePosixPath, Problem] = {}
    for path, kept in made.items():
        was, now = count_fixes(before, path), count_fixes(after, path)
        meant = Counter(describe_fix(entry.problem) for entry in kept if entry.problem)
        opening = any(entry.problem and entry.problem.rule in OPENING for entry in kept)
        left = [key for key, number in meant.items() if now[key] > was[key] - number]
        worse = [key for key in now if key[0] in HARD and now[key] > was[key]]
        if left or (worse and not opening):
            wrong = (worse or left)[0]
            result[path] = next(e for e in after.by_path[path] if describe_fix(e) == wrong)
    elsewhere = [
        problem
        for path in after.by_path
        if path not in made
        for problem in after.by_path[path]
        if problem.rule in HARD and grown(before, after, path, problem)
    ]
    if elsewhere:  # a file that can be read only now took something from another
        for path, kept in made.items():
            if any(e.problem and e.problem.rule in OPENING for e in kept):
                result.setdefault(path, elsewhere[0])
    return result


def grown(before: Snapshot, after: Snapshot, path: PurePosixPath, problem: Problem) -> bool:
    """Whether a file has a problem more often after a fix than before."""
    key = describe_fix(problem)
    return count_fixes(after, path)[key] > count_fixes(before, path)[key]


def count_fixes(snapshot: Snapshot, path: PurePosixPath) -> Counter[tuple[str, str]]:
    return Counter(map(describe_fix, snapshot.by_path.get(path, ())))


def describe_fix(problem: Problem) -> tuple[str, str]:
    return problem.rule, problem.message


def in_order(mending: FixResult) -> None:
    """Put the fields of every file in order."""
    workspace = mending.workspace
    snapshot = workspace.snapshot()
    for path in [path for path in workspace.order if mending.only is None or path in mending.only]:
        draft = Draft(workspace.documents[path], snapshot.portfolio, snapshot.as_of)
        fix = field_order(draft) if readable(draft.document) else None
        if fix is not None and holds(draft, fix):
            workspace.put(Source(path, draft.lines.edited(fix.edits).encode("utf-8")))
            mending.made.append(fix)
