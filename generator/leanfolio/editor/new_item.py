"""A new item: the next free id, and a file for it that is right from its first line."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import PurePosixPath

from msgspec import Struct

from leanfolio.check.increments.dates import USUAL_LENGTH
from leanfolio.editor.text import scalar
from leanfolio.editor.workspace import Workspace
from leanfolio.markdown.scan import first_heading, slug
from leanfolio.model import TYPES, Days, Epic, HasState, Increment, Item, ValueStream
from leanfolio.model.item import name_of_file
from leanfolio.model.portfolio import Portfolio, id_order
from leanfolio.read import ID
from leanfolio.read.suggestions import did_you_mean

NUMBERED = re.compile(r"(.*?)(\d+)\Z", re.DOTALL)
LETTERS = {
    "theme": "TH", "objective": "OBJ", "key-result": "KR", "value-stream": "VS", "team": "T",
    "epic": "EP", "feature": "FT", "story": "ST", "increment": "PI", "risk": "RK",
}  # fmt: skip
# The links that a new item is asked for, if its type has them: what it serves, and who pays.
ASKED = ("parent", "moves", "stream", "affects")
# Records are no items: a new one holds its title, and shows what it may hold.
RECORDS: Mapping[str, tuple[str, str]] = {
    "scenario": ("scenarios", """\
title: {title}
why:               # the question that it answers
epics: {{}}          # {{{epic}: {{approved: 120000}}}}; or cost, state, horizon, value_stream
value_streams: {{}}  # {{{stream}: {{{period}: 900000}}}}
"""),
    "ballot": ("ballots", """\
title: {title}
on: {on}
pot:               # what each group may give in all
ballots: {{}}        # {{Name of a group: {{{epic}: 120000}}}}
"""),
}  # fmt: skip
FEW = 8  # ids that a hint names
LONGEST = 60  # letters of a record's name


class InvalidItem(Exception):
    """Why a new item cannot be as it was asked for: what is wrong, and what to do."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.hint = hint


class NewItem(Struct, frozen=True):
    """A file that is still to be written."""

    id: str
    path: PurePosixPath
    text: str


def draft_item(
    workspace: Workspace,
    model: type[Item],
    title: str,
    *,
    id: str | None = None,
    owner: str | None = None,
    links: Mapping[str, Sequence[str]] | None = None,
) -> NewItem:
    """A file for a new item. Raises Wrong for an id, a title or a link that cannot be."""
    portfolio = workspace.portfolio
    title = " ".join(title.split())
    if not title or not title.isprintable():
        raise InvalidItem("an item needs a title", "give it in quotes, on one line")
    named = {name: tuple(ids) for name, ids in (links or {}).items() if ids}
    for name, ids in named.items():
        refuse_links(portfolio, model, name, ids)
    if model.TYPE == "portfolio":
        return draft_portfolio(workspace, title)
    objectives = named.get("objective", ()) if model.TYPE == "key-result" else ()
    new = id or next_id(workspace, model, *objectives)
    refuse_id(workspace, new)
    path = PurePosixPath(model.FOLDER, f"{new}.md")
    fields: dict[str, str] = {}
    if first_heading(f"# {title}\n") != title:
        fields["title"] = scalar(title)
    if owner:
        fields["owner"] = scalar(owner)
    for name in model.model_fields:
        if name in named:
            fields[name] = written(model, name, named[name])
    if issubclass(model, HasState):
        fields["state"] = scalar(portfolio.policy.states_of(model.TYPE)[0].name)
    if model is Increment:
        days = next_days(portfolio, workspace.snapshot().as_of)
        fields |= {"start": str(days.first), "end": str(days.last)}
    head = "".join(f"{name}: {value}\n" for name, value in fields.items())
    return NewItem(new, path, f"---\n{head}---\n# {title}\n")


def next_days(portfolio: Portfolio, as_of: date) -> Days:
    """From the Monday after the last increment, or after this day, for as long as that one lasts.

    An increment without days is no increment; whoever begins one corrects them.
    """
    last = max((each.days for each in portfolio.items_of(Increment) if each.days), default=None)
    end, length = (last.last, last.length) if last else (as_of, USUAL_LENGTH)
    monday = end + timedelta(days=7 - end.weekday())
    return Days(monday, monday + timedelta(days=length - 1))


def draft_portfolio(workspace: Workspace, title: str) -> NewItem:
    """The one file that holds the rules; what it does not say is as usual."""
    if workspace.portfolio.policy.origin.path in workspace.documents:
        raise InvalidItem("there is a portfolio file already", "change that one")
    text = f"---\ntype: portfolio\ntitle: {scalar(title)}\n---\n# {title}\n"
    return NewItem("portfolio", PurePosixPath("portfolio.md"), text)


def draft_record(workspace: Workspace, kind: str, title: str, name: str | None = None) -> NewItem:
    """A file for a new scenario or ballot that changes nothing yet.

    `kind` is one of RECORDS. Raises Wrong for a title, or a name, that cannot be.
    """
    folder, text = RECORDS[kind]
    title = " ".join(title.split())
    if not title or not title.isprintable():
        raise InvalidItem(f"a {kind} needs a title", "give it in quotes, on one line")
    name = name or slug(title, {})[:LONGEST].strip("-")
    if not ID.match(name):
        raise InvalidItem(f"{name[:64]!r} cannot be a file's name", "name it with --id")
    portfolio = workspace.portfolio
    streams = portfolio.items_of(ValueStream)
    line = next(((stream.id, stream.budgets[-1]) for stream in streams if stream.budgets), None)
    filled = text.format(
        title=scalar(title),
        on=workspace.as_of or workspace.otherwise,
        epic=next((epic.id for epic in portfolio.items_of(Epic)), "EP-1"),
        stream=line[0] if line else "VS-1",
        period=line[1].period if line else "2026-H2",
    )
    return NewItem(name, PurePosixPath(folder, f"{name}.yml"), filled)


def refuse_links(portfolio: Portfolio, model: type[Item], name: str, ids: Sequence[str]) -> None:
    """Stop here for a link that the type does not have, or to what is not there."""
    if name not in model.LINKS:
        kinds = ", ".join(model.LINKS) or "none"
        raise InvalidItem(f"{model.WORD} has no link `{name}`", f"it may have: {kinds}")
    types = model.LINKS[name].types
    known = [id for id, item in portfolio.items.items() if not types or item.TYPE in types]
    for id in ids:
        if id not in known:
            wanted = " or ".join(TYPES[entry].WORD for entry in types) or "item"
            raise InvalidItem(f"there is no {wanted} {id}", did_you_mean(id, known, named_or_new(
                known, types[0] if types else None
            )))  # fmt: skip
    if len(ids) > 1 and not is_list(model, name):
        raise InvalidItem(f"`{name}` names one item", f"keep one of {', '.join(ids)}")


def named_or_new(known: Sequence[str], type: str | None) -> str:
    """What to do where a link names nothing: name what is there, or write one."""
    some = f"{', '.join(known[:FEW])}{', ...' if known[FEW:] else ''}"
    if type is None:
        return f"name {some}" if known else "name an item that exists"
    new = f"`leanfolio new {type} TITLE` writes {'a new one' if known else 'one'}"
    return f"name {some}; or {new}" if known else new


def refuse_id(workspace: Workspace, new: str) -> None:
    if not ID.match(new):
        raise InvalidItem(f"{new[:64]!r} cannot be an id", "use letters, digits, - and . only")
    if new.casefold() in taken_ids(workspace):
        raise InvalidItem(f"the id {new} is taken", "leave --id out to get the next free one")


def taken_ids(workspace: Workspace) -> set[str]:
    """Every id that a new item may not have, without regard to case."""
    result = {*workspace.portfolio.broken, *(item.id for item in workspace.items())}
    return {
        entry.casefold() for entry in (*result, *(name_of_file(path) for path in workspace.order))
    }


def next_id(workspace: Workspace, model: type[Item], objective: str | None = None) -> str:
    """The number after the highest of its type; of a key result, in its objective."""
    portfolio = workspace.portfolio
    ids = [item.id for item in portfolio.items.values() if type(item) is model]
    prefix, number, digits = f"{LETTERS[model.TYPE]}-", 0, 1
    if objective is not None:
        own = [child.id for child in portfolio.children_of(objective, model)]
        if own:
            ids = own
        elif (match := NUMBERED.match(objective)) is not None:
            ids, prefix = [], f"{prefix}{match[2]}."
    numbered = [entry for entry in ids if NUMBERED.match(entry)]
    if numbered:
        last = NUMBERED.match(max(numbered, key=id_order))
        assert last is not None
        prefix, number, digits = last[1], int(last[2]), len(last[2])
    used = taken_ids(workspace)
    while True:
        number += 1
        new = f"{prefix}{number:0{digits}}"
        if new.casefold() not in used:
            return new


def is_list(model: type[Item], name: str) -> bool:
    """Whether a link may name several items."""
    default = model.model_fields[name].get_default(call_default_factory=True)
    return isinstance(default, tuple | dict)


def written(model: type[Item], name: str, ids: Sequence[str]) -> str:
    return f"[{', '.join(map(scalar, ids))}]" if is_list(model, name) else scalar(ids[0])


def links_to_ask(model: type[Item], given: Mapping[str, Sequence[str]]) -> list[str]:
    """The links that should be asked for: those that say what the item is for."""
    return [
        name for name, link in model.LINKS.items() if link.kind in ASKED and not given.get(name)
    ]


def choices(portfolio: Portfolio, model: type[Item], name: str) -> list[Item]:
    """The items that a link may name."""
    types = model.LINKS[name].types
    return [item for item in portfolio.items.values() if not types or item.TYPE in types]
