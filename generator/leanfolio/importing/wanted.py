"""What each work item is to say here: the values of its fields, by the map."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

from msgspec import Struct, field

from leanfolio.figures.funding.amount import EXACT
from leanfolio.importing.cells import CellError, number_of
from leanfolio.importing.counts import Counts
from leanfolio.importing.exchange_map import (
    HISTORY,
    ID_HERE,
    INCREMENT,
    PARENT,
    ExchangeMap,
    FieldMap,
    Owner,
)
from leanfolio.importing.last_import import Base
from leanfolio.importing.mapping import BODY, names_of
from leanfolio.importing.moments import utc_day
from leanfolio.importing.prose import Prose, from_document, from_html, from_wiki
from leanfolio.importing.rows import LIST, kinds
from leanfolio.importing.source_prose import RAW, SourceProse
from leanfolio.importing.state_history import STATUS, history_of
from leanfolio.importing.values import (
    Plain,
    ProgramObject,
    Remark,
    RichText,
    as_text,
    person_of,
    plain,
    remark_of,
)
from leanfolio.importing.work_item import Extract, WorkItem
from leanfolio.model import TYPES, Policy, State

PEOPLE = frozenset(("owner", "sponsors", "scored_by"))
UNSEEN = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\u200b\u2060\ufeff]")  # signs without a shape
MOST_PROSE = 400_000  # characters of a source; a file of content holds 1 MB
COMMENT = "Comment"  # a column of Jira


class Wanted(Struct):
    """The fields of an item as its source has them. None: the source has no value.

    `left` says what could not be carried, each with its reason; `notes` what whoever imports has
    to know.
    """

    item: WorkItem
    type: str
    id: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    owners: dict[str, Owner] = field(default_factory=dict)
    source: dict[str, Any] = field(default_factory=dict)
    left: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


class Named(Struct, frozen=True):
    """An item here by what it is called there: its id and its type here."""

    id: str
    type: str


class Converter(Struct):
    """The map at work. `named` finds an item by its id or any of its keys there."""

    extract: Extract
    map: ExchangeMap
    policy: Policy
    named: Mapping[str, Named]
    base: Base = field(default_factory=dict)
    counts: Counts = field(default_factory=Counts)
    states: dict[tuple[str, str, str], str] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)

    def convert(self, item: WorkItem, type: str, id: str) -> Wanted:
        """What one work item is to say."""
        wanted = Wanted(item, type, id)
        wanted.values["title"] = " ".join(UNSEEN.sub("", item.title).split()) or item.key
        wanted.owners["title"] = self.map.title
        self.add_state(wanted)
        for name, value in item.fields.items():
            if value is not None or name in self.map.fields:
                self.add_field(wanted, name, value)
        self.end_history(wanted)
        self.add_links(wanted)
        self.count_changes(item)
        return wanted

    # States ----------------------------------------------------------------------------------

    def add_state(self, wanted: Wanted) -> None:
        """The present state, and the days on which each was entered."""
        item = wanted.item
        if "state" not in names_of(TYPES[wanted.type]):
            return

        def state_of(id: str, name: str) -> str:
            return self.state(wanted.type, id, name)

        history = history_of(item, state_of)
        for id, name in history.unknown:
            self.counts.add("status", id, name, item.key)
        if item.status is not None and not state_of(item.status.id, item.status.name):
            wanted.left.append(f"its status {item.status.name}: the map gives it no state")
        if history.state:
            wanted.values["state"] = history.state
            wanted.owners["state"] = self.map.state
        if item.has_history and history.entries:
            entries = [{"state": state, "on": day} for state, day in history.entries]
            wanted.values[HISTORY] = entries
            wanted.owners[HISTORY] = self.map.state
        if history.differs:
            wanted.notes.append(history.differs)

    def state(self, type: str, id: str, name: str) -> str:
        """The state of a type for a status; empty where the map has none."""
        key = (type, id, name)
        if key not in self.states:
            self.states[key] = self.resolved(type, id, name)
        return self.states[key]

    def resolved(self, type: str, id: str, name: str) -> str:
        mapped = self.map.state_map(id, name)
        if mapped is None:
            return ""
        if mapped.state is not None:
            return mapped.state.get(type) or mapped.state.get("", "")
        board = self.policy.states_of(type)
        for candidate in (mapped.name, name):
            for state in board:
                if candidate and is_called(state, candidate):
                    return state.name
        of_category = (state.name for state in board if state.category == mapped.category)
        return next(of_category, "")

    # Fields ----------------------------------------------------------------------------------

    def add_field(self, wanted: Wanted, name: str, raw: Any) -> None:
        """One field of the source: carried, counted as left out, or told as what cannot be read."""
        mapped = self.map.fields.get(name)
        target = mapped.target(wanted.type) if mapped is not None else ""
        label = self.extract.name_of(name)
        try:
            values = plain(raw)
        except ProgramObject as shown:
            self.counts.add("field", name, label, f"program object {shown}")
            if target:
                wanted.left.append(f"`{label}`: its value is an object of a program")
            return
        if mapped is None or not target:
            if values:
                self.counts.add("field", name, label, as_text(values[0]))
            return
        try:
            self.put(wanted, target, mapped, values, name)
        except CellError as why:
            wanted.left.append(f"`{label}`: {why}")

    def put(
        self, wanted: Wanted, target: str, mapped: FieldMap, values: tuple[Plain, ...], name: str
    ) -> None:
        """Set the field here that a field of the source fills. Raises CellError."""
        if target == BODY:
            self.add_prose(wanted, mapped, values, name)
        elif target == INCREMENT:
            self.add_increment(wanted, mapped, values)
        elif target == HISTORY:
            self.add_entry(wanted, mapped, values)
        elif target == PARENT:
            wanted.item.parent = wanted.item.parent or (as_text(values[0]) if values else "")
        elif target == ID_HERE:
            return  # `identity` has looked at it
        elif target.partition(".")[0] not in names_of(TYPES[wanted.type]):
            if values:
                label = self.extract.name_of(name)
                self.counts.add("field", f"{name} of {wanted.type}", label, as_text(values[0]))
        else:
            wanted.values[target] = self.value(wanted.type, target, mapped, values)
            wanted.owners[target] = mapped.owner

    def value(self, type: str, target: str, mapped: FieldMap, values: tuple[Plain, ...]) -> Any:
        """A value as the field needs it; None of none. Raises CellError."""
        needs = kinds(TYPES[type], target)
        if mapped.split:
            texts = [part for value in values for part in as_text(value).split(mapped.split)]
            values = tuple(part.strip() for part in texts if part.strip())
        found = [self.single(target, mapped, value, needs) for value in values]
        if target in TYPES[type].LINKS:
            found = [self.named[each].id if each in self.named else each for each in found]
        if LIST in needs:
            return list(dict.fromkeys(found)) or None
        if len(found) > 1 and len(set(map(str, found))) > 1:
            raise CellError(f"it has {len(found)} values, {' and '.join(map(str, found[:3]))}")
        return found[0] if found else None

    def single(self, target: str, mapped: FieldMap, value: Plain, needs: frozenset[str]) -> Any:
        text = as_text(value)
        if text in mapped.words:
            return mapped.words[text]
        if target in PEOPLE or not isinstance(value, str | Decimal | RichText):
            return self.person(value)
        if mapped.date or "day" in needs:
            form = mapped.date or self.map.date or ""
            return date.fromisoformat(utc_day(text, form, self.map.zone))
        if mapped.times is not None or mapped.drop or needs & {"number", "int_type"}:
            number = number_of(text, mapped.drop or "", mapped.decimal or "")
            return number if mapped.times is None else EXACT.multiply(number, mapped.times)
        return f"{mapped.before or ''}{' '.join(text.split())}"

    def person(self, value: Plain) -> str:
        """The name here of somebody there."""
        person = person_of(value)
        for name in person.names:
            if (own := self.map.people.get(name)) is not None:
                return own
        return person.name

    def add_prose(
        self, wanted: Wanted, mapped: FieldMap, values: tuple[Plain, ...], name: str
    ) -> None:
        """Prose as Markdown; of several fields one below the other."""
        prose = wanted.values.get(BODY)
        if prose is None:
            said = self.base[wanted.item.id].said if wanted.item.id in self.base else {}
            prose = SourceProse(said.get(BODY, ""), said.get(RAW, ""))
            wanted.values[BODY], wanted.owners[BODY] = prose, mapped.owner
        for value in values:
            raw = as_text(value) if isinstance(value, str) else repr(value)
            if prose.size + len(raw) > MOST_PROSE:
                wanted.left.append(f"its prose: it has more than {MOST_PROSE:,} characters")
                continue
            make = partial(self.prose, wanted, value, comment=name == COMMENT)
            prose.add(raw, make)

    def prose(self, wanted: Wanted, value: Plain, *, comment: bool) -> str:
        remark = remark_of(value) if comment and isinstance(value, str) else value
        if isinstance(remark, Remark):
            head = ", ".join(filter(None, (remark.who, remark.on)))
            said = self.prose(wanted, remark.text, comment=False)
            return f"{from_wiki(head).text}: {said}" if head else said
        text = as_text(value)
        if isinstance(value, RichText):
            found = from_document(value.document)
        elif self.extract.system == "azure":
            found = from_html(text)
        else:
            found = from_wiki(text) if self.extract.system == "jira" else Prose(text)
        for unknown, number in found.unknown.items():
            for _ in range(number):
                self.counts.add("markup", unknown, unknown, wanted.item.key)
        return found.text

    def add_increment(self, wanted: Wanted, mapped: FieldMap, values: tuple[Plain, ...]) -> None:
        """The increment or the iteration of the last sprint."""
        names = names_of(TYPES[wanted.type])
        found = self.map.increments.get(as_text(values[-1])) if values else None
        if values and found is None:
            self.counts.add("iteration", as_text(values[-1]), as_text(values[-1]), wanted.item.key)
        for name in ("increment", "iteration"):
            if name in names and (found is not None or not values):
                wanted.values[name] = getattr(found, name, None)
                wanted.owners[name] = mapped.owner

    def add_entry(self, wanted: Wanted, mapped: FieldMap, values: tuple[Plain, ...]) -> None:
        """A day on which a state was entered, where the source has no change log."""
        if not values or wanted.item.has_history or mapped.state is None:
            return
        form = mapped.date or self.map.date or ""
        day = date.fromisoformat(utc_day(as_text(values[0]), form, self.map.zone))
        state = self.state(wanted.type, mapped.state, mapped.state)
        if not state:
            raise CellError(f"the map gives the status {mapped.state} no state")
        entries = [*wanted.values.get(HISTORY, ()), {"state": state, "on": day}]
        wanted.values[HISTORY] = sorted(entries, key=lambda entry: entry["on"])
        wanted.owners[HISTORY] = mapped.owner

    def end_history(self, wanted: Wanted) -> None:
        """Leave out days that do not lead to the present state: when that began, nobody says."""
        entries = wanted.values.get(HISTORY)
        if not entries or wanted.item.has_history:
            return
        last, present = entries[-1]["state"], wanted.values.get("state")
        if present is not None and last != present:
            del wanted.values[HISTORY]
            why = f"its days lead to {last}, and it stands in {present}: no history is written"
            wanted.notes.append(why)

    # Links -----------------------------------------------------------------------------------

    def add_links(self, wanted: Wanted) -> None:
        """The link to the item above, and the links that the map names."""
        self.add_parent(wanted)
        model = TYPES[wanted.type]
        for name in sorted({n for each in self.map.links.values() for n in targets_of(each)}):
            if name in model.LINKS:
                wanted.values.setdefault(name, None)
        for link in wanted.item.links:
            mapped = self.map.links.get(link.type)
            target = getattr(mapped, link.direction) if mapped is not None else None
            if target is None or target not in model.LINKS:
                self.counts.add("link", f"{link.type} {link.direction}", link.type, wanted.item.key)
                continue
            found = self.named.get(link.target)
            types = model.LINKS[target].types
            if found is None or (types and found.type not in types):
                what = "was not imported" if found is None else f"is no {' or '.join(types)}"
                wanted.notes.append(
                    f"its link {link.type} to {link.target}, which {what}, is left out"
                )
                continue
            ids = wanted.values.get(target) or []
            wanted.values[target] = [*ids, *([] if found.id in ids else [found.id])]
            wanted.owners[target] = mapped.owner if mapped else "source"

    def add_parent(self, wanted: Wanted) -> None:
        """The item above, where it is here and of the right type; else its key in `source`."""
        model, parent = TYPES[wanted.type], wanted.item.parent
        links = {name: link for name, link in model.LINKS.items() if link.kind == "parent"}
        found = self.named.get(parent) if parent else None
        said = self.base[wanted.item.id].said if wanted.item.id in self.base else {}
        for name in links if len(links) == 1 else links.keys() & said:  # else a person set it here
            wanted.values[name], wanted.owners[name] = None, self.map.parent
        right = [name for name, link in links.items() if found and found.type in link.types]
        if found is not None and right:
            up = right[0]
            several = LIST in kinds(model, up)
            wanted.values[up] = [found.id] if several else found.id
            wanted.owners[up] = self.map.parent
        elif parent:
            self.keep_parent(
                wanted, found, [type for link in links.values() for type in link.types]
            )

    def keep_parent(self, wanted: Wanted, found: Named | None, types: Iterable[str]) -> None:
        """Keep the key of an item above that cannot be linked to; of some types, tell why."""
        key = wanted.item.parent_key or self.key_of(wanted.item.parent)
        wanted.source["parent"] = key
        if right := " or ".join(types):
            why = "was not imported" if found is None else f"is no {right} here"
            wanted.notes.append(f"its parent {key} {why}: it stays in `source.parent`")

    def key_of(self, name: str) -> str:
        """The key of an item there, by its id where the files have it."""
        if not self.keys:
            self.keys = {each.id: each.key for each in self.extract.items}
        return self.keys.get(name, name)

    def count_changes(self, item: WorkItem) -> None:
        """Changes of fields whose past is not kept here."""
        for name, number in Counter(change.field for change in item.changes).items():
            if name != STATUS:
                self.counts.add("change", name, name, item.key, number)


def targets_of(link: Any) -> Iterable[str]:
    """The fields that a type of link fills."""
    return () if link is None else filter(None, (link.inward, link.outward))


def is_called(state: State, name: str) -> bool:
    """Whether a column has this name, or had it; In Progress is in-progress."""
    return folded(name) in {folded(each) for each in (state.name, *state.was)}


def folded(name: str) -> str:
    return "-".join(name.casefold().replace("-", " ").replace("_", " ").split())
