"""What an import did, or would do: the same report, whether or not it was written."""

import json
from collections.abc import Iterator
from typing import Any

from msgspec import Struct, field, to_builtins

from leanfolio.importing.counts import Unmapped, times
from leanfolio.importing.merge import How
from leanfolio.output.visible import visible

LONGEST = 60  # characters of a value in a line of the report


class SourcePlace(Struct, frozen=True, order=True):
    """Where the source says it: a file and its line; the key there."""

    file: str
    line: int
    key: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}" if self.line else self.file or self.key


class FileMade(Struct, frozen=True):
    id: str
    path: str
    at: SourcePlace


class FieldMerged(Struct, frozen=True):
    """A field that changed, or that two sides want otherwise. Values as they are written."""

    id: str
    path: str
    field: str
    how: How
    here: str
    source: str
    at: SourcePlace


class Told(Struct, frozen=True):
    """A sentence about an item: what was not carried, a problem, or something to know."""

    id: str
    message: str
    at: SourcePlace


class Report(Struct):
    """All that an import did. `forms` names the form of each file."""

    forms: list[tuple[str, str]] = field(default_factory=list)
    made: list[FileMade] = field(default_factory=list)
    merged: list[FieldMerged] = field(default_factory=list)
    gone: list[Told] = field(default_factory=list)
    back: list[Told] = field(default_factory=list)
    problems: list[Told] = field(default_factory=list)
    not_carried: list[Told] = field(default_factory=list)
    notes: list[Told] = field(default_factory=list)
    unmapped: list[Unmapped] = field(default_factory=list)
    unchanged: int = 0

    @property
    def conflicts(self) -> list[FieldMerged]:
        return [each for each in self.merged if each.how == "conflict"]

    @property
    def changed(self) -> list[FieldMerged]:
        """What the source says and the files now say too."""
        return [each for each in self.merged if each.how in ("taken", "put-back", "replaced")]

    @property
    def has_problems(self) -> bool:
        """Whether somebody has to act: conflicts, problems, and what could not be carried."""
        return bool(self.conflicts or self.problems or self.not_carried)


HOW = {
    "taken": "taken from the source", "put-back": "changed here, and the source owns it",
    "replaced": "changed on both sides, and the source owns it",
    "kept": "changed on both sides, and owned here: ours stays",
    "conflict": "changed on both sides: ours stays until both agree",
}  # fmt: skip


def counts_line(report: Report) -> str:
    """The whole in one line."""
    files = len({each.path for each in report.changed})
    parts = [
        f"{len(report.made)} made", f"{files} changed", f"{len(report.conflicts)} in conflict",
        f"{len(report.gone)} gone", f"{report.unchanged} unchanged",
        f"{len(report.unmapped)} unmapped", f"{len(report.not_carried)} not carried",
    ]  # fmt: skip
    return ", ".join(parts)


def sections(report: Report) -> Iterator[tuple[str, list[str]]]:
    """The parts of the report that say something: a title, and a line for each."""
    yield "read", [f"{file}: {form}" for file, form in report.forms]
    yield "problem", [told(each) for each in report.problems]
    yield "conflict", [merge_line(each) for each in report.conflicts]
    yield "made", [made_line(each) for each in report.made]
    yield "changed", [merge_line(each) for each in report.changed]
    yield "kept", [merge_line(each) for each in report.merged if each.how == "kept"]
    yield "gone", [told(each) for each in report.gone]
    yield "back", [told(each) for each in report.back]
    yield "not carried", [told(each) for each in report.not_carried]
    yield "note", [told(each) for each in report.notes]
    yield "unmapped", [unmapped_line(each) for each in report.unmapped]


def made_line(each: FileMade) -> str:
    return f"{each.id} from {each.at.key} ({each.at}): content/{each.path}"


def told(each: Told) -> str:
    where = dict.fromkeys((str(each.at), each.id or each.at.key))  # a key alone stands once
    return ": ".join((*filter(None, where), each.message))


def merge_line(each: FieldMerged) -> str:
    """One field: what stood here, what the source says, and why."""
    here, source = short(each.here) or "nothing", short(each.source) or "nothing"
    arrow = "here" if each.how in ("kept", "conflict") else "was"
    return (
        f"content/{each.path}: `{each.field}` {arrow} {here}, the source says {source}"
        f" ({HOW[each.how]}; {each.at})"
    )


def unmapped_line(each: Unmapped) -> str:
    name = each.name if each.label == each.name else f"{each.name} ({each.label})"
    samples = f", such as {', '.join(each.samples)}" if each.samples else ""
    return f"{each.kind} {name}: {times(each.count)}{samples}"


def short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"


def as_text(report: Report) -> Iterator[str]:
    """A line for each thing, with the part that it belongs to; at last the counts."""
    for title, lines in sections(report):
        yield from (f"{title}: {line}" for line in lines)
    yield counts_line(report)


def as_markdown(report: Report) -> Iterator[str]:
    """For a pull request: the counts, then a heading for each part."""
    yield f"**Import**: {counts_line(report)}"
    for title, lines in sections(report):
        if lines:
            yield f"\n### {title.capitalize()} ({len(lines)})\n"
            yield from (f"- {guarded(line)}" for line in lines)


def guarded(text: str) -> str:
    """A line in which nothing is markup or unseen, and nobody is called by name."""
    text = visible(text)
    for sign in "\\<>[]*_&|":
        text = text.replace(sign, f"\\{sign}")
    return text.replace("@", "@\u200b").replace("#", "#\u200b")


def as_json(report: Report, version: str, as_of: str) -> str:
    """Every part with all its values."""
    value: dict[str, Any] = {"leanfolio": version, "as_of": as_of}
    value["forms"] = [{"file": file, "form": form} for file, form in report.forms]
    rows = (
        "made", "changed", "conflicts", "gone", "back", "problems", "not_carried", "notes",
        "unmapped",
    )  # fmt: skip
    for name in rows:
        value[name] = [to_builtins(each) for each in getattr(report, name)]
    value["kept"] = [to_builtins(each) for each in report.merged if each.how == "kept"]
    value["unchanged"] = report.unchanged
    return json.dumps(value, indent=2, ensure_ascii=False, sort_keys=False)
