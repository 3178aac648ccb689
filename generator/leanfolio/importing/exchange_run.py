"""An import as a function: from files, a map and the content to changes of files and a report.

Nothing is written here, so a dry run is this run. Files are written first and the base last: an
import that was stopped in between finds its values in the files, and goes on from there.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import PurePosixPath
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from leanfolio.importing.content_index import ContentFile, ContentIndex, index_of
from leanfolio.importing.exchange_map import HISTORY, ExchangeMap, require_source_fields
from leanfolio.importing.field_merge import FileMerge, merge_file
from leanfolio.importing.identity import Identities, identities, old_keys, place_of
from leanfolio.importing.item_file import checked_text, normal, with_fields
from leanfolio.importing.last_import import (
    BASE_SUFFIX,
    Base,
    BaseItem,
    base_text,
    digest,
    read_base,
    same_but_digests,
)
from leanfolio.importing.mapping import BODY
from leanfolio.importing.report import FieldMerged, FileMade, Report, SourcePlace, Told
from leanfolio.importing.source_prose import RAW, SourceProse
from leanfolio.importing.wanted import Converter, Wanted
from leanfolio.importing.work_item import Extract
from leanfolio.model import Policy
from leanfolio.model.source import Source
from leanfolio.read import read

FileChange = tuple[PurePosixPath, bytes | None, bytes]


class ExchangeMapFile(Struct, frozen=True):
    """A map with its name, and the text of the base beside it; empty where there is none."""

    name: str
    map: ExchangeMap
    base: str = ""

    @property
    def base_name(self) -> str:
        return PurePosixPath(self.name).with_suffix(BASE_SUFFIX).name


class ImportPlan(Struct, frozen=True):
    """What is to be written: files of content as (path, before, after), and the base."""

    report: Report
    changes: tuple[FileChange, ...]
    base: str


def plan_import(
    extract: Extract, map_file: ExchangeMapFile, sources: Sequence[Source], day: date
) -> ImportPlan:
    """Merge all that the files say into the content, as of a day. Raises MapError."""
    map = map_file.map
    base_before = read_base(map_file.base, map_file.base_name)
    require_source_fields(map, fields_in(extract), map_file.name)
    report = Report(forms=list(extract.forms))
    for note in extract.notes:
        place = SourcePlace(note.file, note.line, note.item)
        report.problems.append(Told(note.item, note.message, place))
    index = index_of(sources, map.source_name, base_before)
    found = identities(extract, map, index, base_before, report)
    run = Run(extract, map, index, found, dict(base_before), report, day)
    run.convert(Converter(extract, map, policy_in(index), found.named, base_before))
    run.tell_gone()
    same = same_but_digests(base_before, run.base) and not run.changes
    text = map_file.base if same else base_text(run.base)
    return ImportPlan(report, tuple(run.changes), text)


def fields_in(extract: Extract) -> set[str]:
    """Every field that any item of the files has."""
    names: set[str] = set()
    for item in extract.items:
        names |= item.fields.keys()
    return names


def policy_in(index: ContentIndex) -> Policy:
    """The boards of the portfolio; the usual ones where it has no file of its own, or a broken."""
    own = index.files.get("portfolio.md")
    return policy_of([] if own is None else [Source(own.path, own.data)])


def policy_of(sources: Iterable[Source]) -> Policy:
    """The policy among files of content, or the usual one."""
    own = [source for source in sources if str(source.path) == "portfolio.md"]
    items = read(own).items
    return next((item for item in items if isinstance(item, Policy)), Policy(id="P", title="P"))


def source_changes(
    changes: Mapping[str, Any], present: Mapping[str, Any]
) -> Iterator[tuple[str, str, str]]:
    """What changes in `source` but for its day: the name, and the text before and after."""
    for name, value in changes.items():
        inner = name.removeprefix("source.")
        if inner not in (name, "synced_on"):
            yield name, normal(present.get(inner)) or "", normal(value) or ""


def with_whole_source(changes: Mapping[str, Any]) -> dict[str, Any]:
    """Changes of a file that has no `source` yet: its fields as one."""
    parts = {name: name.removeprefix("source.") for name in changes if name.startswith("source.")}
    source = {inner: changes[name] for name, inner in parts.items() if changes[name] is not None}
    rest = {name: value for name, value in changes.items() if name not in parts}
    return {"source": source} | rest


@dataclass
class Run:
    """One import: what is known, and what has been found to change so far."""

    extract: Extract
    map: ExchangeMap
    index: ContentIndex
    found: Identities
    base: Base
    report: Report
    day: date

    def __post_init__(self) -> None:
        self.changes: list[FileChange] = []

    def convert(self, converter: Converter) -> None:
        """Every item of the files: made, merged, or counted as left out."""
        for item in self.extract.items:
            if self.map.type_of(item.type) is None:
                converter.counts.add("type", item.type, item.type, item.key)
                continue
            if item.id not in self.found.ids:
                continue
            id, type = self.found.ids[item.id], self.found.types[item.id]
            wanted = converter.convert(item, type, id)
            self.tell(wanted)
            if item.id in self.found.new:
                self.make(wanted)
            else:
                self.merge(wanted)
        self.report.unmapped += converter.counts.all()

    def tell(self, wanted: Wanted) -> None:
        place = place_of(wanted.item)
        self.report.not_carried += [Told(wanted.id, why, place) for why in wanted.left]
        self.report.notes += [Told(wanted.id, why, place) for why in wanted.notes]

    # New items -------------------------------------------------------------------------------

    def make(self, wanted: Wanted) -> None:
        """The file of an item that is new here."""
        item, place = wanted.item, place_of(wanted.item)
        path = PurePosixPath(self.found.paths[item.id])
        values = {name: value for name, value in wanted.values.items() if name != BODY}
        values["source"] = self.source_of(wanted, {}) | {"synced_on": self.day}
        prose = wanted.values[BODY].markdown if BODY in wanted.values else None
        text, refused = checked_text(wanted.type, wanted.id, values, prose, path)
        for name, why in refused.items():
            what = f"`{name}`: {why}" if name else f"the item: {why}"
            self.report.not_carried.append(Told(wanted.id, what, place))
        if "" in refused:
            return
        self.changes.append((path, None, text.encode()))
        self.report.made.append(FileMade(wanted.id, str(path), place))
        said = {
            name: told
            for name, value in wanted.values.items()
            if name not in refused and (told := self.value_text(name, value)) is not None
        }
        if BODY in wanted.values and wanted.values[BODY].raw:
            said[RAW] = wanted.values[BODY].raw
        data = text.encode()
        base = BaseItem(item.key, wanted.id, str(path), digest(data), said, type=item.type)
        self.base[item.id] = base

    def value_text(self, name: str, value: Any) -> str | None:
        """A value as the base keeps it: prose as its digest."""
        return value.digest if isinstance(value, SourceProse) else normal(value)

    def source_of(self, wanted: Wanted, present: Mapping[str, Any]) -> dict[str, Any]:
        """What `source` is to say, without the days."""
        item = wanted.item
        known = present.get("was")
        was = [str(each) for each in known] if isinstance(known, list) else []
        was += [*old_keys(item), *([str(present["key"])] if "key" in present else [])]
        was = [key for key in dict.fromkeys(was) if key != item.key]
        values = {
            "system": self.map.source_name, "id": item.id, "key": item.key, "was": was or None,
            "parent": wanted.source.get("parent"), "url": item.url or present.get("url"),
        }  # fmt: skip
        return {name: value for name, value in values.items() if value is not None}

    # Items that are here ---------------------------------------------------------------------

    def merge(self, wanted: Wanted) -> None:
        """Merge the values of an item that has a file already."""
        item = wanted.item
        path = self.found.paths[item.id]
        file = self.index.files[path]
        before = self.base.get(item.id)
        new = {name: self.value_text(name, value) for name, value in wanted.values.items()}
        if before is not None and self.is_untouched(before, file, wanted, new):
            self.report.unchanged += 1
            return
        result = merge_file(file, wanted, new, before.said if before else {})
        self.write_merge(wanted, file, result)

    def is_untouched(
        self, before: BaseItem, file: ContentFile, wanted: Wanted, new: Mapping[str, str | None]
    ) -> bool:
        """Whether neither the file nor what the source says is other than last time."""
        said = {name: value for name, value in new.items() if value is not None}
        item = wanted.item
        return (
            not before.gone_on
            and (before.key, before.type, before.file) == (item.key, item.type, str(file.path))
            and before.digest == digest(file.data)
            and before.said == said | {n: v for n, v in before.said.items() if n not in new}
        )

    def write_merge(self, wanted: Wanted, file: ContentFile, result: FileMerge) -> None:
        """Splice what the merge says into the file, and keep what the source said."""
        item, place, path = wanted.item, place_of(wanted.item), str(file.path)
        present = file.source
        source = self.source_of(wanted, present)
        if present.get("gone_on") is not None:
            self.report.back.append(
                Told(wanted.id, f"is there again in {self.map.source_name}", place)
            )
        self.end_history(wanted, file, result)
        changes = {
            f"source.{name}": source.get(name)
            for name in ("system", "id", "key", "was", "parent", "url", "gone_on")
            if normal(source.get(name)) != normal(present.get(name))
        } | result.values
        text, refused = file.text, dict[str, str]()
        if changes or result.prose is not None:
            text, refused = self.rewritten(file, changes, wanted.type, result)
        for name, why in refused.items():
            self.report.not_carried.append(Told(wanted.id, f"`{name}`: {why}", place))
        self.report.merged += [
            FieldMerged(wanted.id, path, name, "taken", before, after, place)
            for name, before, after in source_changes(changes, present)
            if name not in refused
        ]
        self.report.merged += [
            FieldMerged(wanted.id, path, name, *each, place)
            for name, each in result.told.items()
            if name not in refused
        ]
        said = {n: v for n, v in result.said.items() if v is not None and n not in refused}
        old = self.base[item.id].said if item.id in self.base else {}
        said |= {name: old[name] for name in refused if name in old}
        data = text.encode()
        mark = "" if refused else digest(data)
        self.base[item.id] = BaseItem(item.key, wanted.id, path, mark, said, type=item.type)
        if data != file.data:
            self.changes.append((file.path, file.data, data))
        else:
            self.report.unchanged += 1

    def end_history(self, wanted: Wanted, file: ContentFile, result: FileMerge) -> None:
        """Let a history that the source does not know end in the state that it now says.

        The day is that of this import: between the last one and this one it changed.
        """
        state, there = result.values.get("state"), file.values.get(HISTORY)
        if state is None or HISTORY in wanted.values or not isinstance(there, list) or not there:
            return
        last = there[-1] if isinstance(there[-1], dict) else {}
        if last.get("state") != state and str(last.get("on", "")) <= str(self.day):
            result.values[HISTORY] = [*there, {"state": state, "on": self.day}]
            result.entries[HISTORY] = there
            message = "its source keeps no days: the state has the day of this import"
            self.report.notes.append(Told(wanted.id, message, place_of(wanted.item)))

    def rewritten(
        self, file: ContentFile, changes: Mapping[str, Any], type: str, result: FileMerge
    ) -> tuple[str, dict[str, str]]:
        """The file with these changes and new prose; without those that cannot be read, and why."""
        if not file.source:
            changes = with_whole_source(changes)
        known = self.problems(file.path, file.text)
        text, refused = with_fields(file.text, type, changes, result.entries)
        if self.problems(file.path, text) - known:
            text, refused = file.text, dict[str, str]()
            for name, value in changes.items():
                edited, why = with_fields(text, type, {name: value}, result.entries)
                worse = self.problems(file.path, edited) - known
                if worse or why:
                    refused[name] = why.get(name, "") or min(worse)
                else:
                    text = edited
        if result.prose is not None:
            edited = result.with_prose(text)
            if worse := self.problems(file.path, edited) - known:
                refused[BODY] = min(worse)
            else:
                text = edited
        if text != file.text:
            text, _ = with_fields(text, type, {"source.synced_on": self.day}, {})
        return text, refused

    def problems(self, path: PurePosixPath, text: str) -> set[str]:
        return {each.message for each in read([Source(path, text.encode())]).problems}

    # Items that are gone ---------------------------------------------------------------------

    def tell_gone(self) -> None:
        """What the source had last time, and has no more: its file stays, and says since when."""
        there = {item.id for item in self.extract.items}
        for id, known in sorted(self.base.items()):
            path = self.index.by_source.get(id, "")
            file = self.index.files.get(path)
            if id in there or known.gone_on or file is None:
                continue
            text, why = with_fields(file.text, file.type, {"source.gone_on": self.day}, {})
            place = SourcePlace("", 0, known.key)
            if why:
                message = f"is gone there, and its file cannot say so: {why['source.gone_on']}"
                self.report.problems.append(Told(known.id, message, place))
                continue
            message = f"content/{path}: {self.map.source_name} no longer has {known.key}"
            self.report.gone.append(Told(known.id, message, place))
            self.changes.append((file.path, file.data, text.encode()))
            self.base[id] = replace(
                known, file=path, digest=digest(text.encode()), gone_on=str(self.day)
            )
