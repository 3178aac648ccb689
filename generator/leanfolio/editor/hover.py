"""What stands under the cursor: which item it is, how it stands, where it is written."""

from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

from msgspec import Struct

from leanfolio.editor.field_slots import FieldSlot, model_of, slot_at
from leanfolio.editor.mentions import Mention
from leanfolio.editor.text import on_line
from leanfolio.editor.workspace import Document, Workspace
from leanfolio.model import TYPES, HasState, Item, Path, Scored, Span
from leanfolio.model.portfolio import Portfolio
from leanfolio.read.yaml import parse, split
from leanfolio.wording import rounded


class Hover(Struct, frozen=True):
    """A few facts, most telling first, and the stretch of text that they are about.

    All of it is plain text: content is never taken for Markdown here.
    """

    span: Span
    title: str
    facts: tuple[str, ...]


class Goal(Struct, frozen=True):
    """Where a link leads: a stretch of a file."""

    path: PurePosixPath
    span: Span


def mention_at(workspace: Workspace, path: PurePosixPath, line: int, column: int) -> Mention | None:
    """The mention under the cursor."""
    document = workspace.documents.get(path)
    held = (
        [mention for mention in document.mentions if mention.holds(line, column)]
        if document
        else []
    )
    return held[0] if held else None


def item_named(portfolio: Portfolio, mention: Mention) -> Item | None:
    """The item that a mention means, by its id or by its file."""
    if mention.form != "path":
        return portfolio.items.get(mention.name)
    path = PurePosixPath(mention.name)
    whole = (item for item in portfolio.items.values() if not item.origin.prefix)
    return next((entry for entry in whole if entry.origin.path == path), None)


def item_at(workspace: Workspace, path: PurePosixPath, line: int, column: int) -> Item | None:
    """The item that is named under the cursor."""
    mention = mention_at(workspace, path, line, column)
    return item_named(workspace.portfolio, mention) if mention else None


# Hover ---------------------------------------------------------------------------------------


def hover_text_for(
    workspace: Workspace, path: PurePosixPath, line: int, column: int
) -> Hover | None:
    """What is under the cursor: an item, a state, or a field."""
    mention = mention_at(workspace, path, line, column)
    if mention is not None:
        item = item_named(workspace.portfolio, mention)
        if item is not None:
            return Hover(mention.span, f"{item.id} {item.title}", tuple(facts_of(workspace, item)))
    document = workspace.documents.get(path)
    return field_hover(workspace.portfolio, document, line, column) if document else None


def facts_of(workspace: Workspace, item: Item) -> Iterator[str]:
    """What an item is, in what state, whose, how it ranks, and where it stands."""
    portfolio = workspace.portfolio
    state = portfolio.state_of(item)
    stated = item.state if isinstance(item, HasState) else None
    yield (
        f"{item.WORD}, {stated} ({state.category})"
        if state
        else (f"{item.WORD}, {stated}" if stated else item.WORD)
    )
    if item.owner:
        yield f"owner: {item.owner}"
    if isinstance(item, Scored):
        scores = workspace.snapshot().ranking.scores
        for number, score in enumerate(scores, start=1):
            if score.item.id == item.id:
                yield f"score {rounded(score.value)}, rank {number} of {len(scores)}"
    for parent in portfolio.parents_of(item.id)[:3]:
        yield f"serves {parent.id} {parent.title}"
    children = portfolio.children_of(item.id)
    if children:
        names = ", ".join(child.id for child in children[:5])
        yield f"served by {names}" + (f" and {len(children) - 5} more" if children[5:] else "")
    place = item.at()
    yield f"{place.path}:{place.line}"


def field_hover(portfolio: Portfolio, document: Document, line: int, column: int) -> Hover | None:
    """What a field is for, or what a state of the board asks."""
    halves = split("\n".join(document.lines.line(n) for n in range(1, len(document.lines) + 1)))
    if halves.yaml is None or line >= halves.body_line:
        return None
    fields = parse(halves.yaml)
    model = model_of(fields.values.get("type"), document.source.path)
    if model is None:
        return None
    path = path_at(fields.keys, line, column)
    if path is not None:
        slot = slot_at(model, path)
        return None if slot is None else value_hover(slot, fields.keys[path], str(path[-1]))
    path = path_at(fields.spans, line, column)
    slot = slot_at(model, path) if path else None
    if path is None or slot is None or not slot.is_state:
        return None
    span = fields.spans[path]
    word = document.lines.slice(span).strip("\"'")
    for state in portfolio.policy.states_of(slot.item.TYPE):
        if state.name == word:
            text = [f"state of category {state.category}"]
            text += [f"limit: {state.limit}"] if state.limit else []
            text += [f"to enter: {state.enter}"] if state.enter else []
            text += [f"to leave: {state.leave}"] if state.leave else []
            return Hover(span, state.name, tuple(text))
    return None


def value_hover(slot: FieldSlot, span: Span, name: str) -> Hover | None:
    if slot.field is None or slot.keyed:
        return None
    text = [slot.meaning] if slot.meaning else []
    if slot.types is not None:
        text.append(f"names {' or '.join(TYPES[entry].WORD for entry in slot.types) or 'any item'}")
    if slot.words:
        text.append(f"one of {', '.join(slot.words)}")
    return Hover(span, name, tuple(text)) if text else None


def path_at(spans: "Mapping[Path, Span]", line: int, column: int) -> Path | None:
    """The innermost path whose span, on one line, holds this place."""
    held = [
        path
        for path, span in spans.items()
        if span.line == span.end_line == line and span.column <= column <= span.end_column
    ]
    return max(held, key=len, default=None)


# Definition and references -------------------------------------------------------------------


def definition(workspace: Workspace, path: PurePosixPath, line: int, column: int) -> Goal | None:
    """Where what is named under the cursor is written: an item, a page, or a column."""
    mention = mention_at(workspace, path, line, column)
    if mention is not None:
        item = item_named(workspace.portfolio, mention)
        if item is not None:
            return goal_of(item)
        target = PurePosixPath(mention.name)
        if mention.form == "path" and target in workspace.documents:
            return Goal(target, on_line(1, 1, 0))
    return definition_of_state(workspace, path, line, column)


def goal_of(item: Item) -> Goal:
    place = item.at()
    return Goal(place.path, on_line(place.line, place.column, place.length))


def definition_of_state(
    workspace: Workspace, path: PurePosixPath, line: int, column: int
) -> Goal | None:
    """The column of the board that a state names, in the portfolio's file."""
    document = workspace.documents.get(path)
    reported = field_hover(workspace.portfolio, document, line, column) if document else None
    if document is None or reported is None:
        return None
    policy = workspace.portfolio.policy
    for name in boards_of(document):
        for index, state in enumerate(getattr(policy, name)):
            if state.name == reported.title and (name, index, "name") in policy.origin.spans:
                place = policy.at(name, index, "name")
                return Goal(place.path, on_line(place.line, place.column, place.length))
    return None


def boards_of(document: Document) -> tuple[str, ...]:
    types = {item.TYPE for item in document.reading.items}
    return ("states",) if "epic" in types else ("story_states", "feature_states")


def references(workspace: Workspace, item: Item, *, own: bool = False) -> list[Mention]:
    """Every place that names this item, in the order of the files."""
    file = str(item.origin.path) if not item.origin.prefix else None
    return [
        mention
        for path in workspace.order
        for mention in workspace.documents[path].mentions
        if (mention.name == item.id and (mention.form != "own" or own) and mention.form != "path")
        or (mention.form == "path" and mention.name == file)
    ]
